"""What people say and press, and what they read back. Pure over a database session: no network, no engine."""
