"""What the tests of misuse share: how an attempt is made, and the sentences that answer it."""

from typing import Any

from tests.chat import BOT_ID, Chat, Message, Someone

FORGED = "Something about that card did not fit together, so nothing was changed. Please type the command instead."
UNKNOWN_CARD = "I do not know that card."
HIDDEN = "I know no request #1 that you may see."
OTHER_ORG = "I only serve people of the organization that runs me"


def answers(someone: Someone, chat: Chat, card: Message, *attempts: dict[str, Any]) -> list[str]:
    """Submit all of these on one card; return each message that came back 1:1."""
    before = {message["id"] for message in someone.inbox()}
    for inputs in attempts:
        someone.submits(card["id"], inputs)
    chat.running.settle()
    new = [message for message in someone.inbox() if message["id"] not in before]
    return [message["text"] for message in new if message["personId"] == BOT_ID]


def lost_card(chat: Chat, someone: Someone) -> Message:
    """Post a card as the bot that its ledger does not know, as after a crash between sending and noting."""
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.3",
        "body": [{"type": "TextBlock", "text": "Lost"}],
        "actions": [{"type": "Action.Submit", "title": "Lost", "data": {"do": "approve", "request": 1}}],
    }
    card = {"contentType": "application/vnd.microsoft.card.adaptive", "content": content}
    posted = {"toPersonId": someone.person_id, "markdown": "Lost", "attachments": [card]}
    return dict(chat.bot.call("POST", "messages", json=posted))


def asked(chat: Chat, *known: Someone) -> dict[str, Any]:
    """Let the employee ask the manager for Messaging, and `known` people meet the bot; return how everything stands."""
    for someone in known:
        someone.says("help", settle=False)
    chat.employee.says("request messaging because new desk")
    return chat.standing()
