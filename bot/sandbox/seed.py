"""The company that every sandbox starts with: its people, spaces, licenses, sites, locations and numbers."""

from dataclasses import dataclass
from typing import Any

from bot.sandbox import ids, outfit
from bot.sandbox.accounts import ADMIN_SCOPES, ADMINS_REFRESH_TOKEN, CHAT_SCOPES, INTEGRATION, SERVICE_APP
from bot.sandbox.model import GroupSeat, Member, Organization, Person, Space, Token
from bot.sandbox.outfit import DEFAULT_GROUP
from bot.sandbox.world import World

CREATED = "2026-01-12T08:00:00.000Z"
ORG = ids.webex_id("ORGANIZATION", ids.seeded("org:example"))
PARTNER_ORG = ids.webex_id("ORGANIZATION", ids.seeded("org:partner"))
FULL_ADMIN = ids.webex_id("ROLE", "id_full_admin")
USER_ADMIN = ids.webex_id("ROLE", "id_user_admin")
READONLY_ADMIN = ids.webex_id("ROLE", "id_readonly_admin")
ROLE_NAMES = {
    FULL_ADMIN: "Full Administrator",
    READONLY_ADMIN: "Read-only Administrator",
    USER_ADMIN: "User Administrator",
    ids.webex_id("ROLE", "id_device_admin"): "Device Administrator",
    ids.webex_id("ROLE", "id_support_admin"): "Support Administrator",
    ids.webex_id("ROLE", "id_compliance_officer"): "Compliance Officer",
}
SITES = ("site1-example.webex.com", "site2-example.webex.com")


def person_id(slug: str) -> str:
    return ids.webex_id("PEOPLE", ids.seeded(f"person:{slug}"))


@dataclass(frozen=True, slots=True)
class _Hire:
    slug: str
    name: str
    department: str
    title: str
    manager: str = ""
    holds: tuple[str, ...] = ()
    desk: tuple[str, str, str] | None = None
    """Location, number, extension of those who can call."""


_STAFF = (
    _Hire("admin", "Ada Novak", "IT", "Collaboration Admin", "director"),
    _Hire("employee", "Emil Berg", "Sales", "Account Manager", "manager"),
    _Hire("colleague", "Carla Ruiz", "Sales", "Sales Engineer", "", ("std",), ("berlin", "+493023125102", "2102")),
    _Hire(
        "manager",
        "Mona Weiss",
        "Sales",
        "Head of Sales",
        "director",
        ("msg", "pro"),
        ("denver", "+13035550101", "1101"),
    ),
    _Hire("director", "Dirk Olsen", "Management", "Director", "", ("msg", "mc1", "share")),
    _Hire("hana.sato", "Hana Sato", "HR", "HR Partner", "director"),
    _Hire("ines.costa", "Ines Costa", "Support", "Head of Support", "director", ("suite",)),
    _Hire(
        "tom.becker",
        "Tom Becker",
        "Support",
        "Support Agent",
        "ines.costa",
        ("cx",),
        ("london", "+442079460103", "3103"),
    ),
    _Hire("lena.vogt", "Lena Vogt", "Engineering", "Head of Engineering", "director", ("mc2",)),
    _Hire("raj.patel", "Raj Patel", "Engineering", "Developer", "lena.vogt", ("mc2", "aware")),
    _Hire("omar.haddad", "Omar Haddad", "Finance", "Controller", "director", ("messenger",)),
)

_LANGUAGES = {"colleague": "de_DE", "tom.becker": "en_GB", "lena.vogt": "de_DE", "ines.costa": "fr_FR"}
_HOME = Organization(ORG, "Example Corporation", CREATED, list(SITES))
"""As far as ids are concerned; every world has its own."""


def license_id(key: str) -> str:
    return outfit.license_id(_HOME, key)


def location_id(key: str) -> str:
    return outfit.location_id(_HOME, key)


def space_id(key: str) -> str:
    return ids.webex_id("ROOM", ids.seeded(f"space:{key}"))


