"""May the admin side do what it has to: scopes, roles, organizations."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.desk.orgs import key_of, same_org
from bot.licensing.catalog import is_calling
from bot.operating.checks.tokens import LATER, NEW_ADMIN_TOKEN
from bot.operating.probes import Finding, Visit, broken, fine, how, skipped, warning
from bot.webex import reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.webex.http import Answer

UUID_LENGTH = 36
AUTHORIZE = (
    "Add it to the Service App or integration on developer.webex.com, let an admin authorize it again, "
    "and set the new token."
)
SCOPE_MISSING = frozenset({400, 403})
"""403 by the book. A list of all people without the admin's scope is a 400: then Webex wants a name or an address."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One read that a feature needs; `feature` "" is needed by everybody."""

    path: str
    params: Mapping[str, Any]
    scope: str
    purpose: str
    feature: str = ""


PROBES = (
    Probe("people", {"max": 1}, "spark-admin:people_read", "people and what they hold cannot be read"),
    Probe("licenses", {}, "spark-admin:licenses_read", "there is no catalog"),
    Probe("locations", {"max": 1}, "spark-admin:locations_read", "no locations are offered", "Calling"),
    Probe(
        "telephony/config/numbers",
        {"max": 1},
        "spark-admin:telephony_config_read",
        "no free numbers are offered, and people type theirs",
        "Calling",
    ),
    Probe("resourceGroups", {}, "spark-admin:resource_groups_read", "resource groups cannot be chosen", "Hybrid"),
    Probe(
        "resourceGroup/memberships",
        {"max": 1},
        "spark-admin:resource_group_memberships_read",
        "nobody can see or change who serves a hybrid license",
        "Hybrid",
    ),
    Probe(
        "organizations",
        {"max": 1},
        "spark-admin:organizations_read",
        "several organizations are told apart by id, not by name",
        "ORG_IDS",
    ),
)
UNTRIED = {
    "": "spark-admin:people_write",
    "Hybrid": "spark-admin:resource_group_memberships_write",
}
"""What only writing would prove."""


def scopes(visit: Visit) -> Iterator[Finding]:
    _ = visit.owner
    features = _features(visit)
    for probe in PROBES:
        if probe.feature in features:
            yield _probed(probe, visit.admin.get(probe.path, probe.params).answer)
        else:
            yield skipped(f"{probe.scope}: not needed, nothing of {probe.feature} is there.")
    untried = [scope for feature, scope in UNTRIED.items() if feature in features]
    yield skipped(f"{' and '.join(untried)}: only writing would prove it; the first assignment does.")


def _features(visit: Visit) -> set[str]:
    """Tell what the desk offers; all of it where the catalog cannot be read."""
    partner = {"ORG_IDS"} if len(visit.settings.org_ids) > 1 else set()
    names: list[str] = []
    for catalog in visit.catalogs:
        if catalog["kind"] != "ok":
            return {"", "Calling", "Hybrid"} | partner
        names += [one["name"] for one in catalog["value"]]
    calling = {"Calling"} if any(map(is_calling, names)) else set()
    hybrid = {"Hybrid"} if any(name.lower().startswith("hybrid") for name in names) else set()
    return {""} | calling | hybrid | partner


def _probed(probe: Probe, answer: Answer) -> Finding:
    if answer["kind"] == "ok":
        return fine(f"{probe.scope} is there.")
    if answer["kind"] == "refused" and answer["status"] in SCOPE_MISSING:
        says = f"{probe.scope} is missing, or the admin's role for it: {probe.purpose}."
        return warning(says, AUTHORIZE) if probe.feature else broken(says, AUTHORIZE)
    return warning(f"{how(answer)} at /{probe.path}, so {probe.scope} is unproven.", LATER)


def roles(visit: Visit) -> Iterator[Finding]:
    held = [one for one in visit.owner.get("roles") or [] if isinstance(one, str)]
    if not held:
        yield skipped("Webex tells no roles of the admin token's owner (usual for a Service App); see scopes.")
        return
    known = reading.in_our_words(visit.admin.get("roles").answer, lambda body: reading.records(body, "items"))
    listed = known["value"] if known["kind"] == "ok" else []
    names = {reading.text(one, "id"): reading.text(one, "name") for one in listed}
    mine = [names.get(one) or _word_in(one) for one in held]
    words = ", ".join(sorted(filter(None, mine))) or "roles without a name"
    plain = words.lower().replace("_", " ")
    if "full admin" in plain:
        yield fine(f"{words}.")
    elif "user admin" in plain:
        yield warning(f"{words}: Webex documents assigning for full admins only.", NEW_ADMIN_TOKEN)
    elif names or "admin" in plain:
        yield broken(f"{words}: that may not assign licenses.", NEW_ADMIN_TOKEN)
    else:
        yield skipped(f"{words}; spark-admin:roles_read would tell more.")


def organizations(visit: Visit) -> Iterator[Finding]:
    settings, bots_org = visit.settings, visit.bot["org_id"]
    own = reading.text(visit.owner, "orgId")
    if not settings.org_ids and not same_org(own, bots_org):
        yield broken(
            "The admin token belongs to another organization than the bot, and ORG_IDS names none.",
            "Set ORG_IDS to the organization whose licenses are managed, or use an admin token of the bot's.",
        )
    for position, org_id in enumerate(settings.org_ids or (bots_org,), start=1):
        name = f"ORG_IDS entry {position}" if settings.org_ids else "The bot's"
        yield _managed(org_id, name, visit.licenses_of(org_id))
        if len(org_id) == UUID_LENGTH:
            known = next((one for one in (own, bots_org) if same_org(one, org_id)), "the orgId of one of its people")
            yield warning(f"{name} is a bare UUID, and Webex documents no call with such an id.", f"Set it to {known}.")
    strange = [at for at, one in enumerate(settings.allowed_orgs, start=1) if len(key_of(one)) != UUID_LENGTH]
    if strange:
        yield warning(
            f"ALLOWED_ORGS entry {', '.join(map(str, strange))} is no organization id.",
            "An id is the orgId that Webex tells of a person, or the UUID in it.",
        )
    elif settings.allowed_orgs:
        yield fine(f"ALLOWED_ORGS: {len(settings.allowed_orgs)} ids; whose they are, Webex tells nobody but them.")


def _managed(org_id: str, name: str, answer: Answer) -> Finding:
    if answer["kind"] == "busy":
        return warning(f"{how(answer)}, so {org_id} was not tried.", LATER)
    if answer["kind"] == "refused":
        return broken(
            f"{name} ({org_id}): {how(answer)} to list its licenses.",
            "Compare the id; the admin must be one of this organization, or of a partner that manages it.",
        )
    if not answer["value"]:
        return warning(f"{name} ({org_id}) has no licenses.", "Compare the id with the orgId of its people.")
    return fine(f"{name} ({org_id}): {len(answer['value'])} licenses.")


def _word_in(role_id: str) -> str:
    """Read the word in `ciscospark://us/ROLE/id_full_admin`, which some ids are in base64; "" if none."""
    try:
        word = urlsafe_b64decode(role_id + "=" * (-len(role_id) % 4)).decode().rpartition("/")[2]
    except ValueError:
        return ""
    return word.removeprefix("id_").replace("_", " ") if word.startswith("id_") else ""
