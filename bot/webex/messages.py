"""The messaging side of Webex (messages, spaces, webhooks) with the bot's token. Admin calls are in `admin.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from bot.webex import activity, reading, said
from bot.webex.http import PATIENT, Answer, Patience, ok
from bot.webex.line import segment
from bot.webex.sdk import SdkLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from webexteamssdk import WebexTeamsAPI

CARD_TYPE = "application/vnd.microsoft.card.adaptive"
BAD_REQUEST, FORBIDDEN, NOT_FOUND = 400, 403, 404
MOST_PAGES = 5
"""Pages of a hundred messages that are read of one space."""


class Draft(TypedDict):
    """A message to be sent, to a person or a space; `markdown` is also what clients show that cannot show the card."""

    to_person_id: str | None
    space_id: str | None
    parent_id: str | None
    markdown: str
    card: dict[str, Any] | None


class NewWebhook(TypedDict):
    name: str
    target_url: str
    resource: str
    event: str
    filter: str | None
    secret: str


class ChatGateway:
    """Speaks in Webex as the bot; `api_url` is like `https://webexapis.com/v1`. May be shared by threads."""

    def __init__(
        self, token: str, api_url: str, patience: Patience = PATIENT, *, waits_for_token: bool = False
    ) -> None:
        """`waits_for_token`: answer busy while Webex refuses the token, as for a worker that was started with it."""
        self._line = SdkLine(token, api_url, patience, waits_for_token=waits_for_token)
        self._own_id = ""

    def me(self) -> Answer:
        """Value: `Profile` of the bot. Also of one that waits for its token: this is how to find out about it."""
        return reading.in_our_words(self._line.try_token(lambda api: api.people.me()), reading.profile)

    def person(self, person_id: str) -> Answer:
        """Value: `Profile`."""
        answer = self._line.ask("GET", lambda api: api.people.get(segment(person_id)))
        return reading.in_our_words(answer, reading.profile)

    def person_by_email(self, email: str) -> Answer:
        """Value: `Profile`, or None when nobody whom the bot may see has exactly this address."""
        listed = self._line.page("people", {"email": email.strip()})
        found = reading.in_our_words(listed, lambda value: reading.only_id_with(email, value))
        return found if found["kind"] != "ok" or found["value"] is None else self.person(found["value"])

    def message(self, message_id: str, bot_id: str = "") -> Answer:
        """Value: `Message`; a mention of `bot_id` is cut out of its text."""
        answer = self._line.ask("GET", lambda api: api.messages.get(segment(message_id)))
        return reading.in_our_words(answer, lambda value: said.message(value, bot_id))

    def messages_since(self, space_id: str, since_iso: str, *, is_group: bool) -> Answer:
        """Value: list of `Listed`, newest first, posted later than that; of a group space, what mentions the bot.

        Of a space in which more was said than fits on `MOST_PAGES`, the newest.
        """
        pages: list[Any] = []

        def has_enough(page: Any) -> bool:
            pages.append(page)
            return len(pages) >= MOST_PAGES or said.reaches(page, since_iso)

        params = {"roomId": space_id, "max": 100} | ({"mentionedPeople": "me"} if is_group else {})
        answer = self._line.each("messages", params, has_enough)
        return reading.in_our_words(answer, lambda _: [one for page in pages for one in said.listed(page, since_iso)])

    def active_spaces(self, since_iso: str) -> Answer:
        """Value: list of `Active`: the bot's spaces in which something happened since then; one call if nothing did."""
        pages: list[Any] = []

        def has_enough(page: Any) -> bool:
            pages.append(page)
            return len(pages) >= activity.MOST_PAGES or activity.reaches(page, since_iso)

        answer = self._line.each("rooms", {"sortBy": "lastactivity", "max": 100}, has_enough)
        return reading.in_our_words(
            answer, lambda _: [one for page in pages for one in activity.active(page, since_iso)]
        )

    def press(self, action_id: str) -> Answer:
        """Value: `Press`; what a press may do is decided by its person and its message, never by its inputs."""
        answer = self._line.ask("GET", lambda api: api.attachment_actions.get(segment(action_id)))
        return reading.in_our_words(answer, said.press)

    def send(self, draft: Draft) -> Answer:
        """Post a message; value: `Sent`.

        Not safe to repeat: after busy with status 0 or 5xx it may have been posted, so `find_sent` comes first.
        Where Webex refuses the card or the thread, the message goes without: better words than nothing.
        """
        first: Answer | None = None
        for rung in _rungs(draft):
            answer = self._post(rung)
            if answer["kind"] != "refused" or answer["status"] not in {BAD_REQUEST, NOT_FOUND}:
                return answer
            first = first or answer
        return first or answer

    def find_sent(self, draft: Draft, since_iso: str, may_be: Callable[[str], bool] = lambda _: True) -> Answer:
        """Look for a draft that may have been posted at or after `since_iso`; value: `Sent` or None.

        The oldest that `may_be` this one, by its message id: the same words may have been sent for another reason.

        None also for a group space: there a bot may only list what mentions it, never its own messages.
        """
        own = self._own()
        if own["kind"] != "ok":
            return own
        listed = self._recent(draft)
        if listed["kind"] == "refused" and listed["status"] in {FORBIDDEN, NOT_FOUND}:
            return ok(None)
        has_card = bool(draft["card"])
        wanted = said.Wanted(own["value"], draft["markdown"], draft["parent_id"], has_card, since_iso, may_be)
        return reading.in_our_words(listed, lambda value: said.find(wanted, reading.records(value, "items")))

    def delete(self, message_id: str) -> Answer:
        """Delete an own message; one that is gone already is as good."""
        answer = self._line.ask("DELETE", lambda api: api.messages.delete(segment(message_id)))
        return ok(None, NOT_FOUND) if answer["kind"] == "refused" and answer["status"] == NOT_FOUND else answer

    def is_member(self, space_id: str, person_id: str) -> Answer:
        """Value: bool; False as well for a space that the bot cannot see."""
        answer = self._line.page("memberships", {"roomId": space_id, "personId": person_id})
        if answer["kind"] == "refused" and answer["status"] == NOT_FOUND:
            return ok(value=False)
        return reading.in_our_words(answer, lambda value: said.names(value, space_id, person_id))

    def space(self, space_id: str) -> Answer:
        """Value: `Space`."""
        return reading.in_our_words(self._line.ask("GET", lambda api: api.rooms.get(segment(space_id))), said.space)

    def webhooks(self) -> Answer:
        """Value: list of `Webhook`, the bot's own only."""
        pages = self._line.pages("webhooks", {"max": 100})
        return reading.in_our_words(
            pages, lambda bodies: [said.webhook(raw) for body in bodies for raw in reading.records(body, "items")]
        )

    def create_webhook(self, new: NewWebhook) -> Answer:
        """Value: `Webhook`. After busy it may exist: list before trying again."""

        def create(api: WebexTeamsAPI) -> Any:
            return api.webhooks.create(
                name=new["name"],
                targetUrl=new["target_url"],
                resource=new["resource"],
                event=new["event"],
                filter=new["filter"],
                secret=new["secret"],
            )

        return reading.in_our_words(self._line.ask("POST", create), said.webhook)

    def update_webhook(
        self, webhook_id: str, name: str, target_url: str, secret: str, *, active: bool = True
    ) -> Answer:
        """Value: `Webhook`. `active` wakes one up that Webex has put to sleep; the other way Webex does not offer."""
        status = {"status": "active"} if active else {}

        def update(api: WebexTeamsAPI) -> Any:
            return api.webhooks.update(segment(webhook_id), name=name, targetUrl=target_url, secret=secret, **status)

        return reading.in_our_words(self._line.ask("PUT", update), said.webhook)

    def delete_webhook(self, webhook_id: str) -> Answer:
        """Delete a webhook; one that is gone already is as good."""
        answer = self._line.ask("DELETE", lambda api: api.webhooks.delete(segment(webhook_id)))
        return ok(None, NOT_FOUND) if answer["kind"] == "refused" and answer["status"] == NOT_FOUND else answer

    def _post(self, draft: Draft) -> Answer:
        card = draft["card"]

        def create(api: WebexTeamsAPI) -> Any:
            return api.messages.create(
                roomId=None if draft["to_person_id"] else draft["space_id"],
                toPersonId=draft["to_person_id"],
                parentId=draft["parent_id"],
                markdown=draft["markdown"],
                attachments=[{"contentType": CARD_TYPE, "content": card}] if card else None,
            )

        return reading.in_our_words(self._line.ask("POST", create), said.sent)

    def _own(self) -> Answer:
        if not self._own_id:
            me = reading.in_our_words(self._line.ask("GET", lambda api: api.people.me()), reading.profile)
            if me["kind"] != "ok":
                return me
            self._own_id = me["value"]["person_id"]
        return ok(self._own_id)

    def _recent(self, draft: Draft) -> Answer:
        if draft["to_person_id"]:
            return self._line.page("messages/direct", {"personId": draft["to_person_id"]})
        return self._line.page("messages", {"roomId": draft["space_id"]})


def _rungs(draft: Draft) -> list[Draft]:
    """Return the draft, then what is left of it without the card, without the thread, without both."""
    without_card: Draft = {**draft, "card": None}
    without_thread: Draft = {**draft, "parent_id": None}
    bare: Draft = {**draft, "card": None, "parent_id": None}
    rungs = [draft]
    for rung in (without_card, without_thread, bare):
        if rung not in rungs:
            rungs.append(rung)
    return rungs
