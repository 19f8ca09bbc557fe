"""The record was put back to a backup: between which moments what was reported is not here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from bot.notice import Notice
from bot.people import Role
from bot.ports import Work
from bot.recipients import SAFEGUARDING_ROLES

PUT_BACK = "put-back"
"""The mark: every :class:`PutBack` there was, the latest last."""

TOLD = (*SAFEGUARDING_ROLES, Role.PRINCIPAL, Role.CHAIR)
"""Who hears of it: whoever a report that is not here could have called, but for IT."""


@dataclass(frozen=True)
class PutBack:
    """``at`` the record was put back ``to`` an earlier moment: what was done between is lost."""

    to: datetime
    at: datetime

    def __str__(self) -> str:
        return f"{self.to.isoformat()} {self.at.isoformat()}"

    @classmethod
    def parse(cls, words: str) -> Self:
        """Raises :class:`ValueError` for anything but two moments."""
        to, at = words.split()
        return cls(datetime.fromisoformat(to), datetime.fromisoformat(at))


def read(work: Work) -> tuple[PutBack, ...]:
    """Each time the record was put back; none where the mark cannot be read."""
    try:
        return tuple(map(PutBack.parse, json.loads(work.marks.read(PUT_BACK) or "[]")))
    except (AttributeError, TypeError, ValueError):
        return ()


def note(work: Work, latest: PutBack) -> None:
    """Keep it beside those there were before."""
    work.marks.write(PUT_BACK, json.dumps([str(each) for each in (*read(work), latest)]))


def went_another_way(late: Notice, work: Work) -> bool:
    """Whether another way may have been taken for ``late`` already, and the record of it lost."""
    made = late.created_at
    return made is not None and any(made <= each.to for each in read(work))
