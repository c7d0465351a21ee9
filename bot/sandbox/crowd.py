"""A large company: the seed's, and as many more people and licenses as somebody wants to see a client cope with."""

from itertools import cycle

from bot.sandbox import ids, outfit, seed
from bot.sandbox.model import License, Person
from bot.sandbox.world import World

FIRST = (
    "Ana",
    "Bo",
    "Cleo",
    "Deniz",
    "Eva",
    "Finn",
    "Gita",
    "Hugo",
    "Iris",
    "Jan",
    "Kim",
    "Luz",
    "Mats",
    "Nora",
    "Zeno",
)
LAST = ("Adler", "Bauer", "Cruz", "Dahl", "Evans", "Fischer", "Garcia", "Hansen", "Ito", "Jensen", "Kaya", "Lopez")
DEPARTMENTS = ("Sales", "Support", "Engineering", "Finance", "HR", "IT", "Legal", "Marketing")
TEAM = 25
"""People to a manager, whose manager is the director."""
PRODUCTS = ("Webex Webinars 1000", "Webex Events", "Room Kit Subscription", "Slido Premium", "Vidcast Enterprise")


def plant(world: World, people: int, licenses: int) -> None:
    """Plant the seed and grow it; fewer than the seed has is the seed."""
    seed.plant(world)
    for number in range(len(world.licenses), licenses):
        _license(world, number, max(people, 100))
    spread = cycle(list(world.licenses)[len(outfit.LICENSE_KEYS) :] or [seed.license_id("share")])
    ours = sum(person.org_id == world.org_id and person.kind == "person" for person in world.people.values())
    for license_id in ("msg_free", "meet_free"):
        world.licenses[seed.license_id(license_id)].total = max(people * 2, 1000)
    world.licenses[seed.license_id("share")].total = max(people * 2, 1000)
    manager = seed.person_id("director")
    for number in range(people - ours):
        person = _person(number, manager if number % TEAM == 0 else seed.person_id(_slug(number - number % TEAM)))
        person.licenses.append(next(spread))
        world.people[person.person_id] = person


def _slug(number: int) -> str:
    return f"{FIRST[number % len(FIRST)]}.{LAST[number % len(LAST)]}.{number}".lower()


def _person(number: int, manager_id: str) -> Person:
    slug = _slug(number)
    return Person(
        seed.person_id(slug),
        f"{slug}@example.com",
        f"{FIRST[number % len(FIRST)]} {LAST[number % len(LAST)]}",
        seed.ORG,
        seed.CREATED,
        department=DEPARTMENTS[number // TEAM % len(DEPARTMENTS)],
        title="Head of Team" if number % TEAM == 0 else "Specialist",
        manager_id=manager_id,
        licenses=[seed.license_id("msg_free"), seed.license_id("meet_free")],
    )


def _license(world: World, number: int, people: int) -> None:
    key = f"CROWD_{ids.seeded(f'license:crowd:{number}')}"
    name = f"{PRODUCTS[number % len(PRODUCTS)]} {number // len(PRODUCTS)}"
    found = License(
        ids.webex_id("LICENSE", f"{ids.rest_of(seed.ORG)}:{key}"), name, people, f"Sub-2{number:05}", org_id=seed.ORG
    )
    world.licenses[found.license_id] = found
