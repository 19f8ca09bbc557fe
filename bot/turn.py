"""One turn: what was said, by whom, when, and the transaction it happens in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot import put_back
from bot.card import Card, Press, Reply, say
from bot.form import Form
from bot.incident import REF_LETTERS, Incident, is_ref
from bot.may import Act, called, may, may_by_a_call, room_to_be_in
from bot.message import Message, Standing
from bot.people import Directory, Person
from bot.platforms import ROUTES
from bot.ports import Work
from bot.rooms import private_rooms, rooms_of
from bot.terms import Terms
from bot.views import messages
from bot.views.put_back import or_missing

REFERENCE = re.compile(rf"G?[{REF_LETTERS}]{{5}}")
"""What the audit keeps of a reference somebody gave: anything else could be words."""

LONGEST_ACT = 20


@dataclass(frozen=True)
class School:
    """What stays the same from turn to turn.

    ``forms`` are the reports staff make, ``case_forms`` what role-holders and reporters add to
    a case, by name; ``platforms`` are those in use, chat first, in the order they are tried;
    ``second_route_after`` is how long a report may be undelivered before another way is taken;
    ``trained_on`` the day on which all staff were last trained; ``privacy_notice`` where staff
    find the whole of theirs.
    """

    forms: Mapping[str, Form]
    case_forms: Mapping[str, Form]
    platforms: tuple[str, ...]
    terms: Terms
    second_route_after: timedelta = timedelta(minutes=3)
    trained_on: date | None = None
    privacy_notice: str = ""

    def form(self, name: str) -> Form | None:
        return self.forms.get(name) or self.case_forms.get(name)

    def on(self, platforms: tuple[str, ...]) -> School:
        """The same school on other chat platforms; its other routes stay."""
        routes = tuple(route for route in self.platforms if route in ROUTES)
        return replace(self, platforms=(*platforms, *routes))


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

    @property
    def vouched(self) -> bool:
        """Whether the platform vouches for them as staff now: nobody else is told of a report."""
        return self.message.standing is Standing.MEMBER and not self.person.guest

    def opened_at(self, ref: str, person: Person) -> datetime | None:
        """When ``person`` first opened a report, if they ever did."""
        acts = self.work.audit.acts(ref)
        return next(
            (at for at, actor, act in acts if act == "open" and person.goes_by(actor)), None
        )

    def may(self, act: Act, incident: Incident) -> bool:
        """Whether this person may do ``act``, asked now, at the click: of the role list, and of
        the rooms they are in. A reporter may always add to their own report."""
        if act is Act.ADD and incident.reporter == self.person.id:
            return not self.person.guest or self.person.unvouched
        if self.message.standing is not Standing.MEMBER:
            return False
        was_called = may_by_a_call(self.person, incident) and called(
            self.person.id, self.work.notices.about(incident.ref)
        )
        if not may(self.person, act, incident, self.directory, called=was_called):
            return False
        here, place = self.message.inside, self.message.place
        needed = {room_to_be_in(self.person, incident, self.directory, place.platform)} - {""}
        if not place.private and place.room in private_rooms(self.directory, place.platform):
            needed.add(place.room)
        return needed <= here.rooms

    def drill(self, press: Press) -> Incident | None:
        """The drill that ``press`` names, if it names one that this person may know of."""
        named = (self.work.incidents.get(arg.upper()) for arg in press.args if is_ref(arg.upper()))
        drill = next((incident for incident in named if incident and incident.drill), None)
        if drill is None:
            return None
        known = drill.reporter == self.person.id or self.may(Act.KNOW, drill)
        return drill if known else None

    def missing_rooms(self) -> frozenset[str]:
        """The private rooms of their roles that this person is not known to be in now."""
        wanted = rooms_of(self.person, self.directory, self.message.identity.platform)
        return frozenset(wanted - self.message.inside.rooms)

    def refuse(self, act: str, ref: str = "") -> Reply:
        """Refuse, for this person's eyes only, and record that it was tried.

        What is said depends on who asks and never on what there is: guessing tells nothing.
        """
        known = ref if REFERENCE.fullmatch(ref) else ""
        self.audit("refused", known, act if act.isascii() and len(act) <= LONGEST_ACT else "press")
        if self.message.standing is Standing.UNKNOWN:
            return say(self.or_missing(messages.not_checked(self.directory)))
        missing = self.missing_rooms()
        if missing and not self.person.guest:
            unsure = bool(missing & self.message.inside.unsure)
            return say(self.or_missing(messages.not_in_room(self.directory, unsure=unsure)))
        return say(self.or_missing(messages.not_yours(self.directory)))

    def or_missing(self, card: Card) -> Card:
        """``card``, which says that there is nothing; after a restore also that it may be gone."""
        return or_missing(card, put_back.read(self.work), self.directory)

    def audit(self, act: str, ref: str = "", detail: str = "") -> None:
        """Record ``act`` in the register of the report it was done to, or the main one."""
        incident = self.work.incidents.get(ref) if ref else None
        register = incident.register if incident else ""
        self.work.audit.record(self.now, self.person.id, act, ref, detail, register)
