"""How Microsoft writes the ids of its tenants, channels and people, as an administrator copies
them."""

from __future__ import annotations

import re
from urllib.parse import unquote
from uuid import UUID


def tenant(copied: str) -> str:
    """A directory's id; raises :class:`ValueError`."""
    return _guid(
        copied,
        "A tenant's id looks like 11111111-2222-3333-4444-555555555555. In Microsoft Entra: "
        "Overview, Tenant ID.",
    )


def member(copied: str) -> str:
    """The object id of a person; raises :class:`ValueError`."""
    return _guid(
        copied,
        "A person's object id looks like 11111111-2222-3333-4444-555555555555. In Microsoft "
        "Entra: Users, the person, Object ID.",
    )


def channel(copied: str) -> str:
    """A channel's id, also out of the link to it; raises :class:`ValueError`."""
    found = re.search(r"19:[\w.-]+@thread\.(tacv2|skype|v2)", unquote(copied))
    if found is None:
        raise ValueError(
            "That is no link to a channel. In Teams: the three dots beside the channel, "
            "Get link to channel, Copy; paste all of it."
        )
    return found[0]


def _guid(copied: str, sentence: str) -> str:
    try:
        return str(UUID(copied))
    except ValueError:
        raise ValueError(sentence) from None
