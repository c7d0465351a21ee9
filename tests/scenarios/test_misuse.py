"""Misuse in words: deciding, canceling, confirming, retrying, looking by people who may not, too late, or twice.

Each attempt is made as Webex allows it, gets one clear sentence, and leaves everything as it was.
"""

from typing import Any

import pytest

from bot.desk.states import State
from tests.chat import BOT_ID, Chat, Someone
from tests.scenarios.misusing import HIDDEN, OTHER_ORG, answers, asked, lost_card

pytestmark = pytest.mark.thorough

VERBS = ("approve 1", "deny 1 because no", "deny 1", "cancel 1", "confirm 1", "retry 1", "status 1")
NOT_ASKED = "You were not asked about request #1, so you cannot decide on it."
NOT_YOURS = "Request #1 is not yours, so you cannot change it."
OWN = "Request #1 is your own, so somebody else has to decide on it."
FOR_YOU = "Request #1 is for you, so somebody else has to decide on it."
NO_RETURN = "Request #1 waits for somebody's decision and cannot be confirmed."
ADMINS_ONLY = "retry is for license admins only."
DONE = "Request #1 was already approved by Mona Weiss and granted."

TYPED: dict[str, dict[str, str | None]] = {
    "employee": dict(zip(VERBS[:5], (OWN, OWN, OWN, None, NO_RETURN), strict=True)) | {"retry 1": ADMINS_ONLY},
    "manager": {"cancel 1": NOT_YOURS, "confirm 1": NOT_YOURS, "deny 1": "Please say why", "retry 1": ADMINS_ONLY},
    "colleague": {**dict.fromkeys(VERBS, HIDDEN), "retry 1": ADMINS_ONLY},
    "director": {**dict.fromkeys(VERBS, HIDDEN), "retry 1": ADMINS_ONLY},
    "external": dict.fromkeys(VERBS, OTHER_ORG),
    "admin": {
        "approve 1": NOT_ASKED,
        "deny 1 because no": NOT_ASKED,
        "deny 1": NOT_ASKED,
        "confirm 1": NOT_YOURS,
        "retry 1": "Request #1 still waits for a decision",
    },
}
"""What each person reads about a request of the employee that waits for the manager. None: it would be allowed."""


def test_the_table_of_who_types_what_leaves_out_only_what_is_allowed() -> None:
    allowed = {
        (name, verb) for name, refused in TYPED.items() for verb in VERBS if refused.get(verb) is None
    }  # fmt: skip
    assert allowed == {
        ("employee", "cancel 1"),
        ("employee", "status 1"),
        ("manager", "approve 1"),
        ("manager", "deny 1 because no"),
        ("manager", "status 1"),
        ("admin", "cancel 1"),
        ("admin", "status 1"),
    }


@pytest.mark.parametrize("name", TYPED)
def test_what_somebody_may_not_do_is_refused_when_typed(chat: Chat, name: str) -> None:
    someone: Someone = getattr(chat, name)
    before = asked(chat, someone)
    for text, refusal in TYPED[name].items():
        if refusal is not None:
            answer = someone.says(text)
            assert answer.startswith(refusal), text
            assert "\n" not in answer, text
    assert chat.standing() == before


@pytest.mark.parametrize(
    ("verdict", "said"),
    [("approve", DONE), ("deny", "Request #1 was already denied by Mona Weiss.")],
)
def test_a_late_press_is_told_the_verdict(chat: Chat, verdict: str, said: str) -> None:
    asked(chat)
    card = chat.manager.card_with("Approve")
    chat.weather(method="DELETE", path="/v1/messages/*", times=9, status=403)
    chat.manager.says(f"{verdict} 1 because I know")
    before = chat.standing()
    late = answers(
        chat.manager, chat, card, {"do": "approve", "request": 1}, {"do": "deny", "request": 1, "reason": "late"}
    )
    assert [answer.startswith(said) for answer in late] == [True, True]
    assert chat.standing() == before


