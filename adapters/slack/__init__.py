"""Slack: signed HTTP or Socket Mode in, Block Kit out. Loaded only when it is configured."""
