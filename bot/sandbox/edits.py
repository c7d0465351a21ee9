"""What the control API, and somebody else in bad weather, can change of a person: any field, past all rules."""

from collections.abc import Callable

from bot.sandbox.faults import bad
from bot.sandbox.fields import Fields
from bot.sandbox.model import Person

TEXTS = {"displayName": "name", "status": "status", "type": "kind", "orgId": "org_id", "email": "email",
         "timezone": "timezone", "preferredLanguage": "language", "locale": "locale"}  # fmt: skip
MAYBE_EMPTY = {"department": "department", "title": "title", "avatar": "avatar"}
DERIVED = {"firstName": "first_name", "lastName": "last_name", "nickName": "nick_name", "manager": "manager"}
"""Null is what Webex makes of the display name or of `managerId`; an empty text is none."""
OPTIONAL = {"managerId": "manager_id", "locationId": "location_id", "phoneNumber": "phone_number",
            "extension": "extension"}  # fmt: skip
LISTS = {"licenses": "licenses", "pendingLicenses": "pending_licenses", "attendeeSites": "attendee_sites",
         "roles": "roles"}  # fmt: skip
OBJECTS = {"addresses": "addresses", "phoneNumbers": "phones"}
SWITCHES = {"loginEnabled": "login_enabled", "invitePending": "invite_pending"}


def edit(person: Person, body: Fields) -> None:
    """Change what the body names and nothing else. The caller files the person anew."""
    given = body.values.keys()
    if unknown := given - KNOWN:
        raise bad(f"Unknown: {', '.join(sorted(unknown))}")
    if "managerId" in given:
        person.manager = None
    for names, read in KINDS:
        for name in names.keys() & given:
            setattr(person, names[name], read(body, name))
    if "emails" in given:
        person.email = _only_address(body)


def _strings(body: Fields, name: str) -> list[str]:
    """Unlike `Fields.strings` an impossible list, with something twice in it, is taken as it is."""
    value = body.values[name]
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise bad(f"{name} must be a list of strings")
    return list(value)


def _or_empty(body: Fields, name: str) -> str:
    return body.text(name) or ""


def _derived(body: Fields, name: str) -> str | None:
    return "" if body.values[name] == "" else body.text(name)


def _switch(body: Fields, name: str) -> str:
    return "true" if body.flag(name) else "false"


def _only_address(body: Fields) -> str:
    emails = body.values["emails"]
    if not isinstance(emails, list) or len(emails) != 1 or not isinstance(emails[0], str):
        raise bad("emails must hold exactly one address")
    return emails[0]


KINDS: tuple[tuple[dict[str, str], Callable[[Fields, str], object]], ...] = (
    (TEXTS, Fields.needed),
    (MAYBE_EMPTY, _or_empty),
    (DERIVED, _derived),
    (OPTIONAL, Fields.text),
    (LISTS, _strings),
    (OBJECTS, Fields.objects),
    (SWITCHES, _switch),
)
KNOWN = {"emails"}.union(*(names for names, _ in KINDS))
