"""What keeps a record from being written, in words."""

from typing import Any

from bot.licensing.full_update import REASONS, refusals_in_words


def test_every_refusal_of_the_gateway_has_its_words() -> None:
    for word in REASONS:
        [told] = refusals_in_words([{"status": 409, "code": None, "description": f"{word}: title, roles"}])
        assert told["finding"] == word
        assert "{" not in told["sentence"]
        assert told["remedy"]


def test_what_webex_itself_said_stays_as_it_is() -> None:
    theirs: list[dict[str, Any]] = [
        {"status": 400, "code": 400404, "description": "changed_meanwhile: no"},
        {"status": 409, "code": None, "description": "Busy"},
    ]
    assert refusals_in_words(theirs) == theirs
