"""What keeps the bot running: tools of the operator. Knows nothing of chats and workflows."""
