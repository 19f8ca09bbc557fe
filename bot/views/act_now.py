"""The act-now card: urgent help and one press, before any field and without a database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.card import Button, Card, Tone, press
from bot.form import Form, Route, Urgency
from bot.people import Directory, Person, Role
from bot.recipients import called_first, to_ring_about_a_child
from bot.views.wording import closed, label, listed, number_of, with_role

NO_HOLD = "-"
"""In place of a held message's id, when there is none."""

DSL_INVOLVED = "dsl-involved"
PRINCIPAL_INVOLVED = "principal-involved"

REPORT = Button("Report a worry", press("report"))
"""Leads here from any other card."""


def act_now(
    directory: Directory,
    forms: Mapping[str, Form],
    person: Person,
    now: datetime,
    *,
    hold: str = NO_HOLD,
    online: bool = False,
    school_open: bool = True,
    asleep_until: datetime | None = None,
    more: bool = False,
    without: frozenset[str] = frozenset(),
    honest: str | None = None,
    earlier: str = "",
) -> Card:
    """The first card of every alarm, for ``person``.

    ``hold`` names the words already typed; ``online`` adds what to do about somebody met
    online; ``asleep_until`` says when anybody may look at the earliest, where the school is
    closed and nobody can be woken; ``more`` adds what can wait for school hours; nobody in
    ``without`` (whom the words name) is suggested as somebody to ring or tell. ``honest`` says, in
    the language somebody wrote in, how badly it is read. ``earlier`` is a report of theirs that
    is open.
    """
    ring = to_ring_about_a_child(person, directory, now, without)[:2]
    then = f"speak to {_in_turn(ring, person)}" if ring else f"ring {_front_door(directory)}"
    text = [*([honest] if honest else []), f"Child in danger now? Ring 999. Then {then}."]
    if not school_open:
        text.append(closed(directory, asleep_until))
    text.append("Do not promise secrecy, question the child, tell the family or delete anything.")
    if online:
        text.append("Online: do not block them; tell 999 their name and where they may be.")
    of_this = f" of anything but {earlier}" if earlier else ""
    text.append(
        f"Nobody has been told{of_this} yet. One press tells somebody; you can write more after."
    )
    return Card(
        title="If a child may be at risk, act now",
        tone=Tone.URGENT,
        text=tuple(text),
        facts=outside_numbers(directory),
        buttons=alarms(directory, forms, person, now, hold, more, without),
        summary="Urgent help and who to tell.",
    )


def outside_numbers(directory: Directory) -> tuple[tuple[str, str], ...]:
    """The outside numbers, each with the day it was last checked."""
    numbers = directory.numbers
    known = [n for n in (numbers.front_door, numbers.officer, numbers.whistleblowing) if n]
    return tuple(
        (n.name, n.number + (f" (checked {n.verified_on:%b %Y})" if n.verified_on else ""))
        for n in known
    )


def alarms(
    directory: Directory,
    forms: Mapping[str, Form],
    person: Person,
    now: datetime,
    hold: str,
    more: bool,
    without: frozenset[str],
) -> tuple[Button, ...]:
    """One button for each way an alarm can go; each of them tells somebody at once."""
    first = [each.name for each in called_first(person, directory, now, without)[:2]]
    chair = _name(directory, Role.CHAIR, "the chair of governors", without)
    principal = _name(directory, Role.PRINCIPAL, chair, without)
    safeguarding = listed(first) or principal
    names = {Route.ADULT: principal, Route.SITE: "IT and the DSL"}
    buttons: list[Button] = []
    for form in forms.values():
        at_once = form.urgency is Urgency.IMMEDIATE
        if form.alarm and (more or at_once):
            whom = safeguarding if at_once else "the DSL"
            words = f"{form.alarm}: tell {names.get(form.route, whom)}"
            buttons.append(
                Button(
                    label(words),
                    press("tell", form.name, hold),
                    at_once and form.route is Route.CHILD,
                )
            )
        if form.route is Route.ADULT and form.alarm:
            buttons += [
                Button(
                    label(f"About a DSL or deputy: tell {principal}"),
                    press("tell", DSL_INVOLVED, hold),
                ),
                Button(
                    label(f"About the Principal: tell {chair}"),
                    press("tell", PRINCIPAL_INVOLVED, hold),
                ),
            ]
    buttons.append(Button("Ring me", press("ring", hold)))
    return tuple(buttons)


def _name(directory: Directory, role: Role, otherwise: str, without: frozenset[str]) -> str:
    person = directory.first(role, without=without)
    return person.name if person else otherwise


def not_saved(directory: Directory, person: Person, now: datetime, number: str) -> Card:
    """What is said when nothing could be kept; ``number`` is what they can quote."""
    return _trouble(
        directory,
        number,
        "NOT SENT. Lanyard cannot save anything right now.",
        f"Nobody has been told. Ring {_ring(directory, person, now)} now.",
        "What you typed is still in this chat. Send it again when this is mended.",
    )


def answers_not_saved(
    directory: Directory, person: Person, now: datetime, number: str, ref: str
) -> Card:
    """What is said when a page of a form could not be kept; the form itself stays open."""
    stands = f"Your alarm {ref} stands. " if ref else ""
    return _trouble(
        directory,
        number,
        "NOT SENT. These answers are not saved.",
        f"{stands}What you typed is still here: send it again in a minute. "
        f"In a hurry? Ring {_ring(directory, person, now)}.",
    )


def not_known(directory: Directory, person: Person, now: datetime, number: str) -> Card:
    """What is said when it takes too long to know whether something was kept."""
    return _trouble(
        directory,
        number,
        "We cannot tell yet whether this was saved.",
        f"Do not wait for us. Ring {_ring(directory, person, now)} now.",
        "If it is saved, you get a receipt. Pressing again does not send it twice.",
    )


def fault(directory: Directory, person: Person, now: datetime, number: str) -> Card:
    """What is said after a fault of ours."""
    return _trouble(
        directory,
        number,
        "Something went wrong. Nothing was saved.",
        f"Worried about a child? Ring {_ring(directory, person, now)} now.",
        "Please try once more. What you typed is still in this chat.",
    )


def _trouble(directory: Directory, number: str, title: str, *text: str) -> Card:
    return Card(
        title=title,
        tone=Tone.URGENT,
        text=("Child in danger now? Ring 999.", *text),
        facts=outside_numbers(directory),
        source=f"Fault {number}. Quote it to whoever runs Lanyard.",
        summary="Something is wrong. Open for who to ring.",
    )


def _ring(directory: Directory, person: Person, now: datetime) -> str:
    ring = to_ring_about_a_child(person, directory, now)[:2]
    return _in_turn(ring, person) or _front_door(directory)


def _in_turn(ring: tuple[Person, ...], person: Person) -> str:
    return listed([with_role(each, person.centre) for each in ring], "or")


def _front_door(directory: Directory) -> str:
    return number_of(directory.numbers.front_door)
