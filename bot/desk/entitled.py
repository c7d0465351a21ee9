"""Whether somebody may still have what was asked for them: between a request and its yes, people leave and move."""

from bot.desk import policy
from bot.desk.facts import BasicPerson
from bot.desk.policy import Rules
from bot.licensing.failures import Fix
from bot.licensing.outcome import OwnReason

LEFT: OwnReason = {
    "finding": "beneficiary_left",
    "sentence": "This person's account is no longer active, so I changed nothing.",
    "remedy": "If they should have the license all the same, activate the account in Control Hub, then retry.",
    "fix": Fix.ADMIN,
}
MOVED: OwnReason = {
    "finding": "beneficiary_moved",
    "sentence": "This person no longer belongs to this organization, whose licenses are for its own people only, so I "
    "changed nothing.",
    "remedy": "Ask the person's own organization for the license.",
    "fix": Fix.REQUESTER,
}
OBJECTIONS = {one["finding"]: one for one in (LEFT, MOVED)}
WARNINGS = {
    LEFT["finding"]: "This person's account is no longer active.",
    MOVED["finding"]: "This person no longer belongs to this organization, whose licenses are for its own people only.",
}
"""The same for whoever is about to decide."""


def objection(person: BasicPerson, rules: Rules) -> OwnReason | None:
    """Return why nothing may be added to what this person holds, or None."""
    if not person.get("active", True):  # what was gathered before an update may not say
        return LEFT
    if policy.is_external(person, rules) and not rules.allow_external:
        return MOVED
    return None
