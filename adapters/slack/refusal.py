"""What Lanyard says where it may not speak: who to ring, and where it does answer."""

from __future__ import annotations

from bot.card import Card, Tone

_DANGER = "Child in danger now? Ring 999. Then speak to your safeguarding lead in person."

STRANGER = Card(
    title="Lanyard is for this school's own staff",
    tone=Tone.WARNING,
    text=(_DANGER, "Your account belongs to another workspace. Nothing was kept."),
    summary="Lanyard cannot help here.",
)

SHARED_ROOM = Card(
    title="Not here: people outside the school are in this channel",
    tone=Tone.WARNING,
    text=(
        _DANGER,
        "Nobody has been told and nothing was kept. "
        "Open your messages with Lanyard and say it there.",
    ),
    summary="Lanyard cannot answer here.",
)

FOOTER = "Only you can see this. Write to Lanyard in your messages with it, not in this channel."
"""Under every private answer in a room: what is typed below it would be read by all."""
