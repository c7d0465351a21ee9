"""Every refusal that Webex publishes has its own words, and what it does not publish still gets a sentence."""

import pytest

from bot.licensing.failures import FAILURES, HYBRID, UNKNOWN, Fix, explain

PUBLISHED = (
    *(400, 400000, 400112, 400118, 400216, 400404, 400406, 400407, 400408, 400410, 400411, 400413),
    *(700003, 700004, 700005, 700006),
)
STATUSES = (400, 401, 403, 404, 405, 409, 410, 415, 423, 428, 429, 500, 502, 503, 504)
GENERIC = next(failure for failure in FAILURES if (failure.status, failure.code) == (400, 0))


@pytest.mark.parametrize("code", PUBLISHED)
def test_every_published_code_has_a_row_of_its_own(code: int) -> None:
    rows = [failure for failure in FAILURES if (failure.status, failure.code) == (400, code)]
    assert len(rows) == 1
    [explained] = explain(400, [{"code": code, "description": "as Webex says"}])
    assert (explained.code, explained.meaning, explained.remedy) == (str(code), rows[0].meaning, rows[0].remedy)
    assert explained.meaning != GENERIC.meaning
    assert explained.description == "as Webex says"


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_words_without_a_code(status: int) -> None:
    [explained] = explain(status, [], "what Webex said")
    assert explained.meaning != UNKNOWN.meaning
    assert (explained.code, explained.description) == (str(status), "what Webex said")


def test_no_two_rows_share_a_key_and_no_two_codes_the_same_words() -> None:
    keys = [(failure.status, failure.code) for failure in FAILURES]
    assert len(keys) == len(set(keys))
    coded = [(failure.meaning, failure.remedy) for failure in FAILURES if failure.code]
    assert len(coded) == len(set(coded))


@pytest.mark.parametrize("failure", [*FAILURES, UNKNOWN, *(row for _, row in HYBRID)], ids=lambda row: str(row.meaning))
def test_every_row_is_whole_sentences(failure: object) -> None:
    for words in (getattr(failure, "meaning", ""), getattr(failure, "remedy", "")):
        assert words[0].isupper()
        assert words.endswith(".")


def test_the_two_hybrid_refusals_are_known_by_their_text() -> None:
    calendars = "Cannot enable both exchange and google calendar service for the same user"
    connect = "Cannot enable call connect service without call aware service"
    assert [explain(400, [{"code": None, "description": text}])[0].meaning for text in (calendars, connect)] == [
        row.meaning for _, row in HYBRID
    ]
    assert explain(400, [], connect)[0].meaning == HYBRID[1][1].meaning


def test_a_published_code_wins_over_a_hybrid_text() -> None:
    text = "Cannot enable call connect service without call aware service"
    assert explain(400, [{"code": 400408, "description": text}])[0].meaning != HYBRID[1][1].meaning


def test_every_entry_is_explained() -> None:
    entries: list[dict[str, object]] = [{"code": 400408, "description": "one"}, {"code": None, "description": "two"}]
    assert [(one.code, one.description) for one in explain(400, entries)] == [("400408", "one"), ("400", "two")]


def test_units_that_ran_out_point_at_units_and_prerequisites() -> None:
    [explained] = explain(400, [{"code": None, "description": "No available licenses"}], "License assignment failed")
    assert "units" in explained.remedy
    assert explained.fix is Fix.ADMIN


def test_a_code_nobody_published_keeps_its_number_and_gets_the_words_of_its_status() -> None:
    [explained] = explain(400, [{"code": 499999, "description": "New rule"}])
    assert (explained.code, explained.meaning, explained.description) == ("499999", GENERIC.meaning, "New rule")


def test_a_partial_success_explains_the_codes_of_refusals() -> None:
    assert explain(206, [{"code": 400408, "description": ""}]) == explain(400, [{"code": 400408, "description": ""}])
    assert explain(206, [])[0].meaning != UNKNOWN.meaning


@pytest.mark.parametrize("status", [0, 423, 429, 500, 502, 503, 504, 507])
def test_nobody_has_to_act_while_the_bot_goes_on_by_itself(status: int) -> None:
    assert explain(status, [])[0].fix is Fix.NOBODY


@pytest.mark.parametrize("status", [299, 418, 302])
def test_anything_else_is_for_the_operator(status: int) -> None:
    assert explain(status, [])[0].fix is Fix.OPERATOR
