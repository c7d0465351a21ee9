"""Every finding has one case that shows it and one neighbor that does not."""

from dataclasses import dataclass, field

import pytest

from bot.licensing.catalog import License
from bot.licensing.prechecks import Beneficiary, Finding, Item, check
from bot.licensing.rules import CLASHES, DOWNGRADES, NEEDS

NAMES = {
    "msg": "Messaging",
    "msg_free": "Basic Messaging",
    "meet": "Meeting - Webex Meeting Center",
    "meet_free": "Basic Meetings",
    "suite": "Webex Suite Meetings 1000",
    "pro": "Webex Calling - Professional",
    "std": "Webex Calling - Standard",
    "console": "Webex Calling - Attendant Console",
    "cx": "Customer Experience - Essential",
    "share": "Screen Share",
    "messenger": "Messenger",
    "aware": "Hybrid Call Aware",
    "connect": "Hybrid Call Connect",
    "exchange": "Hybrid Exchange Calendar",
    "google": "Hybrid Google Calendar",
}
SITE = "site.webex.com"
FREE = ("msg_free", "meet_free")


def a_catalog(left: int | None = 5, only: tuple[str, ...] = tuple(NAMES)) -> list[License]:
    return [
        {
            "license_id": key,
            "name": NAMES[key],
            "site_url": SITE if key == "suite" else None,
            "subscription_id": None,
            "total": 9,
            "used": 4,
            "left": left,
        }
        for key in only
    ]


def change(what: str, *, number: str | None = None, extension: str | None = None, place: str | None = None) -> Item:
    """`+pro` adds, `-pro` removes; what contains a dot is a site."""
    key = what[1:]
    return {
        "license_id": None if "." in key else key,
        "site_url": key if "." in key else None,
        "operation": "add" if what[0] == "+" else "remove",
        "location_id": place,
        "phone_number": number,
        "extension": extension,
    }


def with_number(what: str) -> Item:
    return change(what, number="+13035550100")


@dataclass(frozen=True)
class Case:
    items: list[Item]
    held: tuple[str, ...] = FREE
    sites: tuple[str, ...] = ()
    catalog: list[License] = field(default_factory=a_catalog)
    is_external: bool = False

    def findings(self) -> list[Finding]:
        person: Beneficiary = {
            "licenses": list(self.held),
            "sites": [{"site_url": site, "account_type": "attendee"} for site in self.sites],
        }
        return check(self.items, person, self.catalog, is_external=self.is_external)


