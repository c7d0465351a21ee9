"""What each call brings: who calls, with which rights, and a body or query that is checked field by field."""

import base64
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from flask import Response, current_app, g, jsonify, request

from bot.sandbox import ids, seed
from bot.sandbox.company import Watch
from bot.sandbox.deliver import Courier
from bot.sandbox.events import Herald
from bot.sandbox.faults import UNAUTHORIZED, Fault, bad, forbidden
from bot.sandbox.feed import Feed
from bot.sandbox.fields import Fields, parsed
from bot.sandbox.gate import WEATHER
from bot.sandbox.model import Organization, Person, Token
from bot.sandbox.state import Keeper
from bot.sandbox.weather import Weather
from bot.sandbox.world import World

T = TypeVar("T")
READERS = frozenset({seed.FULL_ADMIN, seed.READONLY_ADMIN, seed.USER_ADMIN})
LICENSE_READERS = frozenset({seed.FULL_ADMIN, seed.READONLY_ADMIN})
WRITERS = frozenset({seed.FULL_ADMIN, seed.USER_ADMIN})
MAX_PAGE = 1000
OPEN = {"/v1/access_token"}
"""What is called without a token: it is how one gets one."""
LONGEST_TRACKING_ID = 200


@dataclass(frozen=True, slots=True)
class Parts:
    """The pieces of one running sandbox that the views work with."""

    world: World
    herald: Herald
    courier: Courier
    weather: Weather
    feed: Feed
    watch: Watch
    keeper: Keeper | None = None

    def keep(self) -> None:
        """Let what has changed be written to the file, if there is one."""
        if self.keeper is not None:
            self.keeper.touch()


def parts() -> Parts:
    return cast("Parts", current_app.extensions["sandbox"])


def world() -> World:
    return parts().world


def herald() -> Herald:
    return parts().herald


def weather_wants(effect: str) -> bool:
    return bool(weather_says(effect))


def weather_says(effect: str) -> Any:
    """Tell what was ordered for this call; None when nothing was."""
    return request.environ.get(WEATHER, {}).get(effect)


def authenticate() -> None:
    """Find out whose token this is, before every call of the API."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    known = world().tokens.get(value.strip()) if kind.lower() == "bearer" else None
    person = world().people.get(known.person_id) if known else None
    if known is None or person is None or not person.may_sign_in or is_over(known):
        raise Fault(401, UNAUTHORIZED)
    g.token, g.caller = known, person


def is_over(known: Token) -> bool:
    return known.expires_at is not None and known.expires_at <= world().clock.seconds()


@contextmanager
def unlocked() -> Iterator[None]:
    """Let other calls in while this one waits for the network; afterwards its token must still be good."""
    world().lock.release()
    try:
        yield
    finally:
        world().lock.acquire()
    authenticate()


def caller() -> Person:
    return cast("Person", g.caller)


def token() -> Token:
    return cast("Token", g.token)


def tracking_id() -> str:
    """Name this call: by the client's own TrackingID if it sent a decent one."""
    if "tracking" not in g:
        given = request.headers.get("TrackingID", "")
        decent = given.isascii() and given.isprintable() and 0 < len(given) <= LONGEST_TRACKING_ID
        g.tracking = given if decent else f"NA_{uuid.uuid4()}"
    return cast("str", g.tracking)


def may(scope: str, roles: frozenset[str]) -> bool:
    return scope in token().scopes and not roles.isdisjoint(caller().roles)


def require(scope: str, roles: frozenset[str]) -> None:
    if not may(scope, roles):
        raise forbidden()


def organization(*named: str | None) -> Organization:
    """Return the one that the call is about: as named, else by the query's orgId, else the caller's own.

    Others than one's own are refused, unless one administers them for a customer.
    """
    own = caller().org_id
    wanted = next((one for one in (*named, query().text("orgId")) if one), own)
    found = world().organization(wanted)
    if ids.rest_of(wanted) == ids.rest_of(own):
        return found or Organization(own, "")
    if found is None or caller().person_id not in found.managed_by:
        raise forbidden()
    return found


def query() -> Fields:
    return Fields(request.args)


def json_body() -> Fields:
    if request.mimetype != "application/json":
        raise Fault(415, f"Content type '{request.mimetype}' not supported")
    return Fields(parsed(request.get_data()))


def answer(body: Mapping[str, Any], status: int = 200) -> Response:
    response = jsonify(body)
    response.status_code = status
    return response


def nothing() -> Response:
    return Response(status=204)


def link_next(response: Response, **changes: str) -> Response:
    """Add the one paging relation that Webex guarantees: an absolute URL with the whole query."""
    pairs = {**request.args.to_dict(), **changes}
    response.headers["Link"] = f'<{request.base_url}?{urlencode(pairs)}>; rel="next"'
    return response


def page(
    items: Sequence[T], show: Callable[[T], Mapping[str, Any]], *, key: str = "items", most: int = MAX_PAGE,
    name: str = "cursor",
) -> Response:  # fmt: skip
    """One page of a list, of which only what is on the page is shown; the cursor is opaque to clients."""
    size = query().page_size(min(100, most), most)
    start = _position(query().text(name))
    response = answer({key: [show(item) for item in items[start : start + size]]})
    if start + size < len(items):
        link_next(response, **{name: cursor_at(start + size)})
    return response


def cursor_at(position: int) -> str:
    return base64.urlsafe_b64encode(f"page:{position}".encode()).rstrip(b"=").decode()


def _position(cursor: str | None) -> int:
    return 0 if cursor is None else position_of(cursor)


def position_of(cursor: str) -> int:
    try:
        head, _, tail = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(":")
    except ValueError:
        raise bad("The cursor is not valid") from None
    if head != "page" or not (tail.isascii() and tail.isdecimal()):
        raise bad("The cursor is not valid")
    return int(tail[:9])
