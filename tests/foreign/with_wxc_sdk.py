"""wxc_sdk against a sandbox: `python with_wxc_sdk.py URL`, in the environment of tests/foreign/requirements.txt.

Its models are strict about shapes: what Webex sends as a number, a date or one of a few words must be that.
"""

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from requests.adapters import HTTPAdapter
from wxc_sdk import WebexSimpleApi  # type: ignore[import-not-found] # lives in the foreign environment
from wxc_sdk.base import webex_id_to_uuid  # type: ignore[import-not-found]
from wxc_sdk.integration import Integration  # type: ignore[import-not-found]
from wxc_sdk.licenses import LicenseProperties, LicenseRequest  # type: ignore[import-not-found]
from wxc_sdk.people import Person  # type: ignore[import-not-found]
from wxc_sdk.rest import RestError, RestSession  # type: ignore[import-not-found]
from wxc_sdk.tokens import Tokens  # type: ignore[import-not-found]
from wxc_sdk.webhook import WebhookEventType, WebhookResource  # type: ignore[import-not-found]

DESK = "license-desk@webex.bot"
CARD = {
    "contentType": "application/vnd.microsoft.card.adaptive",
    "content": {"type": "AdaptiveCard", "version": "1.3", "body": [{"type": "TextBlock", "text": "Hello"}]},
}


