"""Tokens that end: refreshing them, a service app's first pair, and what an aged token meets."""

import time
from typing import Any

import pytest
import requests

from tests.sandbox.clients import Webex, good

DAY = 86_400


def apps(webex: Webex) -> dict[bool, dict[str, Any]]:
    return {one["isServiceApp"]: one for one in webex.control("GET", "apps").json()["items"]}


def refresh(webex: Webex, **change: str) -> requests.Response:
    app = apps(webex)[False]
    form = {
        "grant_type": "refresh_token",
        "client_id": app["clientId"],
        "client_secret": app["clientSecret"],
        "refresh_token": app["refreshToken"],
    }
    return webex.session.post(f"{webex.url}/v1/access_token", data=form | change, timeout=10)


def who(webex: Webex, token: str, path: str = "people/me") -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return webex.session.get(f"{webex.url}/v1/{path}", headers=headers, timeout=10)


def test_a_refresh_token_is_traded_for_an_access_token_and_stays_the_same(webex: Webex) -> None:
    pair = good(refresh(webex))
    assert (pair["expires_in"], pair["refresh_token_expires_in"]) == (14 * DAY, 90 * DAY)
    assert (pair["refresh_token"], pair["token_type"]) == (apps(webex)[False]["refreshToken"], "Bearer")
    assert "spark-admin:people_write" in pair["scope"].split()
    assert who(webex, pair["access_token"]).json()["id"] == webex.caller("admin").person_id
    ends = who(webex, pair["access_token"], "authorizations/tokenExpiry").json()["exp"]
    assert abs(ends / 1000 - time.time() - 14 * DAY) < 3600
    assert webex.control("GET", "tokens").json()["items"] == list(webex.known.values())


@pytest.mark.parametrize(
    "change",
    [{"refresh_token": "unknown"}, {"client_id": "x"}, {"client_secret": "x"}, {"grant_type": "password"}],
)
def test_what_is_wrong_with_a_refresh_is_a_400(webex: Webex, change: dict[str, str]) -> None:
    answer = refresh(webex, **change)
    assert answer.status_code == 400
    assert set(answer.json()) == {"message", "errors", "trackingId"}


def test_a_refresh_is_a_form(webex: Webex) -> None:
    assert webex.session.post(f"{webex.url}/v1/access_token", json={}, timeout=10).status_code == 415


def test_tokens_end_by_the_clock(webex: Webex) -> None:
    access = good(refresh(webex))["access_token"]
    webex.control("POST", "clock", {"advance": 14 * DAY + 1})
    assert who(webex, access).status_code == 401
    assert who(webex, good(refresh(webex))["access_token"]).status_code == 200
    webex.control("POST", "clock", {"advance": 90 * DAY})
    assert refresh(webex).status_code == 400


def test_a_token_can_be_aged_and_taken_back(webex: Webex) -> None:
    bot = webex.caller("bot")
    assert webex.control("PATCH", "tokens/sandbox-bot", {"expiresIn": 0}).ok
    answer = bot.call("GET", "people/me")
    assert (answer.status_code, set(answer.json())) == (401, {"message", "errors", "trackingId"})
    assert webex.control("PATCH", "tokens/sandbox-bot", {"expiresIn": None}).ok
    assert bot.status("GET", "people/me") == 200
    assert webex.control("DELETE", "tokens/sandbox-bot").status_code == 204
    assert bot.status("GET", "people/me") == 401
    assert webex.control("PATCH", "tokens/sandbox-bot", {"expiresIn": 1}).status_code == 404


def test_a_service_app_is_given_tokens_for_an_organization(webex: Webex) -> None:
    app, admin = apps(webex)[True], webex.caller("admin")
    path = f"applications/{app['applicationId']}/token"
    body = {"clientId": app["clientId"], "clientSecret": app["clientSecret"], "targetOrgId": admin.who["orgId"]}
    pair = good(admin.call("POST", path, json=body))
    assert who(webex, pair["access_token"]).json()["type"] == "appuser"
    assert who(webex, pair["access_token"], "licenses").status_code == 200
    form = {"client_id": app["clientId"], "client_secret": app["clientSecret"]}
    assert refresh(webex, refresh_token=pair["refresh_token"], **form).status_code == 200
    assert refresh(webex, refresh_token=pair["refresh_token"]).status_code == 400
    assert webex.caller("bot").status("POST", path, body) == 403
    assert admin.status("POST", path, body | {"clientSecret": "x"}) == 400
    assert admin.status("POST", path, body | {"targetOrgId": webex.caller("external").who["orgId"]}) == 403
    assert admin.status("POST", f"applications/{apps(webex)[False]['applicationId']}/token", body) == 404
