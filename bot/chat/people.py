"""Looking people up, for license admins: by the beginning of a name or by the whole e-mail address, page by page."""

import re
from collections.abc import Mapping, Sequence

from bot.chat.parse import LONGEST_EMAIL, Args, check_email
from bot.chat.registry import Ctx, Outcome, registry
from bot.desk.facts import FoundPersonFacts, LicenseFacts
from bot.errors import BadInput, NotFound
from bot.licensing.catalog import title_of
from cards.people_found import FoundLine, PeopleFoundView, people_found

PEOPLE_A_PAGE = 10
LAST_PAGE = 20
"""As far as the gateway follows: each page is one more call to Webex, and a longer name finds people sooner."""

_PAGE = re.compile(r"(?:^|\s)page\s+(\d+)$", re.IGNORECASE)


def read_find(rest: str) -> Args:
    """Read `<name or email> [page <n>]`. It is not called text: the catalog would take that for a license's name."""
    said = " ".join(rest.split())
    found = _PAGE.search(said)
    return {"sought": said[: found.start()] if found else said, "page": int(found[1]) if found else 1}


def whom_sought(args: Args) -> str:
    """Return a name's beginning or an address, or raise BadInput if it makes no sense to ask Webex for that."""
    sought = str(args["sought"])
    if not sought:
        raise BadInput("search_needed")
    if len(sought) == 1 and sought.isascii():  # in other scripts one sign can be a whole name
        raise BadInput("search_too_short")
    if len(sought) > LONGEST_EMAIL:
        raise BadInput("too_long", {"limit": str(LONGEST_EMAIL)})
    if not 1 <= args["page"] <= LAST_PAGE:
        raise BadInput("page_out_of_range", {"limit": str(LAST_PAGE)})
    return _whole_address(sought) if "@" in sought else sought


def _whole_address(sought: str) -> str:
    try:
        return check_email(sought)
    except BadInput:
        raise BadInput("email_not_whole", {"email": sought[:100]}) from None


@registry.command(
    "find",
    usage="find <name or email> [page <n>]",
    read=read_find,
    needs=lambda _args: ("found", "catalog"),
    admin=True,
)
def find_people(ctx: Ctx, args: Args) -> Outcome:
    """Find people, with what they hold and who their manager is."""
    sought, page, found = whom_sought(args), args["page"], ctx.facts["found"]
    if not found["people"] and not found["has_more"]:
        raise _nobody(sought, page)
    is_last = page == LAST_PAGE
    view = PeopleFoundView(
        sought=sought,
        page=page,
        people=tuple(_line(one, ctx.facts["catalog"], found["managers"]) for one in found["people"]),
        has_more=found["has_more"] and not is_last,
        is_last_possible=is_last,
    )
    context = {"sought": sought, "page": page + 1} if view.has_more else None
    return Outcome(people_found(view), purpose="people_found", context=context)


def _nobody(sought: str, page: int) -> NotFound:
    if page > 1:
        return NotFound("no_such_page", {"page": str(page), "sought": sought})
    if "@" in sought:
        return NotFound("unknown_person", {"email": sought})
    return NotFound("nobody_found", {"sought": sought})


def _line(person: FoundPersonFacts, catalog: Sequence[LicenseFacts], managers: Mapping[str, str]) -> FoundLine:
    titles = {one["license_id"]: title_of(one, catalog) for one in catalog if one["license_id"] in person["licenses"]}
    extension = f"extension {person['extension']}" if person["extension"] else ""
    return FoundLine(
        name=person["name"],
        email=person["email"],
        holds=tuple(sorted(titles.values())),
        unlisted=len(set(person["licenses"]) - titles.keys()),
        manager=managers.get(person["manager_id"] or "", ""),
        standing=_standing(person),
        calling=", ".join(filter(None, (person["phone_number"], extension))),
    )


def _standing(person: FoundPersonFacts) -> str:
    """Say what keeps somebody from using Webex. Most of Webex's words for a status only tell who is busy."""
    if person["kind"] != "person":
        return "not a person"
    if person["invite_pending"] or person["status"] == "pending":
        return "invited, has not signed in yet"
    if person["active"]:
        return ""
    return "cannot sign in"
