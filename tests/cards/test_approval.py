from dataclasses import replace

import pytest

from cards.approval import ApprovalView, ItemLine, approval
from tests.cards import checking

VIEW = ApprovalView(
    request_id=42,
    requester="Ada Lovelace",
    requester_email="ada@example.com",
    beneficiary="Grace Hopper",
    beneficiary_email="grace@example.com",
    items=(ItemLine("Webex Calling - Professional", "add", "extension 1234", 5, 4),),
    reason="new desk",
    holds=("Messaging", "Meetings"),
    warnings=("Only five are left.",),
)


def test_an_approver_sees_who_what_why_and_what_would_change() -> None:
    told = approval(VIEW).markdown
    for fact in (
        "Ada Lovelace asks for a license for Grace Hopper.",
        "Add Webex Calling - Professional",
        "extension 1234",
        "5 left, 4 after this",
        "Asked by: Ada Lovelace (ada@example.com)",
        "For: Grace Hopper (grace@example.com)",
        "Why: new desk",
        "Holds now: Messaging and Meetings",
        "⚠ Only five are left.",
    ):
        assert fact in told


def test_approve_takes_a_note_and_deny_asks_for_a_reason() -> None:
    card = approval(VIEW).card

    approve, deny = card["actions"]
    assert (approve["title"], approve["style"], approve["data"]) == (
        "Approve", "positive", {"do": "approve", "request": 42},
    )  # fmt: skip
    assert (deny["type"], deny["style"]) == ("Action.ShowCard", "destructive")
    assert deny["card"]["actions"][0]["data"] == {"do": "deny", "request": 42}
    assert deny["card"]["body"][0]["isRequired"] is True
    assert list(checking.inputs(card)) == ["note", "reason"]


def test_a_request_for_oneself_names_the_person_once() -> None:
    told = approval(replace(VIEW, beneficiary="Ada Lovelace", beneficiary_email="ADA@example.com")).markdown

    assert "Ada Lovelace asks for a license." in told
    assert "- For: the same person" in told


def test_two_people_of_one_name_are_not_taken_for_one() -> None:
    told = approval(replace(VIEW, beneficiary="Ada Lovelace", beneficiary_email="ada2@example.com")).markdown
    assert "For: Ada Lovelace (ada2@example.com)" in told


def test_a_reminder_says_so_in_its_first_line() -> None:
    assert approval(replace(VIEW, reminder=True)).markdown.startswith("**Reminder: request #42 still waits for you**")


def test_a_license_to_take_away_is_not_one_to_add() -> None:
    told = approval(replace(VIEW, items=(ItemLine("Messaging", "remove"),))).markdown
    assert "Ada Lovelace asks to return a license for Grace Hopper." in told
    assert "Remove Messaging" in told


def test_what_is_not_known_is_said_or_left_out() -> None:
    told = approval(replace(VIEW, reason="", holds=(), warnings=("",))).markdown
    assert "Why: no reason given" in told
    assert "Holds now: no licenses" in told
    assert "⚠" not in told


@pytest.mark.parametrize(
    ("left", "after", "said"),
    [(5, 4, "5 left, 4 after this"), (1, 0, "1 left, none after this"), (0, 0, "none left"), (5, None, "5 left")],
)
def test_units_are_said_before_and_after(left: int, after: int | None, said: str) -> None:
    told = approval(replace(VIEW, items=(ItemLine("Messaging", "add", "", left, after),))).markdown
    assert f"- **Add Messaging**\n  - {said}\n" in told


def test_what_a_license_costs_and_is_for_stands_with_it() -> None:
    told = approval(replace(VIEW, items=(ItemLine("Desk phone", "add", "ext 12", 5, 4, "17 €", "With voicemail."),)))
    assert "- **Add Desk phone**\n  - ext 12 · 17 € · 5 left, 4 after this\n  - With voicemail.\n" in told.markdown


def test_an_approver_reads_what_and_what_speaks_against_it_before_the_rest() -> None:
    told = approval(VIEW).markdown
    places = [told.index(words) for words in ("Add Webex", "⚠ Only five", "Why:", "Asked by:", "Holds now:")]
    assert places == sorted(places)


GROUPS = (("Default", "g0"), ("Europe", "g1"), ("Americas", "g2"))


