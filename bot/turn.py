"""One turn: what was said, by whom, when, and the transaction it happens in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.form import Form
from bot.incident import Incident
from bot.may import Act, may
from bot.message import Message
from bot.people import Directory, Person
from bot.ports import Work
from bot.terms import Terms


@dataclass(frozen=True)
class School:
    """What stays the same from turn to turn.

    ``forms`` are the reports staff make, ``case_forms`` what role-holders and reporters add to
    a case, by name; ``platforms`` are those in use, in the order they are tried.
    """

    forms: Mapping[str, Form]
    case_forms: Mapping[str, Form]
    platforms: tuple[str, ...]
    terms: Terms

    def form(self, name: str) -> Form | None:
        return self.forms.get(name) or self.case_forms.get(name)

    def on(self, platforms: tuple[str, ...]) -> School:
        """The same school on other platforms."""
        return replace(self, platforms=platforms)


@dataclass(frozen=True)
class Turn:
    """Everything an intent may use to answer."""

    message: Message
    person: Person
    directory: Directory
    school: School
    work: Work
    now: datetime

    @property
    def typed(self) -> str:
        """The words typed, without white space around them."""
        return self.message.text.strip()

    def may(self, act: Act, incident: Incident) -> bool:
        """Whether this person may do ``act``, asked now, at the click."""
        called = any(
            notice.to.person == self.person.id for notice in self.work.notices.about(incident.ref)
        )
        return may(self.person, act, incident, self.directory, called=called)

    def audit(self, act: str, ref: str = "", detail: str = "") -> None:
        """Record ``act`` in the register of the report it was done to, or the main one."""
        incident = self.work.incidents.get(ref) if ref else None
        register = incident.register if incident else ""
        self.work.audit.record(self.now, self.person.id, act, ref, detail, register)
