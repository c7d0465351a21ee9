"""What stands against a wish comes with a way out that the prechecks themselves would let pass."""

import pytest

from bot.licensing.prechecks import Item, check
from bot.licensing.remedies import Remedy, remedies
from tests.licensing.test_prechecks import FREE, GROUPED, NAMES, SITE, a_catalog, change, with_number

CATALOG = a_catalog()


def offered(
    items: list[Item], held: tuple[str, ...] = FREE, sites: tuple[str, ...] = (), full: str = "", external: bool = False
) -> dict[str, tuple[str, list[str]]]:
    """Return each way out by its kind: the button, and the wish as `+added` and `-removed`."""
    catalog = [one | {"left": 0} if one["license_id"] == full else one for one in CATALOG]
    person = {"licenses": list(held), "sites": [{"site_url": one, "account_type": "attendee"} for one in sites]}
    found = remedies(items, person, catalog, is_external=external)  # type: ignore[arg-type]  # TypedDicts of a test
    for one in found:
        blockers = check(one.items, person, catalog, is_external=external)  # type: ignore[arg-type]
        assert [finding.code for finding in blockers if finding.blocks] in (
            [],
            ["calling_details_missing"] * len([finding for finding in blockers if finding.blocks]),
        )
    return {one.kind: (one.label, wish(one)) for one in found}


def wish(remedy: Remedy) -> list[str]:
    return [
        f"{'+' if one['operation'] == 'add' else '-'}{one['license_id'] or one['site_url']}" for one in remedy.items
    ]


def test_a_console_for_somebody_with_standard_is_a_swap_to_professional_and_the_console() -> None:
    found = offered([change("+console")], (*FREE, "std"))
    assert found["swap"] == ("Swap Calling Standard for Calling Professional", ["-std", "+pro", "+console"])


@pytest.mark.parametrize(
    ("asked", "held", "label", "expected"),
    [
        ("+console", FREE, "Also request Calling Professional", ["+pro", "+console"]),
        ("+msg", (), "Also request Basic Messaging", ["+msg_free", "+msg"]),
        ("+meet", ("msg_free",), "Also request Basic Meetings", ["+meet_free", "+meet"]),
        ("+meet_free", (), "Also request Basic Messaging", ["+msg_free", "+meet_free"]),
        ("+connect", FREE, "Also request Hybrid Call Aware", ["+aware", "+connect"]),
    ],
)
def test_what_is_missing_can_be_asked_for_as_well(
    asked: str, held: tuple[str, ...], label: str, expected: list[str]
) -> None:
    assert offered([change(asked)], held)["add_missing"] == (label, expected)


def test_two_missing_prerequisites_come_in_one_step() -> None:
    assert sorted(offered([change("+meet")], ())["add_missing"][1]) == ["+meet", "+meet_free", "+msg_free"]


@pytest.mark.parametrize(
    ("asked", "held", "expected"),
    [
        ("+pro", "std", ["-std", "+pro"]),
        ("+cx", "std", ["-std", "+cx"]),
        ("+google", "exchange", ["-exchange", "+google"]),
        ("+exchange", "google", ["-google", "+exchange"]),
    ],
)
def test_what_is_in_the_way_can_be_swapped(asked: str, held: str, expected: list[str]) -> None:
    assert offered([change(asked)], (*FREE, held))["swap"][1] == expected


def test_a_rival_of_the_same_group_is_swapped() -> None:
    person = {"licenses": [*FREE, "meet"], "sites": []}
    [swap] = remedies([change("+suite")], person, GROUPED)[:1]  # type: ignore[arg-type]  # TypedDicts of a test
    assert wish(swap) == ["-meet", "+suite"]


@pytest.mark.parametrize("better", ["pro", "cx"])
def test_a_step_down_begins_with_giving_back_the_better_one(better: str) -> None:
    found = offered([with_number("+std")], (*FREE, better))
    assert "swap" not in found
    assert found["return_first"][1] == [f"-{better}"]


def test_a_host_becomes_an_attendee_by_giving_the_host_license() -> None:
    assert offered([change("+" + SITE)], (*FREE, "suite"), (SITE,))["swap"][1] == ["-suite", f"+{SITE}"]


def test_a_license_without_units_has_a_twin_that_has_some() -> None:
    assert offered([change("+meet")], FREE, full="meet")["other"] == (
        "Request Suite Meetings 1000 instead",
        ["+suite"],
    )


def test_what_cannot_be_had_can_be_left_out() -> None:
    found = offered([change("+messenger"), change("+msg")])
    assert found == {"fewer": ("Request only Messaging", ["+msg"])}


def test_what_rests_on_a_returned_license_goes_with_it() -> None:
    found = offered([change("-pro")], (*FREE, "pro", "console"))
    assert found["return_too"] == ("Also return Calling Attendant Console", ["-console", "-pro"])


@pytest.mark.parametrize("asked", ["+messenger", "+gone", "+elsewhere.webex.com"])
def test_where_nothing_would_help_nothing_is_offered(asked: str) -> None:
    assert offered([change(asked)]) == {}


def test_a_wish_that_can_work_needs_no_way_out() -> None:
    assert offered([change("+msg")]) == {}


def test_a_label_fits_a_button() -> None:
    assert all(len(label) <= 60 for label, _ in offered([change("+console")], (*FREE, "std")).values())
    assert len(NAMES) == len(CATALOG)
