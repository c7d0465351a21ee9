"""What Webex might let through of a press although no client sends it: one sentence, and nothing breaks or hangs."""

from typing import Any

import pytest

from bot.desk.states import State
from tests.chat import Chat
from tests.scenarios.misusing import FORGED

pytestmark = pytest.mark.thorough


def nested(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("inputs", ['"request": 1e400', '"request": 1, "note": -1e400'])
def test_numbers_that_are_none_are_answered_in_a_sentence(chat: Chat, inputs: str) -> None:
    chat.employee.says("request messaging")
    card = chat.manager.card_with("Approve")
    body = f'{{"type": "submit", "messageId": "{card["id"]}", "inputs": {{"do": "approve", {inputs}}}}}'
    headers = {"Authorization": f"Bearer {chat.manager.token}", "Content-Type": "application/json"}
    url = f"{chat.running.settings.webex_api_url}/attachment/actions"
    assert chat.running.http.post(url, data=body, headers=headers, timeout=30).ok
    chat.running.settle()
    assert (chat.manager.last(), chat.state_of(1)) == (FORGED, State.PENDING)


@pytest.mark.parametrize(
    ("inputs", "ends"),
    [
        *(({"do": "approve", "request": 1, "note": nested(levels)}, State.PENDING) for levels in (2, 500, 900)),
        ({"do": "approve", "request": 1, "x": nested(500)}, State.GRANTED),
    ],
    ids=["nested", "500 levels", "900 levels", "where nobody looks"],
)
def test_values_that_no_client_can_send_are_answered_in_a_sentence(
    chat: Chat, inputs: dict[str, Any], ends: State
) -> None:
    chat.employee.says("request messaging")
    card = chat.manager.card_with("Approve")
    press = {"id": "odd", "messageId": card["id"], "roomId": card["roomId"], "personId": chat.manager.person_id}
    chat.weather(method="GET", path="/v1/attachment/actions/*", status=200, body={**press, "inputs": inputs})
    chat.manager.presses("Approve")
    assert chat.state_of(1) is ends
    assert chat.manager.last().startswith(FORGED if ends is State.PENDING else "Request #1")
    assert "(ref" not in chat.manager.last() + chat.employee.last()