class ToSandbox(HTTPAdapter):
    """SCIM's address is written out in the client, so it is led astray on its way."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        request.url = request.url.replace("https://webexapis.com", self._url)
        return super().send(request, *args, **kwargs)


def client(url: str, token: str) -> Any:
    RestSession.BASE = f"{url}/v1"
    api = WebexSimpleApi(tokens=token)
    api.session.trust_env = False
    api.session.mount("https://webexapis.com/", ToSandbox(url))
    return api


def refused(call: Callable[[], Any]) -> Any:
    """Return the error with which a call must fail."""
    try:
        call()
    except RestError as error:
        return error
    raise AssertionError("what had to be refused was not")


def people(url: str) -> None:
    admin = client(url, "sandbox-admin")
    everybody = list(admin.people.list(calling_data=True, max=5))
    assert len(everybody) == 14, len(everybody)
    manager = next(iter(admin.people.list(email="manager@example.com")))
    manager = admin.people.details(person_id=manager.person_id, calling_data=True)
    assert (manager.display_name, manager.extension, manager.invite_pending) == ("Mona Weiss", "1101", False)
    assert manager.manager == "Dirk Olsen"
    manager.title = "Boss"
    assert admin.people.update(person=manager, calling_data=True).title == "Boss"
    assert set(admin.people.details(person_id=manager.person_id).licenses) == set(manager.licenses)
    made = admin.people.create(settings=Person(emails=["nora@example.com"], display_name="Nora Lind"))
    assert made.person_id in {one.person_id for one in admin.people.list(display_name="Nora")}
    admin.people.delete_person(person_id=made.person_id)
    assert list(admin.people.list(email="nora@example.com")) == []
    assert client(url, "sandbox-bot").people.me().emails == [DESK]


def licenses(url: str) -> None:
    admin = client(url, "sandbox-admin")
    catalog = {one.name: one for one in admin.licenses.list()}
    professional, messaging = catalog["Webex Calling - Professional"], catalog["Messaging"]
    assert professional.webex_calling_professional
    assert (catalog["Hybrid Call Aware"].total_units, catalog["Hybrid Call Aware"].consumed_units) == (1, 0)
    assert admin.licenses.details(license_id=messaging.license_id).name == "Messaging"
    users = list(admin.licenses.assigned_users(license_id=catalog["Basic Messaging"].license_id, limit=3))
    assert len({user.id for user in users}) == 11, len(users)
    denver = admin.locations.by_name("Denver")
    desk = LicenseProperties(location_id=denver.location_id, extension="1177")
    wanted = [
        LicenseRequest(id=messaging.license_id),
        LicenseRequest(id=professional.license_id, properties=desk),
    ]
    answer = admin.licenses.assign_licenses_to_users(email="employee@example.com", licenses=wanted)
    assert {messaging.license_id, professional.license_id} <= set(answer.licenses)
    conflict = [LicenseRequest(id=catalog["Webex Calling - Standard"].license_id, properties=desk)]
    error = refused(lambda: admin.licenses.assign_licenses_to_users(email="employee@example.com", licenses=conflict))
    assert error.response.status_code == 400
    assert error.response.json()["errors"][0]["errorCode"] == 400404


def spaces(url: str) -> None:
    admin, employee = client(url, "sandbox-admin"), client(url, "sandbox-employee")
    room = admin.rooms.create(title="News", is_locked=True, is_announcement_only=True)
    seat = admin.membership.create(room_id=room.id, person_email="employee@example.com")
    assert [one.title for one in employee.rooms.list() if one.id == room.id] == ["News"]
    error = refused(lambda: employee.messages.create(room_id=room.id, text="me too"))
    assert error.response.status_code == 403
    seat.is_moderator = True
    assert admin.membership.update(seat).is_moderator
    assert employee.messages.create(room_id=room.id, text="me too").room_id == room.id
    room.title = "Old news"
    assert admin.rooms.update(room).title == "Old news"
    admin.rooms.delete(room.id)


def messages(url: str) -> None:
    bot, employee = client(url, "sandbox-bot"), client(url, "sandbox-employee")
    asked = employee.messages.create(to_person_email=DESK, markdown="**request**")
    assert bot.messages.details(message_id=asked.id).text == "request"
    asked.text, asked.markdown = "request again", None
    assert employee.messages.edit(asked).text == "request again"
    card = bot.messages.create(room_id=asked.room_id, text="card", attachments=[CARD], parent_id=asked.id)
    inputs = {"do": "approve", "comment": "fine"}
    body = {"type": "submit", "messageId": card.id, "inputs": inputs}
    press = employee.session.rest_post(url=employee.session.ep("attachment/actions"), json=body)
    assert bot.attachment_actions.details(action_id=press["id"]).inputs == inputs
    bot.messages.delete(message_id=card.id)
    assert [one.id for one in employee.messages.list(room_id=asked.room_id)] == [asked.id]
    assert [one.id for one in bot.messages.list_direct(person_email="employee@example.com")] == [asked.id]


def webhooks(url: str) -> None:
    bot = client(url, "sandbox-bot")
    made = bot.webhook.create(
        name="desk",
        target_url="http://127.0.0.1:9/",
        resource=WebhookResource.messages,
        event=WebhookEventType.created,
        secret="s" * 32,
    )
    assert [one.webhook_id for one in bot.webhook.list()] == [made.webhook_id]
    made.name = "renamed"
    error = refused(lambda: bot.webhook.update(webhook_id=made.webhook_id, update=made))
    assert error.response.status_code == 400  # 1.41 sends a form and says that it is JSON
    body = {"name": "renamed", "targetUrl": made.target_url, "status": "active"}
    assert bot.session.rest_put(url=bot.session.ep(f"webhooks/{made.webhook_id}"), json=body)["name"] == "renamed"
    assert bot.webhook.details(webhook_id=made.webhook_id).status == "active"
    bot.webhook.webhook_delete(webhook_id=made.webhook_id)
    assert list(bot.webhook.list()) == []


def locations(url: str) -> None:
    admin = client(url, "sandbox-admin")
    places = {one.name: one for one in admin.locations.list()}
    denver = admin.locations.details(location_id=places["Denver"].location_id)
    assert (denver.address.country, denver.time_zone) == ("US", "America/Denver")
    assert [one.name for one in admin.telephony.locations.list(name="lon")] == ["London"]
    numbers = list(admin.telephony.phone_numbers(location_id=denver.location_id, max=4))
    assert len(numbers) == 10, len(numbers)
    assert sum(one.owner is not None for one in numbers) == 2
    free = list(admin.person_settings.available_numbers.primary(location_id=denver.location_id))
    assert len(free) == 7, len(free)


def resource_groups(url: str) -> None:
    """Read and moved through its session: it has no words of its own for them."""
    admin = client(url, "sandbox-admin")
    session = admin.session
    aware = next(one for one in admin.licenses.list() if one.name == "Hybrid Call Aware")
    admin.licenses.assign_licenses_to_users(
        email="director@example.com", licenses=[LicenseRequest(id=aware.license_id)]
    )
    groups = {one["name"]: one["id"] for one in session.rest_get(url=session.ep("resourceGroups"))["items"]}
    path = session.ep("resourceGroup/memberships")
    found = session.rest_get(url=path, params={"licenseId": aware.license_id, "status": "activated"})["items"]
    assert len(found) == 1, found
    body = found[0] | {"resourceGroupId": groups["Europe"]}
    assert session.rest_put(url=f"{path}/{found[0]['id']}", json=body) == body


def organization(url: str) -> None:
    admin = client(url, "sandbox-admin")
    org = admin.organizations.list()[0]
    assert admin.organizations.details(org_id=org.org_id).display_name == "Example Corporation"
    assert "Full Administrator" in {one.name for one in admin.roles.list()}
    colleague = next(iter(admin.people.list(email="colleague@example.com")))
    org_id, user_id = webex_id_to_uuid(org.org_id), webex_id_to_uuid(colleague.person_id)
    user = admin.scim.users.details(org_id=org_id, user_id=user_id)
    assert (user.preferred_language, user.user_name) == ("de_DE", "colleague@example.com")
    found = admin.scim.users.search(org_id=org_id, filter='userName eq "employee@example.com"')
    assert found.total_results == 1
    assert found.resources[0].display_name == "Emil Berg"
    now = datetime.now(UTC)
    events = list(
        admin.admin_audit.list_events(org_id=org.org_id, from_=now - timedelta(hours=1), to_=now + timedelta(hours=1))
    )
    assert {one.data.event_category for one in events} >= {"LICENSES", "USERS", "RESOURCE_GROUPS"}, events


def tokens(url: str) -> None:
    admin = client(url, "sandbox-admin")
    told = admin.session.get(f"{url}/control/apps", timeout=10).json()["items"]
    app = next(one for one in told if not one["isServiceApp"])
    integration = Integration(
        client_id=app["clientId"],
        client_secret=app["clientSecret"],
        scopes=["spark-admin:people_read"],
        redirect_url="http://127.0.0.1:9/",
        token_service=f"{url}/v1/access_token",
    )
    pair = Tokens(refresh_token=app["refreshToken"])
    integration.refresh(tokens=pair)
    assert timedelta(seconds=pair.remaining) > timedelta(days=13)
    assert client(url, pair.access_token).people.me().emails == ["admin@example.com"]
    assert admin.authorizations.get_token_expiration_status() is not None


PARTS: tuple[Callable[[str], None], ...] = (
    people, licenses, spaces, messages, webhooks, locations, resource_groups, organization, tokens,
)  # fmt: skip

if __name__ == "__main__":
    for part in PARTS:
        part(sys.argv[1])
        sys.stdout.write(f"{part.__name__}\n")
