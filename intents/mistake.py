"""Marks a report as sent by mistake, and takes the mark off; calling goes on either way."""

from __future__ import annotations

from bot.card import Button, Card, press
from bot.climb import redraw
from bot.incident import Incident, Part
from bot.turn import Turn
from bot.views import messages
from bot.views.receipt import IT_WAS_REAL

STEP, ASKED = "mistake", "Sent by mistake?"


def mark(turn: Turn, incident: Incident) -> Card:
    """Nothing is recalled: the person called treats it as real until they have spoken to the
    reporter; figures leave it out."""
    _set(turn, incident, mistake=True)
    return messages.note(
        "Thank you for saying so.",
        f"{incident.ref} is marked as sent by mistake. Somebody still treats it as real until "
        "they have spoken to you.",
        "Did you press it by accident? One press takes it back.",
        buttons=(Button(IT_WAS_REAL, press("real", incident.ref)),),
    )


def treat_as_real(turn: Turn, ref: str) -> tuple[Card, ...]:
    """Takes the mark off a report to which its reporter adds; returns what to tell them."""
    incident = turn.work.incidents.get(ref)
    if incident is None or not incident.mistake or incident.reporter != turn.person.id:
        return ()
    _set(turn, incident, mistake=False)
    return (messages.note(f"{ref} is no longer marked as sent by mistake."),)


def _set(turn: Turn, incident: Incident, *, mistake: bool) -> None:
    words = "The reporter pressed “sent by mistake”." if mistake else "No. It is real."
    turn.work.incidents.mark_mistake(incident.ref, mistake)
    turn.work.incidents.append(
        incident.ref, turn.now, turn.person.id, Part.REPORTER, STEP, ASKED, words
    )
    turn.audit("mistake" if mistake else "real", incident.ref)
    redraw(turn.work, incident.ref, turn.now)
