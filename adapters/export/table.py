"""The record of a case as CSV: a row for each entry, and nothing in it that a spreadsheet obeys."""

from __future__ import annotations

import csv
import io
import re

from bot.plain import visible
from bot.record import Record
from bot.views.wording import day_and_time, utc

COLUMNS = (
    "Section", "Number", "Local time", "UTC", "Who", "Role", "What", "Words", "Result",
)  # fmt: skip

FORMULA = re.compile(r"""(^|[\n,;|\t])(?=[\s"']*[=+\-@\uff1d\uff0b\uff0d\uff20])""")
"""Where a spreadsheet may read a formula: at the beginning of a cell, whatever it takes for the
end of one (in another country it is a semicolon, and then a line's end ends a quoted cell too)."""

NEVER_FIRST = ("\t", "\r", "\n", "\0")


def table(record: Record) -> bytes:
    """The record as CSV in UTF-8, with the mark by which spreadsheets know that. What is known of
    the case as a whole comes first, then every entry in its section."""
    written = io.StringIO()
    rows = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    about = [("Export", "", note) for note in record.notes]
    about += [("Case", name, words) for name, words in record.facts]
    for number, (part, what, words) in enumerate(about, 1):
        rows.writerow(map(cell, (part, str(number), "", "", "", "", what, words, "")))
    for section in record.sections:
        for number, line in enumerate(section.lines, 1):
            moments = (day_and_time(line.at, record.zone), utc(line.at))
            who = (line.who, line.role, line.what, line.words, line.result)
            rows.writerow(map(cell, (section.name, str(number), *moments, *who)))
    return written.getvalue().encode("utf-8-sig")


def cell(words: str) -> str:
    """``words`` as they may stand in a cell: a ' before whatever could begin a formula, and every
    character that cannot be seen written out."""
    guarded = FORMULA.sub(r"\1'", visible(words))
    if words.startswith(NEVER_FIRST) and not guarded.startswith("'"):
        return f"'{guarded}"
    return guarded
