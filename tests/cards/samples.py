"""Every card, filled by a function that says each human text: as it is, empty, endless or hostile."""

from collections.abc import Callable
from dataclasses import replace
from itertools import cycle

from hypothesis import strategies as st

from cards.approval import ApprovalView, ItemLine, approval
from cards.calling_details import (
    Location,
    LocationView,
    NumberView,
    Wish,
    calling_location,
    calling_number,
)
from cards.confirm_return import ConfirmReturnView, confirm_return
from cards.help import HelpLine, HelpView, help_card
from cards.invitation import InvitationView, invitation
from cards.kit import Post
from cards.objection import ObjectionView, objection
from cards.people_found import FoundLine, PeopleFoundView, people_found
from cards.receipt import ReceiptItem, ReceiptView, receipt
from cards.refusal import RefusalView, refusal
from cards.request_form import Choice, RequestFormView, request_form
from cards.request_sent import RequestSentView, request_sent
from cards.status import StatusItem, StatusStep, StatusView, status
from cards.text import plain
from cards.verdict import VerdictView, verdict
from cards.ways_out import WayOut
from cards.welcome import WelcomeView, welcome

Say = Callable[[str], str]
OTHER = WayOut("choose", "Choose something else", "request")


def as_it_is(text: str) -> str:
    return text


def in_turn(texts: list[str]) -> Say:
    """Say another of `texts` each time, so that what begins in one place could go on in the next."""
    endless = cycle(texts)
    return lambda _: next(endless)


def a_request_form(say: Say) -> Post:
    choices = (Choice("L1", say("Webex Calling - Professional"), 5), Choice("L2", say("Messaging"), None))
    more = Choice("L3", say("Meetings 1000"), 0, say("Meetings"), say("12 € a month"), say("For large rooms."))
    beneficiary, reason = say("colleague@example.com"), say("new desk")
    return request_form(RequestFormView((*choices, more), ("L1",), beneficiary, reason, say("Nobody has that e-mail.")))


def a_calling_location(say: Say) -> Post:
    locations = (Location("loc-1", say("Berlin")), Location("loc-2", say("San José")))
    wish = Wish((say("Webex Calling - Professional"),), say("Grace"), say("grace@example.com"), (say("Standard"),))
    view = LocationView(wish, locations, 30, has_search=True, part=say("Br"), problem=say("I know no location Br."))
    return calling_location(view)


def _calling_number(say: Say, wish: Wish, current: str = "") -> Post:
    view = NumberView(
        wish,
        say("San José"),
        (say("+14085550101"), say("+14085550102")),
        has_more=True,
        part=say("5550"),
        current=current,
        typed=say("+14085550100"),
        extension=say("1234"),
        problem=say("That number is taken."),
    )
    return calling_number(view)


def a_calling_number(say: Say) -> Post:
    return _calling_number(say, Wish((say("Webex Calling - Professional"), say("Console")), say("Grace")))


def a_correction(say: Say) -> Post:
    return _calling_number(say, Wish((say("Calling"),), say("Grace"), request_id=42), "+14085550109")


def a_correction_elsewhere(say: Say) -> Post:
    wish = Wish((say("Calling"),), say("Grace"), request_id=42)
    return calling_location(LocationView(wish, (Location("loc-1", say("Berlin")),)))


def a_sent_request(say: Say) -> Post:
    licenses = (say("Messaging"), say("Meetings 1000"))
    asked = (say("Grace Hopper"), say("Alan Turing"))
    view = RequestSentView(
        42,
        licenses,
        say("Ada Lovelace"),
        say("new desk"),
        asked,
        say("May 4"),
        can_correct=True,
        instead_of=(say("M"),),
    )
    return request_sent(view)


def an_approval(say: Say) -> Post:
    return approval(_approval_view(say))


def an_approval_with_groups(say: Say) -> Post:
    groups = ((say("Default"), "g0"), (say("Europe"), "g1"))
    return approval(replace(_approval_view(say), groups=groups, group="g1"))


def _approval_view(say: Say) -> ApprovalView:
    items = (
        ItemLine(
            say("Webex Calling - Professional"),
            "add",
            say("extension 1234 in Berlin"),
            5,
            4,
            say("17 €"),
            say("For a desk."),
        ),
        ItemLine(say("Webex Calling - Standard"), "remove"),
    )
    return ApprovalView(
        request_id=42,
        requester=say("Ada Lovelace"),
        requester_email=say("ada@example.com"),
        beneficiary=say("Grace Hopper"),
        beneficiary_email="grace@example.com",
        items=items,
        reason=say("new desk"),
        holds=(say("Messaging"), say("Meetings 1000")),
        warnings=(say("Only five are left."),),
        asked_at=say("May 1, 10:30"),
        reminder=True,
    )


