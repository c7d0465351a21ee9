"""The one error of the demo. Whatever was not seen, or could not be started, ends as this."""


class DemoFailed(Exception):
    """What went wrong, as a sentence for the person at the terminal."""
