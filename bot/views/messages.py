"""Small cards between the reporter and the person who has the report."""

from __future__ import annotations

from dataclasses import replace

from bot.card import Button, Card, Tone, press
from bot.digest import Week
from bot.incident import Incident
from bot.people import Directory, Person, Role
from bot.views.act_now import REPORT, outside_numbers
from bot.views.wording import listed, with_role


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


def token(week: Week, token: str) -> Card:
    """The chair's proof of the register about adults; it comes whether or not it holds any."""
    return Card(
        title=f"Lanyard: proof for the week of {week.in_words()}",
        text=(
            "Please keep this message. It comes every week, whatever has happened.",
            "With it, anybody can check later that nothing was taken out of the separate record.",
        ),
        facts=(("Proof", token),),
        summary=f"A proof to keep, week of {week.in_words()}.",
    )


def part_of_this(incident: Incident, person: Person) -> Card:
    """Asks the reporter whether a role-holder their words name is part of it."""
    return Card(
        title=f"Is {person.name} part of this?",
        text=(f"{person.name} is told nothing more until you answer. Others are being told.",),
        buttons=(
            Button("Yes", press("part", incident.ref, person.id, "yes")),
            Button("No, only mentioned", press("part", incident.ref, person.id, "no")),
        ),
        summary="Lanyard has a question for you.",
    )


def part_of_note(incident: Incident, person: Person) -> Card:
    """Asks who wrote a note whether a role-holder it names is part of it."""
    return replace(
        part_of_this(incident, person),
        text=(f"Your words name them. {person.name} cannot open it until you answer.",),
    )


def part_again(incident: Incident, directory: Directory, *, shown: bool) -> Card | None:
    """The same question again, one card for everybody of whom it is unanswered."""
    people = [p for p in map(directory.person, incident.unsettled()) if p is not None]
    if not people or incident.closed_at is not None:
        return note("Answered. Thank you.", tone=Tone.DONE) if shown else None
    if len(people) == 1:
        asked = part_of_this(incident, people[0])
        return replace(asked, source=f"About your report {incident.ref}.")
    return Card(
        title=f"Who of these is part of {incident.ref}?",
        text=("They are told nothing more until you answer. Others are being told.",),
        buttons=tuple(
            button
            for person in people[:MOST_ASKED]
            for button in (
                Button(f"{person.name}: yes", press("part", incident.ref, person.id, "yes")),
                Button(f"{person.name}: no", press("part", incident.ref, person.id, "no")),
            )
        ),
        summary="Lanyard has a question for you.",
    )


MOST_ASKED = 6
"""Of how many people one card asks; the others are asked of when these are answered."""


def note(title: str, *text: str, tone: Tone = Tone.PLAIN, buttons: tuple[Button, ...] = ()) -> Card:
    """A short card of our own words."""
    return Card(title=title, text=text, tone=tone, buttons=buttons)


def dead_button() -> Card:
    """What an old button says that means nothing any more."""
    return Card(
        title="That button does nothing any more. Nothing was changed.",
        text=("Type what you want instead, or “help”.",),
        buttons=(REPORT,),
    )


def not_whole() -> Card:
    """What is said when half a character arrived: nothing of it could be kept truly."""
    return Card(
        title="One character in that did not arrive whole, so nothing was kept.",
        tone=Tone.WARNING,
        text=("Please send it again without the last emoji.",),
    )


def not_checked(directory: Directory) -> Card:
    """What is said while the platform does not vouch for the account: nothing is shown."""
    return Card(
        title="We could not check your account just now, so nothing is shown",
        text=("Try again in a minute, in your own messages with Lanyard. Reporting still works.",),
        facts=outside_numbers(directory),
        buttons=(REPORT,),
    )


def not_in_room(directory: Directory, *, unsure: bool) -> Card:
    """What a DSL or deputy hears who is not in the private channel, or may not be."""
    others = [with_role(p, p.centre) for p in directory.holders(Role.PRINCIPAL)]
    urgent = f" Urgent? Ring {listed(others, 'or')}." if others else ""
    if unsure:
        return Card(
            title="We could not check that you are in the private channel, so nothing is shown",
            text=(f"Try again in a minute.{urgent}",),
            facts=outside_numbers(directory),
        )
    return Card(
        title="You are not in the private channel of your role, so nothing is shown",
        text=(f"Ask somebody who is in it to add you, then press again.{urgent}",),
        facts=outside_numbers(directory),
    )


def not_yours(directory: Directory) -> Card:
    """The same words whether a reference exists or not, so that guessing tells nothing."""
    return Card(
        title="There is nothing here that you can open",
        text=("If you think there should be, speak to the DSL or the Principal in person.",),
        facts=outside_numbers(directory),
    )
