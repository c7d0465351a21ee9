"""The conversation on the terminal: who says what, cards as boxes with their buttons, the narrator in between."""

import sys
from collections.abc import Mapping
from textwrap import fill
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.text import Text

from bot.sandbox.demo.card_reading import content_of, lines_of

WIDTH = 96
MARGIN = 4
BOT = "License Desk"


class Transcript:
    """Prints at once. Everything shown is text: nothing that a person or the bot wrote is taken for markup."""

    def __init__(self) -> None:
        # Box lines and signs have to survive a terminal that cannot encode them.
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")
        width = Console().width
        self._console = Console(width=min(WIDTH, width) if sys.stdout.isatty() else WIDTH, highlight=False)

    def scene(self, title: str) -> None:
        self._print(Text(""), Rule(Text(title, style="bold"), align="left", style="dim"))

    def narrates(self, words: str) -> None:
        self._print(Text(""), Text(words, style="italic"))

    def typed(self, name: str, text: str) -> None:
        self._print(Text(""), Text.assemble((name, "bold cyan"), f" → {BOT}: ", text))

    def pressed(self, name: str, title: str, inputs: Mapping[str, str]) -> None:
        self._print(Text(""), Text.assemble((name, "bold cyan"), " presses ", (f"[ {title} ]", "bold")))
        for label, value in inputs.items():
            self._print(self._indented(f"{label} {value}"))

    def read(self, name: str, message: Mapping[str, Any]) -> None:
        """Show a message of the bot as its reader sees it."""
        self._print(Text(""), Text.assemble((BOT, "bold green"), f" → {name}:"))
        card = content_of(dict(message))
        box = Padding(self._box(card), (0, 0, 0, MARGIN), expand=False) if card else None
        self._print(box or self._indented(str(message["text"])))

    def _indented(self, words: str) -> Text:
        return Text("\n".join(_wrapped(" " * MARGIN + line, self._console.width) for line in words.split("\n")))

    def _box(self, card: dict[str, Any]) -> Panel:
        title, lines, buttons = lines_of(card)
        whole = Text("\n".join(_wrapped(line, self._console.width - MARGIN - len("│  │")) for line in lines))
        if buttons:
            whole.append("\n\n" + buttons, style="bold")
        return Panel(whole, title=Text(title, style="bold"), title_align="left", padding=(0, 1))

    def saw(self, words: str) -> None:
        self._print(Text(""), Text.assemble(("✔ seen: ", "green"), words))

    def failed(self, words: str) -> None:
        self._console.print(Text("\n").append("✖ The demo failed. ", style="bold red").append(words), soft_wrap=True)

    def plain(self, words: str = "") -> None:
        """Print lines that are to be copied: never wrapped."""
        self._console.print(Text(words), soft_wrap=True)

    def _print(self, *parts: Any) -> None:
        for part in parts:
            self._console.print(part)
        self._console.file.flush()


def _wrapped(line: str, width: int) -> str:
    """Break a line so that its continuation stands where it began."""
    words = line.lstrip()
    margin = line[: len(line) - len(words)]
    return fill(words, max(width, 2 * len(margin) + 1), initial_indent=margin, subsequent_indent=margin)
