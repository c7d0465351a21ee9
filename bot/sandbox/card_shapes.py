"""The table behind `cards.py`: for each type of card object its keys with their kinds, and the required ones.

Adaptive Cards 1.3 without what Webex leaves out: Media, speak, the card's own alignment, height of a ColumnSet.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    name: str
    keys: dict[str, str]
    required: tuple[str, ...] = ()


SPACING = "none|small|default|medium|large|extraLarge|padding"
SIDE = "left|center|right"
UP_DOWN = "top|center|bottom"
COLOR = "default|dark|light|accent|good|warning|attention"
FONT = "default|small|medium|large|extraLarge"
WEIGHT = "default|lighter|bolder"
FONT_TYPE = "default|monospace"
BOX_STYLE = "default|emphasis|good|attention|warning|accent"
IMAGE_SIZE = "auto|stretch|small|medium|large"
HEIGHT = "auto|stretch"

_ITEM = {"type": "text", "id": "text", "isVisible": "flag", "requires": "object", "fallback": "any"}
_ELEMENT = _ITEM | {"separator": "flag", "spacing": SPACING, "height": HEIGHT}
_INPUT = _ELEMENT | {"label": "text", "isRequired": "flag", "errorMessage": "text"}
_BOX = {
    "bleed": "flag",
    "minHeight": "text",
    "style": BOX_STYLE,
    "selectAction": "SelectAction",
}
_ACTION = {
    "type": "text",
    "id": "text",
    "title": "text",
    "iconUrl": "https",
    "style": "default|positive|destructive",
    "requires": "object",
    "fallback": "any",
}
_WORDS = {"text": "text", "color": COLOR, "fontType": FONT_TYPE, "isSubtle": "flag", "size": FONT, "weight": WEIGHT}
_RANGE = {"placeholder": "text", "value": "text", "min": "text", "max": "text"}

_SHAPES = (
    Shape(
        "AdaptiveCard",
        {
            "type": "text",
            "$schema": "text",
            "version": "text",
            "body": "Element[]",
            "actions": "Action[]",
            "fallbackText": "text",
            "backgroundImage": "https or BackgroundImage",
            "lang": "text",
            "minHeight": "text",
            "selectAction": "SelectAction",
        },
        ("type",),
    ),
    Shape(
        "BackgroundImage",
        {
            "type": "text",
            "url": "https",
            "fillMode": "cover|repeatHorizontally|repeatVertically|repeat",
            "horizontalAlignment": SIDE,
            "verticalAlignment": UP_DOWN,
        },
        ("url",),
    ),
    Shape(
        "TextBlock", _ELEMENT | _WORDS | {"horizontalAlignment": SIDE, "maxLines": "number", "wrap": "flag"}, ("text",)
    ),
    Shape("RichTextBlock", _ELEMENT | {"horizontalAlignment": SIDE, "inlines": "text or TextRun[]"}, ("inlines",)),
    Shape(
        "TextRun",
        _WORDS
        | {
            "type": "text",
            "highlight": "flag",
            "italic": "flag",
            "strikethrough": "flag",
            "underline": "flag",
            "selectAction": "SelectAction",
        },
        ("type", "text"),
    ),
    Shape(
        "Image",
        _ELEMENT
        | {
            "url": "https",
            "altText": "text",
            "backgroundColor": "text",
            "height": "size",
            "horizontalAlignment": SIDE,
            "selectAction": "SelectAction",
            "size": IMAGE_SIZE,
            "style": "default|person",
            "width": "size",
        },
        ("url",),
    ),
    Shape("ImageSet", _ELEMENT | {"images": "Image[]", "imageSize": IMAGE_SIZE}, ("images",)),
    Shape("FactSet", _ELEMENT | {"facts": "Fact[]"}, ("facts",)),
    Shape("Fact", {"type": "text", "title": "text", "value": "text"}, ("title", "value")),
    Shape(
        "Container",
        _ELEMENT
        | _BOX
        | {"items": "Element[]", "backgroundImage": "https or BackgroundImage", "verticalContentAlignment": UP_DOWN},
        ("items",),
    ),
    Shape(
        "ColumnSet",
        {key: kind for key, kind in (_ELEMENT | _BOX).items() if key != "height"}
        | {"columns": "Column[]", "horizontalAlignment": SIDE},
    ),
    Shape(
        "Column",
        {key: kind for key, kind in (_ELEMENT | _BOX).items() if key != "height"}
        | {
            "items": "Element[]",
            "backgroundImage": "https or BackgroundImage",
            "verticalContentAlignment": UP_DOWN,
            "width": "size",
        },
    ),
    Shape("ActionSet", _ELEMENT | {"actions": "Action[]"}, ("actions",)),
    Shape(
        "Input.Text",
        _INPUT
        | {
            "placeholder": "text",
            "value": "text",
            "isMultiline": "flag",
            "maxLength": "number",
            "regex": "text",
            "style": "text|tel|url|email",
            "inlineAction": "SelectAction",
        },
        ("id",),
    ),
    Shape(
        "Input.Number", _INPUT | {"placeholder": "text", "value": "number", "min": "number", "max": "number"}, ("id",)
    ),
    Shape("Input.Date", _INPUT | _RANGE, ("id",)),
    Shape("Input.Time", _INPUT | _RANGE, ("id",)),
    Shape(
        "Input.Toggle",
        _INPUT | {"title": "text", "value": "text", "valueOn": "text", "valueOff": "text", "wrap": "flag"},
        ("id", "title"),
    ),
    Shape(
        "Input.ChoiceSet",
        _INPUT
        | {
            "choices": "Input.Choice[]",
            "isMultiSelect": "flag",
            "style": "compact|expanded",
            "value": "text",
            "placeholder": "text",
            "wrap": "flag",
        },
        ("id", "choices"),
    ),
    Shape("Input.Choice", {"type": "text", "title": "text", "value": "text"}, ("title", "value")),
    Shape("Action.Submit", _ACTION | {"data": "data", "associatedInputs": "auto|none"}),
    Shape("Action.OpenUrl", _ACTION | {"url": "text"}, ("url",)),
    Shape("Action.ShowCard", _ACTION | {"card": "AdaptiveCard"}, ("card",)),
    Shape("Action.ToggleVisibility", _ACTION | {"targetElements": "text or TargetElement[]"}, ("targetElements",)),
    Shape("TargetElement", {"type": "text", "elementId": "text", "isVisible": "flag"}, ("elementId",)),
)

SHAPES = {shape.name: shape for shape in _SHAPES}
INPUTS = {name for name in SHAPES if name.startswith("Input.") and name != "Input.Choice"}
ACTIONS = {name for name in SHAPES if name.startswith("Action.")}
ELEMENTS = {
    "TextBlock", "RichTextBlock", "Image", "ImageSet", "FactSet", "Container", "ColumnSet", "ActionSet",
}  # fmt: skip
