"""Read plain text and Markdown into lines."""

import re
from dataclasses import replace

from knowledge.reading.label import read_label
from knowledge.reading.line import Kind, Line
from knowledge.reading.markup import is_contents_entry, plain, without_comments, without_lost_bullet

_HASHES = re.compile(r"(#{1,6})\s*(\S.*)")
_RULE = re.compile(r"\s*(?:[-*_=~]\s*){3,}")
_UNDERLINE = re.compile(r"\s*(?:={3,}|-{3,})\s*")
_TABLE_ROW = re.compile(r"\s*\|(.+)\|\s*")
_TABLE_RULE = re.compile(r"[\s|:-]+")
_BOLD = re.compile(r"(\*\*|__)(?P<words>[^*_]+)\1:?")
_BULLET = re.compile(
    r"(?P<sign>[-*+\u2013\u2014•●▪■∙·➢➤✓✔◦○\uf0b7\uf0a7\uf0d8]|[oO](?=\s+[A-Za-z]))\s+(?P<words>\S.*)"
)
_NESTED_SIGNS = {"◦": 2, "○": 2, "o": 2, "O": 2, "▪": 3, "■": 3, "\uf0a7": 3}
_LABEL_AND_VALUE = re.compile(r"[A-Z(][^.:]{1,48}:\s*\S.*")

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")

_WRAP_AT_LEAST = 50
"""A line shorter than this was ended by its writer, not by the edge of the page."""
_WRAP_AT_MOST = 130
"""A document with longer lines than this has one line for each paragraph."""
_TITLE_WORDS = 8


def read_text(document: str) -> list[Line]:
    """Return the headings, bullets and paragraphs of a text or Markdown document.

    Markdown is understood, and so is text without it: lines in capitals, lines underlined,
    short lines standing alone are headings; lines broken at the edge of the page are joined.
    """
    raw = without_comments(document).expandtabs(4).splitlines()
    marked = sum(bool(_HASHES.fullmatch(row.strip())) for row in raw) >= 2
    wrapped = max(map(len, raw), default=0) <= _WRAP_AT_MOST
    lines: list[Line] = []
    last_row = ""
    """The row the last line ends with; empty after a blank row."""
    for number, row in enumerate(raw):
        if not row.strip():
            last_row = ""
        elif lines and last_row and _UNDERLINE.fullmatch(row):
            lines[-1] = replace(lines[-1], kind=Kind.HEADING, depth=1 if "=" in row else 2)
            last_row = ""
        elif _RULE.fullmatch(row) or _TABLE_RULE.fullmatch(row) or is_contents_entry(row):
            last_row = ""
        else:
            line = _read_row(row)
            if _continues(row, line, last_row, wrapped):
                lines[-1] = replace(lines[-1], text=f"{lines[-1].text} {line.text}")
            else:
                if not marked and _is_title(line, raw, number):
                    line = replace(line, kind=Kind.HEADING, depth=4)
                lines.append(line)
            last_row = row if lines[-1].kind is not Kind.HEADING else ""
    return [line for line in lines if line.text]


def _read_row(row: str) -> Line:
    stripped = row.strip().removeprefix("> ")
    indent = len(row) - len(row.lstrip())
    if heading := _HASHES.fullmatch(stripped):
        return Line(Kind.HEADING, plain(heading[2].rstrip("#")), len(heading[1]))
    if cells := _TABLE_ROW.fullmatch(stripped):
        return Line(Kind.PARAGRAPH, join_cells([plain(cell) for cell in cells[1].split("|")]))
    if (bold := _BOLD.fullmatch(stripped)) and len(bold["words"].split()) <= _TITLE_WORDS + 4:
        return Line(Kind.HEADING, plain(bold["words"]), 5)
    if bullet := _BULLET.fullmatch(stripped):
        depth = max(1 + indent // 2, _NESTED_SIGNS.get(bullet["sign"], 1))
        return Line(Kind.BULLET, without_lost_bullet(plain(bullet["words"])), depth)
    words = plain(stripped)
    if _in_capitals(words):
        return Line(Kind.HEADING, words, 3)
    return Line(Kind.PARAGRAPH, words, indent // 2)


def join_cells(cells: list[str]) -> str:
    """Return a row of a table as one sentence: a pair as `label: value`.

    A first cell that is only a number is the number of the clause beside it.
    """
    cells = [cell for cell in cells if cell]
    if len(cells) > 1 and (found := read_label(f"{cells[0]} ")) and not found[1].strip():
        return f"{cells[0]} {join_cells(cells[1:])}"
    if len(cells) == 2:
        return f"{cells[0].removesuffix(':')}: {cells[1]}"
    return "; ".join(cells)


def _continues(row: str, line: Line, last_row: str, wrapped: bool) -> bool:
    """Say whether a row goes on with the line before it."""
    if not last_row or line.kind is not Kind.PARAGRAPH or last_row.endswith("  "):
        return False
    if row.strip().startswith("|") or read_label(line.text):
        return False
    if line.text[:1].islower():
        return True
    return wrapped and len(last_row) >= _WRAP_AT_LEAST and not _LABEL_AND_VALUE.fullmatch(line.text)


def _in_capitals(words: str) -> bool:
    letters = [sign for sign in words if sign.isalpha()]
    return len(letters) >= 4 and all(map(str.isupper, letters)) and not words.endswith((".", ";"))


def _is_title(line: Line, raw: list[str], number: int) -> bool:
    """Say whether a short line, alone between blank rows, is the title of what follows it."""
    before = raw[number - 1].strip() if number else ""
    after = raw[number + 1].strip() if number + 1 < len(raw) else "end"
    return (
        line.kind is Kind.PARAGRAPH
        and line.depth == 0
        and not before
        and not after
        and looks_like_title(line.text, _TITLE_WORDS)
        and not read_label(line.text)
    )


def looks_like_title(words: str, most: int) -> bool:
    """Say whether words could be a title: few, beginning with a capital, not a sentence."""
    return (
        words[:1].isupper()
        and len(words.split()) <= most
        and not words.endswith((".", ";", ",", "!", ":"))
        and not _YEAR.search(words)
        and not _LABEL_AND_VALUE.fullmatch(words)
    )
