"""What became of an assignment: "granted" is what Webex holds, whatever it answered."""

from typing import Any

import pytest

from bot.licensing.outcome import Change, compare, is_effective, with_likely_reason
from bot.licensing.prechecks import Finding

ADD: Change = {"item_id": 1, "license_id": "pro", "site_url": None, "operation": "add"}
REMOVE: Change = {"item_id": 2, "license_id": "std", "site_url": None, "operation": "remove"}
ATTEND: Change = {"item_id": 3, "license_id": None, "site_url": "Site1.example.com", "operation": "add"}
NEEDS = Finding("needs_professional", "pro", blocks=True, sentence="It needs another.", remedy="Ask for both.")


def held(*licenses: str, sites: tuple[str, ...] = ()) -> dict[str, Any]:
    accounts = [{"site_url": site, "account_type": "attendee"} for site in sites]
    return {"kind": "ok", "status": 200, "value": {"licenses": list(licenses), "sites": accounts}}


def answered(status: int = 200, **value: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = {"licenses": [], "sites": [], "pending_licenses": [], "pending_sites": [], "errors": []}
    return {"kind": "ok", "status": status, "value": {**nothing, **value}}


def refused(status: int = 400, *errors: tuple[int | None, str]) -> dict[str, Any]:
    entries = [{"code": code, "description": words} for code, words in errors]
    return {"kind": "refused", "status": status, "message": "No", "errors": entries, "tracking_id": "NA_1"}


@pytest.mark.parametrize(
    ("change", "after", "is_there"),
    [
        (ADD, held("pro"), True),
        (ADD, held("std"), False),
        (REMOVE, held("std"), False),
        (REMOVE, held(), True),
        (ATTEND, held(sites=("site1.example.com",)), True),
        (ATTEND, held(sites=("site2.example.com",)), False),
    ],
)
def test_a_change_is_effective_when_webex_holds_it(change: Change, after: dict[str, Any], *, is_there: bool) -> None:
    assert is_effective(change, after["value"]) is is_there


def test_what_is_held_is_granted_even_if_webex_answered_no() -> None:
    assert compare([ADD], refused(400, (400112, "no")), held("pro"))[0]["state"] == "granted"


def test_a_yes_that_is_not_to_be_seen_is_not_granted() -> None:
    result = compare([ADD], answered(licenses=["pro"]), held())[0]
    assert (result["state"], result["errors"][0]["finding"]) == ("not_applied", "not_there")


def test_what_a_206_leaves_out_is_not_applied() -> None:
    results = compare([ADD, REMOVE], answered(206), held("std"))
    assert [(one["state"], one["errors"][0]["finding"]) for one in results] == [("not_applied", "left_out")] * 2


def test_errors_in_a_206_are_reasons() -> None:
    entry = {"code": 400408, "description": "missing"}
    result = compare([ADD], answered(206, errors=[entry]), held())[0]
    assert result == {"item_id": 1, "state": "refused", "errors": [{"status": 206, **entry}]}


def test_a_pending_license_is_awaited() -> None:
    assert compare([ADD], answered(pending_licenses=["pro"]), held())[0]["state"] == "awaiting"
    site = {"site_url": "site1.example.com", "account_type": "attendee"}
    assert compare([ATTEND], answered(pending_sites=[site]), held())[0]["state"] == "awaiting"


def test_every_entry_of_a_refusal_is_kept_for_every_item_that_failed() -> None:
    results = compare([ADD, REMOVE], refused(400, (400404, "a"), (400406, "b")), held("std"))
    assert [[error["code"] for error in one["errors"]] for one in results] == [[400404, 400406]] * 2


def test_a_refusal_without_entries_keeps_its_message() -> None:
    assert compare([ADD], refused(403), held())[0]["errors"] == [{"status": 403, "code": None, "description": "No"}]


def test_a_person_who_cannot_be_read_is_the_reason() -> None:
    result = compare([ADD], answered(licenses=["pro"]), refused(404))[0]
    assert (result["state"], result["errors"][0]["status"]) == ("refused", 404)


def test_where_webex_is_silent_the_likely_reason_is_added() -> None:
    result = with_likely_reason(compare([ADD], answered(206), held())[0], [NEEDS])
    assert "Most likely: It needs another." in result["errors"][0]["sentence"]


def test_a_code_of_webex_is_not_second_guessed() -> None:
    result = compare([ADD], refused(400, (400112, "no")), held())[0]
    assert with_likely_reason(result, [NEEDS]) == result


def test_a_warning_explains_nothing() -> None:
    warning = Finding("last_unit", "pro", blocks=False, sentence="The last one.", remedy="")
    result = compare([ADD], answered(206), held())[0]
    assert with_likely_reason(result, [warning]) == result


@pytest.mark.parametrize(
    ("code", "who_acts"),
    [
        ("no_units_left", "admin"),
        ("messenger_unsupported", "admin"),
        ("screen_share_implicit", "nobody"),
        ("needs_professional", "requester"),
    ],
)
def test_the_likely_reason_names_who_can_do_something_about_it(code: str, who_acts: str) -> None:
    likely = Finding(code, "pro", blocks=True, sentence="It is so.", remedy="Do this.")
    assert with_likely_reason(compare([ADD], answered(206), held())[0], [likely])["errors"][0]["fix"] == who_acts
