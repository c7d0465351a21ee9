"""Tokens for applications: by a refresh token, or for an organization that authorized a service app."""

import hmac
import secrets
from datetime import UTC, datetime

from flask import Blueprint, Response, request

from bot.sandbox import ids
from bot.sandbox.api import call
from bot.sandbox.faults import Fault, bad, forbidden, not_found
from bot.sandbox.fields import Fields
from bot.sandbox.model import App, Person, Token
from bot.sandbox.seed import FULL_ADMIN

routes = Blueprint("tokens", __name__)
DAY = 86_400
ACCESS_LASTS = 14 * DAY
REFRESH_LASTS = 90 * DAY
FORM = "application/x-www-form-urlencoded"
FOREVER = int(datetime(2099, 12, 31, tzinfo=UTC).timestamp())
"""What a token that lasts says of its end."""
ISSUE = "spark:applications_token"


@routes.post("/access_token")
def refresh() -> Response:
    """Trade a refresh token for an access token. The same refresh token comes back, its 90 days begin anew."""
    if request.mimetype != FORM:
        raise Fault(415, f"Content type '{request.mimetype}' not supported")
    body, world = Fields(request.form.to_dict()), call.world()
    if body.needed("grant_type") != "refresh_token":
        raise bad("Unsupported grant_type: the sandbox knows refresh_token only.")
    app = _app(body.needed("client_id"), body.needed("client_secret"))
    value = body.needed("refresh_token")
    known = world.refresh_tokens.get(value)
    if known is None or known.client_id != app.client_id or call.is_over(known) or known.person_id not in world.people:
        raise bad("The refresh token provided is invalid or has expired.")
    return _issue(app, known.person_id, value)


@routes.post("/applications/<application_id>/token")
def for_organization(application_id: str) -> Response:
    """Give a service app its first pair of tokens for an organization whose administrator has authorized it."""
    if ISSUE not in call.token().scopes:
        raise forbidden()
    body, world = call.json_body(), call.world()
    app = _app(body.needed("clientId"), body.needed("clientSecret"))
    if not app.is_service_app or ids.rest_of(application_id) != ids.rest_of(app.application_id):
        raise not_found()
    if ids.rest_of(body.needed("targetOrgId")) != ids.rest_of(world.org_id):
        raise forbidden()
    return _issue(app, _machine_account(app).person_id, None)


@routes.get("/authorizations/tokenExpiry")
def expiry() -> Response:
    """In milliseconds since 1970."""
    ends = call.token().expires_at
    return call.answer({"exp": int((FOREVER if ends is None else ends) * 1000)})


def _app(client_id: str, client_secret: str) -> App:
    app = call.world().apps.get(client_id)
    if app is None or not hmac.compare_digest(app.client_secret.encode(), client_secret.encode()):
        raise bad("The client_id or client_secret provided is invalid.")
    return app


def _issue(app: App, person_id: str, refresh_token: str | None) -> Response:
    world, now = call.world(), call.world().clock.seconds()
    access, renewal = secrets.token_urlsafe(48), refresh_token or secrets.token_urlsafe(48)
    world.tokens[access] = Token(person_id, app.scopes, now + ACCESS_LASTS, app.client_id)
    world.refresh_tokens[renewal] = Token(person_id, app.scopes, now + REFRESH_LASTS, app.client_id)
    return call.answer(
        {
            "access_token": access,
            "expires_in": ACCESS_LASTS,
            "refresh_token": renewal,
            "refresh_token_expires_in": REFRESH_LASTS,
            "token_type": "Bearer",
            "scope": " ".join(sorted(app.scopes)),
        }
    )


def _machine_account(app: App) -> Person:
    """Whom a service app acts as: made when it is first authorized."""
    world = call.world()
    key = ids.webex_id("PEOPLE", ids.seeded(f"machine:{app.client_id}"))
    if key not in world.people:
        account = Person(key, f"{app.client_id.lower()}@serviceapp.example", "Service App", world.org_id, world.now())
        account.kind, account.roles = "appuser", [FULL_ADMIN]
        world.people[key] = account
    return world.people[key]
