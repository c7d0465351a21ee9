"""What cards send back → the arguments of the same commands that people type. Inputs are forged until proven plain."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.chat.parse import MOST_ITEMS, Args, check_email, check_name, tidy_reason
from bot.errors import BadInput
from cards.calling_details import NO_NUMBER

WISHES = ("add_missing", "swap", "other", "fewer", "again", "details", "choose")
RETURNS = ("return_first", "return_too", "return_only", "return_again")
A_SITE = "site:"
"""What the form puts before the address of a meeting site, to tell it from the id of a license."""
LONGEST_INPUT = 20_000

Inputs = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Button:
    """The command a button stands for, and the purposes of the cards on which it may be pressed."""

    phrase: str
    read: Callable[[Inputs, Inputs], Args]
    cards: frozenset[str]


def _nothing(_inputs: Inputs, _context: Inputs) -> Args:
    return {}


def _bare_request(_inputs: Inputs, _context: Inputs) -> Args:
    return {"wanted": ""}


def _number(inputs: Inputs, _context: Inputs) -> Args:
    return {"number": request_number(inputs)}


def _approval(inputs: Inputs, _context: Inputs) -> Args:
    """Return the decision; the card offers resource groups only where a hybrid license is asked for."""
    reason, group = tidy_reason(_text(inputs, "note")), _text(inputs, "group").strip()
    return {"number": request_number(inputs), "reason": reason, "group": group}


def _denial(inputs: Inputs, _context: Inputs) -> Args:
    return {"number": request_number(inputs), "reason": tidy_reason(_text(inputs, "reason"))}


def _form(inputs: Inputs, _context: Inputs) -> Args:
    email = _text(inputs, "for").strip()
    ticked = ",".join(_text(inputs, name) for name in inputs if _is_group(name))
    chosen = [one.strip() for one in ticked.split(",") if one.strip()]
    if not chosen:
        raise BadInput("license_needed", {"word": "request"})
    if len(chosen) > MOST_ITEMS:
        raise BadInput("too_many_items", {"limit": str(MOST_ITEMS)})
    sites = [one.removeprefix(A_SITE) for one in chosen if one.startswith(A_SITE)]
    return {
        "wanted": "",
        "license_ids": [one for one in chosen if not one.startswith(A_SITE)],
        "site_urls": sites,
        "email": check_email(email) if email else "",
        "reason": tidy_reason(_text(inputs, "reason")),
    }


def _invitation(inputs: Inputs, context: Inputs) -> Args:
    """Return the wish that the ledger has kept, now with the name of who is to be invited."""
    named = check_name(_text(inputs, "named"))
    if not named:
        raise BadInput("newcomer_name_needed")
    return {**context, "named": named}


def _is_group(name: str) -> bool:
    """Whether this is a field of licenses: the form has one for each group of the catalog."""
    return name == "licenses" or name.startswith("licenses_")


def _calling_details(inputs: Inputs, context: Inputs) -> Args:
    """Return the details from the card; what was asked for, and for whom, the ledger has kept."""
    number = _chosen_or_typed(inputs, context, "number", "digits")
    is_whole = number.startswith("+")
    details = {
        "location": _chosen_or_typed(inputs, context, "location", "place") or context.get("location", ""),
        "phone_number": number if is_whole else context.get("phone_number", ""),
        "extension": _text(inputs, "extension").strip() or context.get("extension", ""),
    }
    looked_for = {} if is_whole or number in {"", NO_NUMBER} else {"part": number}
    return {**context, **details, **looked_for}


def _chosen_or_typed(inputs: Inputs, context: Inputs, choice: str, field: str) -> str:
    """Return what was typed, unless it is only what the card had in that field and something was chosen instead."""
    chosen, typed = _text(inputs, choice).strip(), _text(inputs, field).strip()
    return typed if typed and not (chosen and typed == context.get(field)) else chosen


def _other_location(_inputs: Inputs, context: Inputs) -> Args:
    return {**context, "location": "", "asked": "again"}


def _next_page(_inputs: Inputs, context: Inputs) -> Args:
    """Return what to look for and the page, which the ledger has kept."""
    if "sought" not in context:
        raise BadInput("card_forged")
    return {"sought": context["sought"], "page": context["page"]}


def _to_correct(read: Callable[[Inputs, Inputs], Args]) -> Callable[[Inputs, Inputs], Args]:
    return lambda inputs, context: {**read(inputs, context), "number": request_number(inputs)}


def _way_out(kind: str) -> Callable[[Inputs, Inputs], Args]:
    """Return a reader of what a way out stands for: the ledger has kept it, the card only names it."""

    def read(_inputs: Inputs, context: Inputs) -> Args:
        kept = context.get("ways_out", {}).get(kind)
        if kept is None:
            raise BadInput("card_forged")
        return dict(kept)

    return read


_ON_A_REQUEST = frozenset({"approval", "request_sent", "status", "receipt", "confirm_return"}) | frozenset(
    f"settled_{state}" for state in ("granted", "partial", "awaiting", "refused", "failed")
)
_TO_START = frozenset({"help", "welcome"})

_WITH_WAYS_OUT = frozenset({"objection", "settled_partial", "settled_refused", "settled_failed"})

BUTTONS: dict[str, Button] = {
    "request": Button("request", _bare_request, _TO_START),
    "my_requests": Button("my requests", _nothing, _TO_START),
    "my_licenses": Button("my licenses", _nothing, _TO_START),
    "waiting": Button("waiting", _nothing, _TO_START),
    "help": Button("help", _nothing, _TO_START),
    "submit": Button("request", _form, frozenset({"request_form"})),
    "calling_details": Button("request", _calling_details, frozenset({"calling_details"})),
    "calling_location": Button("request", _other_location, frozenset({"calling_details"})),
    "invite": Button("request", _invitation, frozenset({"invitation"})),
    "change_details": Button("details", _number, frozenset({"request_sent", "status"})),
    "correct": Button("details", _to_correct(_calling_details), frozenset({"correct_details"})),
    "correct_location": Button("details", _to_correct(_other_location), frozenset({"correct_details"})),
    "approve": Button("approve", _approval, frozenset({"approval", "status"})),
    "deny": Button("deny", _denial, frozenset({"approval", "status"})),
    "confirm": Button("confirm", _number, frozenset({"confirm_return", "status"})),
    "cancel": Button("cancel", _number, frozenset({"request_sent", "confirm_return", "status"})),
    "status": Button("status", _number, _ON_A_REQUEST),
    **{kind: Button("request", _way_out(kind), _WITH_WAYS_OUT) for kind in WISHES},
    "show_request": Button("status", _way_out("show_request"), frozenset({"objection"})),
    **{kind: Button("return", _way_out(kind), _WITH_WAYS_OUT) for kind in RETURNS},
    "find_more": Button("find", _next_page, frozenset({"people_found"})),
    "retry": Button("retry", _number, _ON_A_REQUEST),
}


def button_of(inputs: Inputs) -> Button:
    """Return what was pressed, or raise BadInput for what no card of ours sends."""
    do = inputs.get("do")
    if not isinstance(do, str) or do not in BUTTONS or len(str(inputs)) > LONGEST_INPUT:
        raise BadInput("card_forged")
    return BUTTONS[do]


def request_number(inputs: Inputs) -> int:
    """Return the number that a button carries; clients may send it as text."""
    number = inputs.get("request")
    if isinstance(number, int) and not isinstance(number, bool):
        return number
    if isinstance(number, str) and number.isdecimal() and number.isascii() and len(number) <= 12:  # noqa: PLR2004 as typed
        return int(number)
    raise BadInput("card_forged")


def _text(inputs: Inputs, name: str) -> str:
    """Return an input that should be text; an empty optional one is left out by clients."""
    value = inputs.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadInput("card_forged")
    return value.replace("\x00", "")
