"""Deliveries that never came: what was said is found in the space and answered once; what cannot be found is told."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.desk.states import State
from bot.store.models import Delivery, Request
from bot.store.upkeep import Space
from bot.webex import own_token
from tests.chat import Chat, Someone
from tests.durability.test_deliveries import Lost, deliver, from_the_bot
from tests.processes import Company, until

LONG_AGO = timedelta(minutes=3)
AGAIN = "press it again"


def catch_up(chat: Chat, after: timedelta = LONG_AGO) -> None:
    """Let the bot look for what it missed, that much later, in good weather."""
    chat.running.control("DELETE", "weather")
    chat.running.clock.ahead += after
    catching_up = chat.running.worker.catching_up
    catching_up.catch_up(catching_up.time())
    chat.running.settle()


def lose_everything(chat: Chat) -> None:
    chat.running.settle()
    chat.weather(webhooks="drop", every=1)


def keys(chat: Chat) -> set[str]:
    with Session(chat.running.engine) as session:
        return set(session.scalars(select(Delivery.key)))


@pytest.mark.thorough
def test_words_whose_delivery_was_lost_are_answered_once_though_it_comes_after_all(chat: Chat) -> None:
    chat.employee.says("help")
    lost = Lost(chat)
    chat.employee.says("request messaging because new desk", settle=False)
    body = lost.of("messages")
    catch_up(chat)
    number = chat.last_number()
    assert f"Request #{number} is sent" in chat.employee.last()
    before = len(from_the_bot(chat.employee))
    deliver(chat, body, 3)
    catch_up(chat)
    assert len(from_the_bot(chat.employee)) == before
    assert chat.count(Request) == 1


@pytest.mark.thorough
def test_what_somebody_said_meanwhile_is_answered_in_its_order(chat: Chat) -> None:
    chat.employee.says("help")
    lose_everything(chat)
    before = len(from_the_bot(chat.employee))
    for number in range(71, 77):
        chat.employee.says(f"status {number}")
    catch_up(chat)
    answers = from_the_bot(chat.employee)[before:]
    assert [f"no request #{number} " in text for number, text in enumerate(answers, start=71)] == [True] * 6


@pytest.mark.thorough
def test_a_mention_in_a_space_is_found_and_answered_there_and_nothing_else_of_the_space_is(chat: Chat) -> None:
    chat.employee.mentions("help")
    lose_everything(chat)
    chat.colleague.call("POST", "messages", json={"roomId": chat.colleague.space("IT requests"), "text": "approve 1"})
    chat.employee.mentions("status 77")
    before = keys(chat)
    catch_up(chat)
    assert "no request #77" in chat.employee.last()
    assert sum(key.startswith("messages:") for key in keys(chat) - before) == 1


@pytest.mark.thorough
def test_first_words_of_somebody_the_bot_only_ever_wrote_to_are_found(chat: Chat) -> None:
    chat.employee.says("request messaging because new desk")
    lose_everything(chat)
    chat.manager.says(f"approve {chat.last_number()}")
    catch_up(chat)
    assert chat.state_of(chat.last_number()) is State.GRANTED


@pytest.mark.thorough
@pytest.mark.parametrize(("later", "is_answered"), [(30, False), (90, True), (23 * 3600, True), (25 * 3600, False)])
def test_what_may_still_be_delivered_waits_and_what_is_a_day_old_stays(
    chat: Chat, later: int, *, is_answered: bool
) -> None:
    chat.employee.says("help")
    lose_everything(chat)
    chat.employee.says("request messaging because new desk")
    catch_up(chat, timedelta(seconds=later))
    assert chat.count(Request) == int(is_answered)


@pytest.mark.thorough
def test_what_was_too_new_for_one_pass_is_found_by_the_next(chat: Chat) -> None:
    chat.employee.says("help")
    lose_everything(chat)
    chat.employee.says("request messaging because new desk")
    catch_up(chat, timedelta(seconds=50))
    assert chat.count(Request) == 0
    catch_up(chat, timedelta(seconds=50))
    assert chat.count(Request) == 1


@pytest.mark.thorough
def test_where_webex_lists_no_spaces_one_that_was_silent_for_a_month_counts_if_a_request_is_open(chat: Chat) -> None:
    chat.colleague.says("help")
    chat.employee.says("request messaging because new desk")
    with Session(chat.running.engine) as session:
        long_ago = chat.running.clock() - timedelta(days=31)
        session.execute(update(Space).values(heard_at=long_ago))
        session.commit()
    chat.weather(method="GET", path="/v1/rooms", status=400)
    chat.running.clock.ahead += LONG_AGO
    chat.running.catch_up()
    asked = {call["query"] for call in chat.calls("GET", "/v1/messages") if call["actor"] == chat.bot.person_id}
    spaces = {someone.inbox()[0]["roomId"]: someone.name for someone in (chat.colleague, chat.employee, chat.manager)}
    assert {name for space, name in spaces.items() if any(space in query for query in asked)} == {"employee", "manager"}


def test_somebody_of_another_organization_is_refused_as_ever_and_once(chat: Chat) -> None:
    chat.external.says("help")
    before = len(from_the_bot(chat.external))
    lose_everything(chat)
    chat.external.says("request messaging because I can")
    catch_up(chat)
    catch_up(chat)
    assert len(from_the_bot(chat.external)) == before + 1
    assert "I only serve people of the organization" in chat.external.last()
    assert chat.count(Request) == 0


@pytest.mark.thorough
def test_somebody_else_s_approval_that_was_lost_decides_as_little_as_one_that_arrived(chat: Chat) -> None:
    chat.employee.says("request messaging because new desk")
    lose_everything(chat)
    chat.employee.says(f"approve {chat.last_number()}")
    catch_up(chat)
    assert chat.state_of(chat.last_number()) is State.PENDING
    assert "somebody else has to decide" in chat.employee.last()


@pytest.mark.thorough
@pytest.mark.parametrize("weather", [{"status": 503}, {"status": 429}, {"status": 401}, {"body": "{}", "status": 200}])
def test_what_webex_did_not_tell_in_one_pass_is_found_in_the_next(
    chat: Chat, weather: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_token, "REST", 0.0)
    chat.employee.says("help")
    lose_everything(chat)
    chat.employee.says("request messaging because new desk")
    chat.running.control("DELETE", "weather")
    chat.weather(method="GET", path="/v1/messages", every=1, **weather)
    catching_up = chat.running.worker.catching_up
    chat.running.clock.ahead += LONG_AGO
    catching_up.catch_up(catching_up.time())
    assert chat.count(Request) == 0
    catch_up(chat)
    assert chat.count(Request) == 1


@pytest.mark.thorough
def test_a_space_that_the_bot_was_put_out_of_holds_up_nobody(chat: Chat) -> None:
    chat.employee.mentions("help")
    seat = next(
        one
        for one in chat.bot.call("GET", "memberships", params={"roomId": chat.bot.space("IT requests")})["items"]
        if one["personId"] == chat.bot.person_id
    )
    chat.bot.call("DELETE", f"memberships/{seat['id']}")
    chat.employee.says("help")
    lose_everything(chat)
    chat.employee.says("request messaging because new desk")
    catch_up(chat)
    assert chat.count(Request) == 1


@pytest.mark.thorough
def test_the_bot_s_own_words_are_never_taken_for_somebody_s(chat: Chat) -> None:
    chat.employee.says("help")
    before = keys(chat)
    catch_up(chat)
    assert keys(chat) == before


def press_that_is_lost(chat: Chat) -> int:
    chat.employee.says("request messaging because new desk")
    lose_everything(chat)
    chat.manager.presses("Approve")
    chat.running.control("DELETE", "weather")
    return chat.last_number()


@pytest.mark.thorough
def test_who_pressed_and_got_no_answer_reads_that_the_press_never_arrived(chat: Chat) -> None:
    number = press_that_is_lost(chat)
    assert AGAIN not in chat.manager.says("waiting")  # it may still be on its way
    catch_up(chat)
    assert chat.state_of(number) is State.PENDING
    assert chat.manager.says("waiting").count(AGAIN) == 1
    assert chat.manager.says(f"status {number}").count(AGAIN) == 1
    chat.manager.presses("Approve", on=chat.manager.card_with("Approve"))
    assert chat.state_of(number) is State.GRANTED
    assert AGAIN not in chat.manager.says(f"status {number}")


@pytest.mark.thorough
def test_nobody_reads_of_presses_who_has_no_card_to_press(chat: Chat) -> None:
    number = press_that_is_lost(chat)
    catch_up(chat)
    assert AGAIN not in chat.employee.says(f"status {number}")
    assert AGAIN not in chat.employee.says("waiting")
    assert AGAIN not in chat.admin.says(f"status {number}")


@pytest.mark.processes
def test_what_was_said_while_web_was_down_is_answered_when_a_worker_starts(company: Company) -> None:
    employee = Someone(company, "employee")
    employee.says("help")
    company.web.kill()
    employee.says("request messaging because new desk")
    company.start_web()
    company.worker.kill()
    company.control("POST", "clock", {"advance": LONG_AGO.total_seconds()})
    company.start_worker()
    until("the request is sent", lambda: any("is sent" in one["text"] for one in employee.inbox()))
