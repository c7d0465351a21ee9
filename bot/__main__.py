"""`python -m bot` is `license-bot`."""

from bot.cli import main

main()
