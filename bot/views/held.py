"""Cards about words that read like a worry and were not sent on."""

from __future__ import annotations

from bot.card import Button, Card, Tone, press
from bot.ports import Held


def nudge(held: Held) -> Card:
    """Asks once more: after ten minutes, and at eight in the morning."""
    return Card(
        title="You wrote something that worried us. Nobody has been told.",
        tone=Tone.WARNING,
        text=(
            "Child in danger now? Ring 999.",
            "Press to tell somebody. Otherwise your words here are deleted after 24 hours; "
            "Slack or Teams keeps its own copy.",
        ),
        buttons=(
            Button("Show me who to tell", press("worry", held.id), primary=True),
            Button("It is not a worry", press("no-worry", held.id)),
        ),
        summary="Lanyard has a question for you.",
    )
