"""The catalog and the details of a license."""

from tests.sandbox.clients import Webex


def test_the_catalog_is_one_list_with_absent_properties_absent(webex: Webex) -> None:
    shown = {one["id"]: one for one in webex.caller("admin").get("licenses")["items"]}
    assert len(shown) == 16
    meeting = shown[webex.license("Meeting - Webex Meeting Center")]
    assert meeting["siteType"] == "Control Hub managed site"
    assert "siteUrl" not in shown[webex.license("Messaging")]
    assert "subscriptionId" not in shown[webex.license("Basic Messaging")]
    hybrid = shown[webex.license("Hybrid Call Aware")]
    assert (hybrid["totalUnits"], hybrid["consumedUnits"]) == ("1", "0")


def test_a_bot_reads_no_licenses(webex: Webex) -> None:
    answer = webex.caller("bot").call("GET", "licenses")
    assert answer.status_code == 403
    assert answer.json()["message"].startswith("The server understood the request, but refused to fulfill it")


def test_details_page_through_all_holders_by_link(webex: Webex) -> None:
    admin, key = webex.caller("admin"), webex.license("Basic Messaging")
    seen: list[str] = []
    answer = admin.call("GET", f"licenses/{key}", params={"includeAssignedTo": "user", "limit": 4})
    pages = 1
    while "next" in answer.links:
        seen += [user["id"] for user in answer.json()["users"]]
        answer = admin.call("GET", answer.links["next"]["url"].partition("/v1/")[2])
        pages += 1
    seen += [user["id"] for user in answer.json()["users"]]
    assert pages == 3
    assert len(seen) == len(set(seen)) == answer.json()["consumedUnits"] == 11


def test_details_name_nobody_unless_asked(webex: Webex) -> None:
    admin, key = webex.caller("admin"), webex.license("Messaging")
    assert "users" not in admin.get(f"licenses/{key}")
    assert admin.status("GET", f"licenses/{key}", limit=5) == 400
    assert admin.status("GET", f"licenses/{key}", includeAssignedTo="[object Object]") == 400
    assert admin.status("GET", "licenses/unknown") == 404


def test_an_orgs_licenses_are_read_by_its_id_in_both_forms(webex: Webex) -> None:
    admin = webex.caller("admin")
    org_id = admin.who["orgId"]
    assert admin.status("GET", "licenses", orgId=org_id) == 200
    assert admin.status("GET", "licenses", orgId=webex.caller("external").who["orgId"]) == 403
