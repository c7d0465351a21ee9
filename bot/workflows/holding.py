"""What somebody holds, as Webex tells it after a change."""

from collections.abc import Callable

from bot.desk import policy
from bot.desk.policy import Rules
from bot.licensing.outcome import is_barred
from bot.webex.admin import AdminGateway
from bot.webex.http import Answer, Patience, ok
from bot.workflows.results import Look, is_promised


def seen_after(look: Look, answer: Answer | None, read: Callable[[], Answer], patience: Patience) -> Answer:
    """Read what the person holds now; a few times if Webex said yes and it is not there yet."""
    seen = read()
    for turn in range(1, patience.tries):
        if seen["kind"] != "ok" or not is_promised(look, answer, seen["value"]):
            break
        patience.sleep(patience.first_wait * 2 ** (turn - 1))
        seen = read()
    return seen


def held(look: Look, admin: AdminGateway, rules: Rules) -> Answer:
    """Return the person. What people of other organizations hold is asked license by license."""
    seen = admin.person(look["order"]["person_id"])
    is_ours = seen["kind"] == "ok" and not policy.is_external(seen["value"], rules)
    if seen["kind"] == "busy" or is_ours:
        return seen
    licenses = list(seen["value"]["licenses"]) if seen["kind"] == "ok" else []
    for change in look["changes"]:
        if change["license_id"] is None:
            continue
        holds = admin.holds(change["license_id"], look["order"]["person_id"])
        if holds["kind"] == "busy" or is_barred(holds):
            return holds
        if holds["kind"] == "ok" and holds["value"]:
            licenses.append(change["license_id"])
    if seen["kind"] == "ok":
        return ok({**seen["value"], "licenses": licenses})
    return ok({"licenses": licenses, "sites": []}) if licenses else seen
