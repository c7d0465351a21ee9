"""What can be asked for, and under which names. Pure; the catalog itself comes from Webex and is handed in."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NotRequired, TypedDict

from rapidfuzz import fuzz

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class License(TypedDict):
    """A license of the catalog; `left` is None where Webex's numbers say nothing. The rules go by Webex's `name`.

    What may be absent is the operator's, from the catalog file; see `catalog_file.py`.
    """

    license_id: str
    name: str
    site_url: str | None
    subscription_id: str | None
    total: int | None
    used: int | None
    left: int | None
    title: NotRequired[str]
    group: NotRequired[str]
    description: NotRequired[str]
    price: NotRequired[str]
    hidden: NotRequired[bool]
    exclusive: NotRequired[str]
    resource_group: NotRequired[str]
    via: NotRequired[str]


@dataclass(frozen=True, slots=True)
class Found:
    """What a text means: one license, several to choose from, or none and the title that comes nearest ("" if none)."""

    license: License | None = None
    several: tuple[License, ...] = ()
    suggestion: str = ""


KINDS = (
    ("hybrid_call_aware", {"hybrid", "aware"}),
    ("hybrid_call_connect", {"hybrid", "connect"}),
    ("hybrid_exchange", {"hybrid", "exchange"}),
    ("hybrid_google", {"hybrid", "google"}),
    ("attendant_console", {"attendant", "console"}),
    ("cx_essential", {"customer", "experience", "essential"}),
    ("calling_professional", {"calling", "professional"}),
    ("calling_standard", {"calling", "standard"}),
    ("calling_other", {"calling"}),
    ("screen_share", {"screen", "share"}),
    ("messenger", {"messenger"}),
    ("messaging_free", {"basic", "messaging"}),
    ("messaging_free", {"free", "messaging"}),
    ("messaging", {"messaging"}),
    ("meeting_free", {"basic", "meeting"}),
    ("meeting_free", {"free", "meeting"}),
    ("meeting", {"meeting"}),
)
"""The words of a name that make its kind; the first row that fits wins."""

CODES = {
    "MS": "messaging",
    "FMS": "messaging_free",
    "CF": "meeting",
    "EE": "meeting",
    "FTM": "meeting_free",
    "FSS": "screen_share",
    "CE": "hybrid_exchange",
    "CG": "hybrid_google",
}
"""Codes in license ids, as an organization's list showed them beside names that leave no doubt.

