"""Where the catch-up looks: in spaces that Webex says something happened in, also those of which nobody knew."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.store.models import Delivery, Request
from bot.store.upkeep import Space
from tests.chat import BOT_ID, Chat
from tests.durability.test_catching_up import LONG_AGO, catch_up, lose_everything

NOW = timedelta(0)


def asked_of_webex(chat: Chat) -> list[str]:
    calls = [call for call in chat.running.control("GET", "snapshot")["calls"] if call["actor"] == chat.bot.person_id]
    return [f"{call['method']} {call['path']}?{call['query']}" for call in calls]


def test_first_words_of_somebody_whom_nobody_knew_are_found_though_every_delivery_was_lost(chat: Chat) -> None:
    catch_up(chat, NOW)
    lose_everything(chat)
    chat.colleague.says("request messaging because new desk")
    catch_up(chat)
    assert chat.count(Request) == 1
    assert "is sent" in chat.colleague.last()
    with Session(chat.running.engine) as session:
        found = select(Delivery.was_found).where(Delivery.actor_id == chat.colleague.person_id)
        assert set(session.scalars(found)) == {True}


@pytest.mark.thorough
def test_a_first_mention_in_a_space_of_which_nobody_knew_is_found(chat: Chat) -> None:
    catch_up(chat, NOW)
    lose_everything(chat)
    space = chat.employee.call("POST", "rooms", json={"title": "New team"})["id"]
    chat.employee.call("POST", "memberships", json={"roomId": space, "personId": chat.bot.person_id})
    chat.employee.mentions("help", "New team")
    catch_up(chat)
    assert any("request" in one["text"] for one in chat.employee.reads_in("New team") if one["personId"] == BOT_ID)


@pytest.mark.thorough
def test_a_bot_that_is_set_up_anew_leaves_alone_what_was_said_before(chat: Chat) -> None:
    lose_everything(chat)
    chat.employee.says("request messaging because new desk")
    catch_up(chat)
    chat.employee.says("help")
    catch_up(chat)
    assert chat.count(Request) == 0


@pytest.mark.thorough
def test_while_nothing_happens_a_pass_costs_one_call_and_then_only_what_is_said_counts(chat: Chat) -> None:
    for someone in (chat.employee, chat.colleague, chat.manager):
        someone.says("help", settle=False)
    chat.running.settle()
    catch_up(chat)
    before = len(asked_of_webex(chat))
    catch_up(chat)
    (asked,) = asked_of_webex(chat)[before:]
    assert "/v1/rooms?" in asked
    assert "sortBy=lastactivity" in asked
    lose_everything(chat)
    chat.running.control("POST", "clock", {"advance": 2 * LONG_AGO.total_seconds()})
    chat.manager.says("help")
    before = len(asked_of_webex(chat))
    catch_up(chat)
    lists = [one for one in asked_of_webex(chat)[before:] if "GET /v1/messages?" in one]
    assert len(lists) == 1


@pytest.mark.thorough
def test_spaces_that_cannot_be_read_hold_up_the_others_for_one_pass_at_most(chat: Chat) -> None:
    chat.employee.says("help")
    with Session(chat.running.engine) as session, session.begin():
        for number in range(10):
            session.add(Space(space_id=f"0broken{number}", is_group=False, heard_at=chat.running.clock()))
    lose_everything(chat)
    chat.employee.says("request messaging because new desk")
    chat.running.control("DELETE", "weather")
    chat.running.clock.ahead += LONG_AGO
    for _ in range(2):
        chat.weather(method="GET", path="/v1/rooms/0broken*", every=1, status=400)
        chat.running.catch_up()
    assert chat.count(Request) == 1


@pytest.mark.thorough
@pytest.mark.parametrize("body", ['{"items": []}', '{"items": [{"id": "SPACE", "type": "direct"}]}', "{}"])
def test_where_webex_does_not_tell_when_something_happened_each_known_space_is_looked_into(
    chat: Chat, body: str
) -> None:
    chat.employee.says("help")
    catch_up(chat)
    lose_everything(chat)
    chat.employee.says("request messaging because new desk")
    chat.running.control("DELETE", "weather")
    told = body.replace("SPACE", chat.employee.inbox()[0]["roomId"])
    chat.weather(method="GET", path="/v1/rooms", every=1, status=200, body=told)
    chat.running.clock.ahead += LONG_AGO
    with Session(chat.running.engine) as session, session.begin():
        session.execute(update(Space).values(caught_up_at=chat.running.clock() - 2 * LONG_AGO))
    chat.running.catch_up()
    assert chat.count(Request) == int(told != '{"items": []}')
