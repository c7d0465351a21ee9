"""A small Webex: a real HTTP server with state in memory that refuses what Webex refuses.

It shares no code with the bot it tests, so that a wrong name cannot agree with itself.
"""
