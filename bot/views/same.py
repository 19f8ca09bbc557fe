"""Other reports that may be of the same incident, beside the one that was opened."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.card import Button, Card, press
from bot.incident import Incident
from bot.views.case import URGENCIES, kind_of
from bot.views.wording import age

MOST = 8


def others(
    incident: Incident, near: Sequence[Incident], linked: Collection[str], now: datetime
) -> Card | None:
    """The reports linked with ``incident`` and those of its centre near it in time, all of which
    the reader may open; ``None`` when there are none. Linking merges nothing."""
    rows = sorted(near, key=lambda other: (other.ref not in linked, other.reported_at))[:MOST]
    if not rows:
        return None
    facts, buttons = [], []
    for other in rows:
        same = other.ref in linked
        state = "the same incident" if same else "possibly the same incident"
        closed = ", closed" if other.closed_at is not None else ""
        label = f"{other.ref}, {URGENCIES[other.urgency]}, {kind_of(other)}"
        facts.append((label, f"{state}, {age(now - other.reported_at)} old{closed}"))
        verb, words = ("notsame", "Unlink") if same else ("same", "Link as the same incident:")
        buttons.append(Button(f"Open {other.ref}", press("open", other.ref)))
        buttons.append(Button(f"{words} {other.ref}", press(verb, incident.ref, other.ref)))
    return Card(
        title=f"Other reports near {incident.ref}",
        text=("Each stays a report of its own, whatever you press.",),
        facts=tuple(facts),
        buttons=tuple(buttons),
        summary="Other reports near this one.",
    )
