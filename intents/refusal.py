"""Asked for somebody else's report, or to make one disappear: refused, with what would help."""

from __future__ import annotations

from bot.card import Button, Card, Press, Reply, press, say
from bot.intent import Intent
from bot.recipients import to_ring_about_a_child
from bot.turn import Turn
from bot.views.act_now import REPORT
from bot.views.wording import listed, with_role
from intents.policy import PolicyDesk


class Refusal(Intent):
    """What Lanyard never does, whoever asks."""

    def __init__(self, desk: PolicyDesk) -> None:
        self._desk = desk

    def hears(self, turn: Turn) -> bool:
        return self._desk.read(turn.typed).action == "refuse"

    def answer(self, turn: Turn, press_: Press) -> Reply:
        turn.audit("refused", detail="asked-for")
        people = to_ring_about_a_child(turn.person, turn.directory, turn.now)[:2]
        ring = [with_role(p, turn.person.centre) for p in people]
        whom = listed(ring, "or") or "the DSL"
        return say(
            Card(
                title="I cannot do that.",
                text=(
                    "I show a report only to those who must act on it, and delete none of it.",
                    f"If you need to know something to keep a child safe, ask {whom}.",
                    "Sent something by mistake? Press “I sent this by mistake” under its receipt.",
                ),
                buttons=(
                    Button("My reports", press("mine")),
                    REPORT,
                ),
            )
        )
