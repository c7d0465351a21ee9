"""The catalog: read once for many, again on doubt; units that were promised; and shown as the operator wants it."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.desk.states import State
from bot.licensing.catalog_file import read
from bot.sandbox.seed import ORG
from bot.store.models import Request
from tests.chat import Chat, content_of
from tests.running import QUICK

pytestmark = pytest.mark.thorough

SUITE = "Webex Suite Meetings 1000"
SHOWN = """
Webex Calling - Professional: {title: Desk phone, group: Phones, price: 17 € a month, description: With voicemail.}
Webex Calling - Standard: {group: Phones, order: 1}
Messaging: {group: Chat, price: included, description: Chat with files.}
Messenger: {hidden: true, group: Chat}
"""


@pytest.fixture
def with_file(chat: Chat) -> Iterator[Chat]:
    """The bot as it is after a start with this file."""
    admin = chat.running.worker.admins.of(ORG)
    admin.entries = read(SHOWN, "catalog.yaml")
    yield chat
    admin.entries = ()
    admin.forget()


def reads(chat: Chat) -> int:
    return len([call for call in chat.calls("GET", "/v1/licenses") if call["path"] == "/v1/licenses"])


def resize(chat: Chat, name: str, total: int) -> None:
    chat.running.control("PATCH", f"licenses/{chat.license_id(name)}", {"totalUnits": total})


def test_many_questions_cost_one_look_at_the_catalog_and_its_approver_s_card_none(chat: Chat) -> None:
    chat.employee.says("request")
    chat.colleague.says("my licenses")
    assert "2/40" in chat.admin.says("licenses")
    chat.employee.presses("Send request", licenses=chat.license_id("Messaging"))
    assert "38 left, 37 after this" in chat.manager.last()
    assert reads(chat) == 1


def test_an_assignment_reads_it_afresh_and_what_is_remembered_of_before_is_doubted(chat: Chat) -> None:
    chat.employee.says("request messaging")
    chat.manager.presses("Approve")
    assert reads(chat) == 2
    assert "3/40" in chat.admin.says("licenses")
    assert reads(chat) == 3


def test_after_webex_refused_a_license_it_is_looked_for_again(chat: Chat) -> None:
    chat.employee.says("request messaging")
    gone = {"message": "License not recognized", "errors": [{"errorCode": 400000, "description": "License not …"}]}
    chat.weather(method="PATCH", path="/v1/licenses/users", times=1, status=400, body=gone)
    chat.manager.presses("Approve")
    assert "no longer knows this license" in chat.employee.last()
    before = reads(chat)
    chat.employee.says("request")
    assert reads(chat) == before + 1


def test_a_license_that_had_no_units_left_is_looked_at_again_before_the_bot_says_no(chat: Chat) -> None:
    resize(chat, SUITE, 1)
    assert f"{SUITE} · none left" in chat.employee.says("request")
    assert f"No units of {SUITE} are left" in chat.employee.says("request suite")
    assert reads(chat) == 2
    resize(chat, SUITE, 3)
    assert "Request #1" in chat.employee.presses("Send request", licenses=chat.license_id(SUITE))
    assert reads(chat) == 3


def test_a_name_and_a_choice_that_are_not_known_are_looked_for_again(chat: Chat) -> None:
    chat.employee.says("request")
    assert "I know no license" in chat.employee.says("request quantum telepathy")
    assert reads(chat) == 2
    assert "did not fit together" in chat.employee.presses("Send request", licenses="gone")
    assert reads(chat) == 3
    assert "I know no license" in chat.admin.says("who quantum telepathy")
    assert reads(chat) == 4


def test_what_was_read_for_this_very_question_is_not_read_twice(chat: Chat) -> None:
    assert "I know no license" in chat.employee.says("request quantum telepathy")
    assert reads(chat) == 1


def test_a_unit_that_is_approved_and_not_applied_yet_is_offered_to_nobody_else(chat: Chat) -> None:
    chat.give(chat.employee, "Basic Messaging", "Basic Meetings", "Messaging")
    chat.employee.says("request suite instead of messaging")
    chat.weather(method="PATCH", path="/v1/licenses/users", times=QUICK.tries * 2, status=503)
    chat.manager.presses("Approve")
    assert chat.state_of(1) is State.APPROVED

    form = chat.colleague.says("request")
    assert f"{SUITE} · none left" in form
    assert "Messaging · 37 left" in form, "what is returned was not promised to anybody"
    assert f"No units of {SUITE} are left" in chat.colleague.says("request suite")
    told = chat.admin.says("licenses")
    assert "1/2 · none left · 1 approved and not applied yet" in told

    chat.running.control("DELETE", "weather")
    chat.running.run_delayed()
    assert SUITE in chat.employee.holds()
    assert "not applied yet" not in chat.admin.says("licenses")


def test_of_two_approvals_of_the_last_unit_the_second_is_told_that_none_is_left(chat: Chat) -> None:
    held = [chat.license_id(name) for name in ("Basic Messaging", "Basic Meetings")]
    boss = chat.manager.person_id
    late = chat.newcomer(displayName="Lea Late", email="lea@example.com", managerId=boss, licenses=held)
    chat.employee.says("request suite")
    late.says("request suite")
    for number in (1, 2):
        chat.manager.says(f"approve {number}")
    assert chat.state_of(1) is State.GRANTED
    assert chat.state_of(2) is State.REFUSED
    for someone in (late, chat.manager, chat.admin):
        assert f"No units of {SUITE} are left" in someone.last()


def test_the_form_shows_groups_titles_prices_and_what_they_are_for(with_file: Chat) -> None:
    with_file.employee.says("request")
    form = content_of(with_file.employee.card_with("Send request"))
    fields = [one for one in form["body"] if one["type"] == "Input.ChoiceSet"]
    assert [one["label"] for one in fields][:3] == ["Chat", "Phones", "Other licenses"]
    assert [one["title"] for one in fields[0]["choices"]] == ["Messaging · included · 38 left"]
    assert [one["title"] for one in fields[1]["choices"]] == [
        "Webex Calling - Standard · 19 left",
        "Desk phone · 17 € a month · 19 left",
    ]
    small = [run["text"] for one in form["body"] for run in one.get("inlines", []) if run.get("size") == "Small"]
    assert "Messaging: Chat with files." in small
    assert "Desk phone: With voicemail." in small


def test_what_is_ticked_in_several_groups_makes_one_request_and_its_approver_reads_the_price(with_file: Chat) -> None:
    chat = with_file
    chat.employee.says("request")
    chat.employee.presses(
        "Send request",
        licenses=chat.license_id("Messaging"),
        licenses_3=chat.license_id("Meeting - Webex Meeting Center"),
    )
    assert chat.count(Request) == 1
    told = chat.manager.last()
    assert "Add Messaging" in told
    assert "included · 38 left, 37 after this" in told
    assert "Chat with files." in told
    assert "Add Meeting - Webex Meeting Center" in told


def test_a_renamed_license_is_called_so_wherever_it_is_shown_and_assigned_as_ever(with_file: Chat) -> None:
    chat = with_file
    chat.employee.says("request desk phone at Denver ext 1109 because new desk")
    assert "Add Desk phone" in chat.manager.last()
    chat.manager.presses("Approve")
    assert "Webex Calling - Professional" in chat.employee.holds()
    assert "Desk phone" in chat.employee.says("my licenses")
    assert "in Webex Webex Calling - Professional" in chat.admin.says("licenses")
    chat.employee.says("request messaging")
    assert "Desk phone" in chat.manager.last().partition("Holds now")[2]


def test_what_is_hidden_is_as_if_unknown_unless_somebody_holds_it(with_file: Chat) -> None:
    chat = with_file
    assert "Messenger" not in chat.employee.says("request")
    assert "I know no license called “messenger”" in chat.employee.says("request messenger")
    hidden = chat.license_id("Messenger")
    assert "no longer lists a license" in chat.employee.presses("Send request", licenses=hidden)
    assert chat.count(Request) == 0
    chat.give(chat.employee, "Basic Messaging", "Messenger")
    assert "Messenger" in chat.employee.says("my licenses")
    assert "cannot be managed through the bot" in chat.employee.says("return messenger")


@pytest.mark.parametrize("way", ["typed", "form"])
def test_what_is_hidden_cannot_be_asked_for_by_way_of_an_invitation(with_file: Chat, way: str) -> None:
    chat = with_file
    chat.running.worker.admins.of(ORG).entries = read("Screen Share: {hidden: true}", "catalog.yaml")
    with chat.running.desks(allow_invite=True):
        if way == "typed":
            chat.employee.says("request screen share for nora.new@example.com")
        else:
            chat.employee.says("request")
            sent: dict[str, Any] = {"licenses": chat.license_id("Screen Share"), "for": "nora.new@example.com"}
            assert "Screen Share" not in chat.employee.presses("Send request", **sent)
        said = chat.employee.presses("Ask to invite them", named="Nora New")
    assert "I know no license called “screen share”" in said or "no longer lists a license" in said
    assert chat.count(Request) == 0


def test_admins_see_what_is_hidden_and_that_it_is(with_file: Chat) -> None:
    chat = with_file
    listed = chat.admin.says("licenses").splitlines()
    assert [line for line in listed if "hidden" in line] == [line for line in listed if "Messenger" in line]
    assert "Messenger (hidden) · 9 left" in chat.admin.says("request")
    assert "cannot be managed through the bot" in chat.admin.says("request messenger")
