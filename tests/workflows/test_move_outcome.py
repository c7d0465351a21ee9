"""What Webex answered to a try of a move → what became of it: every combination ends in words, or in a later try."""

from itertools import product
from typing import Any

import pytest

from bot.desk.groups import DEFAULT_GROUP
from bot.desk.moving import Result
from bot.desk.states import MoveState
from bot.webex.http import Answer, busy, ok, refused
from bot.workflows.move_outcome import UNTIL_IT_IS_MISSING, Later, Seen, ids_named, judge

HERE, THERE = "group-here", "group-there"
SCOPE = "spark-admin:resource_group_memberships_"


def place(group_id: str, status: str = "activated") -> Answer:
    return ok({"membership_id": "m", "group_id": group_id, "license_id": "l", "person_id": "p", "status": status})


def seen(look: Answer | None, answer: Answer | None = None, after: Answer | None = None, **changed: Any) -> Seen:
    looked = {"group_ids": [THERE], "groups": None, "membership": look, **changed}
    return {"look": looked, "answer": answer, "after": after or look}  # type: ignore[typeddict-item]


DENIED = refused(403, "Forbidden", tracking_id="T-1")


@pytest.mark.parametrize(
    ("one", "state", "says"),
    [
        (seen(place(THERE)), "moved", ""),
        (seen(place(THERE, "pending")), "moved", ""),
        (seen(place(HERE), ok({}), place(THERE)), "moved", ""),
        (seen(place(HERE), busy(0), place(THERE)), "moved", ""),
        (seen(place(HERE), refused(409, ""), place(THERE)), "moved", ""),
        (seen(place(HERE), ok({}), place(HERE)), "failed", "Webex said yes, but"),
        (seen(place(HERE, "error")), "refused", "the membership is in error"),
        (seen(place(HERE), refused(400, "Bad Request"), place(HERE)), "refused", "did not accept the move"),
        (seen(place(HERE), refused(404, ""), ok(None)), "refused", "no longer knows this membership"),
        (seen(place(HERE), refused(418, "teapot"), place(HERE)), "refused", "does not know"),
        (seen(place(HERE), DENIED, place(HERE)), "refused", "may not move people"),
        (seen(DENIED), "refused", "may not read who is in which"),
        (seen(place(HERE), ok({}), DENIED), "refused", "may not read who is in which"),
        (seen(None, group_ids=[], groups=DENIED), "refused", "may not read the resource groups"),
        (seen(None, group_ids=[], groups=ok([])), "refused", "lists no resource group of this name"),
        (seen(None, group_ids=["a", "b"], groups=ok([])), "refused", "More than one resource group"),
    ],
)
def test_a_try_ends_in_the_truth_and_in_words(one: Seen, state: str, says: str) -> None:
    judged = judge(one, UNTIL_IT_IS_MISSING)
    assert isinstance(judged, Result)
    assert judged.state == state
    assert says in (judged.error or {"sentence": ""})["sentence"]


def test_a_refusal_keeps_what_an_admin_needs_to_look_it_up() -> None:
    judged = judge(seen(place(HERE), DENIED, place(HERE)), 0)
    assert isinstance(judged, Result)
    assert judged.tracking_id == "T-1"
    assert judged.error is not None
    assert (judged.error["code"], judged.error["fix"]) == ("403", "operator")
    assert f"{SCOPE}write" in judged.error["remedy"]


@pytest.mark.parametrize(
    ("one", "news"),
    [
        (seen(place(HERE, "pending")), "pending"),
        (seen(place(HERE, "")), "pending"),
        (seen(place(HERE), refused(400, ""), place(HERE, "pending")), "pending"),
        (seen(ok(None)), "pending"),
        (seen(busy(503, 120)), "busy"),
        (seen(place(HERE), busy(429, 120), place(HERE)), "busy"),
        (seen(place(HERE), ok({}), busy(503, 120)), "busy"),
        (seen(None, group_ids=[], groups=busy(503, 120)), "busy"),
    ],
)
def test_what_webex_has_not_said_yet_is_waited_for(one: Seen, news: str) -> None:
    judged = judge(one, 0)
    assert isinstance(judged, Later)
    assert (judged.news, judged.seconds) == (news, 120 if news == "busy" else 0)


def test_a_membership_that_does_not_come_is_missing_in_the_end_unless_the_license_is_held() -> None:
    tries = range(UNTIL_IT_IS_MISSING + 1)
    without = [type(judge(seen(ok(None), is_held=False), number)) for number in tries]
    assert without == [*[Later] * UNTIL_IT_IS_MISSING, Result]
    assert [type(judge(seen(ok(None), is_held=True), number)) for number in tries] == [Later] * len(tries)


def test_who_was_moved_by_somebody_else_meanwhile_is_left_there() -> None:
    judged = judge(seen(place(HERE), first_seen_in="group-of-before"), 1)
    assert isinstance(judged, Result)
    assert (judged.state, (judged.error or {})["fix"]) == ("failed", "admin")
    assert judge(seen(place(THERE), first_seen_in="group-of-before"), 1) == Result(MoveState.MOVED)
    assert isinstance(judge(seen(place(HERE, "pending"), first_seen_in=HERE), 1), Later)


def test_nobody_is_moved_unless_they_were_seen_there() -> None:
    answers: list[Answer | None] = [None, ok({}), ok(None), DENIED, busy(0), place(HERE), place(HERE, "error")]
    for look, answer, after in product(answers[1:], answers, answers[2:]):
        judged = judge(seen(None if look == ok({}) else look, answer, after if after != ok({}) else None), 9)
        assert not isinstance(judged, Result) or judged.state is not MoveState.MOVED


def test_a_name_is_found_without_regard_to_case_and_the_default_group_without_a_list() -> None:
    groups = ok([{"group_id": "a", "name": "Europe"}, {"group_id": "b", "name": "EUROPE"}])
    assert ids_named("europe", groups) == ["a", "b"]
    assert ids_named("Mars", groups) == []
    assert ids_named("Default", None) == [DEFAULT_GROUP]
