"""A card as an e-mail: plain text, and the same words as simple HTML."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape

from bot.card import Card, Tone
from bot.cutting import clipped
from bot.plain import plain, toned, visible

SUBJECT = 150
"""Characters of a subject; the whole title is the first line of the mail."""


def message(card: Card, *, key: str, sender: str, to: str, at: datetime) -> EmailMessage:
    """The mail for ``card``. A notice sent twice has the same ``Message-ID``, from ``key``, so
    that a mail program shows it once."""
    made = EmailMessage()
    made["From"], made["To"] = sender, to
    made["Subject"] = clipped(" ".join(visible(f"Lanyard: {card.title}").split()), SUBJECT)
    made["Date"] = format_datetime(at)
    made["Message-ID"] = f"<{key}@{domain(sender)}>"
    # Nobody's holiday notice is to answer it.
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    if card.tone is Tone.URGENT:
        made["Importance"] = "high"
    words = card.without_buttons()
    made.set_content(plain(words) + "\n")
    made.add_alternative(_html(words), subtype="html")
    return made


def domain(sender: str) -> str:
    """The part of an address after its last @, without a closing bracket."""
    return sender.rpartition("@")[2].rstrip(">").strip()


def _html(card: Card) -> str:
    parts = [f"<h1>{_safe(toned(card))}</h1>", *_each("p", card.text)]
    if card.facts:
        facts = "".join(f"<dt>{_safe(n)}</dt><dd>{_safe(v)}</dd>" for n, v in card.facts)
        parts.append(f"<dl>{facts}</dl>")
    for quote in card.quotes:
        words = f"<blockquote><pre>{_safe(quote.words)}</pre></blockquote>"
        parts.append(f"<p>{_safe(quote.label)}:</p>{words}")
    if card.source:
        parts.append(f"<p>Source: {_safe(card.source)}</p>")
    body = "\n".join(parts)
    head = '<html lang="en-GB"><head><meta charset="utf-8"><title>Lanyard</title></head>'
    return f"<!doctype html>\n{head}\n<body>\n{body}\n</body></html>\n"


def _each(tag: str, lines: Sequence[str]) -> list[str]:
    return [f"<{tag}>{_safe(line)}</{tag}>" for line in lines]


def _safe(words: str) -> str:
    return escape(visible(words))
