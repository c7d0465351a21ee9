"""How records look on the wire. Properties that do not apply are absent, as in Webex."""

from typing import Any

from bot.sandbox import ids
from bot.sandbox.model import Member, Message, Person, Press, Space, Webhook
from bot.sandbox.outfit import DEFAULT_GROUP
from bot.sandbox.world import World

Json = dict[str, Any]


def person(who: Person) -> Json:
    """Show the basic profile that every token may read."""
    shown = {
        "id": who.person_id,
        "emails": [who.email],
        "phoneNumbers": [],
        "displayName": who.name,
        "nickName": who.nick,
        "firstName": who.first,
        "lastName": who.last,
        "avatar": who.avatar,
        "orgId": who.org_id,
        "created": who.created,
        "status": who.status,
        "type": who.kind,
    }
    return {key: value for key, value in shown.items() if value != ""}


def person_for_admins(world: World, who: Person, org_id: str, *, with_calling: bool) -> Json:
    """Show the basic profile and what only an administrator's token is told.

    Of other organizations' people that is no more than what they hold of the administrator's own.
    """
    is_own = who.org_id == org_id
    shown = person(who) | {
        "licenses": held_of(world, who.licenses, org_id),
        "roles": list(who.roles) if is_own else [],
        "siteUrls": [f"{site}#{kind.lower()}" for site, kind in sites_of(world, who, org_id)],
        "timezone": who.timezone,
        "lastModified": who.modified,
        "invitePending": who.invite_pending,
        "loginEnabled": who.login_enabled,
    }
    return shown | (_record(world, who, with_calling=with_calling) if is_own else {})


def _record(world: World, who: Person, *, with_calling: bool) -> Json:
    extras: Json = {"department": who.department, "title": who.title, "managerId": who.manager_id}
    extras |= {"manager": manager_of(world, who), "addresses": who.addresses, "phoneNumbers": who.phones}
    if with_calling:
        extras |= {"locationId": who.location_id, "extension": who.extension}
        if who.phone_number:
            work = {"type": "work", "value": who.phone_number, "primary": True}
            extras["phoneNumbers"] = [work, *(one for one in who.phones if one.get("type") != "work")]
    return {key: value for key, value in extras.items() if value}


def held_of(world: World, keys: list[str], org_id: str) -> list[str]:
    """Leave out the licenses of other organizations; what is no license at all is shown."""
    return [key for key in keys if key not in world.licenses or world.licenses[key].org_id == org_id]


def manager_of(world: World, who: Person) -> str:
    """Webex shows a text beside the id: written by somebody, or the name of whoever the id says."""
    if who.manager is not None:
        return who.manager
    boss = world.people.get(who.manager_id or "")
    return boss.name if boss else ""


def sites_of(world: World, who: Person, org_id: str = "") -> list[tuple[str, str]]:
    """Meetings sites, of one organization or of all, with the kind of account: host by a license, else attendee."""
    hosted = {world.licenses[key].site_url for key in who.licenses if key in world.licenses}
    hosts = [(site, "HOST") for org in world.organizations.values() for site in org.sites if site in hosted]
    found = hosts + [(site, "ATTENDEE") for site in who.attendee_sites if site not in hosted]
    others = {site for org in world.organizations.values() if org_id and org.org_id != org_id for site in org.sites}
    return [(site, kind) for site, kind in found if site not in others]


def space(what: Space, title: str) -> Json:
    shown = {
        "id": what.space_id,
        "title": title,
        "type": what.kind,
        "isLocked": what.is_locked,
        "lastActivity": what.last_activity,
        "creatorId": what.creator_id,
        "created": what.created,
        "ownerId": what.org_id,
        "isAnnouncementOnly": what.is_announcement_only,
        "isReadOnly": what.is_read_only,
        "isPublic": False,
    }
    return shown | ({"description": what.description} if what.description else {})


def membership_id(what: Space, person_id: str) -> str:
    return ids.webex_id("MEMBERSHIP", f"{ids.rest_of(person_id)}:{ids.rest_of(what.space_id)}")


def membership(what: Space, member: Member, who: Person) -> Json:
    return {
        "id": membership_id(what, who.person_id),
        "roomId": what.space_id,
        "roomType": what.kind,
        "personId": who.person_id,
        "personEmail": who.email,
        "personDisplayName": who.name,
        "personOrgId": who.org_id,
        "isModerator": member.is_moderator,
        "isMonitor": False,
        "isRoomHidden": member.is_hidden,
        "created": member.created,
    }


def group_membership_id(person_id: str, license_id: str) -> str:
    return ids.webex_id("RESOURCE_GROUP_MEMBERSHIP", f"{ids.rest_of(person_id)}:{ids.rest_of(license_id)}")


def group_membership(who: Person, license_id: str) -> Json:
    """Show which resource group serves a hybrid license of somebody."""
    seat = who.groups.get(license_id)
    return {
        "id": group_membership_id(who.person_id, license_id),
        "resourceGroupId": seat.group_id if seat else DEFAULT_GROUP,
        "licenseId": license_id,
        "personId": who.person_id,
        "personOrgId": who.org_id,
        "status": seat.status if seat else "activated",
    }


def message_head(what: Message, kind: str) -> Json:
    """Tell what a webhook says about a message: never a word of what was written."""
    shown = {
        "id": what.message_id,
        "roomId": what.space_id,
        "roomType": kind,
        "personId": what.person_id,
        "personEmail": what.email,
        "created": what.created,
    }
    optional = {"mentionedPeople": what.mentioned_people, "files": what.files, "parentId": what.parent_id}
    return shown | {key: value for key, value in optional.items() if value}


def message(what: Message, kind: str) -> Json:
    optional = {
        "text": what.text,
        "markdown": what.markdown,
        "html": what.html,
        "attachments": what.attachments,
        "mentionedGroups": what.mentioned_groups,
        "updated": what.updated,
        "errors": {"attachments": what.attachment_errors} if what.attachment_errors else None,
    }
    return message_head(what, kind) | {key: value for key, value in optional.items() if value}


def press_head(what: Press) -> Json:
    """Tell what a webhook says about a submission: never its inputs."""
    return {
        "id": what.action_id,
        "type": "submit",
        "messageId": what.message_id,
        "personId": what.person_id,
        "roomId": what.space_id,
        "created": what.created,
    }


def press(what: Press) -> Json:
    return press_head(what) | {"inputs": dict(what.inputs)}


def webhook(what: Webhook, org_id: str) -> Json:
    shown = {
        "id": what.webhook_id,
        "name": what.name,
        "targetUrl": what.target_url,
        "resource": what.resource,
        "event": what.event,
        "orgId": org_id,
        "createdBy": what.owner_id,
        "appId": ids.webex_id("APPLICATION", ids.seeded(f"app:{what.owner_id}")),
        "ownedBy": "creator",
        "status": what.status,
        "created": what.created,
    }
    return shown | {key: value for key, value in (("filter", what.filter), ("secret", what.secret)) if value}
