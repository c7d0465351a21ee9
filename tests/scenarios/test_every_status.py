"""Every other status that Webex may answer an assignment with: what people read, and that nothing is changed.

423, 429, 500 and 503 are in `tests/durability/test_weather.py`, and so is a line that breaks.
"""

from dataclasses import dataclass

import pytest

from bot.desk.states import State
from tests.chat import BOT_ID, Chat, Someone

pytestmark = pytest.mark.thorough

PATCH = {"method": "PATCH", "path": "/v1/licenses/users"}
ADMIN, OPERATOR, REQUESTER = "a Webex admin", "the operator of this bot", "the person who asked"
RENEWED = "Set a new admin token, or authorize the app again; restart the worker, then have an admin retry the request."
RIGHTS = "Give the token's owner the admin role and the token its scopes, then have an admin retry the request."
OUTDATED = "Check the API address in the bot's settings and the bot's version, then have an admin retry the request."
A_WAIT = "Webex is busy, so I go on by myself in about 2 minutes."


@dataclass(frozen=True, slots=True)
class Final:
    """What everybody reads who is told, literally."""

    means: str
    to_do: str
    who_acts: str


REFUSED = {
    400: Final(
        "Webex refused the change. Webex said: Bad Request",
        "Compare the units left and what the license requires with what the person holds, in Control Hub; Webex has no "
        "code of its own for units that have run out.",
        ADMIN,
    ),
    401: Final("Webex does not accept the bot's access token.", RENEWED, OPERATOR),
    403: Final("The bot's access token may not do this.", RIGHTS, OPERATOR),
    404: Final(
        "Webex knows no such person or license; the person may have left.",
        "Look the person up in Control Hub; if they are there, retry the request.",
        ADMIN,
    ),
    405: Final("Webex does not offer this operation at the address that the bot uses.", OUTDATED, OPERATOR),
    409: Final(
        "Something else was changing the same person at the same time.",
        "Look at what the person holds now, then retry the request.",
        ADMIN,
    ),
    410: Final(
        "What the change refers to no longer exists in Webex.", "Ask again and choose from the current list.", REQUESTER
    ),
    415: Final("Webex could not read what the bot sent.", OUTDATED, OPERATOR),
    418: Final(
        "Webex answered in a way that the bot does not know.",
        "Look up the tracking ID in Control Hub or with Cisco's support.",
        OPERATOR,
    ),
    428: Final(
        "Webex demands a condition that the bot does not meet.",
        "Check the bot's version, then have an admin retry the request.",
        OPERATOR,
    ),
}
"""Statuses that end the attempt; 418 stands for all that nobody has heard of, and 400 comes without a code here."""
WAITED_OUT = (502, 504)


def test_an_answer_ends_the_attempt_in_words(chat: Chat, subtests: pytest.Subtests) -> None:
    """One request meets them all, as an admin tries it again and again."""
    chat.employee.says("request messaging")
    held = chat.employee.holds()
    chat.weather(**PATCH, status=400)
    chat.manager.presses("Approve")
    for status, final in REFUSED.items():
        with subtests.test(str(status)):
            chat.weather(**PATCH, status=status)
            answers = chat.admin.says("retry 1").split("\n---\n")
            assert chat.state_of(1) is State.REFUSED
            assert chat.employee.holds() == held
            for_admin = [text for text in answers if text.startswith("Request #1: Webex said no")]
            assert len(for_admin) == (final.who_acts != REQUESTER)
            for text in (chat.employee.last(), chat.manager.last(), *for_admin):
                assert_says(text, status, final)
    chat.admin.says("retry 1")
    assert chat.state_of(1) is State.GRANTED


def assert_says(text: str, status: int, final: Final) -> None:
    assert "Webex said no" in text
    assert final.means in text
    assert final.to_do in text
    assert f"Who has to act: {final.who_acts}" in text
    assert f"Error code: {status}\n" in text
    assert "Tracking ID: NA_" in text


def test_an_outage_is_waited_out(chat: Chat, subtests: pytest.Subtests) -> None:
    chat.employee.says("request messaging")
    for status in WAITED_OUT:
        with subtests.test(str(status)):
            chat.weather(**PATCH, status=status, headers={"Retry-After": "120"})
            if chat.state_of(1) is State.PENDING:
                chat.manager.presses("Approve")
            else:
                chat.running.run_delayed()
            assert chat.state_of(1) is State.APPROVED
            assert "Messaging" not in chat.employee.holds()
            assert read_by(chat.employee, A_WAIT) == 1
    chat.running.run_delayed()
    assert chat.state_of(1) is State.GRANTED
    assert read_by(chat.employee, "Request #1: done") == 1
    assert [call["status"] for call in chat.calls("PATCH", PATCH["path"])] == [*WAITED_OUT, 200]


def read_by(someone: Someone, words: str) -> int:
    return sum(words in message["text"] for message in someone.inbox() if message["personId"] == BOT_ID)
