"""webexpythonsdk against a sandbox: `python with_webexpythonsdk.py URL`, in the environment of tests/foreign."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from webexpythonsdk import ApiError, WebexAPI  # type: ignore[import-not-found] # lives in the foreign environment
from webexpythonsdk.models.cards import AdaptiveCard, TextBlock  # type: ignore[import-not-found]

DESK = "license-desk@webex.bot"


def client(url: str, name: str) -> Any:
    return WebexAPI(f"sandbox-{name}", base_url=f"{url}/v1/", wait_on_rate_limit=False)


def refused(call: Callable[[], Any]) -> Any:
    """Return the error with which a call must fail."""
    try:
        call()
    except ApiError as error:
        return error
    raise AssertionError("what had to be refused was not")


def people(url: str) -> None:
    admin, bot = client(url, "admin"), client(url, "bot")
    assert len(list(admin.people.list(max=4))) == 14
    assert bot.people.me().emails == [DESK]
    made = admin.people.create(emails=["nora@example.com"], displayName="Nora Lind", firstName="Nora", lastName="Lind")
    changed = admin.people.update(
        made.id, emails=made.emails, displayName="Nora Berg", licenses=made.licenses, roles=made.roles
    )
    assert (changed.displayName, changed.licenses) == ("Nora Berg", made.licenses)
    admin.people.delete(made.id)
    assert list(admin.people.list(email="nora@example.com")) == []
    roles = {one.name: one.id for one in admin.roles.list()}
    assert admin.roles.get(roles["Full Administrator"]).name == "Full Administrator"
    org = next(iter(admin.organizations.list()))
    assert admin.organizations.get(org.id).displayName == "Example Corporation"


def licenses(url: str) -> None:
    """It knows no PATCH; its session does what the bot does: 206 is an error to it, 200 is not."""
    admin = client(url, "admin")
    catalog = {one.name: one.id for one in admin.licenses.list()}
    assert admin.licenses.get(catalog["Messaging"]).totalUnits == 40
    session = admin.people._session  # noqa: SLF001 - there is no public way
    body = {"email": "employee@example.com", "licenses": [{"id": catalog["Messaging"]}]}
    answer = session.request("PATCH", "licenses/users", 200, json=body).json()
    assert catalog["Messaging"] in answer["licenses"]
    body["licenses"] = [{"id": "unknown"}]
    error = refused(lambda: session.request("PATCH", "licenses/users", 200, json=body))
    assert error.status_code == 400
    assert error.tracking_id.startswith("NA_")


def spaces(url: str) -> None:
    admin, employee = client(url, "admin"), client(url, "employee")
    room = admin.rooms.create("News", isLocked=True)
    seat = admin.memberships.create(room.id, personEmail="employee@example.com")
    assert employee.memberships.get(seat.id).isModerator is False
    assert admin.memberships.update(seat.id, isModerator=True).isModerator is True
    assert admin.rooms.update(room.id, title="Old news").title == "Old news"
    assert employee.rooms.get(room.id).isLocked is True
    admin.memberships.delete(seat.id)
    admin.rooms.delete(room.id)
    assert room.id not in [one.id for one in admin.rooms.list()]


def messages(url: str) -> None:
    bot, employee = client(url, "bot"), client(url, "employee")
    asked = employee.messages.create(toPersonEmail=DESK, markdown="**request**")
    assert bot.messages.get(asked.id).text == "request"
    assert employee.messages.update(asked.id, asked.roomId, text="request again").text == "request again"
    card = AdaptiveCard(body=[TextBlock("Hello")])
    sent = bot.messages.create(roomId=asked.roomId, text="card", attachments=[card], parentId=asked.id)
    assert not sent.json_data.get("errors"), sent.json_data
    press = employee.attachment_actions.create(type="submit", messageId=sent.id, inputs={"do": "approve"})
    assert bot.attachment_actions.get(press.id).inputs == {"do": "approve"}
    bot.messages.delete(sent.id)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.csv"
        file.write_text("a,b")
        upload = bot.messages.create(roomId=asked.roomId, files=[str(file)])
    assert len(upload.files) == 1
    by_address = bot.messages.create(roomId=asked.roomId, text="again", files=[f"{url}/control/clock"])
    assert len(by_address.files) == 1
    assert [one.id for one in employee.messages.list(asked.roomId, max=1)] == [by_address.id, upload.id, asked.id]


def webhooks(url: str) -> None:
    bot = client(url, "bot")
    made = bot.webhooks.create("desk", "http://127.0.0.1:9/", "messages", "created", secret="s" * 32)
    assert bot.webhooks.update(made.id, name="renamed", targetUrl=made.targetUrl).name == "renamed"
    assert bot.webhooks.get(made.id).name == "renamed"
    bot.webhooks.delete(made.id)
    assert list(bot.webhooks.list()) == []


def admin_events(url: str) -> None:
    admin = client(url, "admin")
    org = next(iter(admin.organizations.list()))
    found = list(admin.admin_audit_events.list(org.id, "2026-01-01T00:00:00.000Z", "2099-01-01T00:00:00.000Z", max=1))
    assert len(found) > 3, found


def tokens(url: str) -> None:
    admin = client(url, "admin")
    session = admin.people._session  # noqa: SLF001 - it reads the control API with what it has at hand
    told = session._req_session.get(f"{url}/control/apps", timeout=10).json()["items"]  # noqa: SLF001 - the same
    app = next(one for one in told if not one["isServiceApp"])
    pair = admin.access_tokens.refresh(app["clientId"], app["clientSecret"], app["refreshToken"])
    assert (pair.expires_in, pair.refresh_token) == (1_209_600, app["refreshToken"])


PARTS: tuple[Callable[[str], None], ...] = (people, licenses, spaces, messages, webhooks, admin_events, tokens)

if __name__ == "__main__":
    for part in PARTS:
        part(sys.argv[1])
        sys.stdout.write(f"{part.__name__}\n")
