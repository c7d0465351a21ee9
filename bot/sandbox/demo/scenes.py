"""The five scenes of the demo, in their order. Each waits until what it tells is seen, or raises DemoFailed."""

import re
from dataclasses import dataclass
from typing import Any

from bot.sandbox.demo.card_reading import choice_titled
from bot.sandbox.demo.failed import DemoFailed
from bot.sandbox.demo.people import Admin, Message, Someone, Stage

PROFESSIONAL = "Webex Calling - Professional"
CONSOLE = "Webex Calling - Attendant Console"
SUITE = "Webex Suite Meetings 1000"
SETTLED = "done|partly done|waits to be accepted|Webex said no|not done|not seen in Webex"


@dataclass(frozen=True, slots=True)
class Cast:
    stage: Stage
    admin: Someone
    employee: Someone
    colleague: Someone
    manager: Someone
    director: Someone
    control_hub: Admin

    def saw(self, words: str) -> None:
        self.stage.transcript.saw(words)

    def narrates(self, words: str) -> None:
        self.stage.transcript.narrates(words)


def cast_of(stage: Stage) -> Cast:
    who = stage.company()
    control_hub = Admin(who["admin"])
    return Cast(stage, who["admin"], who["employee"], who["colleague"], who["manager"], who["director"], control_hub)


def play_all(cast: Cast) -> None:
    scenes = (
        ("1. Asked on a card, approved, assigned, checked", asked_approved_assigned),
        ("2. Approved, but Webex itself refuses", refused_by_webex),
        ("3. Two licenses, one of them granted", one_of_two),
        ("4. Denied, with a reason", denied),
        ("5. The admin looks", the_admin_looks),
    )
    for title, scene in scenes:
        cast.stage.transcript.scene(title)
        scene(cast)


def asked_approved_assigned(cast: Cast) -> None:
    employee, manager = cast.employee, cast.manager
    _expect(not _holds(cast, employee, "Messaging"), f"{employee.name} holds Messaging before anybody asked.")
    employee.types("request")
    form = employee.reads("^Request a license")
    wanted = choice_titled(form, "licenses", "Messaging")
    employee.presses(form, "Send request", licenses=wanted, reason="I work with partners every day.")
    employee.reads(r"Request #1 is sent[\s\S]*Mona Weiss")
    card = manager.reads("Request #1 waits for you")
    before = len(cast.stage.calls())
    manager.presses(card, "Approve")
    _settled(employee, 1, "done")
    calls = cast.stage.calls()[before:]  # before anybody but the bot looks at what the employee holds
    _settled(manager, 1, "done")
    _expect_checked(cast, calls, employee)
    _expect(_holds(cast, employee, "Messaging"), f"Webex does not show that {employee.name} holds Messaging.")
    cast.saw(f"the bot's PATCH answered 200, its own look afterwards, and {employee.name} with Messaging in Webex.")


def refused_by_webex(cast: Cast) -> None:
    manager, director = cast.manager, cast.director
    manager.types("request attendant console at Denver ext 1109 because I answer the phones of Sales")
    manager.reads("Request #2 is sent")
    card = director.reads("Request #2 waits for you")
    _take_away_professional(cast)
    before = len(cast.stage.calls())
    director.presses(card, "Approve")
    told = set()
    for person in (manager, director):
        refusal = _settled(person, 2, "Webex said no")["text"]
        _expect("needs Calling Professional" in refusal, f"{person.name} was not told what is missing.")
        _expect("400408" in refusal, f"{person.name} was not told the error code.")
        told.update(re.findall(r"Tracking ID:? +(\S+)", refusal) or [""])
    _expect(len(told) == 1 and "" not in told, "They should both have been told the one tracking ID.")
    _expect_answered(cast, cast.stage.calls()[before:], 400)
    _expect(not _holds(cast, manager, CONSOLE), f"{manager.name} holds the Attendant Console all the same.")
    cast.saw("the PATCH answered 400 with 400408, and the same words, code and tracking ID with both of them.")
    _give_professional_back(cast)


def one_of_two(cast: Cast) -> None:
    manager, director = cast.manager, cast.director
    manager.types(f"request attendant console and {SUITE.lower()} at Denver ext 1109 because Sales grows")
    manager.reads("Request #3 is sent")
    card = director.reads("Request #3 waits for you")
    _take_away_professional(cast)
    before = len(cast.stage.calls())
    director.presses(card, "Approve")
    for person in (manager, director):
        receipt = _settled(person, 3, "partly done")
        for name in (CONSOLE, SUITE):
            _expect(name in receipt["text"], f"{person.name} was not told about {name}.")
    _settled(cast.admin, 3, "partly done")
    _expect_answered(cast, cast.stage.calls()[before:], 206)
    _expect(_holds(cast, manager, SUITE), f"Webex does not show that {manager.name} holds {SUITE}.")
    _expect(not _holds(cast, manager, CONSOLE), f"{manager.name} holds the Attendant Console all the same.")
    cast.saw(f"the PATCH answered 206, and {manager.name} in Webex with the one license and without the other.")
    _give_professional_back(cast)


