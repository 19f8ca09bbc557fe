"""Keeps the SDK's loggers still: they write whole requests and answers into the log."""

from __future__ import annotations

import logging


def still() -> logging.Logger:
    """The logger that every object of the SDK is given; nothing passes it, at any level.

    Bolt copies its level to the loggers it makes. What is worth knowing is logged by this
    adapter itself, as codes.
    """
    logger = logging.getLogger("adapters.slack.sdk")
    logger.setLevel(logging.CRITICAL + 1)
    logger.addFilter(lambda record: False)
    return logger
