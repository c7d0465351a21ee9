"""What admins read about the bot's access to Webex's admin side: it will end, or Webex does not renew it."""

from datetime import datetime, timedelta

from cards.kit import plain

HOW = (
    "Authorize the Service App or integration again, set the new refresh token as `WEBEX_ADMIN_REFRESH_TOKEN`, "
    "and start the worker again. Requests stay as they are; what failed meanwhile can be retried."
)


def ends_soon(ends: datetime, left: timedelta) -> str:
    """Return the warning about a refresh token that ends then, which is so far away."""
    days = round(left / timedelta(days=1))
    when = "within a day" if days <= 1 else f"in {days} days"
    return (
        f"**My access to the admin side of Webex ends on {ends:%Y-%m-%d} ({when})**, because its refresh token does. "
        f"From then on I can neither look up nor assign licenses. {HOW}"
    )


def not_renewed(status: int, tracking_id: str, lasts: datetime | None) -> str:
    """Return what is told once a day; `lasts` is the end of the access that is left, None if there is none."""
    until = f"What I have lasts until {lasts:%Y-%m-%d %H:%M} UTC." if lasts else "I can look up and assign nothing now."
    return (
        f"**Webex does not renew my access to its admin side** (status {status}, tracking ID "
        f"`{plain(tracking_id) or 'none'}`). {until} {HOW}"
    )
