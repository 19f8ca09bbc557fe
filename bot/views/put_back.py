"""What is said after a restore: that reports may be missing, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.card import Card, Tone
from bot.notice import Notice
from bot.people import Directory
from bot.put_back import TOLD, PutBack
from bot.views.wording import day_and_time, number_of

MISSING = "Reports since then are not here."


def put_back_card(notice: Notice, directory: Directory) -> Card | None:
    """Tells whoever may have been called that reports are missing; not whether there were any."""
    person = directory.person(notice.to.person)
    if person is None or not any(person.holds(role) for role in TOLD):
        return None
    span = PutBack.parse(notice.about)
    title = f"The record was put back to {day_and_time(span.to, directory.zone)}"
    return Card(
        title=title,
        tone=Tone.URGENT,
        text=(
            f"{MISSING} Look at your cards since then and speak to whoever sent them.",
            "If you do not know who that was, ask all staff to tell again what they reported "
            "since then.",
        ),
        source=f"Put back {day_and_time(span.at, directory.zone)}.",
        summary=f"{title}. {MISSING}",
    )


def or_missing(card: Card, spans: Sequence[PutBack], directory: Directory) -> Card:
    """``card``, which says that there is nothing, and that a report may be missing. It is the
    same for everybody and of every report: guessing tells nothing."""
    return replace(card, text=(*card.text, *not_here(spans, directory)))


def not_here(spans: Sequence[PutBack], directory: Directory) -> tuple[str, ...]:
    """Between which moments reports are missing and whom to ring, if there was a restore."""
    if not spans:
        return ()
    zone, numbers = directory.zone, directory.numbers
    lost = [
        f"The record was put back to {day_and_time(each.to, zone)}. A report made after that and "
        f"before {day_and_time(each.at, zone)} is not here."
        for each in spans
    ]
    ring = f"To speak to somebody: {number_of(numbers.on_call or numbers.front_door)}."
    return (" ".join((*lost, ring)),)
