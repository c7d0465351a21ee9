"""The last look at a person before the change: what must not be asked of Webex, as an answer like one of Webex."""

from bot.desk import entitled
from bot.desk.entitled import MOVED, OBJECTIONS
from bot.desk.policy import House
from bot.licensing.outcome import OwnReason
from bot.webex.http import Answer, Refused, refused
from bot.webex.messages import NOT_FOUND
from bot.workflows.results import Look


def objection_to(look: Look, person: Answer, house: House) -> Refused | None:
    """Return a refusal of our own if the person may no longer have what the request adds. Taking away always may be."""
    if all(change["operation"] == "remove" for change in look["changes"]):
        return None
    why = _objection(look, person, house)
    return refused(409, "", [{"code": None, "description": why["finding"]}]) if why else None


def _objection(look: Look, person: Answer, house: House) -> OwnReason | None:
    rules = house.of(look["order"]["org_id"])
    if person["kind"] == "ok":
        is_elsewhere = house.is_of_another_desk(person["value"]["org_id"], rules)
        return MOVED if is_elsewhere else entitled.objection(person["value"], rules)
    is_gone = person["kind"] == "refused" and person["status"] == NOT_FOUND
    return MOVED if is_gone and not rules.allow_external else None


def is_objection(answer: Answer) -> bool:
    return answer["kind"] == "refused" and any(one["description"] in OBJECTIONS for one in answer["errors"])
