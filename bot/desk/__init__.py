"""The domain: what may happen to a request, and who may make it happen. It knows no HTTP, no chat and no engine."""