def a_verdict(say: Say) -> Post:
    return verdict(
        VerdictView(
            42,
            (say("Messaging"),),
            say("Ada"),
            "denied",
            say("Grace"),
            say("today, 10:30"),
            say("too late"),
            (say("M"),),
        )
    )


def _refused(say: Say) -> ReceiptItem:
    return ReceiptItem(
        name=say("Attendant Console"),
        operation="add",
        outcome="refused",
        details=say("extension 1234"),
        meaning=say("It needs Calling Professional first."),
        remedy=say("Ask for Calling Professional."),
        who_acts="requester",
        error_code="400408",
    )


def a_receipt(say: Say) -> Post:
    items = (ReceiptItem(say("Messaging"), "add", "granted"), ReceiptItem(say("Meetings"), "remove", "not_applied"))
    view = ReceiptView(
        request_id=42,
        beneficiary=say("Ada"),
        state="partial",
        items=(*items, _refused(say)),
        tracking_id="NA_8b-3",
        for_admin=True,
        decided_by=say("Grace"),
        at=say("today"),
        note=say("welcome aboard"),
        ways_out=(WayOut("again", say("Ask again for what failed"), f"request {say('Messaging')}"),),
    )
    return receipt(view)


def a_refusal(say: Say) -> Post:
    return refusal(
        RefusalView(
            42, say("Ada"), "refused", (_refused(say),), "NA_8b-3", for_admin=True, note=say("fine"), ways_out=(OTHER,)
        )
    )


def a_refusal_for_people(say: Say) -> Post:
    return refusal(
        RefusalView(42, say("Ada"), "failed", (_refused(say),), "NA_8b-3", for_admin=False, ways_out=(OTHER,))
    )


def an_invitation(say: Say) -> Post:
    return invitation(InvitationView(say("nora.new@example.com"), say("messaging"), 100))


def an_objection(say: Say) -> Post:
    ways_out = (
        WayOut("swap", say("Swap Calling Standard for Calling Professional"), f"request {say('Calling Professional')}"),
        OTHER,
    )
    reason = (say("Attendant Console does not go together with Calling Standard."), say("One has to go."))
    return objection(ObjectionView((reason, reason), ways_out))


def a_return_to_confirm(say: Say) -> Post:
    return confirm_return(
        ConfirmReturnView(43, (say("Messaging"),), say("no longer needed"), (say("Meetings need it."),))
    )


def a_status(say: Say) -> Post:
    items = (
        StatusItem(
            name=say("Messaging"),
            operation="add",
            state="not_applied",
            details=say("asked twice"),
            meaning=say("It was not there."),
            remedy=say("Look again."),
            who_acts=say("the help desk"),
            error_code=say("400408"),
        ),
        StatusItem(say("M"), "remove", "open"),
    )
    steps = (StatusStep(say("May 1"), say("Ada asked")), StatusStep(say("May 2"), say("Grace approved")))
    view = StatusView(
        request_id=42,
        state="approved",
        headline=say("It is being applied."),
        requester=say("Ada"),
        beneficiary=say("Ada"),
        reason=say("new desk"),
        items=items,
        steps=steps,
        waiting_for=(say("Grace Hopper"),),
        note=say("welcome aboard"),
        why_denied=say("too late"),
        can_cancel=True,
        can_correct=True,
        can_retry=True,
        can_decide=True,
    )
    return status(view)


def a_status_of_a_return(say: Say) -> Post:
    view = StatusView(
        request_id=43,
        state="pending",
        headline="It waits for the requester to confirm it.",
        requester=say("Ada"),
        beneficiary=say("Ada"),
        reason=say("new desk"),
        items=(StatusItem(say("Messaging"), "remove", "open"),),
        steps=(),
        can_confirm=True,
        can_cancel=True,
    )
    return status(view)


def some_people_found(say: Say) -> Post:
    grace = FoundLine(
        name=say("Grace Hopper"),
        email=say("grace@example.com"),
        holds=(say("Messaging"), say("Meetings 1000")),
        unlisted=3,
        manager=say("Ada Lovelace"),
        standing=say("invited, has not signed in yet"),
        calling=say("+14085550100, extension 1234"),
    )
    people = (grace, FoundLine(say("Grant"), say("g@example.com")))
    return people_found(PeopleFoundView(say("gra"), 2, people, has_more=True))


def some_help(say: Say) -> Post:
    lines = (
        HelpLine("request <license>[ and <license>…] [for <email>]", say("Ask for a license.")),
        HelpLine(say("cancel <n>"), say("Take a request back.")),
    )
    return help_card(HelpView(lines, (HelpLine("pending", say("What waits for a decision.")),)))


def a_welcome(say: Say) -> Post:
    return welcome(WelcomeView(say("Ada"), is_group=False))


def a_welcome_to_a_group(say: Say) -> Post:
    return welcome(WelcomeView(say("Team space"), is_group=True))