def test_a_resource_group_can_be_chosen_where_there_are_any() -> None:
    post = approval(replace(VIEW, groups=GROUPS))
    field = checking.inputs(post.card)["group"]
    assert [(one["title"], one["value"]) for one in field["choices"]] == list(GROUPS)
    assert (field["label"], field["style"], field.get("isMultiSelect")) == ("Resource group", "compact", None)
    assert "value" not in field
    assert "`approve 42 in group <name> because …`" in post.markdown
    assert "chosen so far" not in post.markdown


def test_the_resource_group_of_a_rule_is_chosen_until_somebody_chooses_another() -> None:
    post = approval(replace(VIEW, groups=GROUPS, group="g2"))
    assert checking.inputs(post.card)["group"]["value"] == "g2"
    assert "Resource group chosen so far: Americas" in post.markdown


def test_a_resource_group_that_is_gone_is_not_chosen() -> None:
    assert "value" not in checking.inputs(approval(replace(VIEW, groups=GROUPS, group="gone")).card)["group"]


def test_without_resource_groups_nothing_is_said_of_them() -> None:
    post = approval(replace(VIEW, group="g2"))
    assert "group" not in checking.inputs(post.card)
    assert "group" not in post.markdown


def test_a_hundred_resource_groups_leave_room_for_the_buttons_and_for_the_one_that_is_chosen() -> None:
    many = tuple(("日本" * 60, f"{n:03}" + "x" * 90) for n in range(100))
    post = approval(replace(VIEW, groups=many, group=many[99][1]))
    assert checking.faults(post.card) == []
    assert list(checking.submits(post.card)) == ["Approve", "Deny"]
    assert many[99][1] in {one["value"] for one in checking.inputs(post.card)["group"]["choices"]}
    few_words = tuple((f"Group {n}", str(n)) for n in range(100))
    assert "and 80 more, which can be typed" in approval(replace(VIEW, groups=few_words)).markdown


def test_forty_licenses_still_leave_room_for_the_buttons() -> None:
    many = tuple(ItemLine("日本" * 60, "add", "日本" * 200, 5, 4) for _ in range(40))
    post = approval(replace(VIEW, items=many))

    assert checking.faults(post.card) == []
    assert list(checking.submits(post.card)) == ["Approve", "Deny"]
    assert "`approve 42`" in post.markdown
    assert len(post.markdown.encode()) <= 7439


def test_a_requester_can_push_nothing_off_the_card_that_the_decision_rests_on() -> None:
    many = tuple(ItemLine(f"{n} " + "日本" * 60, "add", "東京" * 50, 5, 4, "円" * 40, "説明" * 100) for n in range(10))
    full = replace(
        VIEW,
        requester="名" * 120,
        beneficiary="前" * 120,
        items=many,
        reason="😀" * 500,
        holds=tuple(f"{n} " + "免許" * 60 for n in range(40)),
        warnings=tuple(f"{n} " + "警告" * 100 for n in range(3)),
        asked_at="2026-11-22 09:00",
        organization="組織" * 20,
        groups=tuple(("群" * 100, f"g{n}" + "x" * 90) for n in range(20)),
    )
    for view in (full, replace(full, groups=()), replace(full, items=many[:3])):
        post = approval(view)
        assert checking.faults(post.card) == []
        told = str(post.card)
        facts = [fact["title"] for one in checking.of_type(post.card, "FactSet") for fact in one["facts"]]
        names = ["Why", "Asked by", "For", "Holds now", "Asked on", "Organization"]
        assert [name.replace("\u00a0", " ") for name in facts] == names
        assert "😀" * 490 in told
        for n in range(3):
            assert f"⚠ {n} 警告" in told
            assert f"⚠ {n} 警告" in post.markdown
        for n in range(len(view.items)):
            assert f"Add {n} 日本" in told
            assert f"Add {n} 日本" in post.markdown
        for name in names:
            assert f"- {name}: " in post.markdown
        assert "more line" not in post.markdown
        assert list(checking.submits(post.card)) == ["Approve", "Deny"]


def test_descriptions_go_first_and_then_groups_that_can_be_typed_as_well() -> None:
    long = tuple(ItemLine(f"License {n}", "add", description="説明" * 100) for n in range(10))
    groups = tuple((f"Group {n}", f"g{n}") for n in range(20))
    few = approval(replace(VIEW, items=long[:2], groups=groups))
    assert "説明" in few.markdown
    many = approval(replace(VIEW, items=long, groups=groups, reason="😀" * 500))
    assert "説明" not in str(many.card) + many.markdown
    assert len(checking.inputs(many.card)["group"]["choices"]) == 20
