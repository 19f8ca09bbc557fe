"""Who may put an answer right, and the buttons by which anybody may say what they think of it."""

from __future__ import annotations

from bot.answers import Correction
from bot.card import Button, press
from bot.people import Person, Role
from bot.turn import Turn


def may_put_right(person: Person) -> bool:
    """Whether somebody may withdraw or correct answers."""
    return not person.guest and (person.holds(Role.DSL) or person.holds(Role.PRINCIPAL))


def judging(turn: Turn, number: str) -> tuple[Button, ...]:
    """What can be said of an answer: by those who may put it right, at once."""
    if not number:
        return ()
    if may_put_right(turn.person):
        return (
            Button("Correct this answer", press("correct", number)),
            Button("Withdraw this answer", press("withdraw", number)),
        )
    return (Button("Was this right?", press("right", number)),)


def restoring(turn: Turn, standing: Correction) -> tuple[Button, ...]:
    if not may_put_right(turn.person):
        return ()
    return (Button("Let the answer stand again", press("restore", standing.id)),)
