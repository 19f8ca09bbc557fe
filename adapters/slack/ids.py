"""How Slack writes the ids of its workspaces, channels and people, as an administrator copies
them."""

from __future__ import annotations

import re


def team(copied: str) -> str:
    """A workspace's id, also out of the address of a workspace; raises :class:`ValueError`."""
    return _found(
        r"T[A-Z0-9]+",
        copied,
        "A workspace's id begins with T. Open Slack in a browser: it is in the address, after "
        "app.slack.com/client/",
    )


def channel(copied: str) -> str:
    """A channel's id, also out of a link to it; raises :class:`ValueError`."""
    return _found(
        r"[CG][A-Z0-9]+",
        copied,
        "A channel's id begins with C. In Slack: the channel's name at the top, About, at the "
        "very bottom",
    )


def member(copied: str) -> str:
    """A person's id, also out of a link to their profile; raises :class:`ValueError`."""
    return _found(
        r"[UW][A-Z0-9]+",
        copied,
        "A person's id begins with U. In Slack: their profile, the three dots, Copy member ID",
    )


def _found(pattern: str, copied: str, sentence: str) -> str:
    parts = [copied] if "/" not in copied else re.split(r"[/?#]", copied)
    for part in reversed(parts):
        if re.fullmatch(pattern, part):
            return part
    raise ValueError(f"{sentence}.")
