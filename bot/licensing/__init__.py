"""What we know about Webex licenses; pure, knows no network and no database."""
