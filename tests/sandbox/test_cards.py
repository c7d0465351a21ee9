"""Cards: what gets through, and what Webex's validator says to the rest."""

from typing import Any

import pytest

from tests.sandbox.clients import Webex

GOOD: list[dict[str, Any]] = [
    {"type": "RichTextBlock", "inlines": ["plain", {"type": "TextRun", "text": "run", "weight": "Bolder"}]},
    {"type": "Image", "url": "https://example.com/a.png", "size": "Small", "height": "20px"},
    {"type": "ImageSet", "images": [{"type": "Image", "url": "https://example.com/a.png"}]},
    {"type": "FactSet", "facts": [{"title": "User", "value": "one"}]},
    {"type": "Container", "style": "emphasis", "items": [{"type": "TextBlock", "text": "x", "wrap": True}]},
    {"type": "ColumnSet", "columns": [{"type": "Column", "width": 2, "items": [{"type": "TextBlock", "text": "x"}]}]},
    {"type": "ActionSet", "actions": [{"type": "Action.OpenUrl", "url": "https://example.com", "title": "x"}]},
    {"type": "Input.Text", "id": "a", "label": "A", "isRequired": True, "errorMessage": "E", "regex": "^x$"},
    {"type": "Input.Number", "id": "a", "min": 1, "max": 3},
    {"type": "Input.Date", "id": "a", "min": "2026-01-01"},
    {"type": "Input.Time", "id": "a"},
    {"type": "Input.Toggle", "id": "a", "title": "A", "valueOn": "on"},
    {"type": "Input.ChoiceSet", "id": "a", "isMultiSelect": True, "choices": [{"title": "x", "value": "1"}]},
]
BAD: list[tuple[dict[str, Any], str]] = [
    ({"type": "Table"}, "#/body/0/type: not supported"),
    ({"type": "Media", "sources": []}, "#/body/0/type: not supported"),
    ({"text": "no type"}, "#/body/0/type: not supported"),
    ({"type": "TextBlock"}, "#/body/0: required key [text] not found"),
    ({"type": "TextBlock", "text": "x", "colour": "red"}, "#/body/0: extraneous key [colour] is not permitted"),
    ({"type": "TextBlock", "text": "x", "wrap": "true"}, "#/body/0/wrap: expected type: flag"),
    ({"type": "TextBlock", "text": "x", "color": "pink"}, "#/body/0/color: not a valid enum value"),
    ({"type": "TextBlock", "text": None}, "#/body/0/text: expected type: text"),
    ({"type": "Image", "url": "http://example.com/a.png"}, "#/body/0/url: expected type: https"),
    ({"type": "Input.Text", "label": "x"}, "#/body/0: required key [id] not found"),
    ({"type": "Input.Range", "id": "x"}, "#/body/0/type: not supported"),
    ({"type": "ColumnSet", "columns": [], "height": "auto"}, "#/body/0: extraneous key [height] is not permitted"),
    ({"type": "FactSet", "facts": [{"type": "FactSet", "title": "x", "value": "y"}]}, "#/body/0/facts/0/type"),
    ({"type": "Container", "items": [{"type": "TextBlock"}]}, "#/body/0/items/0: required key [text] not found"),
    ({"type": "Container", "items": {}}, "#/body/0/items: expected type: JSONArray"),
]


def card(**keys: Any) -> dict[str, Any]:
    return {"type": "AdaptiveCard", "version": "1.3", "body": [], **keys}


def refusals(webex: Webex, content: Any) -> list[str]:
    """Post a card; what the answer complains of, nothing when the card is in the message."""
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": content}
    body = {"toPersonEmail": "employee@example.com", "markdown": "fallback", "attachments": [attachment]}
    answer = webex.caller("bot").call("POST", "messages", json=body)
    if answer.status_code == 200:
        assert answer.json()["attachments"] == [attachment]
        return []
    assert answer.status_code == 400
    return [error["description"] for error in answer.json()["errors"]]


def test_everything_that_webex_supports_gets_through(webex: Webex) -> None:
    shown = card(body=[{"type": "Input.Text", "id": "note"}])
    actions = [
        {"type": "Action.Submit", "title": "Yes", "style": "positive", "data": {"do": "approve", "request": 42}},
        {"type": "Action.ShowCard", "title": "No", "card": shown},
        {"type": "Action.ToggleVisibility", "targetElements": ["a", {"elementId": "b", "isVisible": True}]},
    ]
    schema = "http://adaptivecards.io/schemas/adaptive-card.json"
    assert refusals(webex, card(body=GOOD, actions=actions, **{"$schema": schema})) == []


@pytest.mark.parametrize(("element", "said"), BAD)
def test_a_faulty_element_is_named(webex: Webex, element: dict[str, Any], said: str) -> None:
    found = refusals(webex, card(body=[element]))
    assert len(found) == 1
    assert found[0].startswith(said)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (card(version="1.4"), "#/version"),
        ({"type": "AdaptiveCard", "body": []}, "#/version"),
        (card(speak="hello"), "#: extraneous key [speak]"),
        (card(verticalContentAlignment="top"), "#: extraneous key [verticalContentAlignment]"),
        (card(schema="x"), "#: extraneous key [schema]"),
        (card(refresh={}), "#: extraneous key [refresh]"),
        (card(actions=[{"type": "Action.Execute", "title": "x"}]), "#/actions/0/type: not supported"),
        (card(actions=[{"type": "Action.Submit", "title": str(n)} for n in range(6)]), "#/actions: expected maximum"),
        (card(body=[{"type": "TextBlock", "text": "x" * 81_920}]), "#: the card is larger than 80 KB"),
        ("not an object", "#: expected type: JSONObject"),
    ],
)
def test_a_faulty_card_is_refused(webex: Webex, content: Any, said: str) -> None:
    found = refusals(webex, content)
    assert len(found) == 1
    assert found[0].startswith(said)


def test_a_card_inside_a_button_is_checked_too(webex: Webex) -> None:
    inner = {"type": "AdaptiveCard", "body": [{"type": "TextBlock"}]}
    found = refusals(webex, card(actions=[{"type": "Action.ShowCard", "title": "x", "card": inner}]))
    assert found == ["#/actions/0/card/body/0: required key [text] not found"]


def test_bottomless_nesting_is_refused(webex: Webex) -> None:
    element: dict[str, Any] = {"type": "TextBlock", "text": "x"}
    for _ in range(60):
        element = {"type": "Container", "items": [element]}
    assert refusals(webex, card(body=[element]))[0].endswith("nested too deeply")
