"""Webex's REST API over the world, one file per resource."""
