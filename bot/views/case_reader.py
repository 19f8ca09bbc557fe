"""The card of a case in a room, with what the one person who looks at it may do now."""

from __future__ import annotations

from dataclasses import replace

from bot.card import Button, Card, press
from bot.escalation import Escalation
from bot.incident import Incident


def for_reader(
    card: Card, incident: Incident, escalation: Escalation, person: str, *, reads: bool
) -> Card:
    """``card`` with the buttons of ``person`` (an id). ``reads`` is false for whoever may know
    of the case and take it, but not read it: IT, of a website."""
    return replace(card, buttons=tuple(_buttons(incident, escalation, person, reads)))


def _buttons(
    incident: Incident, escalation: Escalation, person: str, reads: bool
) -> tuple[Button, ...]:
    ref, taken = incident.ref, escalation.taken
    open_it = Button("Open", press("open", ref), primary=True)
    if incident.closed_at is not None:
        return (open_it,)
    if taken is None or not reads:
        return (open_it, Button("I have got this", press("take", ref)))
    if taken.by != person:
        return (open_it, Button("Take it over", press("takeover", ref)))
    spoken = Button("I spoke to the reporter", press("spoke", ref))
    hand = Button("Hand over", press("hand", ref))
    return (open_it, hand) if escalation.spoken_at else (open_it, spoken, hand)
