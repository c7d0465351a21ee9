"""The messaging side as webexteamssdk sees it: a client that others wrote is the judge of our shapes."""

from pathlib import Path

import pytest
from webexteamssdk import ApiError, RateLimitError, WebexTeamsAPI

from tests.sandbox.clients import Receiver, Webex
from tests.sandbox.test_messages import CARD, DESK


def sdk(webex: Webex, name: str) -> WebexTeamsAPI:
    return WebexTeamsAPI(f"sandbox-{name}", base_url=f"{webex.url}/v1/", wait_on_rate_limit=False)


def test_people_and_spaces(webex: Webex) -> None:
    bot = sdk(webex, "bot")
    me = bot.people.me()
    assert (me.type, me.displayName, me.emails) == ("bot", "License Desk", [DESK])
    assert bot.people.get(webex.caller("employee").person_id).emails == ["employee@example.com"]
    assert [one.id for one in bot.people.list(email="manager@example.com")] == [webex.caller("manager").person_id]
    room = next(one for one in bot.rooms.list(type="group") if one.title == "IT requests")
    assert bot.rooms.get(room.id).created.year == 2026
    assert len(list(bot.memberships.list(roomId=room.id, max=2))) == 5


def test_a_conversation_with_a_card(webex: Webex) -> None:
    bot, employee = sdk(webex, "bot"), sdk(webex, "employee")
    asked = employee.messages.create(toPersonEmail=DESK, markdown="**request**")
    heard = bot.messages.get(asked.id)
    assert (heard.text, heard.roomType, heard.created.tzinfo is not None) == ("request", "direct", True)
    card = bot.messages.create(roomId=asked.roomId, text="card", attachments=[CARD], parentId=asked.id)
    assert card.json_data["attachments"] == [CARD]
    press = employee.attachment_actions.create(type="submit", messageId=card.id, inputs={"do": "approve"})
    seen = bot.attachment_actions.get(press.id)
    assert (seen.inputs, seen.personId) == ({"do": "approve"}, webex.caller("employee").person_id)
    bot.messages.delete(card.id)
    assert [one.id for one in employee.messages.list(roomId=asked.roomId)] == [asked.id]
    assert [one.text for one in bot.messages.list_direct(personEmail="employee@example.com")] == ["request"]


def test_an_upload(webex: Webex, tmp_path: Path) -> None:
    file = tmp_path / "report.csv"
    file.write_text("a,b")
    sent = sdk(webex, "bot").messages.create(toPersonEmail="admin@example.com", text="export", files=[str(file)])
    assert len(sent.files) == 1


def test_webhooks(webex: Webex, receiver: Receiver) -> None:
    bot = sdk(webex, "bot")
    made = bot.webhooks.create("desk", receiver.url, "messages", "created", secret="s" * 32)
    assert [one.id for one in bot.webhooks.list()] == [made.id]
    assert bot.webhooks.update(made.id, name="renamed", targetUrl=receiver.url, status="active").name == "renamed"
    assert bot.webhooks.get(made.id).created.tzinfo is not None
    sent = sdk(webex, "employee").messages.create(toPersonEmail=DESK, text="hi")
    assert receiver.next()["data"]["id"] == sent.id
    bot.webhooks.delete(made.id)
    assert list(bot.webhooks.list()) == []


def test_people_are_made_changed_and_deleted(webex: Webex) -> None:
    admin = sdk(webex, "admin")
    made = admin.people.create(emails=["nora@example.com"], displayName="Nora Lind")
    changed = admin.people.update(made.id, displayName="Nora Berg", emails=made.emails, licenses=made.licenses)
    assert (changed.displayName, changed.licenses) == ("Nora Berg", made.licenses)
    admin.people.delete(made.id)
    assert list(admin.people.list(email="nora@example.com")) == []


def test_rooms_and_moderators(webex: Webex) -> None:
    admin = sdk(webex, "admin")
    room = admin.rooms.create("News")
    seat = admin.memberships.create(room.id, personEmail="employee@example.com", isModerator=True)
    assert (seat.isModerator, admin.rooms.get(room.id).isLocked) == (True, True)
    assert sdk(webex, "employee").memberships.update(seat.id, isModerator=False).isModerator is False
    assert admin.rooms.update(room.id, title="Old news").title == "Old news"
    admin.rooms.delete(room.id)


def test_a_refresh(webex: Webex) -> None:
    app = next(one for one in webex.control("GET", "apps").json()["items"] if not one["isServiceApp"])
    pair = sdk(webex, "bot").access_tokens.refresh(app["clientId"], app["clientSecret"], app["refreshToken"])
    assert (pair.expires_in, pair.refresh_token) == (1_209_600, app["refreshToken"])


def test_licenses_of_an_admin(webex: Webex) -> None:
    admin = sdk(webex, "admin")
    assert admin.licenses.get(webex.license("Messaging")).name == "Messaging"
    assert len(list(admin.licenses.list())) == 16
    assert len(list(admin.people.list(max=4))) == 14


def test_errors_carry_message_and_tracking_id(webex: Webex) -> None:
    with pytest.raises(ApiError) as caught:
        sdk(webex, "bot").messages.create(toPersonEmail="employee@example.com", text="x" * 7440)
    assert caught.value.status_code == 400
    assert "7439 bytes" in caught.value.message
    assert caught.value.tracking_id.startswith("NA_")


def test_too_many_requests(webex: Webex) -> None:
    webex.weather(path="/people/me", status=429, headers={"Retry-After": "7"})
    with pytest.raises(RateLimitError) as caught:
        sdk(webex, "bot").people.me()
    assert caught.value.retry_after == 7
