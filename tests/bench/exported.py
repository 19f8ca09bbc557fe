"""What a spreadsheet, a browser or a mail program would obey in what leaves Lanyard as a file or a
mail, read by readers that are not ours."""

from __future__ import annotations

import csv
import email
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from adapters.export.page import page
from adapters.export.table import COLUMNS, table
from adapters.export.text import text
from adapters.mail.render import message
from bot.card import Card
from bot.record import Line, Record, Section

LONDON = ZoneInfo("Europe/London")
AT = datetime(2026, 11, 17, 10, 12, tzinfo=UTC)
FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"
CONTROL = "\t\r\0"
SEPARATORS = (",", ";", "\t", "|")
"""What ends a cell, by the country of whoever opens it; a table is written with the first."""

csv.field_size_limit(1 << 30)
# To a reader for whom nothing in it ends a cell, a whole table may be one.

HEADERS = frozenset(
    {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted",
        "X-Auto-Response-Suppress", "Importance", "MIME-Version", "Content-Type",
    }
)  # fmt: skip
ACTIVE = frozenset(
    {"script", "img", "a", "iframe", "base", "link", "svg", "object", "embed", "form", "input"}
)
"""Elements that run, fetch or lead somewhere; a page of ours has none of them."""


def record_of(words: str) -> Record:
    """A record with ``words`` in everything that people's words, names or codes can come to."""
    line = Line(AT, words, words, words, words, words)
    return Record(
        ref="7KQ2X",
        title=words,
        notes=(words,),
        facts=((words, words),),
        sections=(Section(words, (line, line)), Section(words, ())),
        zone=LONDON,
    )


def formulas(written: str) -> list[str]:
    """The cells of a table that begin like a formula, whatever its reader takes for the end of a
    cell; with the comma, in which it is written, a control character is no beginning either."""
    found: list[str] = []
    for separator in SEPARATORS:
        for row in csv.reader(io.StringIO(written, newline=""), delimiter=separator):
            found += [each for each in row if each.strip()[:1] and each.strip()[0] in FORMULA]
            if separator == ",":
                found += [each for each in row if each[:1] and each[0] in CONTROL]
    return found


def active_in_table(words: str) -> Iterator[str]:
    written = table(record_of(words)).decode("utf-8-sig")
    yield from (f"a formula {each[:20]!r}" for each in formulas(written))
    rows = list(csv.reader(io.StringIO(written, newline="")))
    # One note, one fact, and the two lines of a section, under the names of the columns.
    if [len(row) for row in rows] != [len(COLUMNS)] * 5:
        yield "other rows than for harmless words"


def text_of(words: str) -> str:
    return text(record_of(words)).decode()


def page_of(words: str) -> str:
    return page(record_of(words)).decode()


def mail_of(card: Card) -> EmailMessage:
    """The mail as whoever gets it reads it, after the wire."""
    sent = message(card, key="n1", sender="l@school.example", to="k@school.example", at=AT)
    read = email.message_from_bytes(sent.as_bytes(policy=policy.SMTP), policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


def active_in_headers(mail: EmailMessage) -> Iterator[str]:
    """Headers that are not ours, and breaks in ours."""
    yield from (f"a header {name}" for name in set(mail.keys()) - HEADERS)
    if len(mail.keys()) != len(set(mail.keys())):
        yield "a header twice"
    if mail["To"] != "k@school.example" or "\n" in str(mail["Subject"]):
        yield "a header broken"
    if [part.get_content_type() for part in mail.walk()] != [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]:
        yield "other parts than plain text and HTML"
    yield from (f"a defect {type(each).__name__}" for part in mail.walk() for each in part.defects)


def parts_of(mail: EmailMessage) -> tuple[str, str]:
    """Its plain text and its HTML, with their lines ended as they were before the wire."""
    plain, html = (str(part.get_content()).replace("\r\n", "\n") for part in mail.iter_parts())
    return plain, html
