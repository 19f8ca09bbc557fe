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


def part_unreadable(incident: Incident) -> Card:
    """Tells whoever may read a report that part of its record is damaged."""
    return Card(
        title=f"Part of {incident.ref} cannot be read",
        tone=Tone.WARNING,
        text=(
            "Its record was damaged or changed. Everything else in it, and every other report, "
            "can be read.",
            "Ask the reporter to tell you again. Ask whoever runs Lanyard to look for it in a "
            "backup; they cannot read it.",
        ),
        buttons=(Button("Open", press("open", incident.ref), primary=True),),
        summary=f"Part of {incident.ref} cannot be read.",
    )


def token(week: str, token: str) -> Card:
    """The chair's proof of the register about adults; it comes whether or not it holds any."""
    return Card(
        title=f"Lanyard: proof for week {week}",
        text=(
            "Please keep this message. It comes every week, whatever has happened.",
            "With it, anybody can check later that nothing was taken out of the separate record.",
        ),
        facts=(("Proof", token),),
        summary=f"A proof to keep, week {week}.",
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
