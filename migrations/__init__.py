"""The history of the tables (Alembic). A revision imports nothing of the bot: it must run when the bot has changed."""
