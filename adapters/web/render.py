"""Words into HTML: pure, escaped, and with nothing in them that cannot be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from adapters.web.rooms import Room
from bot.plain import marked, pieces
from bot.ports import Posted

BOT = ""
"""The author of what Lanyard says; no account is called so."""


def words(text: str) -> Markup:
    """``text`` escaped, with every character that cannot be seen shown by its number."""
    return Markup("").join(
        piece if seen else Markup('<span class="unseen">{}</span>').format(marked(piece))
        for piece, seen in pieces(text)
    )


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["words"] = words


def message_html(posted: Posted, author: str, zone: ZoneInfo, changed: datetime | None) -> str:
    """One message. ``author`` is the person's name, or empty for Lanyard; ``changed`` is when
    its card was last drawn anew."""
    return _TEMPLATES.get_template("message.html").render(
        posted=posted,
        author=author,
        at=posted.at.astimezone(zone),
        changed=changed and changed.astimezone(zone),
    )


def page_html(
    school: str, people: Sequence[Room], channels: Sequence[Room], columns: Sequence[str]
) -> str:
    """The page itself, with ``columns`` naming the room each column begins with."""
    return _TEMPLATES.get_template("page.html").render(
        school=school,
        groups={"Messages with Lanyard": people, "Channels": channels},
        columns=columns,
        members=_members,
    )


def _members(room: Room) -> Mapping[str, str]:
    return {account: person.name for account, person in room.members.items()}