GROUPED: list[License] = [
    one | {"exclusive": "meetings"} if one["license_id"] in {"suite", "meet"} else one for one in a_catalog()
]
WARNINGS = {"last_unit", "calling_config_lost", "attendee_becomes_host"}
TABLE: list[tuple[str, Case, Case]] = [
    ("already_held", Case([change("+msg")], (*FREE, "msg")), Case([change("+msg")])),
    ("already_held", Case([change("+" + SITE)], sites=("Site.webex.com",)), Case([change("+" + SITE)])),
    ("not_held", Case([change("-msg")]), Case([change("-msg")], (*FREE, "msg"))),
    ("not_held", Case([change("-" + SITE)]), Case([change("-" + SITE)], sites=(SITE,))),
    ("unknown_site", Case([change("+elsewhere.webex.com")]), Case([change("+" + SITE)])),
    (
        "hosts_there",
        Case([change("+" + SITE)], (*FREE, "suite"), sites=(SITE,)),
        Case([change("+" + SITE), change("-suite")], (*FREE, "suite"), sites=(SITE,)),
    ),
    (
        "hosted_account",
        Case([change("-" + SITE)], (*FREE, "suite"), sites=(SITE,)),
        Case([change("-" + SITE)], sites=(SITE,)),
    ),
    ("attendee_becomes_host", Case([change("+suite")], sites=(SITE,)), Case([change("+suite")])),
    ("no_units_left", Case([change("+msg")], catalog=a_catalog(0)), Case([change("+msg")], catalog=a_catalog(None))),
    ("no_units_left", Case([change("+msg")], catalog=a_catalog(0)), Case([change("-msg_free")], catalog=a_catalog(0))),
    ("last_unit", Case([change("+msg")], catalog=a_catalog(1)), Case([change("+msg")], catalog=a_catalog(2))),
    ("calling_details_missing", Case([change("+pro")]), Case([with_number("+pro")])),
    (
        "calling_details_missing",
        Case([change("+pro", extension="12")]),
        Case([change("+pro", extension="12", place="denver")]),
    ),
    ("calling_details_missing", Case([change("+pro", place="denver")]), Case([change("+msg")])),
    ("needs_professional", Case([with_number("+console")]), Case([with_number("+console")], (*FREE, "pro"))),
    (
        "needs_professional",
        Case([with_number("+console"), change("-pro")], (*FREE, "pro")),
        Case([with_number("+console"), with_number("+pro")]),
    ),
    (
        "professional_and_standard",
        Case([with_number("+pro")], (*FREE, "std")),
        Case([with_number("+pro"), change("-std")], (*FREE, "std")),
    ),
    ("professional_and_standard", Case([with_number("+std")], (*FREE, "pro")), Case([with_number("+std")])),
    ("standard_and_console", Case([with_number("+console")], (*FREE, "std")), Case([with_number("+console")])),
    (
        "standard_and_cx",
        Case([with_number("+cx")], (*FREE, "std")),
        Case([with_number("+cx"), change("-std")], (*FREE, "std")),
    ),
    (
        "downgrade",
        Case([change("-pro"), with_number("+std")], (*FREE, "pro")),
        Case([change("-std"), with_number("+pro")], (*FREE, "std")),
    ),
    ("cx_downgrade", Case([change("-cx"), with_number("+std")], (*FREE, "cx")), Case([change("-cx")], (*FREE, "cx"))),
    ("needs_free_messaging", Case([change("+msg")], ()), Case([change("+msg"), change("+msg_free")], ())),
    ("needs_free_messaging", Case([change("+msg")], ()), Case([change("+msg")], (), catalog=a_catalog(5, ("msg",)))),
    ("needs_free_meetings", Case([change("+meet")], ("msg_free",)), Case([change("+meet")])),
    ("meeting_needs_messaging", Case([change("+meet")], ("meet_free",)), Case([change("+meet")])),
    ("meeting_needs_messaging", Case([change("+meet_free")], ()), Case([change("+meet_free")], ("msg_free",))),
    ("screen_share_implicit", Case([change("-share")], ("share",)), Case([change("-msg")], ("msg", "share"))),
    ("messenger_unsupported", Case([change("+messenger")]), Case([change("+msg")])),
    ("messenger_unsupported", Case([change("-messenger")], ("messenger",)), Case([change("-msg")], ("msg",))),
    ("hybrid_needs_aware", Case([change("+connect")]), Case([change("+connect"), change("+aware")])),
    (
        "hybrid_exchange_and_google",
        Case([change("+google")], (*FREE, "exchange")),
        Case([change("+google"), change("-exchange")], (*FREE, "exchange")),
    ),
    ("external_only_meetings", Case([change("+msg")], is_external=True), Case([change("+msg")])),
    ("external_only_meetings", Case([change("+msg")], is_external=True), Case([change("+meet")], (), is_external=True)),
    (
        "exclusive_group",
        Case([change("+suite")], (*FREE, "meet"), catalog=GROUPED),
        Case([change("+suite"), change("-meet")], (*FREE, "meet"), catalog=GROUPED),
    ),
    ("calling_config_lost", Case([change("-pro")], (*FREE, "pro")), Case([change("-msg")], (*FREE, "msg"))),
    (
        "calling_config_lost",
        Case([change("-std")], (*FREE, "std")),
        Case([change("-std"), with_number("+pro")], (*FREE, "std")),
    ),
    ("not_in_catalog", Case([change("+gone")]), Case([change("+msg")])),
]


@pytest.mark.parametrize(("code", "case", "neighbor"), TABLE, ids=[row[0] for row in TABLE])
def test_a_finding_is_found_where_it_is_and_only_there(code: str, case: Case, neighbor: Case) -> None:
    [found] = [finding for finding in case.findings() if finding.code == code]
    assert found.blocks == (code not in WARNINGS)
    assert found.sentence.endswith(".")
    assert found.remedy.endswith(".")
    assert "{" not in found.sentence
    assert code not in [finding.code for finding in neighbor.findings()]


def test_every_rule_between_licenses_is_in_the_table() -> None:
    assert {rule.code for rule in (*CLASHES, *DOWNGRADES, *NEEDS)} <= {code for code, _, _ in TABLE}


@pytest.mark.parametrize(
    "items",
    [
        [change("+msg")],
        [change("+meet")],
        [with_number("+pro")],
        [with_number("+pro"), with_number("+console")],
        [change("+aware"), change("+connect"), change("+exchange")],
        [change("+site.webex.com")],
    ],
    ids=str,
)
def test_what_webex_would_grant_has_no_findings(items: list[Item]) -> None:
    assert Case(items).findings() == []


def test_a_clash_hides_the_prerequisite_that_its_remedy_brings() -> None:
    codes = [finding.code for finding in Case([with_number("+console")], (*FREE, "std")).findings()]
    assert codes == ["standard_and_console"]


def test_a_clash_is_no_downgrade_while_nothing_is_given_up() -> None:
    assert [one.code for one in Case([with_number("+std")], (*FREE, "pro")).findings()] == ["professional_and_standard"]


def test_what_another_license_needs_is_not_returned_alone() -> None:
    case = Case([change("-pro")], (*FREE, "pro", "console"))
    assert [(one.code, one.blocks) for one in case.findings()] == [
        ("calling_config_lost", False),
        ("needs_professional", True),
    ]
    both = Case([change("-pro"), change("-console")], (*FREE, "pro", "console"))
    assert "needs_professional" not in [one.code for one in both.findings()]


def test_what_the_person_holds_from_another_catalog_is_left_alone() -> None:
    assert Case([change("+msg")], (*FREE, "unknown")).findings() == []
