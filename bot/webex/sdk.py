"""webexteamssdk 1.6.1 with its surprises taken out: whatever happens, an answer. The only file that imports it.

What it does to our disadvantage: a garbled Retry-After or an unusual error body makes it raise ValueError or TypeError;
an unexpected success (202, 206) is an error; redirects are followed; exceptions of requests come through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests
from webexteamssdk import ApiError, WebexTeamsAPI

from bot.webex.http import BROKEN, PATIENT, Answer, Heard, Patience, hear, ok
from bot.webex.line import PerThread, collect, each_page, prepare
from bot.webex.own_token import OwnToken

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class _NotASuccess(Exception):
    def __init__(self, response: requests.Response) -> None:
        super().__init__(response)
        self.response = response


def _stop_at_anything_but_success(response: requests.Response, **_: Any) -> None:
    """Run by requests before the SDK builds its error, and before a redirect is followed."""
    if response.status_code // 100 != 2:  # noqa: PLR2004  the class of successes
        raise _NotASuccess(response)


def _plain(_: str, json_data: Any) -> Any:
    """Keep the SDK from wrapping JSON in objects whose attributes guess."""
    return json_data


class SdkLine:
    """The SDK's calls as answers, patiently; one SDK object a thread."""

    def __init__(
        self, token: str, api_url: str, patience: Patience = PATIENT, *, waits_for_token: bool = False
    ) -> None:
        """`waits_for_token`: a refusal of the token is a time to wait, as `OwnToken` has it."""
        self._own_token = OwnToken() if waits_for_token else None
        self._patience = patience
        self._apis = PerThread(lambda: _api(token, api_url))

    def ask(self, method: str, call: Callable[[WebexTeamsAPI], Any]) -> Answer:
        """Make one call of the SDK; `method` is the HTTP method behind it and decides what may be repeated."""
        return self._patience.persist(method, lambda: self._attempt(call)).answer

    def try_token(self, call: Callable[[WebexTeamsAPI], Any]) -> Answer:
        """Make one call that reads, also while the token rests; its refusal is told as one."""

        def attempt() -> Heard:
            heard = self._call(call)
            if self._own_token is not None:
                self._own_token.heard(heard)
            return heard

        return self._patience.persist("GET", attempt).answer

    def pages(self, path: str, params: Mapping[str, Any]) -> Answer:
        """Read all pages of a list, including lists and parameters that the SDK does not know."""
        return collect(self._page, path, params)

    def each(self, path: str, params: Mapping[str, Any], take: Callable[[Any], bool]) -> Answer:
        """Give each page of a list to `take` until that has enough."""
        return each_page(self._page, path, params, take)

    def page(self, path: str, params: Mapping[str, Any]) -> Answer:
        return self._page(path, params).answer

    def _page(self, path: str, params: Mapping[str, Any] | None) -> Heard:
        return self._patience.persist(
            "GET",
            lambda: self._attempt(lambda api: api._session.request("GET", path, 200, params=params)),  # noqa: SLF001  the one private name that we use
        )

    def _attempt(self, call: Callable[[WebexTeamsAPI], Any]) -> Heard:
        if self._own_token is None:
            return self._call(call)
        return self._own_token.resting() or self._own_token.heard(self._call(call))

    def _call(self, call: Callable[[WebexTeamsAPI], Any]) -> Heard:
        try:
            said = call(self._apis.get())
        except (_NotASuccess, ApiError) as stopped:  # ApiError is left for unexpected successes
            return hear(stopped.response)
        except (requests.RequestException, ValueError, RecursionError):  # the last: JSON nested beyond all reading
            return BROKEN
        return hear(said) if isinstance(said, requests.Response) else Heard(ok(said, 204 if said is None else 200))


def _api(token: str, api_url: str) -> WebexTeamsAPI:
    base_url = api_url.rstrip("/") + "/"  # without the slash urljoin would drop the "v1"
    api = WebexTeamsAPI(token, base_url, wait_on_rate_limit=False, object_factory=_plain)
    session = prepare(api._session._req_session, token, api_url)  # noqa: SLF001  the SDK offers no way to its session
    session.hooks["response"].append(_stop_at_anything_but_success)
    return api
