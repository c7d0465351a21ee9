"""Organizations: administrators see their own."""

from flask import Blueprint, Response

from bot.sandbox import ids
from bot.sandbox.api import call
from bot.sandbox.faults import not_found
from bot.sandbox.seed import CREATED

routes = Blueprint("organizations", __name__)
READ = "spark-admin:organizations_read"


@routes.get("/organizations")
def many() -> Response:
    call.require(READ, call.READERS)
    return call.page([call.caller().org_id], lambda _: _own())


@routes.get("/organizations/<org_id>")
def one(org_id: str) -> Response:
    call.require(READ, call.READERS)
    if ids.rest_of(org_id) != ids.rest_of(call.caller().org_id):
        raise not_found()
    return call.answer(_own())


def _own() -> dict[str, str]:
    org_id = call.caller().org_id
    return {"id": org_id, "displayName": call.world().organizations[org_id], "created": CREATED}