def denied(cast: Cast) -> None:
    colleague, director = cast.colleague, cast.director
    cast.narrates(f"{colleague.name} has no manager in Webex, so the configured approver decides.")
    colleague.types("request messaging because everybody has it")
    colleague.reads("Request #4 is sent")
    card = director.reads("Request #4 waits for you")
    director.presses(card, "Deny", reason="Please try the free Messaging until March.")
    for person in (director, colleague):
        verdict = person.reads("Request #4: denied")
        _expect("until March" in verdict["text"], f"{person.name} was not told the reason.")
    _expect(not _holds(cast, colleague, "Messaging"), f"{colleague.name} holds Messaging all the same.")
    cast.saw(f"the reason with both, and {colleague.name} in Webex without the license.")


def the_admin_looks(cast: Cast) -> None:
    admin, employee = cast.admin, cast.employee
    employee.types("request calling professional because I am on the phone all day")
    places = employee.reads("^Details for calling")
    employee.presses(places, "Continue", location=choice_titled(places, "location", "Denver"))
    numbers = employee.reads("^Details for calling")
    employee.presses(numbers, "Continue", number=choice_titled(numbers, "number", "+1"), extension="1120")
    employee.reads("Request #5 is sent")
    cast.manager.reads("Request #5 waits for you")
    for command, pattern in (
        ("status 1", r"#1[\s\S]*granted"),
        ("pending", r"#5[\s\S]*Emil Berg[\s\S]*pending[\s\S]*Mona Weiss"),
        ("licenses", r"Messaging[\s\S]*left"),
        ("who calling professional", r"1 person[\s\S]*Mona Weiss"),
    ):
        admin.types(command)
        admin.reads(pattern)


def _take_away_professional(cast: Cast) -> None:
    cast.narrates(f"Before anybody presses, {cast.admin.name} takes {PROFESSIONAL} away from {cast.manager.name}.")
    cast.control_hub.takes(PROFESSIONAL, cast.manager)
    _expect(not _holds(cast, cast.manager, PROFESSIONAL), "The sandbox did not take the license away.")


def _give_professional_back(cast: Cast) -> None:
    cast.narrates(f"{cast.admin.name} gives {PROFESSIONAL} back to {cast.manager.name}.")
    cast.control_hub.gives(PROFESSIONAL, cast.manager, "Denver", "1101")
    _expect(_holds(cast, cast.manager, PROFESSIONAL), "The sandbox did not give the license back.")


def _settled(person: Someone, number: int, how: str) -> Message:
    """Wait for how a request ended, whatever that is, and insist on `how`."""
    receipt = person.reads(rf"Request #{number}: (?:{SETTLED})")
    _expect(f"Request #{number}: {how}" in receipt["text"], f"Request #{number} should have ended as {how!r}.")
    return receipt


def _holds(cast: Cast, person: Someone, name: str) -> bool:
    return cast.control_hub.license_id(name) in cast.control_hub.held_by(person)


def _expect_answered(cast: Cast, calls: list[dict[str, Any]], status: int) -> int:
    """Return where among `calls` the bot's one PATCH is."""
    at = [index for index, call in enumerate(calls) if call["method"] == "PATCH"]
    _expect(len(at) == 1, f"The bot should have sent one PATCH and sent {len(at)}.")
    call = calls[at[0]]
    _expect(call["actor"] == cast.admin.person_id, "The PATCH did not come with the admin token.")
    _expect(call["status"] == status, f"The PATCH was answered {call['status']} and not {status}.")
    return at[0]


def _expect_checked(cast: Cast, calls: list[dict[str, Any]], person: Someone) -> None:
    """Insist that the bot looked at what the person holds after the PATCH and before it spoke of success."""
    at = _expect_answered(cast, calls, 200)
    looks = [call for call in calls[at:] if (call["method"], call["path"]) == ("GET", f"/v1/people/{person.person_id}")]
    seen = any(call["status"] == 200 and call["actor"] == cast.admin.person_id for call in looks)  # noqa: PLR2004 - OK
    _expect(seen, "The bot said that it was done without looking into Webex after the PATCH.")


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise DemoFailed(otherwise)
