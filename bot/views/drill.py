"""The cards of a drill: those of a report with DRILL first, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.card import Button, Card, Reply, Tone, press
from bot.escalation import Escalation
from bot.incident import Incident
from bot.people import Centre, Directory
from bot.recipients import to_ring
from bot.views.act_now import REPORT
from bot.views.wording import age, clock_time, day_and_time, listed, with_role

MARK = "DRILL. "
SAID = "This is a drill. It is about no child. Ring nobody outside the school."

VERBS = frozenset({"open", "view", "take"})
"""What can be done with a drill. It takes in no words: somebody might mean them."""


def marked(card: Card) -> Card:
    """``card`` with DRILL before everything else on it, the line of a lock screen included."""
    if card.title.startswith(MARK):
        return card
    return replace(
        card,
        title=MARK + card.title,
        text=(SAID, *card.text),
        summary=MARK + card.summary,
        # The word of a tone would be read before the mark.
        tone=Tone.PLAIN,
    )


def marked_reply(reply: Reply) -> Reply:
    return replace(reply, cards=tuple(map(marked, reply.cards)))


def ask(centres: Sequence[Centre]) -> Card:
    """Asks once more: a drill calls everybody."""
    return Card(
        title="Start a drill?",
        text=(
            "Everybody whom an alarm about a child would reach is called, by every way of theirs, "
            "with DRILL before it. At night it wakes people.",
            "It ends when somebody presses “I have got this”, or by itself. It is in no figures.",
        ),
        buttons=tuple(
            Button(f"Start it for {centre.name}", press("drill", centre.id)) for centre in centres
        ),
        summary="Start a drill?",
    )


def begun(drill: Incident, directory: Directory, over_at: str) -> Card:
    """To whoever began it; ``over_at`` is when it ends if nobody takes it."""
    return marked(
        Card(
            title=f"Drill begun. Reference {drill.ref}.",
            text=(
                f"Everybody is being called as for an alarm at {centre_of(drill, directory)}.",
                f"If nobody takes it, it ends at {over_at}. You are told how long it took.",
            ),
            buttons=(REPORT,),
            summary="The drill has begun.",
        )
    )


def opened(drill: Incident, directory: Directory) -> Card:
    """What stands in place of the story."""
    began = directory.person(drill.reporter)
    return Card(
        title=f"Drill {drill.ref}",
        text=("Take it as you would take a report: one more press.",),
        facts=(
            ("Begun by", began.name if began else "whoever runs Lanyard"),
            ("Begun", day_and_time(drill.reported_at, directory.zone)),
            ("Centre", centre_of(drill, directory)),
        ),
        buttons=(Button("I have got this", press("take", drill.ref), primary=True),),
        summary="A drill is open.",
    )


def over(drill: Incident, escalation: Escalation, directory: Directory) -> Card:
    """How it ended: who took it after how long, or that nobody did."""
    zone, taken = directory.zone, escalation.taken
    facts = [("Reference", drill.ref), ("Begun", day_and_time(drill.reported_at, zone))]
    if taken is None:
        text = "Everybody who could be called was called. Please find out why nobody took it."
        ended = [("Ended", clock_time(drill.closed_at, zone))] if drill.closed_at else []
        return Card(
            title="Nobody answered the drill",
            text=(text,),
            facts=(*facts, *ended),
            summary="Nobody answered the drill.",
        )
    owner = directory.person(taken.by)
    took = lasted(taken.at - escalation.started_at)
    return Card(
        title=f"{owner.name if owner else 'Somebody'} took it after {took}",
        text=("The drill is over. There is nothing more to do.",),
        facts=(*facts, ("Taken", clock_time(taken.at, zone))),
        summary=f"Taken after {took}. The drill is over.",
    )


def delivery(card: Card) -> Card:
    """How far it came, for whoever began a drill: nobody is to be rung, nothing to be added."""
    how_far = (words for words in card.text if "Ring " not in words)
    return replace(card, text=tuple(how_far), buttons=(REPORT,))


def would_ring(drill: Incident, directory: Directory, now: datetime) -> Card:
    """In place of the card that tells a reporter to ring, with numbers outside the school."""
    ring = [with_role(person, drill.centre) for person in to_ring(drill, directory, now)][:2]
    return Card(
        title="Nobody has taken it yet",
        text=(
            f"We keep calling. If {drill.ref} were a report, you would be told now to ring "
            f"{listed(ring, 'then') or 'the numbers outside the school'}.",
        ),
        buttons=(REPORT,),
        summary="Nobody has taken it yet.",
    )


def nothing_to_add(drill: Incident) -> Card:
    return Card(
        title=f"{drill.ref} is a drill. Nothing was changed.",
        text=("It takes in no words. Is there a real worry? Nobody has been told of it yet.",),
        buttons=(REPORT,),
    )


def going_on(drill: Incident, directory: Directory) -> Card:
    """Beside the list of open cases, and never in it: a drill that is not over."""
    return marked(
        Card(
            title=f"Going on at {centre_of(drill, directory)} since "
            f"{clock_time(drill.reported_at, directory.zone)}",
            facts=(("Reference", drill.ref),),
            buttons=(Button(f"Open {drill.ref}", press("open", drill.ref)),),
        )
    )


def lasted(span: timedelta) -> str:
    """``40 seconds``, ``3 minutes``: a drill is about how soon."""
    seconds = int(span.total_seconds())
    if seconds >= 60:
        return age(span)
    return f"{seconds} second" + ("" if seconds == 1 else "s")


def centre_of(drill: Incident, directory: Directory) -> str:
    known = directory.centres.get(drill.centre)
    return known.name if known else drill.centre
