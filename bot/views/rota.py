"""Who is here and who is away, as cards."""

from __future__ import annotations

from datetime import datetime

from bot.card import Button, Card, Tone, press
from bot.people import ROLE_NAMES, Directory, Person, Role
from bot.recipients import SAFEGUARDING_ROLES, present
from bot.rota import here_for, uncovered
from bot.views.wording import listed, until


def rota(directory: Directory, now: datetime, *, may_mark: bool) -> Card:
    """Every role-holder with their roles; buttons to mark them for whoever may."""
    holders = [person for person in directory.role_holders() if not person.guest]
    buttons = [
        Button(f"Mark {person.name} here", press("back", person.id))
        if person.away(now)
        else Button(f"Mark {person.name} away today", press("away", person.id))
        for person in holders
    ]
    missing = [directory.centres[centre].name for centre in uncovered(directory, now)]
    text = [f"Nobody is here for {listed(missing)}." if missing else "Every centre has somebody."]
    return Card(
        title="Who is here",
        tone=Tone.WARNING if missing else Tone.PLAIN,
        text=(*text, "Whoever is away is not called while somebody else can be."),
        facts=tuple(
            (p.name, f"{state(p, directory, now)}, {roles(p, directory)}") for p in holders
        ),
        buttons=tuple(buttons) if may_mark else (),
        summary="Who is here.",
    )


def roles(person: Person, directory: Directory) -> str:
    """``Designated Safeguarding Lead (Oak Centre)``."""
    names = []
    for held in person.holdings:
        centre = directory.centres.get(held.centre or "")
        names.append(ROLE_NAMES[held.role] + (f" ({centre.name})" if centre else ""))
    return ", ".join(names) or "staff"


def state(person: Person, directory: Directory, now: datetime) -> str:
    """Here, or away until when."""
    if person.away_until is None or not person.away(now):
        return "here"
    return f"away until {until(person.away_until, directory.zone)}"


def marked(person: Person, directory: Directory, now: datetime) -> Card:
    """Tells somebody that they were marked away, or here."""
    if not person.away(now):
        return Card(
            title="You are marked as here",
            tone=Tone.DONE,
            text=("You are called again.",),
            buttons=(Button("I am away today", press("away", person.id)),),
            summary="You are marked as here.",
        )
    return Card(
        title="You are marked as away",
        tone=Tone.WARNING,
        text=(f"You are {state(person, directory, now)}. Others are called meanwhile.",),
        buttons=(Button("I am here", press("back", person.id)),),
        summary="You are marked as away.",
    )


def gap(about: str, directory: Directory, now: datetime) -> Card | None:
    """Tells that a centre has nobody named; ``about`` is the centre and the day."""
    centre = directory.centres.get(about.split()[0])
    if centre is None:
        return None
    here = here_for(centre.id, directory, now)
    if here:
        be = "is" if len(here) == 1 else "are"
        return Card(
            title=f"{centre.name}: {listed([person.name for person in here])} {be} here",
            tone=Tone.DONE,
            text=("Reports there have somebody to go to again.",),
            summary=f"{centre.name} has somebody again.",
        )
    of_the_centre = (p for role in SAFEGUARDING_ROLES for p in directory.holders(role, centre.id))
    away = list(dict.fromkeys(of_the_centre))
    instead = present(directory.holders(Role.PRINCIPAL), now)
    named = f"Reports go to {listed([p.name for p in instead])}." if instead else ""
    return Card(
        title=f"{centre.name} has no DSL or deputy today",
        tone=Tone.URGENT,
        text=(f"All of them are marked away. {named} Please find somebody to cover.",),
        buttons=(
            *(Button(f"Mark {person.name} here", press("back", person.id)) for person in away),
            Button("Who is here?", press("rota")),
        ),
        summary=f"{centre.name} has no DSL or deputy today.",
    )
