"""Every refusal that Webex publishes, as people read it: foreseen before anybody is asked, and after an approval."""

import time
from dataclasses import dataclass
from typing import Any

import pytest

from bot.desk.states import State
from bot.licensing.failures import FAILURES, HYBRID
from bot.store.models import Request
from tests.chat import BOT_ID, Chat, Someone, buttons_of, data_of
from tests.running import TOO_LONG
from tests.scenarios.code_stories import CHOOSE, DETAILS, FORESEEN, STORIES, ByWeather, Story

pytestmark = pytest.mark.thorough

PUBLISHED = (
    *(400, 400000, 400112, 400118, 400216, 400404, 400406, 400407, 400408, 400410, 400411, 400413),
    *(700003, 700004, 700005, 700006),
)
"""All codes of "Webex: Assign Licenses to Users"."""
WITHOUT_A_CODE = ("both hybrid calendars", "call connect without call aware")
FOR_ADMINS = ("a Webex admin", "the operator of this bot")
A_GUESS = "Most likely:"
SIDE_BY_SIDE = 8
UNSEEN = "\u2060"
"""Keeps an address that somebody typed from becoming a link; nobody sees it."""
TROUBLE = ("Traceback", "went wrong on our side")


@dataclass(frozen=True, slots=True)
class Case:
    """A story, the newcomer whom it befalls, and the number of their request."""

    code: str
    story: Story
    who: Someone
    number: int

    @property
    def headline(self) -> str:
        return f"Request #{self.number}: "


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What there is to see when all is settled, read once for all stories."""

    approver: list[str]
    admin: list[str]
    before: dict[str, Any]
    after: dict[str, Any]
    license_ids: dict[str, str]


def test_the_stories_are_all_that_webex_publishes_and_the_partial_success() -> None:
    assert set(STORIES) == {*map(str, PUBLISHED), *WITHOUT_A_CODE, "206"}
    assert {row.code for row in FAILURES if row.code} == set(PUBLISHED)
    assert len(HYBRID) == len(WITHOUT_A_CODE)


def test_webex_says_no_after_the_approval(chat: Chat, subtests: pytest.Subtests) -> None:
    license_ids = license_ids_of(chat)
    cases = recorded(chat, license_ids)
    for case in cases:
        if not isinstance(case.story.webex, ByWeather):
            chat.change(case.who, licenses=[license_ids[name] for name in case.story.webex.holds])
    before = chat.running.control("GET", "snapshot")["people"]
    say_yes(chat, cases)
    snapshot = chat.running.control("GET", "snapshot")
    seen = Aftermath(texts(chat.manager), texts(chat.admin), before, snapshot["people"], license_ids)
    for case in cases:
        with subtests.test(case.code):
            assert_the_requester_understands(case)
            assert_the_right_people_were_told(case, seen)
            assert chat.state_of(case.number) is case.story.ends
            assert_webex_holds_what_it_should(case, seen)
    assert [one for one in snapshot["messages"] if any(word in one.get("text", "") for word in TROUBLE)] == []


def test_the_bot_says_no_before_anybody_is_asked(chat: Chat, subtests: pytest.Subtests) -> None:
    license_ids = license_ids_of(chat)
    for code, before in FORESEEN.items():
        with subtests.test(code):
            chat.change(chat.employee, licenses=[license_ids[name] for name in before.holds])
            line = (before.asks or STORIES[code].asks).format(extension=2000)
            assert before.reads in chat.employee.says(line).replace(UNSEEN, "")
            assert not before.way_out or before.way_out in buttons_of(chat.employee.cards()[-1])
    assert chat.count(Request) == 0
    assert texts(chat.manager) == []
    assert chat.calls("PATCH", "/v1/licenses/users") == []


@pytest.mark.thorough
def test_the_way_out_of_every_refusal_leads_on(chat: Chat, subtests: pytest.Subtests) -> None:
    """What is offered after a refusal, taken by everybody and approved, ends well, or in the form that helps."""
    license_ids = license_ids_of(chat)
    cases = recorded(chat, license_ids)
    for case in cases:
        if not isinstance(case.story.webex, ByWeather):
            chat.change(case.who, licenses=[license_ids[name] for name in case.story.webex.holds])
    say_yes(chat, cases)
    for case in cases:
        case.who.presses(case.story.way_out, settle=False)
    chat.running.settle()
    for card in [one for one in chat.manager.cards() if "Approve" in buttons_of(one)]:
        chat.manager.submits(card["id"], data_of(card, "Approve"))
    chat.running.settle()
    for case in cases:
        with subtests.test(case.code):
            assert_it_led_on(case)


@pytest.mark.thorough
def test_the_way_out_of_every_objection_leads_on(chat: Chat, subtests: pytest.Subtests) -> None:
    """What is offered before anybody is asked, taken: it is asked for, or the form that helps is there."""
    license_ids = license_ids_of(chat)
    for code, before in FORESEEN.items():
        if not before.way_out:
            continue
        with subtests.test(code):
            chat.change(chat.employee, licenses=[license_ids[name] for name in before.holds])
            chat.employee.says((before.asks or STORIES[code].asks).format(extension=2000))
            read = chat.employee.presses(before.way_out)
            assert read.startswith(tuple(LED_TO.get(before.way_out, LED_TO[""])))
            chat.employee.says(f"cancel {chat.last_number()}")


LED_TO = {
    "": ("Request #", "Return this license?"),
    CHOOSE: ("Request a license",),
    "Continue": ("Details for calling",),
}
"""What is read after a way out was taken; of those that are not named, a request or what confirms a return."""


def assert_it_led_on(case: Case) -> None:
    read = case.who.last()
    if case.story.way_out == CHOOSE:
        assert read.startswith("Request a license")
    elif case.story.way_out == DETAILS:
        assert read.startswith("Details for calling")
    else:
        assert ": done" in read.splitlines()[0]


def recorded(chat: Chat, license_ids: dict[str, str]) -> list[Case]:
    """Let a newcomer for each story ask, many side by side; not all, so that no wait is long on a busy machine."""
    askers = {}
    for number, (code, story) in enumerate(STORIES.items(), start=2000):
        askers[code] = chat.newcomer(
            displayName=f"Newcomer {number}",
            email=f"newcomer{number}@example.com",
            managerId=chat.manager.person_id,
            licenses=[license_ids[name] for name in story.holds],
        )
        line = story.asks.format(extension=number)
        askers[code].call("POST", "messages", json={"toPersonId": BOT_ID, "text": line})  # the answer is read below
        if number % SIDE_BY_SIDE == 0:
            chat.running.settle()
    chat.running.settle()
    cases = []
    for code, who in askers.items():
        button = "Return it" if STORIES[code].is_return else "Cancel request"
        cases.append(Case(code, STORIES[code], who, data_of(who.card_with(button), button)["request"]))
    return cases


def say_yes(chat: Chat, cases: list[Case]) -> None:
    """Let everybody say yes. Weather meets calls and not people, so its stories go one after the other, and first."""
    refusals = {
        str(one["code"]): {
            "message": one["message"],
            "errors": [{"errorCode": one["code"], "description": one["description"]}],
        }
        for one in chat.running.control("GET", "refusals")["items"]
    }
    cards = {data_of(one, "Approve")["request"]: one for one in chat.manager.cards() if "Approve" in buttons_of(one)}
    for case in sorted(cases, key=lambda one: not isinstance(one.story.webex, ByWeather)):
        is_weather = isinstance(case.story.webex, ByWeather)
        if is_weather:
            chat.weather(method="PATCH", path="/v1/licenses/users", status=400, body=refusals[case.code])
        if case.story.is_return:
            case.who.presses("Return it", settle=False)
        else:
            chat.manager.submits(cards[case.number]["id"], data_of(cards[case.number], "Approve"))
        if is_weather:
            wait_until_it_struck(chat)
    chat.running.settle()


def wait_until_it_struck(chat: Chat) -> None:
    end = time.monotonic() + TOO_LONG
    while chat.running.control("GET", "weather")["items"]:
        assert time.monotonic() < end, "the weather struck nobody"
        time.sleep(0.02)


def assert_the_requester_understands(case: Case) -> None:
    read = case.who.last()
    assert read.startswith(case.headline)
    assert case.story.means in read
    assert case.story.to_do in read
    assert f"Who has to act: {case.story.who_acts}" in read
    assert "Tracking ID: " in read
    if case.story.ends is State.REFUSED:
        assert f"Error code: {case.code if case.code.isdecimal() else 400}\n" in read
    for name in case.story.gains:
        assert f"{name}: assigned and checked" in read


def assert_the_right_people_were_told(case: Case, seen: Aftermath) -> None:
    """The approver, if somebody approved; the admins if they have to act, or where the bot itself can only guess."""
    is_for_admins = case.story.who_acts in FOR_ADMINS or A_GUESS in case.who.last()
    for texts_read, is_told in ((seen.approver, not case.story.is_return), (seen.admin, is_for_admins)):
        told = [text for text in texts_read if text.startswith(case.headline) and case.story.means in text]
        assert len(told) == is_told


def assert_webex_holds_what_it_should(case: Case, seen: Aftermath) -> None:
    gained = [seen.license_ids[name] for name in case.story.gains]
    before = seen.before[case.who.person_id]
    assert seen.after[case.who.person_id] == {**before, "licenses": [*before["licenses"], *gained]}


def texts(someone: Someone) -> list[str]:
    return [message["text"] for message in someone.inbox() if message["personId"] == BOT_ID]


def license_ids_of(chat: Chat) -> dict[str, str]:
    """Licenses by name; those of a site also by `name (site)`."""
    listed = chat.running.control("GET", "snapshot")["licenses"]
    by_name = {one["name"]: one["id"] for one in listed}
    return by_name | {f"{one['name']} ({one['siteUrl']})": one["id"] for one in listed if "siteUrl" in one}
