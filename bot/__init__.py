"""The license desk inside Webex; `python -m bot` runs it, `bot/app.py` wires it."""
