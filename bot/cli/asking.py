"""Asks in a terminal: each answer is checked at once and kept in a draft, so that stopping loses
nothing."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

T = TypeVar("T")

BACK = "back"
_SECRET = re.compile(r"xox[a-z]-|xapp-|[A-Za-z0-9+/]{43}=$|.*[0-9a-f-]{36}-[0-9a-f-]{36}$")
"""How tokens of Slack, keys of Lanyard and keys of GOV.UK Notify look."""


class Back(Exception):
    """The answer before this question is to be given again."""


class BadDraft(Exception):
    """The draft cannot be read."""


class Asker:
    """Answers by key, oldest first, kept in the file ``draft``, which only its owner reads.

    What has been answered is not asked again: the same questions asked in the same order go on
    where they stopped. Raises :class:`BadDraft` and :class:`OSError`.
    """

    def __init__(self, draft: Path) -> None:
        self._draft, self._heading = draft, ""
        self._kept: dict[str, str] = {}
        if draft.exists():
            try:
                kept = json.loads(draft.read_text("utf-8"))
                self._kept = {str(key): str(value) for key, value in kept.items()}
            except (ValueError, AttributeError):
                raise BadDraft from None
        else:
            self._keep()

    @property
    def answered(self) -> int:
        """How many answers are kept."""
        return len(self._kept)

    def heading(self, words: str) -> None:
        """What the next questions are about; shown before the first that is asked."""
        self._heading = words

    def ask(
        self, key: str, question: str, read: Callable[[str], T], default: str | None = None
    ) -> T:
        """The answer to ``question`` as ``read`` understands it; ``read`` raises
        :class:`ValueError` with a sentence that says what would do. ``default`` is what Enter
        answers: an empty one leaves the question out. Raises :class:`Back`."""
        if key in self._kept:
            try:
                return read(self._kept[key])
            except ValueError:
                del self._kept[key]

        if self._heading:
            click.echo(f"\n{self._heading}")
            self._heading = ""
        typed, answer = click.prompt(
            question, default=default, show_default=bool(default), value_proc=_checked(read)
        )
        self._kept[key] = typed
        self._keep()
        return answer

    def forget_last(self) -> None:
        """Take back the last answer, so that it is asked for again."""
        if self._kept:
            self._kept.popitem()
            self._keep()

    def done(self) -> None:
        """The answers are no longer needed."""
        self._draft.unlink(missing_ok=True)

    def _keep(self) -> None:
        beside = self._draft.with_name(self._draft.name + ".new")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(self._kept, file, ensure_ascii=False, indent=1)
        beside.replace(self._draft)


def interview(asker: Asker, questions: Callable[[Asker], T]) -> T:
    """What ``questions`` make of the answers; “back” asks the one before again."""
    while True:
        try:
            return questions(asker)
        except Back:
            asker.forget_last()


def _checked(read: Callable[[str], T]) -> Callable[[str], tuple[str, T]]:
    def check(typed: str) -> tuple[str, T]:
        typed = typed.strip()
        if typed.lower() == BACK:
            raise Back
        if _SECRET.match(typed):
            raise click.BadParameter(
                "That is a secret. It goes into the environment of Lanyard, never into this file."
            )
        if not typed.isprintable():
            raise click.BadParameter("There is a character in that which cannot be seen.")
        try:
            return typed, read(typed)
        except ValueError as fault:
            raise click.BadParameter(str(fault)) from None

    return check
