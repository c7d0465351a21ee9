"""Reasons in words of ours, wherever they are made, are shown whole: what happened, what to do and who has to do it."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from bot.chat.present_result import item_of
from bot.desk.states import ItemState
from bot.licensing import outcome
from bot.licensing.failures import Fix
from bot.licensing.full_update import REASONS, refusals_in_words
from bot.licensing.outcome import OwnReason
from bot.licensing.prechecks import Finding
from bot.store.models import RequestItem
from bot.webex.http import busy, refused
from bot.workflows import waiting

ROOT = Path(__file__).parent.parent.parent
BARRED = refused(403, "Forbidden", [])


def constants() -> list[Any]:
    """Return each of the bot's reasons that stands in the code as it is, wherever that may be."""
    paths = [path for path in sorted(ROOT.glob("bot/*/*.py")) if '"finding": "' in path.read_text()]
    modules = [import_module(".".join(path.relative_to(ROOT).with_suffix("").parts)) for path in paths]
    values = [value for module in modules for value in vars(module).values()]
    return [value for value in values if isinstance(value, dict) and "finding" in value]


def likely(code: str) -> Any:
    """Return what is shown where Webex refused without a reason that we know."""
    silent: outcome.Result = {"item_id": 1, "state": "not_applied", "errors": [outcome.LEFT_OUT]}
    finding = Finding(code, "messaging", blocks=True, sentence="None is left.", remedy="Order more.")
    return outcome.with_likely_reason(silent, [finding])["errors"][0]


OURS: list[Any] = [
    *constants(),
    *refusals_in_words([{"status": 409, "code": None, "description": word} for word in REASONS]),
    *map(likely, ("no_units_left", "already_held")),
    waiting.gave_up(busy(503)),
    waiting.unseen(BARRED),
    waiting.surprise("1f2e3d"),
]


def test_each_reason_of_ours_has_all_that_one_needs() -> None:
    assert {"left_out", "newcomer_left", "invite_off", "not_accepted"} <= {one["finding"] for one in OURS}
    assert all(one.keys() == OwnReason.__annotations__.keys() for one in OURS)


@pytest.mark.parametrize("reason", OURS, ids=[f"{one['finding']} {place}" for place, one in enumerate(OURS)])
def test_a_reason_of_ours_says_what_happened_what_to_do_and_who_has_to(reason: OwnReason) -> None:
    item = RequestItem(title="Messaging", operation="add", state=ItemState.NOT_APPLIED, errors=[dict(reason)])
    shown = item_of(item)
    assert (shown.meaning, shown.remedy) == (reason["sentence"], reason["remedy"])
    assert all(told.endswith(".") and "{" not in told for told in (shown.meaning, shown.remedy))
    assert shown.who_acts in {Fix.REQUESTER, Fix.ADMIN, Fix.OPERATOR}
