"""What may leave by mail or text message: a reference, how urgent it is, whom to ring."""

from __future__ import annotations

from dataclasses import replace

from bot.card import Card
from bot.form import Route
from bot.incident import Incident
from bot.notice import Kind, Notice
from bot.people import Directory, Person
from bot.platforms import ROUTES, TEXT
from bot.views.wording import listed, number_of

OWN_WORDS = (Kind.PHONE, Kind.RECEIPT, Kind.TOKEN, Kind.STUCK, Kind.PUT_BACK)
"""Cards that say whom to ring, what is stuck or missing, or a token, and nothing of a report."""

NUMBERS = (Kind.TERM,)
"""Figures that identify nobody: a governor has no account in the chat, and reads them in a mail."""


def without_story(
    card: Card,
    notice: Notice,
    incident: Incident | None,
    directory: Directory,
    platforms: tuple[str, ...],
) -> Card:
    """``card`` as it may stand in a mail or a text message: the words that a lock screen may
    show, how to open it, and a number. There are no buttons outside the chat."""
    if notice.kind in NUMBERS and notice.to.platform != TEXT:
        return card.without_buttons()
    if notice.kind in OWN_WORDS:
        return replace(card, facts=(), quotes=(), buttons=(), source="")
    person = directory.person(notice.to.person)
    text = []
    if person is not None and incident is not None:
        text.append(_how_to_open(incident, person, platforms))
    elif person is not None and notice.kind is Kind.REMINDER:
        text += [f"{start} “cases” to Lanyard." for start in _in_chat(person, platforms)]
    of_reports = incident is not None or notice.kind is Kind.REMINDER
    if of_reports and not (incident is not None and incident.drill):
        number = directory.numbers.on_call or directory.numbers.front_door
        if incident is not None and incident.route is Route.ADULT:
            number = directory.numbers.officer
        text.append(f"To speak to somebody: {number_of(number)}.")
    if notice.to.platform != TEXT:
        text.append("This says how things stood when it was sent. Do not reply to it.")
    if notice.doubtful:
        text.append("This may be a second copy.")
    return Card(title=card.summary, text=tuple(text), tone=card.tone, summary=card.summary)


def _how_to_open(incident: Incident, person: Person, platforms: tuple[str, ...]) -> str:
    for start in _in_chat(person, platforms):
        return f"{start} “open {incident.ref}” to Lanyard."
    return (
        "To read it, on the computer that Lanyard runs on: "
        f"lanyard case show {incident.ref} --as {person.id}"
    )


def _in_chat(person: Person, platforms: tuple[str, ...]) -> tuple[str, ...]:
    """The beginning of what to do where ``person`` has a chat with Lanyard, if anywhere."""
    chats = [
        identity.platform.capitalize()
        for identity in person.identities
        if identity.platform in platforms and identity.platform not in ROUTES
    ]
    return (f"In {listed(chats, 'or')}, write",) if chats else ()
