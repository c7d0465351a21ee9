"""The sandbox driven as its clients drive it: over HTTP, with tokens."""
