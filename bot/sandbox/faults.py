"""How Webex says no: one exception, and the texts that its documentation fixes."""

from typing import Any

FORBIDDEN = (
    "The server understood the request, but refused to fulfill it because the access token is missing required "
    "scopes or the user is missing required roles or licenses."
)
UNAUTHORIZED = "The request requires a valid access token set in the Authorization request header."
NOT_FOUND = "The requested resource could not be found."
NO_SPACE = "Could not find a room with provided ID."


class Fault(Exception):
    """An answer that is not 2xx. `errors` are Webex's entries: description, and errorCode where it has one."""

    def __init__(self, status: int, message: str, errors: list[dict[str, Any]] | None = None, **headers: str) -> None:
        """Headers by name, with underscores for hyphens."""
        super().__init__(status, message, errors)
        self.status = status
        self.message = message
        self.errors = errors or [{"description": message}]
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def bad(message: str) -> Fault:
    return Fault(400, message)


def forbidden(message: str = FORBIDDEN) -> Fault:
    return Fault(403, message)


def not_found(message: str = NOT_FOUND) -> Fault:
    return Fault(404, message)
