"""What comes over the wire, however odd, becomes ok, refused or busy, and no call is repeated that may have worked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.webex.admin import AdminGateway
from bot.webex.http import BROKEN, Answer, Heard, Patience, busy, ok
from bot.webex.messages import ChatGateway
from tests.webex.oddities import Odd, Say, running_odd
from tests.webex.two_sides import DRAFT, ONCE, ORDER, PERSON, TOKEN, both_sides

if TYPE_CHECKING:
    from tests.webex.two_sides import Call


@both_sides
@pytest.mark.parametrize("status", [423, 429, 500, 501, 502, 503, 504, 507])
def test_what_may_pass_is_busy(odd: Odd, read: Call, status: int) -> None:
    odd.says(Say(status, {"message": "later", "trackingId": "NA_1"}, {"Retry-After": "7"}))
    assert read(odd.url, ONCE) == {"kind": "busy", "status": status, "seconds": 7, "tracking_id": "NA_1"}


@both_sides
@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 410, 415, 418, 428])
def test_what_will_not_pass_is_refused(odd: Odd, read: Call, status: int) -> None:
    errors = [{"errorCode": 400408, "description": "one"}, {"errorCode": "700003"}, {"description": "three"}, "four", 5]
    odd.says(Say(status, {"message": "No", "errors": errors, "trackingId": "NA_2"}))
    assert read(odd.url, ONCE) == {
        "kind": "refused",
        "status": status,
        "message": "No",
        "errors": [
            {"code": 400408, "description": "one"},
            {"code": 700003, "description": ""},
            {"code": None, "description": "three"},
            {"code": None, "description": "four"},
        ],
        "tracking_id": "NA_2",
    }


@both_sides
@pytest.mark.parametrize(
    "body",
    ["<html>Forbidden</html>", "", "{", "[]", '["no"]', '"no"', "null", '{"errors": {"a": 1}, "message": 3}'],
)
def test_a_refusal_needs_no_readable_body(odd: Odd, read: Call, body: str) -> None:
    odd.says(Say(403, body, {"trackingid": "NA_3", "Content-Type": "application/json"}))
    answer = read(odd.url, ONCE)
    assert answer["kind"] == "refused"
    assert (answer["status"], answer["errors"], answer["tracking_id"]) == (403, [], "NA_3")
    assert answer["message"] == "Forbidden"


@both_sides
@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 1),
        ("1", 1),
        (" 194 ", 194),
        ("3600", 3600),
        ("3601", 3600),
        ("9" * 400, 3600),
        ("-5", 15),
        ("1.5", 15),
        ("rand(30),add(30)", 15),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 15),
        ("²", 15),
        ("", 15),
        (None, 15),
    ],
)
def test_the_wait_is_the_one_that_webex_asks_for(odd: Odd, read: Call, header: str | None, seconds: int) -> None:
    odd.says(
        Say(429, "<html>slow down</html>", {} if header is None else {"Retry-After": header.encode().decode("latin-1")})
    )
    answer = read(odd.url, ONCE)
    assert answer == {"kind": "busy", "status": 429, "seconds": seconds, "tracking_id": ""}


@both_sides
@pytest.mark.parametrize(
    "said",
    [Say(breaks=True), Say(200, "<html>log in</html>"), Say(200, "{"), Say(200, []), Say(200, {}), Say(200, {"id": 5})],
    ids=["closed", "html", "cut off", "list", "empty object", "odd id"],
)
def test_a_success_that_says_nothing_is_a_broken_line(odd: Odd, read: Call, said: Say) -> None:
    answer = read(odd.says(said).url, ONCE)
    assert answer["kind"] == "busy"
    assert answer["status"] == 0


@both_sides
def test_nobody_at_the_other_end_is_a_broken_line(read: Call) -> None:
    with running_odd() as gone:
        url = gone.url
    assert read(url, ONCE) == BROKEN.answer


@both_sides
def test_an_unexpected_success_is_a_success(odd: Odd, read: Call) -> None:
    answer = read(odd.says(Say(202, PERSON)).url, ONCE)
    assert (answer["kind"], answer["status"]) == ("ok", 202)


@both_sides
def test_a_read_is_tried_again_while_webex_is_busy(odd: Odd, naps: list[float], read: Call) -> None:
    odd.says(Say(503), Say(breaks=True), Say(200, PERSON))
    answer = read(odd.url, Patience(tries=3, first_wait=0.5, sleep=naps.append))
    assert answer["kind"] == "ok"
    assert naps == [0.5, 1.0]


@both_sides
def test_the_tries_have_an_end(odd: Odd, naps: list[float], read: Call) -> None:
    answer = read(odd.says(Say(503)).url, Patience(tries=4, sleep=naps.append))
    assert answer == busy(503)
    assert len(odd.asked) == 4
    assert len(naps) == 3


@both_sides
def test_a_long_wait_is_handed_to_the_caller(odd: Odd, naps: list[float], read: Call) -> None:
    answer = read(odd.says(Say(429, {}, {"Retry-After": "6"})).url, Patience(longest_wait=5, sleep=naps.append))
    assert answer == busy(429, 6)
    assert (len(odd.asked), naps) == (1, [])


@both_sides
def test_a_short_wait_is_waited_as_long_as_webex_asks(odd: Odd, naps: list[float], read: Call) -> None:
    odd.says(Say(429, {}, {"Retry-After": "4"}), Say(200, PERSON))
    assert read(odd.url, Patience(longest_wait=5, sleep=naps.append))["kind"] == "ok"
    assert naps == [4]


def _assign(url: str, patience: Patience) -> Answer:
    return AdminGateway(TOKEN, f"{url}/v1", patience).assign(ORDER)


def _send(url: str, patience: Patience) -> Answer:
    return ChatGateway(TOKEN, f"{url}/v1", patience).send(DRAFT)


changes = pytest.mark.parametrize("change", [_assign, _send], ids=["assign", "send"])


@changes
@pytest.mark.parametrize("lost", [Say(500), Say(503), Say(504), Say(breaks=True), Say(200, "{")])
def test_a_change_that_may_have_worked_is_not_repeated(odd: Odd, naps: list[float], change: Call, lost: Say) -> None:
    assert change(odd.says(lost).url, Patience(sleep=naps.append))["kind"] == "busy"
    assert (len(odd.asked), naps) == (1, [])


@changes
@pytest.mark.parametrize("status", [423, 429])
def test_a_change_that_webex_did_not_make_is_repeated(odd: Odd, change: Call, status: int) -> None:
    odd.says(Say(status, {}, {"Retry-After": "1"}), Say(200, {"id": "m1", "roomId": "s1", "licenses": ["l1"]}))
    assert change(odd.url, Patience(sleep=lambda _: None))["kind"] == "ok"
    assert len(odd.asked) == 2


def test_patience_of_one_try_never_sleeps(naps: list[float]) -> None:
    heard = Patience(tries=1, sleep=naps.append).persist("GET", lambda: BROKEN)
    assert (heard, naps) == (BROKEN, [])


def test_patience_keeps_what_the_last_try_said() -> None:
    answers = iter([BROKEN, Heard(ok(1), tracking_id="NA_4")])
    assert Patience(sleep=lambda _: None).persist("GET", lambda: next(answers)).tracking_id == "NA_4"
