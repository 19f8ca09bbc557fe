"""Talks to one person in a terminal: lines in, cards as plain text out."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TextIO

from bot.card import Button, Card, Press
from bot.door import Door
from bot.message import Message, Place, Standing
from bot.people import Person
from bot.plain import plain

PLATFORM = "console"
COMMANDS = ("ask", "report", "dsl")
GOODBYES = ("bye", "exit", "quit")

WELCOME = (
    "You are {name}. Type a question or a worry; a number presses a button of the last cards "
    "(begin with a space to send the number itself). Control-D or bye ends."
)


async def chat(
    door: Door,
    person_id: str,
    lines: TextIO | None = None,
    screen: TextIO | None = None,
    *,
    vouched: bool = True,
) -> None:
    """Let ``person_id`` talk to the bot until the lines end. Nobody vouches for who sits at the
    terminal of a real school: unless ``vouched``, nothing of a report is shown there.

    Raises :class:`LookupError`, listing who there is, when nobody has that id or they have no
    account: what they report is answered on their account, not in this terminal.
    """
    lines, screen = lines or sys.stdin, screen or sys.stdout
    person = _person(door, person_id)
    _show(screen, WELCOME.format(name=person.name))
    buttons: tuple[Button, ...] = ()
    while True:
        screen.write("> ")
        screen.flush()
        line = await asyncio.to_thread(lines.readline)
        typed = line.rstrip("\r\n")
        if not line or typed.strip().lower() in GOODBYES:
            screen.write("\n")
            return
        message = _message(person, typed, buttons)
        if not vouched:
            message = replace(message, standing=Standing.UNKNOWN)
        reply = await door.hear(message)
        _show(screen, *_numbered(reply.cards))
        buttons = tuple(button for card in reply.cards for button in card.buttons) or buttons


def _person(door: Door, person_id: str) -> Person:
    people = door.directory().people
    person = people.get(person_id)
    if person is None or not person.identities:
        known = ", ".join(sorted(p.id for p in people.values() if p.identities))
        raise LookupError(f"Nobody with an account is called {person_id}. There are: {known}.")
    return person


def _message(person: Person, typed: str, buttons: Sequence[Button]) -> Message:
    """What was typed: the number or the sentence of a button shown last, a command, or words."""
    press = _pressed(typed, buttons)
    command, _, rest = typed.removeprefix("/").partition(" ")
    commanded = typed.startswith("/") and command in COMMANDS
    return Message(
        key=f"{PLATFORM}/{secrets.token_hex(12)}",
        identity=person.identities[0],
        place=Place(PLATFORM, person.id),
        text="" if press else rest if commanded else typed,
        name=person.name,
        press=press,
        command=command if commanded else "",
    )


def _pressed(typed: str, buttons: Sequence[Button]) -> Press | None:
    numbers = {str(number): button.press for number, button in enumerate(buttons, 1)}
    if typed in numbers:
        return numbers[typed]
    sentence = typed.strip().casefold()
    return next((b.press for b in buttons if str(b.press).casefold() == sentence), None)


def _numbered(cards: Sequence[Card]) -> list[str]:
    shown, first = [], 1
    for card in cards:
        shown.append(plain(card, first))
        first += len(card.buttons)
    return shown


def _show(screen: TextIO, *texts: str) -> None:
    for text in texts:
        screen.write(f"\n{text}\n")
    screen.write("\n")
