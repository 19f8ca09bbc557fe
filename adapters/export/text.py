"""The record of a case as plain text, for a printer or a reader of braille."""

from __future__ import annotations

from collections.abc import Iterator

from bot.plain import visible
from bot.record import Line, Record
from bot.views.wording import day_and_time, utc


def text(record: Record) -> bytes:
    """The record in UTF-8. Somebody's words stand behind ``|``: nothing they wrote can pass for
    a line of ours."""
    return "".join(f"{line}\n" for line in _lines(record)).encode()


def _lines(record: Record) -> Iterator[str]:
    yield _one(record.title)
    yield ""
    yield from map(_one, record.notes)
    yield ""
    for name, words in record.facts:
        yield f"{_one(name)}: {_one(words)}"
    for section in record.sections:
        yield f"\n{_one(section.name).upper()}"
        if not section.lines:
            yield "\nNothing."
        for number, line in enumerate(section.lines, 1):
            yield f"\n{number}. {day_and_time(line.at, record.zone)}, {utc(line.at)}"
            yield from _entry(line)


def _entry(line: Line) -> Iterator[str]:
    yield f"   {_one(line.who)}{f', {_one(line.role)}' if line.role else ''}"
    yield f"   {_one(line.what)}"
    if line.words:
        yield from (f"   | {each}" for each in visible(line.words).split("\n"))
    if line.result:
        yield f"   {_one(line.result)}"


def _one(words: str) -> str:
    """On one line."""
    return " ".join(visible(words).split())
