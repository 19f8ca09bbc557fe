"""Turn the pieces of text on the pages of a PDF into rows, as a reader's eye sees them."""

import io
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pypdf import PageObject, PdfReader

from knowledge.policy import PolicyFault

_BULLET = re.compile(
    r"(?:[•●▪■∙·◦○➢➤✓✔\uf0b7\uf0a7\uf0d8\x7f]|[-*\u2013\u2014o](?=\s)|\(cid:\d+\))\s*"
)
_SPACE_BEFORE = re.compile(r" (?=[.,;:!?)\u2019])")
_SAME_ROW = 0.45
"""Part of the letter size by which pieces on one row may differ in height."""


@dataclass(frozen=True)
class Row:
    """One printed line."""

    text: str
    """Its words, without a bullet in front."""
    bullet: bool
    page: int
    left: float
    top: float
    """Distance from the bottom of the page: greater is higher."""
    size: float
    bold: bool


@dataclass(frozen=True)
class _Piece:
    text: str
    left: float
    top: float
    size: float
    bold: bool


def read_rows(document: bytes) -> list[Row]:
    """Return every printed row of a PDF from the top of its first page.

    Raises:
        PolicyFault: the file is damaged, locked, or holds pictures of pages and no text.
    """
    # pypdf warns of every oddity of every producer; what matters here is whether text came out.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(document))
        if reader.is_encrypted and not reader.decrypt(""):
            raise PolicyFault(
                "This PDF is locked with a password. Save a copy without one and import that."
            )
        rows = [row for at, page in enumerate(reader.pages) for row in _rows_of(page, at)]
    except PolicyFault:
        raise
    except Exception as fault:  # the parser raises whatever a damaged file makes it trip over
        raise PolicyFault(
            "This file could not be opened as a PDF. Export it from the word processor again,"
            " or import the Word document itself."
        ) from fault
    if not rows:
        raise PolicyFault(
            "This PDF holds pictures of pages and no text, as a scan does. Import the Word"
            " document it was made from, or a PDF exported from it."
        )
    return rows


def _rows_of(page: PageObject, at: int) -> list[Row]:
    pieces: list[_Piece] = []

    def visit(text: str, outer: list[float], inner: list[float], font: Any, size: float) -> None:
        left, top = _position(outer, inner)
        scale = abs(inner[3] * outer[3]) or abs(inner[1] * outer[2]) or 1.0
        bold = "bold" in str((font or {}).get("/BaseFont", "")).lower()
        for words in text.split("\n"):
            if words.strip():
                pieces.append(_Piece(words, left, top, size * scale, bold))

    page.extract_text(visitor_text=visit)
    return [_row(group, at) for group in _by_height(pieces)]


def _position(outer: list[float], inner: list[float]) -> tuple[float, float]:
    """Return where a piece begins on the page, from the two matrices PDF places it with."""
    x, y = inner[4], inner[5]
    return (
        outer[0] * x + outer[2] * y + outer[4],
        outer[1] * x + outer[3] * y + outer[5],
    )


def _by_height(pieces: Iterable[_Piece]) -> list[list[_Piece]]:
    groups: list[list[_Piece]] = []
    for piece in sorted(pieces, key=lambda piece: -piece.top):
        last = groups[-1][0] if groups else None
        if last and last.top - piece.top <= _SAME_ROW * max(last.size, piece.size):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups


def _row(pieces: list[_Piece], at: int) -> Row:
    pieces = sorted(pieces, key=lambda piece: piece.left)
    letters = sum(len(piece.text) for piece in pieces)
    bold = sum(len(piece.text) for piece in pieces if piece.bold)
    alone = len(pieces) > 1 and _is_sign(pieces[0].text.strip())
    words = " ".join(piece.text for piece in (pieces[1:] if alone else pieces))
    words = _SPACE_BEFORE.sub("", " ".join(words.split()))
    sign = None if alone else _BULLET.match(words)
    return Row(
        text=words[sign.end() :] if sign else words,
        bullet=alone or sign is not None,
        page=at,
        left=round(pieces[0].left, 1),
        top=round(pieces[0].top, 1),
        size=round(max(piece.size for piece in (pieces[1:] if alone else pieces)), 1),
        bold=bold * 2 > letters,
    )


def _is_sign(text: str) -> bool:
    """Say whether a piece on its own is a bullet; symbol fonts draw bullets with odd letters."""
    return len(text) == 1 and (not text.isalnum() or text in "oOØ")
