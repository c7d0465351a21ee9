"""People: read one, find some, invite somebody who is not in Webex yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from bot.webex import reading
from bot.webex.http import Answer, ok
from bot.webex.line import AdminCalls, segment

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_IDS = 85
MOST_PAGES = 20
MAY_BE_DONE = frozenset({400, 409})
"""What Webex also answers when it has created the person, now or at a try before."""


class FoundPerson(reading.Person):
    """`status` is Webex's word in lower case, such as "active" or "pending"."""

    status: str
    invite_pending: bool


class Found(TypedDict):
    """One page of a search."""

    people: list[FoundPerson]
    has_more: bool


class PeopleCalls(AdminCalls):
    def person(self, person_id: str) -> Answer:
        """Value: `Person`."""
        heard = self._wire.get(f"people/{segment(person_id)}", {"callingData": "true"})
        return reading.in_our_words(heard.answer, reading.person)

    def person_by_email(self, email: str) -> Answer:
        """Value: `Person`, or None when nobody whom this token may see has exactly this address."""
        heard = self._wire.get("people", {"email": email.strip()})
        found = reading.in_our_words(heard.answer, lambda listed: reading.only_id_with(email, listed))
        if found["kind"] != "ok" or found["value"] is None:
            return found
        person = self.person(found["value"])  # a list by e-mail lacks the admin's fields
        return person if person["kind"] != "ok" or self._is_ours(person["value"]) else ok(None, person["status"])

    def create_person(self, email: str, name: str) -> Answer:
        """Invite somebody, without roles and licenses; value: `Person`, also of one who was there already.

        Safe to repeat: Webex can answer 400 and still have created, so whoever is found by the address counts.
        """
        found = self.person_by_email(email)
        if found["kind"] != "ok" or found["value"] is not None:
            return found
        heard = self._wire.post("people", _newcomer(email.strip(), name, self._wire.org_id))
        made = reading.in_our_words(heard.answer, reading.person)
        if made["kind"] == "ok":
            return made
        found = self._look_again(email, self._wire.patience.tries if made["status"] in MAY_BE_DONE else 1)
        return made if found["kind"] == "ok" and found["value"] is None else found

    def _look_again(self, email: str, tries: int) -> Answer:
        """Look for somebody who may just have been created: Webex lists them a little later."""
        patience = self._wire.patience
        found = self.person_by_email(email)
        for done in range(1, tries):
            if found["kind"] != "ok" or found["value"] is not None:
                break
            patience.sleep(patience.first_wait * 2 ** (done - 1))
            found = self.person_by_email(email)
        return found

    def search(self, text: str, page: int, size: int) -> Answer:
        """Find people whose name begins with `text`, or by the address if it holds an @; value: `Found`.

        The first page is 1. Beyond page 20 nobody looks: then a longer text helps more.
        """
        wanted = text.strip()
        what = {"email" if "@" in wanted else "displayName": wanted} if wanted else {}
        number, heard = 1, self._wire.get("people", {**what, "max": size, "callingData": "true"})
        while number < min(page, MOST_PAGES) and heard.next_url:
            number, heard = number + 1, self._wire.get(heard.next_url)
        if heard.answer["kind"] == "ok" and number < page:
            return ok(Found(people=[], has_more=False))
        has_more = bool(heard.next_url) and number < MOST_PAGES
        return reading.in_our_words(heard.answer, lambda listed: Found(people=self._found(listed), has_more=has_more))

    def names_of(self, person_ids: Sequence[str]) -> Answer:
        """Value: dict of id to display name, of the first 85, and only of those whom Webex knows and who are ours."""
        wanted = list(dict.fromkeys(person_ids))[:MOST_IDS]
        if not wanted:
            return ok({})
        heard = self._wire.get("people", {"id": ",".join(wanted)})
        return reading.in_our_words(
            heard.answer,
            lambda listed: {
                one["person_id"]: one["name"] for one in map(reading.profile, _items(listed)) if self._is_ours(one)
            },
        )

    def _found(self, listed: Any) -> list[FoundPerson]:
        people = [_found(raw) for raw in _items(listed)]
        return [one for one in people if self._is_ours(one)]

    def _is_ours(self, person: reading.Profile) -> bool:
        """Whether somebody may be shown: not people of another organization that this token also manages."""
        own, theirs = self._wire.org_id, person["org_id"]
        return not own or not theirs or reading.same_id(own, theirs)


def _newcomer(email: str, name: str, org_id: str) -> dict[str, Any]:
    shown = " ".join(name.split()) or email
    first, _, last = shown.partition(" ")
    given = {"displayName": shown, "firstName": first, "lastName": last, "orgId": org_id}
    return {"emails": [email]} | {key: value for key, value in given.items() if value}


def _items(listed: Any) -> list[dict[str, Any]]:
    return reading.records(listed, "items")


def _found(raw: dict[str, Any]) -> FoundPerson:
    return {
        **reading.person(raw),
        "status": reading.text(raw, "status").lower(),
        "invite_pending": str(raw.get("invitePending")).lower() == "true",
    }
