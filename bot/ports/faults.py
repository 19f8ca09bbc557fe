"""What a store may answer instead of doing what it was asked."""

from __future__ import annotations


class Unavailable(Exception):
    """The store cannot be used now; nothing of this turn was kept."""


class Conflict(Exception):
    """Somebody else saved this record first; the turn must be done again."""