None of Calling: there BCSTD stands beside "Webex Calling - Professional".
"""

OF_CALLING = frozenset(
    {"calling_professional", "calling_standard", "calling_other", "cx_essential", "attendant_console"}
)
PLACES = frozenset({"workspace", "desk", "route"})
"""Calling for rooms, shared desks and trunks; people do not hold it."""
PER_PERSON = frozenset({"messaging_free", "meeting_free", "screen_share"})
"""Kinds that come with every account where no subscription is named."""

SAME_WORD = {
    "pro": "professional",
    "prof": "professional",
    "std": "standard",
    "gcal": "google",
    "licenses": "license",
    "licence": "license",
    "phone": "calling",
    "sharing": "share",
}
SAID_WITHOUT_MEANING = frozenset({"webex", "cisco", "license", "a", "an", "the", "my", "for", "and"})
NEAR = 80
"""Likeness of two words, of 100, from which one is taken for a misspelling of the other."""
WORTH_SUGGESTING = 60
LONGEST_TEXT = 200
_CODE = re.compile(r"/LICENSE/[^:]+:([A-Z]+)_")


@lru_cache(maxsize=1000)
def kind_of(name: str, license_id: str = "") -> str:
    """Tell the kind that the rules speak of; "other" for all that they do not. The id counts where no name does."""
    words = set(_words(name))
    by_name = next((word for word, needed in KINDS if needed <= words), "other")
    return CODES.get(_code_in(license_id), "other") if by_name == "other" else by_name


def kind_of_license(license_: License) -> str:
    return kind_of(license_["name"], license_["license_id"])


def _code_in(license_id: str) -> str:
    """Read the code in `ciscospark://us/LICENSE/<organization>:<code>_<uuid>`, which an id is in base64; "" if none."""
    try:
        decoded = base64.urlsafe_b64decode(license_id + "=" * (-len(license_id) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""
    found = _CODE.search(decoded)
    return found[1] if found else ""


def is_calling(name: str) -> bool:
    """Whether a license needs its own Calling details (location, number, extension).

    Attendant Console counts: Webex refuses "each Webex Calling license" without properties (400411) and publishes no
    exception, and a detail too many is harmless where one too few is a refusal after the approver has said yes.
    """
    return kind_of(name) in OF_CALLING and not PLACES & set(_words(name))


def counted(license_: License) -> License:
    """Return it without units left where the numbers are no stock: 44 of 44 in an organization of 44 people."""
    is_free = license_["subscription_id"] is None and kind_of_license(license_) in PER_PERSON
    return {**license_, "left": None} if is_free else license_


def without_promised(catalog: Sequence[License], promised: Mapping[str, int]) -> list[License]:
    """Return the catalog with the units left that nobody was promised."""
    return [
        one if one["left"] is None else {**one, "left": max(0, one["left"] - promised.get(one["license_id"], 0))}
        for one in catalog
    ]


def offered(catalog: Sequence[License], *, is_admin: bool) -> list[License]:
    """Return what this person may ask for: admins may ask for what is hidden, too."""
    return [one for one in catalog if is_admin or not one.get("hidden")]


def name_shown(license_: License) -> str:
    return license_.get("title") or license_["name"]


def title_of(license_: License, catalog: Sequence[License]) -> str:
    """Name a license so that it can be told from every other of the catalog."""
    title = name_shown(license_)
    twins = [other for other in catalog if name_shown(other) == title]
    for detail, own in enumerate(_details(license_)):
        if len(twins) < 2:  # noqa: PLR2004  alone
            break
        twins = [other for other in twins if _details(other)[detail] == own]
        title = f"{title} ({own})" if own else title
    return title


def _details(license_: License) -> tuple[str, str, str]:
    return license_["site_url"] or "", license_["subscription_id"] or "", license_["license_id"]


def find(text: str, catalog: Sequence[License]) -> Found:
    """Find the license that somebody means; never choose between two that fit alike."""
    text = text.strip()[:LONGEST_TEXT]
    for fits in (_named_exactly, _of_the_same_words, _with_these_words):
        matches = tuple(fits(text, catalog))
        if matches:
            return Found(license=matches[0]) if len(matches) == 1 else Found(several=matches)
    return Found(suggestion=_nearest_title(text, catalog))


def _named_exactly(text: str, catalog: Sequence[License]) -> Iterable[License]:
    by_id = [one for one in catalog if one["license_id"] == text]
    folded = text.casefold()
    by_title = [one for one in catalog if title_of(one, catalog).casefold() == folded]
    by_name = [one for one in catalog if folded in {name_shown(one).casefold(), one["name"].casefold()}]
    return by_id or by_title or by_name


def _of_the_same_words(text: str, catalog: Sequence[License]) -> Iterable[License]:
    said = _meaning(text)
    exact = [one for one in catalog if said and said in _wordings(one)]
    return exact or [
        one
        for one in catalog
        if said and any(len(said) == len(words) and _each_is_near(said, words, one) for words in _wordings(one))
    ]


def _with_these_words(text: str, catalog: Sequence[License]) -> Iterable[License]:
    said = _meaning(text)
    return [one for one in catalog if said and _each_is_near(said, frozenset().union(*_wordings(one)), one)]


def _wordings(license_: License) -> tuple[frozenset[str], ...]:
    """Return the words of the title and of Webex's name: people know either."""
    return _meaning(name_shown(license_)), _meaning(license_["name"])


def _each_is_near(said: frozenset[str], words: frozenset[str], license_: License) -> bool:
    details = _meaning(f"{license_['site_url'] or ''} {license_['subscription_id'] or ''}")  # addresses have no typos
    return all(one in details or any(_is_near(one, word) for word in words) for one in said)


def _is_near(said: str, word: str) -> bool:
    if said == word or (len(said) > 2 and word.startswith(said)):  # noqa: PLR2004  "pro", "mess"
        return True
    return said.isalpha() and fuzz.ratio(said, word) >= NEAR


def _nearest_title(text: str, catalog: Sequence[License]) -> str:
    titles = [(name, title_of(one, catalog)) for one in catalog for name in (title_of(one, catalog), one["name"])]
    alike = ((fuzz.WRatio(text.casefold(), name.casefold()), title) for name, title in titles)
    likeness, title = max(alike, default=(0.0, ""))
    return title if likeness >= WORTH_SUGGESTING else ""


def _meaning(text: str) -> frozenset[str]:
    return frozenset(_words(text)) - SAID_WITHOUT_MEANING


def _words(text: str) -> list[str]:
    """Split into lower-case words in one form: no plurals, no short forms."""
    text = re.sub(r"\bcx\b", "customer experience", text.casefold())
    return [_one_form(word) for word in re.findall(r"[^\W_]+", text)]


def _one_form(word: str) -> str:
    word = SAME_WORD.get(word, word)
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word  # noqa: PLR2004
