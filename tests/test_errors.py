"""Expected failures keep their code and facts on the way through a checkpoint."""

import pickle

import pytest

from bot.errors import BadInput, BotError, Conflict, Denied, NotFound

KINDS = (BotError, Denied, Conflict, NotFound, BadInput)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("facts", [None, {"word": "aprove"}], ids=["no facts", "facts"])
def test_an_error_comes_back_from_a_checkpoint_as_it_was(kind: type[BotError], facts: dict[str, str] | None) -> None:
    back = pickle.loads(pickle.dumps(kind("some_code", facts)))  # noqa: S301 - our own bytes
    assert type(back) is kind
    assert (back.code, back.facts) == ("some_code", facts or {})
