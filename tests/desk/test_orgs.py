"""One organization, however Webex writes its id."""

from base64 import b64encode, urlsafe_b64encode
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk.orgs import same_org

UUID = "96abc2aa-3dcc-11e5-a152-fe34819cdc9a"
ADDRESS = f"ciscospark://us/ORGANIZATION/{UUID}"


def packed(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


WRITTEN = {
    "bare": UUID,
    "bare in capitals": UUID.upper(),
    "address": ADDRESS,
    "bare in base64": "OTZhYmMyYWEtM2RjYy0xMWU1LWExNTItZmUzNDgxOWNkYzlh",
    "address in base64": packed(ADDRESS),
    "address in padded base64": b64encode(ADDRESS.encode()).decode(),
    "address of another region": packed(f"ciscospark://eu-central-1/ORGANIZATION/{UUID}"),
}


@pytest.mark.parametrize(("first", "second"), list(product(WRITTEN, WRITTEN)))
def test_one_organization_is_itself_however_it_is_written(first: str, second: str) -> None:
    assert same_org(WRITTEN[first], WRITTEN[second])


@pytest.mark.parametrize(
    "other",
    [
        packed(f"ciscospark://us/PEOPLE/{UUID}"),
        packed(f"ciscospark://us/ORGANIZATION/{UUID[:-1]}b"),
        packed(f"https://us/ORGANIZATION/{UUID}"),
        UUID[:-1] + "b",
        UUID + "0",
        packed(UUID)[:-4],
        "",
        "é",
        "====",
    ],
)
@pytest.mark.parametrize("form", WRITTEN)
def test_another_id_is_not_the_organization(form: str, other: str) -> None:
    assert not same_org(WRITTEN[form], other)
    assert not same_org(other, WRITTEN[form])


def test_no_id_is_no_organization() -> None:
    assert not same_org("", "")


def test_ids_of_an_unknown_kind_are_compared_as_they_are() -> None:
    assert same_org("consumer", "consumer")
    assert not same_org("consumer", "Consumer")


@settings(deadline=None)  # a loaded machine is no failure
@given(st.text(), st.text())
def test_any_text_can_be_compared(first: str, second: str) -> None:
    assert same_org(first, second) == same_org(second, first)
    assert same_org(first, first) == bool(first)
