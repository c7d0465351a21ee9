"""The domain: what may happen to a request, and who may make it happen. It would survive any other room's loss."""
