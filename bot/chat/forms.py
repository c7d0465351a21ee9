"""The form that a request starts with: which license, for whom and why."""

from collections.abc import Sequence

from bot.chat.buttons import A_SITE
from bot.chat.parse import Args
from bot.chat.registry import Ctx, Outcome
from bot.desk.facts import LicenseFacts
from bot.licensing.catalog import offered, title_of
from cards.request_form import Choice, RequestFormView, request_form


def ask_what(ctx: Ctx, args: Args) -> Outcome:
    catalog = ctx.facts["catalog"]
    licenses = [_choice(one, catalog) for one in offered(catalog, is_admin=ctx.is_admin)]
    sites = sorted({one["site_url"] for one in catalog if one["site_url"]})
    accounts = [Choice(f"{A_SITE}{site}", f"Attendee on {site}", None, group="Meeting sites") for site in sites]
    person = ctx.facts.get("beneficiary")
    email = person["email"] if person else args.get("email", "")  # which may have changed since it was kept
    view = RequestFormView((*licenses, *accounts), beneficiary=email, reason=args.get("reason", ""))
    return Outcome(
        request_form(view),
        purpose="request_form",
        line="I sent you the form in our 1:1 space.",
    )


def _choice(one: LicenseFacts, catalog: Sequence[LicenseFacts]) -> Choice:
    """Return a license to tick. Only admins see one that is hidden, and see that it is."""
    return Choice(
        value=one["license_id"],
        title=f"{title_of(one, catalog)}{' (hidden)' if one.get('hidden') else ''}",
        units_left=one["left"],
        group=one.get("group", ""),
        price=one.get("price", ""),
        description=one.get("description", ""),
    )
