"""Adaptive Cards as pure functions: a frozen view in, a card and its text twin out. Imports nothing of the bot."""
