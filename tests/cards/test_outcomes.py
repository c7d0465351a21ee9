"""The cards that say how something ended, or what was sent: refusal, verdict, request sent, confirm return."""

from typing import get_args

import pytest

from cards.confirm_return import ConfirmReturnView, confirm_return
from cards.refusal import RefusalView, refusal
from cards.request_sent import RequestSentView, request_sent
from cards.verdict import Verdict, VerdictView, verdict
from tests.cards import checking
from tests.cards.test_receipt import REFUSED


@pytest.mark.parametrize("for_admin", [True, False])
def test_a_refusal_tells_everybody_the_code_and_the_tracking_id(*, for_admin: bool) -> None:
    post = refusal(RefusalView(42, "Ada", "refused", (REFUSED,), "NA_8b-3", for_admin))
    meaning = "It needs Calling Professional first."
    for fact in ("Webex said no", meaning, "What to do", "Who has to act", "400408", "NA_8b-3"):
        assert fact in post.markdown
    assert ("Retry" in checking.submits(post.card)) is for_admin


def test_no_answer_is_not_told_as_a_no() -> None:
    told = refusal(RefusalView(42, "Ada", "failed", (), "", for_admin=False)).markdown
    assert "not seen in Webex" in told
    assert "said no" not in told
    assert "tracking" not in told.casefold()


@pytest.mark.parametrize("ended", get_args(Verdict))
def test_a_verdict_has_words_and_nothing_to_press(ended: Verdict) -> None:
    post = verdict(VerdictView(42, ("Messaging",), "Ada", ended, "Grace", "today", "because"))
    assert post.markdown.startswith(f"**Request #42: {ended}**")
    assert "actions" not in post.card
    assert not checking.inputs(post.card)


def test_a_verdict_says_who_decided_and_why() -> None:
    told = verdict(VerdictView(42, ("Messaging",), "Ada", "denied", "Grace", "May 4", "too late")).markdown
    for fact in ("Grace said no.", "License: Messaging", "For: Ada", "Reason: too late", "When: May 4"):
        assert fact in told


def test_a_name_with_braces_is_a_name() -> None:
    assert "{reason} said no." in verdict(VerdictView(1, (), "", "denied", "{reason}", "", "secret")).markdown


def test_a_verdict_of_nobody_names_nobody() -> None:
    assert "Nobody decided in time." in verdict(VerdictView(42, (), "Ada", "expired", "", "", "")).markdown


def test_a_sent_request_says_who_was_asked_and_when_it_expires() -> None:
    told = request_sent(RequestSentView(42, ("Messaging",), "Ada", "new desk", ("Grace", "Alan"), "May 4")).markdown
    assert "I asked Grace and Alan to decide, and I will tell you what they say." in told
    assert "Without a decision it expires on May 4." in told


def test_many_approvers_are_counted() -> None:
    asked = tuple(f"P{number}" for number in range(14))
    assert "P9 and 4 more to decide" in request_sent(RequestSentView(42, (), "", "", asked, "")).markdown


def test_a_return_is_given_or_kept_by_its_number() -> None:
    post = confirm_return(ConfirmReturnView(43, ("Messaging",), "", ()))
    assert checking.submits(post.card) == {
        "Return it": {"do": "confirm", "request": 43},
        "Keep it": {"do": "cancel", "request": 43},
    }
    assert post.card["actions"][0]["style"] == "destructive"
    assert "You will lose Messaging as soon as you confirm." in post.markdown
