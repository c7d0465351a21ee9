"""How to go on after the scenes: in the browser, or with curl; and who there is."""

import os
import sys
import webbrowser
from pathlib import Path

from bot.sandbox.demo.people import Someone, Stage

SAY = """\
Say something to the bot, here as Emil, and read what it answered:

  curl -s {url}/v1/messages -H 'Authorization: Bearer sandbox-employee' \\
    -H 'Content-Type: application/json' -d '{{"toPersonEmail": "{bot}", "text": "my requests"}}'
  curl -s '{url}/v1/messages/direct?personEmail={bot}&max=1' -H 'Authorization: Bearer sandbox-employee'
"""
PRESS = """\
Press Approve on the card of request #5, which still waits for Mona:

  curl -s {url}/v1/attachment/actions -H 'Authorization: Bearer sandbox-manager' \\
    -H 'Content-Type: application/json' \\
    -d '{{"type": "submit", "messageId": "{card}", "inputs": {{"do": "approve", "request": 5}}}}'
"""


def show(url: str) -> None:
    """Open the page where there is a screen; a browser of the terminal would take the terminal away."""
    has_screen = sys.platform in {"darwin", "win32"} or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if has_screen:
        webbrowser.open(url)


def how_to_go_on(stage: Stage, web_url: str, log: Path) -> None:
    company = stage.company()
    say, url = stage.transcript.plain, stage.sandbox_url
    stage.transcript.scene("Go on by hand")
    say(f"\nThe chat               {url}/\nWebex's API            {url}/v1")
    say(f"Web                    {web_url}\nLog                    {log}\n")
    say("Tokens:\n")
    for person in company.values():
        say(f"  {person.token:<20} {person.name:<14} {person.email}")
    say("\n" + SAY.format(url=url, bot=company["bot"].email))
    say(PRESS.format(url=url, card=_open_card(company["manager"], company["bot"])))
    say("Ctrl-C ends everything.")


def _open_card(manager: Someone, bot: Someone) -> str:
    newest_first = manager.call("GET", "messages/direct", params={"personId": bot.person_id, "max": 50})["items"]
    return next(str(one["id"]) for one in newest_first if "Request #5 waits for you" in one["text"])
