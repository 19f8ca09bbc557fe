"""Small cards between the reporter and the person who has the report."""

from __future__ import annotations

from bot.card import Button, Card, Tone, press
from bot.incident import Incident
from bot.people import Directory
from bot.views.act_now import outside_numbers


def question_waits(incident: Incident) -> Card:
    """Tells the reporter that there is a question, without its words."""
    return Card(
        title=f"There is a question for you about {incident.ref}",
        buttons=(
            Button("Read it", press("asked", incident.ref), primary=True),
            Button("Answer", press("add", incident.ref)),
        ),
        summary="There is a question for you.",
    )


def reply_waits(incident: Incident) -> Card:
    """Tells the owner that the reporter added something, without its words."""
    return Card(
        title=f"Something was added to {incident.ref}",
        buttons=(Button("Open", press("open", incident.ref), primary=True),),
        summary=f"Something was added to {incident.ref}.",
    )


def note(title: str, *text: str, tone: Tone = Tone.PLAIN, buttons: tuple[Button, ...] = ()) -> Card:
    """A short card of our own words."""
    return Card(title=title, text=text, tone=tone, buttons=buttons)


def dead_button() -> Card:
    """What an old button says that means nothing any more."""
    return Card(
        title="That button does nothing any more. Nothing was changed.",
        text=("Type what you want instead, or “help”.",),
        buttons=(Button("Report a worry", press("report")),),
    )


def not_whole() -> Card:
    """What is said when half a character arrived: nothing of it could be kept truly."""
    return Card(
        title="One character in that did not arrive whole, so nothing was kept.",
        tone=Tone.WARNING,
        text=("Please send it again without the last emoji.",),
    )


def not_yours(directory: Directory) -> Card:
    """The same words whether a reference exists or not, so that guessing tells nothing."""
    return Card(
        title="There is nothing here that you can open",
        text=("If you think there should be, speak to the DSL or the Principal in person.",),
        facts=outside_numbers(directory),
    )