CARDS: dict[str, Callable[[Say], Post]] = {
    "request_form": a_request_form,
    "calling_location": a_calling_location,
    "calling_number": a_calling_number,
    "correction": a_correction,
    "correction_elsewhere": a_correction_elsewhere,
    "request_sent": a_sent_request,
    "approval": an_approval,
    "approval_with_groups": an_approval_with_groups,
    "verdict": a_verdict,
    "receipt": a_receipt,
    "refusal": a_refusal,
    "refusal_for_people": a_refusal_for_people,
    "confirm_return": a_return_to_confirm,
    "objection": an_objection,
    "invitation": an_invitation,
    "status": a_status,
    "status_of_a_return": a_status_of_a_return,
    "people_found": some_people_found,
    "help": some_help,
    "welcome": a_welcome,
    "welcome_group": a_welcome_to_a_group,
}

TWINS = {
    "request_form": ("`request <license> because …`",),
    "calling_location": (" at <location> ext <n>`", "`number <+e164>`"),
    "calling_number": (" ext <n>`", "`number <+e164>`", " at <location>`"),
    "correction": ("`details 42 at ", " ext <n>`", "`number <+e164>`", "`details 42 at <location>`"),
    "correction_elsewhere": ("`details 42 at <location> ext <n>`", "`number <+e164>`"),
    "request_sent": ("`details 42 at <location> ext <n>`", "`status 42`", "`cancel 42`"),
    "approval": ("`approve 42`", "`approve 42 because …`", "`deny 42 because …`"),
    "approval_with_groups": ("`approve 42`", "`approve 42 in group <name> because …`", "`deny 42 because …`"),
    "verdict": (),
    "receipt": ("`status 42`", "`retry 42`"),
    "refusal": ("`status 42`", "`retry 42`"),
    "refusal_for_people": ("`status 42`",),
    "objection": ("`request`",),
    "invitation": (" named <first and last name>`",),
    "confirm_return": ("`confirm 43`", "`cancel 43`"),
    "status": (
        "`details 42 at <location> ext <n>`",
        "`approve 42`",
        "`deny 42 because …`",
        "`retry 42`",
        "`cancel 42`",
    ),
    "status_of_a_return": ("`confirm 43`", "`cancel 43`"),
    "people_found": (" page 3`",),
    "help": ("`request`", "`my requests`", "`my licenses`", "`waiting`"),
    "welcome": ("`request`", "`help`"),
    "welcome_group": ("`request`", "`help`"),
}

HOSTILE = (
    "<@all> <@personEmail:boss@example.com|Boss> <@personId:Y2lzY28>",
    "[free phones](http://evil.example/a) ![x](https://evil.example/i.png) <https://evil.example>",
    "https://evil.example www.evil.example evil.example //evil.example mailto:a@evil.example",
    "**bold** __bold__ *it* _it_ `code` ```fence``` ~~gone~~",
    "# heading",
    "1. one",
    "- list\n- list\n\n> quote\n\n    code\n\n---\n",
    "[a]: http://evil.example",
    "| a | b |\n|---|---|\n| c | d |",
    "<b>html</b> <!-- x --> <script>alert(1)</script> &lt;@all&gt; &#42;a&#42;",
    "\\*a\\* ends with \\",
    "{{DATE(2026-01-01T00:00:00Z,SHORT)}} ${requester}",
    "\u202egnp.exe\u2066 a\u2060b \x00\x1b[31m",
    "half \ud83d a character, zalgo Z" + "\u0351" * 500,
)

SCRIPTS = (
    "日本語の理由です。新しい机のため。",
    "שלום, אני צריך רישיון",
    "أحتاج إلى ترخيص جديد",
    "मुझे एक नया लाइसेंस चाहिए",
    "👩‍👩‍👧‍👦 👍🏽 🇩🇪 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f 1️⃣",
    "Łódź, Kraków, Ångström, İstanbul",
)

_PIECES = [
    "*", "**", "_", "__", "`", "```", "~~", "#", "-", "1.", ">", "=", "---", "|", "\\", "\\*", "&lt;", "&#42;", "<b>",
    "<!--", "<", "<@", "<@all>", "<@personEmail:a@b.example>", "[", "[x]", "(http://evil.example)", "![", "](", "]:",
    "{{", "}}", "http://", "https:", "//", "/", "www.", "evil.example", "evil", ".", "mailto:", "a@b.example", ":", "!",
    "a", "é", "日本", "👩‍👩‍👧", "🇩🇪", " ", "\n", "\n\n", "    ", "\u202e", "\u200d", "\u2060", "\ud800", "\x00",
]  # fmt: skip

any_text = st.one_of(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join), st.text(max_size=40))
some_texts = st.lists(any_text.filter(plain), min_size=1, max_size=4)