def test_everything_typed_after_the_end_is_told_the_verdict(chat: Chat) -> None:
    asked(chat, chat.admin)
    chat.manager.presses("Approve")
    before = chat.standing()
    for someone, text in (
        (chat.manager, "approve 1"),
        (chat.manager, "deny 1 because I changed my mind"),
        (chat.manager, "deny 1"),
        (chat.employee, "cancel 1"),
        (chat.admin, "cancel 1"),
        (chat.admin, "retry 1"),
    ):
        assert someone.says(text).startswith(DONE), (someone.name, text)
    assert chat.standing() == before


@pytest.mark.parametrize("ending", ["deny", "cancel", "expire"])
def test_what_ended_without_a_yes_can_neither_be_approved_nor_retried(chat: Chat, ending: str) -> None:
    asked(chat, chat.admin)
    if ending == "expire":
        chat.running.clock.ahead += chat.running.settings.request_ttl * 1.01
        chat.running.sweep()
    else:
        (chat.manager if ending == "deny" else chat.employee).says(f"{ending} 1{' because so' * (ending == 'deny')}")
    before = chat.standing()
    for someone, text in (
        (chat.manager, "approve 1"),
        (chat.manager, "deny 1 because no"),
        (chat.employee, "cancel 1"),
        (chat.admin, "retry 1"),
    ):
        answer = someone.says(text)
        assert {"deny": "denied by Mona", "cancel": "canceled", "expire": "expired"}[ending] in answer
        assert "\n" not in answer
    assert chat.standing() == before


def test_pressing_twice_at_once_decides_once(chat: Chat) -> None:
    asked(chat)
    card = chat.manager.card_with("Approve")
    said = answers(chat.manager, chat, card, *[{"do": "approve", "request": 1}] * 4)
    assert sum(1 for one in said if "was already approved by Mona Weiss" in one) == 3
    assert sum(1 for one in said if one.startswith("Request #1: done")) == 1
    standing = chat.standing()
    assert (standing["changes"], standing["audit"]) == (1, 3)


def test_yes_and_no_at_once_are_one_of_the_two(chat: Chat) -> None:
    asked(chat)
    card = chat.manager.card_with("Approve")
    answers(chat.manager, chat, card, {"do": "approve", "request": 1}, {"do": "deny", "request": 1, "reason": "no"})
    state = chat.state_of(1)
    assert state in {State.GRANTED, State.DENIED}
    assert (state is State.GRANTED) == ("Messaging" in chat.employee.holds())


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"loginEnabled": False}, "Your account is not active, so I change nothing for you."),
        ({"orgId": "Y2lzY29zcGFyazovL3VzL09SR0FOSVpBVElPTi9lbHNld2hlcmU"}, OTHER_ORG),
        ({"type": "appuser"}, ""),
    ],
    ids=["deactivated", "moved to another organization", "no person any more"],
)
@pytest.mark.parametrize("way", ["typed", "pressed"])
def test_who_may_decide_is_looked_up_again_when_the_decision_comes(
    chat: Chat, change: dict[str, Any], refusal: str, way: str
) -> None:
    asked(chat)
    path = f"/v1/people/{chat.manager.person_id}"
    chat.weather(method="GET", path=path, times=1, status=429, headers={"Retry-After": "3000"})
    if way == "typed":
        chat.manager.says("approve 1")
    else:
        chat.manager.presses("Approve")
    before = chat.standing()
    chat.change(chat.manager, **change)
    chat.running.run_delayed()
    said = [one["text"] for one in chat.running.control("GET", "snapshot")["messages"] if one["personId"] == BOT_ID]
    assert (said[-1].startswith(refusal)) if refusal else "approved" not in said[-1]
    assert chat.standing() == before


def test_a_new_manager_may_not_decide_what_the_former_was_asked(chat: Chat) -> None:
    before = asked(chat, chat.colleague)
    chat.change(chat.employee, managerId=chat.colleague.person_id)
    assert chat.colleague.says("approve 1").startswith(HIDDEN)
    assert chat.standing() == before


