"""What reached the bot, as plain JSON that may cross a step. Who did it is the person id that Webex reported."""

from typing import Any, Literal, NotRequired, TypedDict


class Typed(TypedDict):
    """A message to the bot; `text` comes without the bot's own mention."""

    kind: Literal["typed"]
    message_id: str
    space_id: str
    is_group: bool
    person_id: str
    text: str
    parent_id: str | None
    said_at: NotRequired[str]
    """When, by Webex's clock; "" if it did not tell."""


class PressedCard(TypedDict):
    """The ledger's row of the pressed card, as far as it decides what must be gathered."""

    outgoing_id: int
    purpose: str
    request_id: int | None
    is_group: bool
    context: dict[str, Any] | None
    trace: NotRequired[str]
    """Of its request, for the log."""


class Pressed(TypedDict):
    """A submitted card; `card` is None if the ledger does not know the message."""

    kind: Literal["pressed"]
    message_id: str
    space_id: str
    person_id: str
    inputs: dict[str, Any]
    card: PressedCard | None


class Joined(TypedDict):
    """The bot was added to a group space, by `person_id`."""

    kind: Literal["joined"]
    space_id: str
    person_id: str


Said = Typed | Pressed | Joined
