"""A delivery counts only with the seal that its bytes and our secret give."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.webex.signature import is_genuine, seal

SECRET = "0123456789abcdef0123456789abcdef"


def test_the_seal_is_hmac_sha1_in_lower_case_hex() -> None:
    # RFC 2202, test case 2
    assert seal(b"what do ya want for nothing?", "Jefe") == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"


@settings(deadline=None)  # a loaded machine is no failure
@given(st.binary(), st.text(min_size=1))
def test_what_was_sealed_is_genuine(body: bytes, secret: str) -> None:
    assert is_genuine(body, seal(body, secret), secret)
    assert not is_genuine(body + b" ", seal(body, secret), secret)
    assert not is_genuine(body, seal(body, secret), secret + "x")


@pytest.mark.parametrize("header", [None, "", "0" * 40, "é" * 40, "\udcff", seal(b"{}", SECRET).upper(), "sha1="])
def test_any_other_header_is_refused(header: str | None) -> None:
    assert not is_genuine(b"{}", header, SECRET)


def test_without_a_secret_nothing_is_genuine() -> None:
    assert not is_genuine(b"{}", seal(b"{}", ""), "")
