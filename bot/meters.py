"""What is counted while the bot runs, for `/metrics`. A label never names a person, an id, an address or a token.

What the database knows is not counted here but asked for: see `bot.operating.metrics`.
"""

from prometheus_client import Counter, Histogram

MINUTE, HOUR, DAY = 60, 3600, 86400

WEBEX_CALLS = Counter(
    "license_bot_webex_calls",
    "Calls to Webex. `status` is `broken` where no answer came.",
    ("side", "method", "path", "status"),
)
WEBEX_SECONDS = Histogram("license_bot_webex_call_seconds", "How long Webex took to answer a call.", ("side",))
WEBEX_RETRIES = Counter("license_bot_webex_retries", "Calls that were made again at once.", ("method",))
WEBEX_HELD_BACK = Counter(
    "license_bot_webex_calls_held_back", "Calls that were put off, since the minute's budget was used up.", ("work",)
)
DECISIONS = Counter("license_bot_decisions", "How requests were decided.", ("verdict",))
DECISION_SECONDS = Histogram(
    "license_bot_decision_seconds",
    "From a request to the decision on it.",
    buckets=(10, 30, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, DAY, 2 * DAY, 4 * DAY, 7 * DAY, 14 * DAY),
)
DELIVERIES = Counter(
    "license_bot_deliveries", "Deliveries that were taken; repeats change nothing.", ("resource", "seen")
)
TOO_FAST = Counter("license_bot_too_fast", "Messages and presses that were dropped: their sender was too fast.")
ACKS = Counter("license_bot_webhook_acks", "What Webex was answered to a delivery.", ("result",))
ACK_SECONDS = Histogram(
    "license_bot_webhook_ack_seconds",
    "How long a delivery waited for its answer.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
