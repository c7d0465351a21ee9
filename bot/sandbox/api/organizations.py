"""Organizations: administrators see their own and, as partners, those that they administer."""

from flask import Blueprint, Response

from bot.sandbox.api import call
from bot.sandbox.faults import Fault, not_found
from bot.sandbox.model import Organization

routes = Blueprint("organizations", __name__)
READ = "spark-admin:organizations_read"


@routes.get("/organizations")
def many() -> Response:
    call.require(READ, call.READERS)
    own, me = call.organization(call.caller().org_id), call.caller().person_id
    managed = [org for org in call.world().organizations.values() if me in org.managed_by and org is not own]
    return call.page([own, *managed], _shown)


@routes.get("/organizations/<org_id>")
def one(org_id: str) -> Response:
    call.require(READ, call.READERS)
    try:
        return call.answer(_shown(call.organization(org_id)))
    except Fault:
        raise not_found() from None


def _shown(org: Organization) -> dict[str, str]:
    return {"id": org.org_id, "displayName": org.name, "created": org.created}
