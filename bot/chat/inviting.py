"""A wish for somebody who is not in Webex yet: the offer to have them invited, if the operator allows that at all."""

import re

from bot.chat.parse import LONGEST_NAME, Args
from bot.chat.registry import Ctx, Outcome
from bot.errors import BadInput
from bot.licensing.catalog import offered, title_of
from cards.invitation import InvitationView, invitation

KEPT = (
    "wanted", "license_ids", "remove_ids", "site_urls", "instead", "email", "location", "phone_number", "extension",
    "reason",
)  # fmt: skip
"""What the ledger keeps of a wish until the name is given."""


def is_unknown(ctx: Ctx, args: Args) -> bool:
    """Whether the wish is for an address that nobody in Webex has, and for want of a name only could not go on."""
    is_nobody = ctx.facts["beneficiary"] is None and bool(args.get("email"))
    return is_nobody and ctx.rules.allow_invite and not args.get("named")


def check_holds_no_license(ctx: Ctx, name: str) -> None:
    """Raise BadInput if a license was typed after the name: it would be invited as part of it."""
    catalog = ctx.facts["catalog"]
    titles = [title_of(one, catalog) for one in offered(catalog, is_admin=ctx.is_admin)]
    is_typed = ctx.card is None
    if is_typed and any(re.search(rf"(?<!\w){re.escape(one)}(?!\w)", name, re.IGNORECASE) for one in titles):
        raise BadInput("newcomer_name_unclear", {"name": name})


def offer_to_invite(ctx: Ctx, args: Args) -> Outcome:
    known = offered(ctx.facts["catalog"], is_admin=ctx.is_admin)
    titles = {one["license_id"]: title_of(one, ctx.facts["catalog"]) for one in known}
    chosen = " and ".join(titles[one] for one in args.get("license_ids") or () if one in titles)
    view = InvitationView(email=args["email"], wanted=args.get("wanted") or chosen, longest_name=LONGEST_NAME)
    context = {name: args[name] for name in KEPT if args.get(name)}
    is_form = ctx.card is not None and ctx.card.purpose == "request_form"
    return Outcome(invitation(view), purpose="invitation", context={"reason": "", **context}, replaces_card=is_form)
