"""Other reports that may be of the same incident, beside the one that was opened."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from bot.card import Button, Card, press
from bot.incident import Incident
from bot.views.case import URGENCIES, kind_of
from bot.views.wording import age

MOST = 8


def others(
    incident: Incident,
    near: Sequence[Incident],
    linked: Collection[str],
    read: Collection[str],
    now: datetime,
) -> Card | None:
    """The reports linked with ``incident`` and those of its centre near it in time, all of which
    the reader may open; ``None`` when there are none. Linking merges nothing, and only one that
    they have ``read`` can be linked: being near in time says nothing of being the same."""
    rows = sorted(near, key=lambda other: (other.ref not in linked, other.reported_at))[:MOST]
    if not rows:
        return None
    facts, buttons = [], []
    for other in rows:
        same = other.ref in linked
        state = "linked: the same incident" if same else _how_near(other, incident)
        closed = ", closed" if other.closed_at is not None else ""
        label = f"{other.ref}, {URGENCIES[other.urgency]}, {kind_of(other)}"
        facts.append((label, f"{state}, {age(now - other.reported_at)} old{closed}"))
        buttons.append(Button(f"Open {other.ref}", press("open", other.ref)))
        verb, words = ("notsame", "Unlink") if same else ("same", "Link as the same incident:")
        if same or other.ref in read:
            buttons.append(Button(f"{words} {other.ref}", press(verb, incident.ref, other.ref)))
    return Card(
        title=f"Other reports near {incident.ref}",
        text=(
            "They were made at about the same time; they may have nothing to do with each other. "
            "Open one to link it as the same incident. Each stays a report of its own.",
        ),
        facts=tuple(facts),
        buttons=tuple(buttons),
        summary="Other reports near this one.",
    )


def _how_near(other: Incident, incident: Incident) -> str:
    apart = other.reported_at - incident.reported_at
    if abs(apart) < timedelta(minutes=1):
        return "reported within a minute of this one"
    side = "after" if apart > timedelta() else "before"
    return f"reported {age(abs(apart))} {side} this one"