def plant(world: World) -> None:
    world.org_id = ORG
    world.organizations = {
        ORG: Organization(ORG, "Example Corporation", CREATED, list(SITES)),
        PARTNER_ORG: Organization(PARTNER_ORG, "Partner & Friends", CREATED, groups={DEFAULT_GROUP: "Default"}),
    }
    outfit.equip(world, world.organizations[ORG], 0)
    _plant_people(world)
    _plant_outsiders(world)
    _plant_tokens(world)
    _plant_spaces(world)
    _plant_groups(world)


def tokens() -> list[dict[str, Any]]:
    """List the fixed bearer tokens and whose they are, for the command line and for tests."""
    return tokens_of(World(plant))


def tokens_of(world: World) -> list[dict[str, Any]]:
    """List everybody who can speak in this world, those who came later included; not what applications were issued."""
    told = []
    for token, grant in world.tokens.items():
        if grant.client_id:
            continue
        person = world.people[grant.person_id]
        told.append(
            {
                "token": token,
                "personId": person.person_id,
                "email": person.email,
                "displayName": person.name,
                "orgId": person.org_id,
                "roles": list(person.roles),
                "managerId": person.manager_id,
            }
        )
    return told


def _plant_people(world: World) -> None:
    for hire in _STAFF:
        held = [license_id(key) for key in ("msg_free", "meet_free", *hire.holds)]
        person = Person(
            person_id(hire.slug),
            f"{hire.slug}@example.com",
            hire.name,
            ORG,
            CREATED,
            department=hire.department,
            title=hire.title,
            manager_id=person_id(hire.manager) if hire.manager else None,
            licenses=held,
        )
        if hire.desk:
            place, person.phone_number, person.extension = hire.desk
            person.location_id = location_id(place)
        person.language = person.locale = _LANGUAGES.get(hire.slug, "en_US")
        world.people[person.person_id] = person
    world.people[person_id("admin")].roles = [FULL_ADMIN]
    leaver = Person(person_id("lars.holm"), "lars.holm@example.com", "Lars Holm", ORG, CREATED, department="Sales")
    leaver.manager_id = person_id("manager")
    leaver.status, leaver.login_enabled = "inactive", "false"
    world.people[leaver.person_id] = leaver


def _plant_outsiders(world: World) -> None:
    for slug, email, name, org, kind in (
        ("bot", "license-desk@webex.bot", "License Desk", ORG, "bot"),
        ("lunch-bot", "lunch@webex.bot", "Lunch Bot", ORG, "bot"),
        ("external", "external@partner.example", "Xenia Park", PARTNER_ORG, "person"),
    ):
        person = Person(person_id(slug), email, name, org, CREATED)
        person.kind = "bot" if kind == "bot" else "person"
        world.people[person.person_id] = person


def _plant_tokens(world: World) -> None:
    for slug in ("bot", "admin", "employee", "colleague", "manager", "director", "external"):
        scopes = ADMIN_SCOPES if slug == "admin" else CHAT_SCOPES
        world.tokens[f"sandbox-{slug}"] = Token(person_id(slug), scopes)
    world.apps = {app.client_id: app for app in (INTEGRATION, SERVICE_APP)}
    refresh = Token(person_id("admin"), INTEGRATION.scopes, None, INTEGRATION.client_id)
    world.refresh_tokens[ADMINS_REFRESH_TOKEN] = refresh


def _plant_groups(world: World) -> None:
    """Raj's service is still being set up; so his membership cannot be moved yet."""
    world.people[person_id("raj.patel")].groups[license_id("aware")] = GroupSeat(DEFAULT_GROUP, "pending")


def _plant_spaces(world: World) -> None:
    for key, title, org, slugs in (
        ("it", "IT requests", ORG, ("admin", "employee", "manager", "colleague", "bot")),
        ("sales", "Sales floor", ORG, ("manager", "employee", "colleague", "director")),
        ("partner", "Partner project", PARTNER_ORG, ("external", "employee", "bot")),
    ):
        members = {person_id(slug): Member(person_id(slug), CREATED) for slug in slugs}
        creator = person_id(slugs[0])
        space = Space(space_id(key), title, "group", creator, org, CREATED, CREATED, members)
        world.spaces[space.space_id] = space
