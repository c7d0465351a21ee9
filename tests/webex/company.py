"""The sandbox's company as a test sees it: who is who, what they say, and what the weather is. Over HTTP only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

from bot.sandbox import seed

if TYPE_CHECKING:
    from bot.webex.http import Answer

IT_SPACE, SALES_SPACE = seed.space_id("it"), seed.space_id("sales")
EMPLOYEE, COLLEAGUE, MANAGER = seed.person_id("employee"), seed.person_id("colleague"), seed.person_id("manager")
EXTERNAL, BOT, LEAVER = seed.person_id("external"), seed.person_id("bot"), seed.person_id("lars.holm")


class Company:
    def __init__(self, url: str) -> None:
        self.url = url
        self.control("POST", "reset")

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = requests.request(method, f"{self.url}/control/{path}", json=body, timeout=10)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def weather(self, **order: Any) -> None:
        self.control("POST", "weather", order)

    def as_person(self, who: str, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {"Authorization": f"Bearer sandbox-{who}"}
        answer = requests.request(method, f"{self.url}/v1/{path}", json=body, headers=headers, timeout=10)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def says(self, who: str, **message: Any) -> Any:
        return self.as_person(who, "POST", "messages", message)

    def calls(self, method: str) -> list[dict[str, Any]]:
        made: list[dict[str, Any]] = self.control("GET", "snapshot")["calls"]
        return [call for call in made if call["method"] == method and "/control" not in call["path"]]

    def held_by(self, person_id: str) -> set[str]:
        return set(self.control("GET", "snapshot")["people"][person_id]["licenses"])

    def texts(self) -> list[str]:
        messages = self.control("GET", "snapshot")["messages"]
        return [message.get("text", "") for message in messages if not message["deleted"]]


def value_of(answer: Answer) -> Any:
    assert answer["kind"] == "ok", answer
    return answer["value"]


def refusal_of(answer: Answer) -> tuple[int, list[int | None]]:
    assert answer["kind"] == "refused", answer
    return answer["status"], [error["code"] for error in answer["errors"]]


def words_of(answer: Answer) -> str:
    """What a refusal says that is the gateway's own, not Webex's."""
    assert answer["kind"] == "refused", answer
    (error,) = answer["errors"]
    assert (answer["status"], error["code"]) == (409, None)
    return error["description"]
