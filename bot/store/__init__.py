"""Everything about the database: tables, named reads, sessions. No rule of the desk and no network lives here."""