def test_a_beneficiary_cannot_decide_what_a_colleague_asked_for_them(chat: Chat) -> None:
    chat.employee.says("request screen share for manager@example.com")
    before = chat.standing()
    assert chat.manager.says("approve 1").startswith(FOR_YOU)
    assert chat.manager.says("deny 1 because no").startswith(FOR_YOU)
    assert chat.employee.says("approve 1").startswith(OWN)
    assert chat.standing() == before


def test_only_the_one_who_gives_back_can_confirm_and_only_once(chat: Chat) -> None:
    chat.give(chat.employee, "Basic Messaging", "Basic Meetings", "Messaging")
    others = (chat.manager, chat.colleague, chat.admin, chat.external)
    for someone in others:
        someone.says("help", settle=False)
    chat.employee.says("return messaging")
    before = chat.standing()
    for someone, refusal in zip(others, (HIDDEN, HIDDEN, NOT_YOURS, OTHER_ORG), strict=True):
        assert someone.says("confirm 1").startswith(refusal)
    assert chat.employee.says("approve 1").startswith(OWN)
    assert chat.admin.says("approve 1").startswith(NOT_ASKED)
    assert chat.standing() == before
    card = chat.employee.card_with("Return it")
    answers(chat.employee, chat, card, {"do": "confirm", "request": 1}, {"do": "confirm", "request": 1})
    assert chat.standing()["changes"] == 1


def test_other_bots_are_neither_answered_nor_obeyed(chat: Chat) -> None:
    before = asked(chat)
    robot = chat.newcomer(email="robot@webex.bot", displayName="Robot", type="bot")
    chat.change(chat.employee, managerId=robot.person_id)
    for text in ("help", "approve 1", "request messaging"):
        assert robot.says(text) == ""
    assert answers(robot, chat, lost_card(chat, robot), {"do": "approve", "request": 1}) == []
    standing = chat.standing()
    assert standing["holdings"].pop(robot.person_id) == []
    assert standing == before


def test_a_request_that_one_may_not_see_is_as_unknown_as_one_that_does_not_exist(chat: Chat) -> None:
    asked(chat, chat.colleague, chat.director)
    for someone in (chat.colleague, chat.director):
        hidden, unknown = someone.says("status 1"), someone.says("status 77")
        assert hidden.replace("#1", "#77") == unknown


@pytest.mark.parametrize("text", ["licenses", "who messaging", "status manager@example.com", "pending", "history"])
def test_what_is_for_admins_costs_webex_nothing_when_others_type_it(chat: Chat, text: str) -> None:
    chat.employee.says("help")
    before = chat.calls("GET", "/v1/licenses"), len(chat.calls("GET", "/v1/people"))
    assert "is for license admins only" in chat.employee.says(text)
    assert chat.calls("GET", "/v1/licenses") == before[0]
    assert len(chat.calls("GET", "/v1/people")) == before[1] + 1


def test_what_must_stay_as_it_was_is_seen_to_change(chat: Chat) -> None:
    """Or all that says that nothing was changed would say nothing."""
    chat.employee.says("request calling professional at Denver ext 1109 because new desk")
    stands = [chat.standing()]

    def changed() -> set[str]:
        stands.append(chat.standing())
        return {name for name in stands[-1] if stands[-1][name] != stands[-2][name]}

    assert changed() == set()
    chat.employee.says("details 1 ext 1110")
    assert changed() == {"items", "audit", "open cards"}
    record = chat.admin.call("GET", f"people/{chat.colleague.person_id}", params={"callingData": "true"})
    chat.admin.call("PUT", f"people/{chat.colleague.person_id}", params={"callingData": "true"}, json=record)
    assert changed() == {"changes"}
    chat.give(chat.colleague, "Basic Messaging", "Basic Meetings", "Hybrid Call Aware")
    chat.admin.says("move colleague@example.com to Europe")
    assert changed() >= {"holdings", "moves", "changes"}
    chat.manager.presses("Approve")
    assert changed() == {"requests", "items", "decisions", "audit", "open cards", "changes", "holdings"}
