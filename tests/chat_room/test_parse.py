"""Typed text → arguments: any order, any spelling of numbers, and whatever is typed is at worst a BadInput."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import parse
from bot.errors import BadInput, BotError

CHECKS = (parse.check_email, parse.check_phone_number, parse.check_extension, parse.tidy_reason)
READERS = (
    parse.read_nothing,
    parse.read_text,
    parse.read_number,
    parse.read_number_and_reason,
    parse.read_approval,
    parse.read_count,
    parse.read_request,
    parse.read_details,
)
TOKENS = (
    "for",
    "at",
    "ext",
    "number",
    "because",
    "and",
    ",",
    "#",
    "42",
    "+4930",
    "a@b.de",
    "messaging",
    "in",
    "group",
    "default",
    ":",
    "\n",
    "-",
)
texts = st.text() | st.lists(st.sampled_from(TOKENS) | st.text(max_size=4)).map(" ".join)


@pytest.mark.parametrize(
    ("rest", "told"),
    [
        ("messaging", {"wanted": "messaging"}),
        ("messaging because new desk", {"wanted": "messaging", "reason": "new desk"}),
        ("messaging BECAUSE:  new   desk ", {"wanted": "messaging", "reason": "new desk"}),
        ("messaging because it is because of you", {"wanted": "messaging", "reason": "it is because of you"}),
        ("messaging for A.B@Example.com", {"wanted": "messaging", "email": "a.b@example.com"}),
        ("for a@b.de messaging", {"wanted": "messaging", "email": "a@b.de"}),
        ("calling pro at Denver", {"wanted": "calling pro", "location": "Denver"}),
        ("calling pro at New York City", {"wanted": "calling pro", "location": "New York City"}),
        ("calling pro ext 133 at Denver", {"wanted": "calling pro", "location": "Denver", "extension": "133"}),
        ("calling pro at Denver ext 133", {"wanted": "calling pro", "location": "Denver", "extension": "133"}),
        ("calling pro extension 133", {"wanted": "calling pro", "extension": "133"}),
        ("calling pro Ext. 133", {"wanted": "calling pro", "extension": "133"}),
        ("calling pro number +1 (408) 555-0100", {"wanted": "calling pro", "phone_number": "+1 (408) 555-0100"}),
        ("calling pro phone number 4085550100", {"wanted": "calling pro", "phone_number": "4085550100"}),
        (
            "calling pro for a@b.de at Denver number +14085550100 because new desk",
            {
                "wanted": "calling pro",
                "email": "a@b.de",
                "location": "Denver",
                "phone_number": "+14085550100",
                "reason": "new desk",
            },
        ),
        ("calling pro instead of calling standard", {"wanted": "calling pro", "instead": "calling standard"}),
        (
            "a and b instead of c and d for a@b.de at Denver",
            {"wanted": "a and b", "instead": "c and d", "email": "a@b.de", "location": "Denver"},
        ),
        ("instead of c ext 12 messaging", {"wanted": "messaging", "instead": "c", "extension": "12"}),
        ("attendee on site1.webex.com", {"wanted": "attendee on site1.webex.com"}),
        ("messaging because for a@b.de at Denver", {"wanted": "messaging", "reason": "for a@b.de at Denver"}),
        ("", {}),
    ],
)
def test_a_request_is_read_in_any_order(rest: str, told: dict[str, str]) -> None:
    nothing = dict.fromkeys(
        ("wanted", "instead", "email", "named", "location", "extension", "phone_number", "reason"), ""
    )
    assert parse.read_request(rest) == nothing | told


@pytest.mark.parametrize(
    ("rest", "told"),
    [
        ("42 at Denver ext 133", {"number": 42, "location": "Denver", "extension": "133"}),
        ("#42 number +1 (408) 555-0100", {"number": 42, "phone_number": "+1 (408) 555-0100"}),
        ("42 ext 133 at New York City", {"number": 42, "location": "New York City", "extension": "133"}),
        ("42 ext 133 because I moved at noon", {"number": 42, "extension": "133"}),
        ("42", {"number": 42}),
        ("ext 133", {}),
        ("4.2 ext 133", {}),
        ("", {}),
    ],
)
def test_new_phone_details_name_their_request_first(rest: str, told: dict[str, Any]) -> None:
    nothing = {"number": None, "location": "", "extension": "", "phone_number": ""}
    assert parse.read_details(rest) == nothing | told


@pytest.mark.parametrize(
    "who", ["me", "my", "@", "a@b", "a@b.", "@b.de", "a@b.de,c@d.de", "<a@b.de>", "a" * 300 + "@b.de"]
)
def test_what_is_no_address_is_said_at_once(who: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse.read_request(f"messaging for {who}")
    assert caught.value.code == "bad_email"
    assert len(caught.value.facts["email"]) <= 100


@pytest.mark.parametrize(
    ("rest", "number"),
    [
        ("42", 42),
        ("#42", 42),
        (" # 42 ", 42),
        ("0", 0),
        ("007", 7),
        ("\u0664\u0662", 42),
        ("999999999999", 999_999_999_999),
        ("9999999999999", None),
        ("-1", None),
        ("1.5", None),
        ("1e3", None),
        ("\u00b2", None),
        ("\u2167", None),
        ("4 2", None),
        ("one", None),
        ("##1", None),
        ("", None),
    ],
)
def test_a_number_is_digits_and_nothing_else(rest: str, number: int | None) -> None:
    assert parse.read_number(rest) == {"number": number}


@pytest.mark.parametrize(
    ("rest", "number", "reason"),
    [
        ("42", 42, ""),
        ("42 because no", 42, "no"),
        ("#42: because no", 42, "no"),
        ("42 no", 42, "no"),
        ("42, no", 42, "no"),
        ("42 because\nno", 42, "no"),
        ("42 because because", 42, "because"),
        ("because 42", None, ""),
        ("42x because no", None, ""),
        ("99999999999999999999 because no", None, ""),
    ],
)
def test_what_follows_the_number_is_the_reason(rest: str, number: int | None, reason: str) -> None:
    assert parse.read_number_and_reason(rest) == {"number": number, "reason": reason}


@pytest.mark.parametrize(
    ("rest", "group", "reason"),
    [
        ("42", "", ""),
        ("42 because no", "", "no"),
        ("42 no", "", "no"),
        ("42 in group Europe", "Europe", ""),
        ("#42: IN  GROUP  New York  because: near the desk", "New York", "near the desk"),
        ("42 in the resource group “Europe”, because why not", "Europe", "why not"),
        ("42 in group Group 1", "Group 1", ""),
        ("42 in the default group because it is simple", "default", "it is simple"),
        ("42 in group default", "default", ""),
        ("42 in groups we trust", "", "in groups we trust"),
        ("42 the group agreed", "", "the group agreed"),
        ("42 because in group Europe there is room", "", "in group Europe there is room"),
    ],
)
def test_an_approval_may_name_a_resource_group_before_the_reason(rest: str, group: str, reason: str) -> None:
    assert parse.read_approval(rest) == {"number": 42, "reason": reason, "group": group}


@pytest.mark.parametrize("rest", ["42 in group", "42 in group because no", "42 in the resource group ”"])
def test_a_resource_group_without_a_name_is_asked_for_before_anything_is_approved(rest: str) -> None:
    with pytest.raises(BadInput, match="group_needed"):
        parse.read_approval(rest)


@pytest.mark.parametrize("rest", ["", "in group Europe", "42x in group Europe"])
def test_an_approval_without_a_number_approves_nothing(rest: str) -> None:
    assert parse.read_approval(rest)["number"] is None


@pytest.mark.parametrize(
    ("rest", "count"),
    [("", 10), ("5", 5), ("0", 1), ("51", 50), ("9999", 50), ("99999", 10), ("-5", 10), ("\u0665", 10), ("all", 10)],
)
def test_history_is_never_endless(rest: str, count: int) -> None:
    assert parse.read_count(rest) == {"count": count}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", None),
        ("  ", None),
        ("+14085550100", "+14085550100"),
        ("14085550100", "+14085550100"),
        ("+1 (408) 555-0100", "+14085550100"),
    ],
)
def test_a_phone_number_becomes_e164(text: str, number: str | None) -> None:
    assert parse.check_phone_number(text) == number


@pytest.mark.parametrize(
    "text", ["+", "12345", "1" * 16, "+1408555010x", "++14085550100", "tel:+14085550100", "0408555010"]
)
def test_what_is_no_phone_number_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="bad_phone_number"):
        parse.check_phone_number(text)


@pytest.mark.parametrize("digits", ["\u0661\u0662\u0663\u0664\u0665\u0666", "\uff11\uff12\uff13\uff14\uff15\uff16"])
def test_digits_that_webex_would_not_take_are_refused_before_anybody_is_asked(digits: str) -> None:
    with pytest.raises(BadInput):
        parse.check_phone_number(digits)
    with pytest.raises(BadInput):
        parse.check_extension(digits)


@pytest.mark.parametrize("text", ["1", "1" * 11, "12a", "-12", "1 2", "#12"])
def test_what_is_no_extension_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="bad_extension"):
        parse.check_extension(text)


def test_a_reason_is_one_line_and_no_novel() -> None:
    assert parse.tidy_reason(" a\n\n b\tc ") == "a b c"
    assert parse.tidy_reason("x" * parse.LONGEST_REASON)
    with pytest.raises(BadInput, match="reason_too_long"):
        parse.tidy_reason("x" * (parse.LONGEST_REASON + 1))


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("a", ["a"]),
        ("a and b", ["a", "b"]),
        ("a, b AND c+d", ["a", "b", "c", "d"]),
        ("a,, ,b", ["a", "b"]),
        ("brand", ["brand"]),
        ("and", []),
        ("", []),
    ],
)
def test_several_licenses_are_told_apart(wanted: str, names: list[str]) -> None:
    assert parse.names_in(wanted) == names


@given(texts)
def test_no_text_makes_a_reader_raise_anything_but_bad_input(text: str) -> None:
    for read in READERS:
        try:
            args: dict[str, Any] = read(text)
        except BadInput:
            continue
        assert len(str(args.get("reason", ""))) <= parse.LONGEST_REASON


@given(texts)
def test_no_text_makes_a_check_raise_anything_but_an_expected_error(text: str) -> None:
    for check in CHECKS:
        with suppress(BotError):
            check(text)


@pytest.mark.parametrize("check", CHECKS)
def test_a_refusal_repeats_no_novel(check: Callable[[str], object]) -> None:
    with pytest.raises(BotError) as caught:
        check("x" * 2000)
    assert all(len(fact) <= 100 for fact in caught.value.facts.values())


@given(
    st.text(alphabet=st.sampled_from("ab \n\t"), min_size=1).filter(str.strip),
    texts.filter(lambda text: "\x00" not in text),
)
def test_a_request_keeps_its_reason_whatever_came_before(wanted: str, reason: str) -> None:
    tidy = " ".join(reason.split())
    if tidy and len(tidy) <= parse.LONGEST_REASON and not tidy.lstrip().startswith(":"):
        assert parse.read_request(f"{wanted} because {reason}")["reason"] == tidy
