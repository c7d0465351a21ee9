"""The line to Webex: sessions with one token and time limits, one a thread; paging. Redirects are never followed."""

from __future__ import annotations

import ipaddress
from functools import partial
from threading import local
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeAlias, TypeVar
from urllib.parse import quote, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from bot.webex import calls
from bot.webex.budget import NO_LIMIT, Budget, held_back
from bot.webex.http import BROKEN, PATIENT, Answer, Heard, Patience, hear, ok, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

CONNECT_SECONDS = 5
READ_SECONDS = 30
MAX_PAGES = 200
UNAUTHORIZED = 401


Fetch: TypeAlias = "Callable[[str, Mapping[str, Any] | None], Heard]"


def each_page(fetch: Fetch, path: str, params: Mapping[str, Any], take: Callable[[Any], bool]) -> Answer:
    """Give each page of a list to `take` as it comes, until that has enough (RFC 5988 `Link`, only `next`).

    Returns `ok`, or what stood in the way: then the pages that were taken are not the whole list.
    """
    where: tuple[str, Mapping[str, Any] | None] = (path, params)
    for _ in range(MAX_PAGES):
        heard = fetch(*where)
        if heard.answer["kind"] != "ok":
            return heard.answer
        if take(heard.answer["value"]) or not heard.next_url:
            return ok(None, heard.answer["status"])
        where = (heard.next_url, None)
    return refused(heard.answer["status"], f"Webex went on with this list after {MAX_PAGES} pages.")


def collect(fetch: Fetch, path: str, params: Mapping[str, Any]) -> Answer:
    """Read all pages of a list: one `ok` whose value is the list of page bodies."""
    pages: list[Any] = []

    def keep(page: Any) -> bool:
        pages.append(page)
        return False

    answer = each_page(fetch, path, params, keep)
    return ok(pages, answer["status"]) if answer["kind"] == "ok" else answer


def segment(identifier: str) -> str:
    """Quote an id as one piece of a path, so that no id can name another resource or a whole list."""
    return quote(identifier, safe="") if identifier.strip(".") else "unknown"


class Bearer(AuthBase):
    """Puts the token on the request. As `auth` it also keeps requests from using a password of ~/.netrc instead."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def __repr__(self) -> str:
        return "Bearer(…)"


class NoToken(Exception):
    """There is none to call with now; `answer` is what to say instead of calling."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        self.answer = answer


class TokenSource(Protocol):
    """Where the token of each request comes from."""

    def current(self) -> str:
        """Return the token to call with now. Raises NoToken."""

    def renew(self, spent: str) -> bool:
        """Whether there is another token than this one, which Webex has just refused. Raises NoToken."""


class FixedToken:
    """A token that somebody else renews."""

    def __init__(self, value: str) -> None:
        self._value = value

    def current(self) -> str:
        return self._value

    def renew(self, spent: str) -> bool:
        return spent != self._value

    def __repr__(self) -> str:
        return "FixedToken(…)"


class _TimedAdapter(HTTPAdapter):
    """Sends what is sent to Webex, each try of it, so that none goes without time limits or unnoticed."""

    def __init__(self, side: calls.Side) -> None:
        super().__init__()
        self._side = side

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        limits = {**kwargs, "timeout": (CONNECT_SECONDS, READ_SECONDS)}
        return calls.noted(self._side, request, partial(super().send, request, *args, **limits))


def prepare(session: requests.Session, token: str, api_url: str) -> requests.Session:
    """Give a session, ours or the SDK's, the token, time limits, and no proxy in front of loopback."""
    session.auth = Bearer(token)
    return limit(session, api_url, "chat")


def limit(session: requests.Session, api_url: str, side: calls.Side = "admin") -> requests.Session:
    """Give a session time limits, and no proxy in front of loopback; each of its requests brings its own `auth`."""
    for scheme in ("https://", "http://"):
        session.mount(scheme, _TimedAdapter(side))
    session.trust_env = not _is_loopback(urlsplit(api_url).hostname or "")
    return session


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class PerThread(Generic[T]):
    """One object a thread: requests promises no thread safety for its sessions."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._local = local()

    def get(self) -> T:
        if not hasattr(self._local, "made"):
            self._local.made = self._make()
        made: T = self._local.made
        return made


class Wire:
    """The line to Webex for everything that the SDK does not speak.

    `org_id` is the organization that all calls are about, "" for the token's own; PATCH and POST name it in the body.
    Each try is counted in its `budget`.
    """

    def __init__(
        self,
        token: str | TokenSource,
        api_url: str,
        patience: Patience = PATIENT,
        org_id: str = "",
        budget: Budget = NO_LIMIT,
    ) -> None:
        self.org_id = org_id
        self._budget = budget
        self._token = FixedToken(token) if isinstance(token, str) else token
        self._base = api_url.rstrip("/") + "/"
        self.patience = patience
        self._sessions = PerThread(lambda: limit(requests.Session(), api_url))

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Heard:
        """`path` is relative to the API, or the full address of a next page, which names the organization already."""
        asked = params if "://" in path else self._about_ours(params)
        return self.patience.persist("GET", lambda: self._exchange("GET", path, params=asked))

    def patch(self, path: str, body: Mapping[str, Any]) -> Heard:
        return self.patience.persist("PATCH", lambda: self._exchange("PATCH", path, json=body))

    def post(self, path: str, body: Mapping[str, Any]) -> Heard:
        return self.patience.persist("POST", lambda: self._exchange("POST", path, json=body))

    def put(
        self, path: str, body: Mapping[str, Any], params: Mapping[str, Any] | None = None, *, once: bool = False
    ) -> Heard:
        """`once` is for a body that rests on what was just read: a second try could undo what came in between."""

        def attempt() -> Heard:
            return self._exchange("PUT", path, params=self._about_ours(params), json=body)

        return attempt() if once else self.patience.persist("PUT", attempt)

    def _about_ours(self, params: Mapping[str, Any] | None) -> Mapping[str, Any]:
        return {**(params or {}), "orgId": self.org_id} if self.org_id else params or {}

    def _exchange(self, method: str, path: str, **content: Any) -> Heard:
        """Ask once; once more with another token if there is one: with a 401 Webex says that it did nothing."""
        try:
            token = self._token.current()
            heard = self._ask(token, method, path, **content)
            if heard.answer["status"] == UNAUTHORIZED and self._token.renew(token):
                heard = self._ask(self._token.current(), method, path, **content)
        except NoToken as missing:
            return Heard(missing.answer)
        return heard

    def _ask(self, token: str, method: str, path: str, **content: Any) -> Heard:
        where, auth = urljoin(self._base, path), Bearer(token)
        if (later := held_back(self._budget)) is not None:
            return later
        try:
            response = self._sessions.get().request(method, where, auth=auth, allow_redirects=False, **content)
        except requests.RequestException:
            return BROKEN
        return hear(response)


class AdminCalls:
    """What all groups of admin calls share; `AdminGateway` is all of them in one."""

    def __init__(
        self,
        token: str | TokenSource,
        api_url: str,
        patience: Patience = PATIENT,
        org_id: str = "",
        budget: Budget = NO_LIMIT,
    ) -> None:
        self._wire = Wire(token, api_url, patience, org_id, budget)
