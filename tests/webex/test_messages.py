"""The messaging gateway, on webexteamssdk, against a Webex that refuses what Webex refuses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from bot.sandbox.seed import ORG
from tests.webex.company import (
    BOT,
    COLLEAGUE,
    EMPLOYEE,
    IT_SPACE,
    LEAVER,
    MANAGER,
    SALES_SPACE,
    Company,
    refusal_of,
    value_of,
)

if TYPE_CHECKING:
    from bot.webex.messages import ChatGateway, Draft, NewWebhook

CARD: dict[str, Any] = {
    "type": "AdaptiveCard",
    "version": "1.3",
    "body": [{"type": "TextBlock", "text": "Request 1", "wrap": True}],
    "actions": [{"type": "Action.Submit", "title": "Approve", "data": {"do": "approve", "request": 1}}],
}
BAD_CARD = CARD | {"body": [{"type": "Table"}]}


def draft(text: str = "Hello **you**", **fields: Any) -> Draft:
    made: Draft = {"to_person_id": EMPLOYEE, "space_id": None, "parent_id": None, "markdown": text, "card": None}
    return made | fields  # type: ignore[return-value] # the tests name only keys of a draft


def in_space(text: str = "Hello **you**", **fields: Any) -> Draft:
    return draft(text, to_person_id=None, space_id=IT_SPACE, **fields)


def now() -> str:
    return datetime.now(UTC).isoformat()


def test_the_bot_knows_itself(bot: ChatGateway) -> None:
    me = value_of(bot.me())
    assert (me["person_id"], me["email"], me["name"], me["kind"]) == (
        BOT,
        "license-desk@webex.bot",
        "License Desk",
        "bot",
    )
    assert me["org_id"] == ORG


def test_the_bot_reads_whom_it_talks_to(bot: ChatGateway) -> None:
    employee = value_of(bot.person(EMPLOYEE))
    assert (employee["email"], employee["name"], employee["org_id"]) == ("employee@example.com", "Emil Berg", ORG)
    assert (employee["kind"], employee["active"]) == ("person", True)
    assert value_of(bot.person_by_email("Employee@Example.com")) == employee
    assert value_of(bot.person_by_email("nobody@example.com")) is None
    assert refusal_of(bot.person("nobody"))[0] in {400, 404}


def test_whether_somebody_may_sign_in_is_nothing_that_the_bot_itself_is_told(bot: ChatGateway) -> None:
    assert value_of(bot.person(LEAVER))["active"] is True


def test_a_message_of_a_person_is_read(bot: ChatGateway, company: Company) -> None:
    sent = company.says("employee", toPersonId=BOT, text="request messaging because I'm new")
    read = value_of(bot.message(sent["id"], BOT))
    assert (read["text"], read["space_kind"], read["parent_id"]) == (
        "request messaging because I'm new",
        "direct",
        None,
    )
    assert (read["person_id"], read["email"], read["space_id"]) == (EMPLOYEE, "employee@example.com", sent["roomId"])
    assert read["created_at"] == sent["created"]


def test_in_a_space_the_mention_of_the_bot_is_no_part_of_the_text(bot: ChatGateway, company: Company) -> None:
    words = f"<@personId:{BOT}> status of <@personId:{COLLEAGUE}|Carla> please"
    sent = company.says("employee", roomId=IT_SPACE, markdown=words)
    read = value_of(bot.message(sent["id"], BOT))
    assert (read["text"], read["space_kind"], read["mentions"]) == ("status of Carla please", "group", [COLLEAGUE])


def test_a_message_that_does_not_mention_the_bot_is_refused(bot: ChatGateway, company: Company) -> None:
    sent = company.says("employee", roomId=IT_SPACE, text="lunch?")
    assert refusal_of(bot.message(sent["id"], BOT))[0] in {403, 404}


def test_a_press_is_read_with_its_inputs(bot: ChatGateway, company: Company) -> None:
    sent = value_of(bot.send(draft(card=CARD)))
    inputs = {"do": "approve", "request": 1, "note": "fine"}
    pressed = company.as_person(
        "employee",
        "POST",
        "attachment/actions",
        {"type": "submit", "messageId": sent["message_id"], "inputs": inputs},
    )
    read = value_of(bot.press(pressed["id"]))
    assert read == {
        "action_id": pressed["id"],
        "message_id": sent["message_id"],
        "space_id": sent["space_id"],
        "person_id": EMPLOYEE,
        "inputs": inputs,
        "created_at": pressed["created"],
    }


def test_a_message_reaches_a_person_and_a_space(bot: ChatGateway, company: Company) -> None:
    to_person, to_space = value_of(bot.send(draft("To you"))), value_of(bot.send(in_space("To all")))
    assert to_space["space_id"] == IT_SPACE
    assert to_person["space_id"] != IT_SPACE
    assert company.texts() == ["To you", "To all"]


def test_a_card_is_shown_or_said_not_to_be(bot: ChatGateway, company: Company) -> None:
    assert value_of(bot.send(draft(card=CARD)))["card_shown"] is True
    assert value_of(bot.send(draft()))["card_shown"] is False
    company.weather(method="POST", path="messages", cards_lost=True)
    assert value_of(bot.send(draft(card=CARD)))["card_shown"] is False


def test_a_card_that_webex_refuses_goes_as_words(bot: ChatGateway, company: Company) -> None:
    sent = value_of(bot.send(draft("Please decide on 1", card=BAD_CARD)))
    assert sent["card_shown"] is False
    assert company.texts() == ["Please decide on 1"]
    assert [call["status"] for call in company.calls("POST")] == [400, 200]


def test_a_reply_goes_into_the_thread(bot: ChatGateway, company: Company) -> None:
    asked = company.says("employee", roomId=IT_SPACE, markdown=f"<@personId:{BOT}> help")
    sent = value_of(bot.send(in_space(parent_id=asked["id"])))
    assert value_of(bot.message(sent["message_id"]))["parent_id"] == asked["id"]


@pytest.mark.parametrize("card", [None, CARD], ids=["words", "card"])
def test_a_thread_that_is_gone_does_not_swallow_the_reply(
    bot: ChatGateway, company: Company, card: dict[str, Any] | None
) -> None:
    asked = company.says("employee", roomId=IT_SPACE, markdown=f"<@personId:{BOT}> help")
    company.as_person("employee", "DELETE", f"messages/{asked['id']}")
    sent = value_of(bot.send(in_space(parent_id=asked["id"], card=card)))
    assert sent["card_shown"] is bool(card)
    assert value_of(bot.message(sent["message_id"]))["parent_id"] is None


def test_a_bad_card_in_a_thread_that_is_gone_still_says_its_words(bot: ChatGateway, company: Company) -> None:
    asked = company.says("employee", roomId=IT_SPACE, markdown=f"<@personId:{BOT}> help")
    company.as_person("employee", "DELETE", f"messages/{asked['id']}")
    assert value_of(bot.send(in_space(parent_id=asked["id"], card=BAD_CARD)))["card_shown"] is False


def test_what_cannot_be_sent_at_all_is_refused_with_the_first_reason(bot: ChatGateway, company: Company) -> None:
    assert refusal_of(bot.send(draft("ä" * 4000, card=CARD)))[0] == 400
    assert refusal_of(bot.send(draft(to_person_id=None, space_id=SALES_SPACE)))[0] in {403, 404}
    assert company.texts() == []


def test_a_message_whose_answer_was_lost_is_found(bot: ChatGateway, company: Company) -> None:
    since = now()
    company.weather(method="POST", path="messages", lost=True)
    wish = draft("Your request **#1** was approved", card=CARD)
    assert bot.send(wish)["kind"] == "busy"
    found = value_of(bot.find_sent(wish, since))
    assert value_of(bot.message(found["message_id"]))["text"].startswith("Your request")
    in_its_space = wish | {"to_person_id": None, "space_id": found["space_id"]}
    assert value_of(bot.find_sent(in_its_space, since)) == found


def test_a_message_that_never_left_is_not_found(bot: ChatGateway, company: Company) -> None:
    value_of(bot.send(draft("Hello")))
    since = "2126-01-01T00:00:00+00:00"
    assert value_of(bot.find_sent(draft("Hello"), since)) is None
    since = "2026-01-01T00:00:00+00:00"
    company.weather(method="POST", path="messages", reset=True)
    assert bot.send(draft("Other"))["kind"] == "busy"
    assert value_of(bot.find_sent(draft("Other"), since)) is None
    assert value_of(bot.find_sent(draft("Hello"), since)) is not None


def test_nothing_is_found_where_the_bot_never_spoke_or_may_not_look(bot: ChatGateway) -> None:
    since = now()
    assert value_of(bot.find_sent(draft(to_person_id=MANAGER), since)) is None
    value_of(bot.send(in_space("To all")))
    assert value_of(bot.find_sent(in_space("To all"), since)) is None


def test_deleting_twice_is_as_good_as_once(bot: ChatGateway, company: Company) -> None:
    sent = value_of(bot.send(draft(card=CARD)))
    assert [bot.delete(sent["message_id"])["status"] for _ in range(2)] == [204, 404]
    assert company.texts() == []


def test_somebody_elses_message_is_not_deleted(bot: ChatGateway, company: Company) -> None:
    asked = company.says("employee", roomId=IT_SPACE, markdown=f"<@personId:{BOT}> help")
    assert refusal_of(bot.delete(asked["id"]))[0] == 403


def test_members_are_told_from_strangers(bot: ChatGateway) -> None:
    assert value_of(bot.is_member(IT_SPACE, EMPLOYEE)) is True
    assert value_of(bot.is_member(IT_SPACE, LEAVER)) is False
    assert value_of(bot.is_member(SALES_SPACE, EMPLOYEE)) is False


def test_a_space_has_a_title_and_an_owner(bot: ChatGateway) -> None:
    assert value_of(bot.space(IT_SPACE)) == {
        "space_id": IT_SPACE,
        "title": "IT requests",
        "kind": "group",
        "org_id": ORG,
    }
    assert refusal_of(bot.space(SALES_SPACE))[0] in {403, 404}


def test_what_was_said_since_is_listed_newest_first_without_its_words(bot: ChatGateway, company: Company) -> None:
    said = [company.says("employee", roomId=IT_SPACE, markdown=f"<@personId:{BOT}> {turn}") for turn in range(3)]
    company.says("employee", roomId=IT_SPACE, text="not for the bot")
    moment = said[0]["created"]
    found = value_of(bot.messages_since(IT_SPACE, moment, is_group=True))
    later = [one for one in reversed(said) if one["created"] > moment]
    assert [one["message_id"] for one in found] == [one["id"] for one in later]
    assert {one["person_id"] for one in found} <= {EMPLOYEE}
    assert all("text" not in one for one in found)


def test_of_a_space_where_much_was_said_several_pages_are_read_and_not_one_too_many(
    bot: ChatGateway, company: Company
) -> None:
    said = [company.says("employee", toPersonId=BOT, text=str(turn)) for turn in range(103)]
    space = said[0]["roomId"]
    assert len(value_of(bot.messages_since(space, "2000-01-01T00:00:00Z", is_group=False))) == 103
    assert value_of(bot.messages_since(space, said[-1]["created"], is_group=False)) == []


HOOK: NewWebhook = {
    "name": "desk",
    "target_url": "http://127.0.0.1:9/webhooks/webex",
    "resource": "messages",
    "event": "created",
    "filter": None,
    "secret": "s" * 32,
}


def test_webhooks_are_made_listed_changed_and_deleted(bot: ChatGateway) -> None:
    made = value_of(bot.create_webhook(HOOK))
    assert made == {**HOOK, "webhook_id": made["webhook_id"], "active": True}
    assert value_of(bot.webhooks()) == [made]
    changed = value_of(bot.update_webhook(made["webhook_id"], "desk 2", "http://127.0.0.1:9/other", "t" * 32))
    assert (changed["name"], changed["target_url"], changed["secret"]) == (
        "desk 2",
        "http://127.0.0.1:9/other",
        "t" * 32,
    )
    assert [bot.delete_webhook(made["webhook_id"])["status"] for _ in range(2)] == [204, 404]
    assert value_of(bot.webhooks()) == []
