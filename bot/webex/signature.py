"""The seal on a webhook delivery ("Webex: Webhooks", X-Spark-Signature). Pure: bytes and strings only."""

import hmac


def seal(body: bytes, secret: str) -> str:
    """HMAC-SHA1 over the untouched body in lower case hex, as Webex sends it in X-Spark-Signature."""
    return hmac.digest(secret.encode(), body, "sha1").hex()


def is_genuine(body: bytes, header: str | None, secret: str) -> bool:
    """Whether `header` is the seal of `body`; always False without a header or with an empty secret."""
    if not header or not secret:
        return False
    # Bytes, because compare_digest raises on a str that is not ASCII, and the header is a stranger's.
    return hmac.compare_digest(seal(body, secret).encode(), header.encode(errors="replace"))
