"""Pictures and files: never taken, and the reason said."""

from __future__ import annotations

from typing import ClassVar

from bot.card import Button, Card, Press, Reply, Tone, press, say
from bot.intent import Intent
from bot.recipients import to_ring_about_a_child
from bot.turn import Turn
from bot.views.wording import listed, number_of, with_role

PLATFORM_NAMES = {"slack": "Slack", "teams": "Teams"}


class Pictures(Intent):
    """A message with a file or picture in it."""

    for_anyone: ClassVar[bool] = True

    def hears(self, turn: Turn) -> bool:
        return turn.message.attachments

    def answer(self, turn: Turn, press_: Press) -> Reply:
        turn.audit("picture-refused")
        platform = PLATFORM_NAMES.get(turn.message.identity.platform, "This chat")
        people = to_ring_about_a_child(turn.person, turn.directory, turn.now)[:2]
        ring = [with_role(p, turn.person.centre) for p in people]
        whom = listed(ring, "or") or number_of(turn.directory.numbers.front_door)
        return say(
            Card(
                title="No pictures.",
                tone=Tone.WARNING,
                text=(
                    f"Lanyard kept nothing; {platform} may have. Do not look again, forward or "
                    "delete.",
                    f"Ring {whom} now; they decide what is removed.",
                ),
                buttons=(Button("Report in words", press("report"), primary=True),),
                summary="No pictures, please. Open for what to do.",
            )
        )
