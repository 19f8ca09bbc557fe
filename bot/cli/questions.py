"""The questions that make a school's settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from adapters.slack import ids as slack
from adapters.teams import ids as teams
from bot.cli import readings
from bot.cli.asking import Asker
from bot.cli.readings import Read
from bot.people import ROLE_NAMES, Role, without_title
from bot.settings import SchoolFile

T = TypeVar("T")
Section = dict[str, Any]


@dataclass(frozen=True)
class Chat:
    """How one chat platform is asked about."""

    name: str
    home: str
    read_home: Read[str]
    read_channel: Read[str]
    account: str
    read_account: Read[str]


CHATS: Mapping[str, Chat] = {
    "slack": Chat("Slack", "workspace id", slack.team, slack.channel, "member ID", slack.member),
    "teams": Chat("Teams", "tenant id", teams.tenant, teams.channel, "object id", teams.member),
}
NUMBERS = (
    ("front_door", "Council Front Door", True),
    ("officer", "Designated officer (LADO)", True),
    ("on_call", "School on call", False),
    ("whistleblowing", "NSPCC whistleblowing line", False),
)
"""Each outside number, what it is called, and whether there must be one."""

STEPS_IN: Mapping[Role, tuple[Role, ...]] = {
    Role.DEPUTY: (Role.DSL, Role.DEPUTY),
    Role.CHAIR: (Role.PRINCIPAL,),
}
"""Roles that step in for others, at the same centre."""


@dataclass
class Interview:
    """One interview; ``homes`` are the ids of workspace and tenant that are known already."""

    asker: Asker
    now: datetime
    homes: Mapping[str, str] = field(default_factory=dict)
    chats: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    centres: dict[str, Section] = field(default_factory=dict)
    people: list[Section] = field(default_factory=list)

    def school_file(self) -> SchoolFile:
        """Ask everything; the settings that come of it."""
        ask = self.asker.ask
        self.asker.heading("The school. Enter takes what stands in [brackets].")
        name = ask("name", "Name of the school", readings.words)
        zone = ask("zone", "Time zone", readings.zone, "Europe/London")
        opens = ask("opens", "Opens at, hour of the day", readings.hour(), "8")
        closes = ask("closes", "Closes at, hour of the day", readings.hour(opens), "16")
        notice = self._ask("notice", "Where staff find the privacy notice", readings.notice, False)
        self.now = self.now.astimezone(ZoneInfo(zone))
        self.asker.heading("Where staff chat.")
        self.chats = ask("chats", "slack, teams or both", _chats)
        self.homes = {chat: self._home(chat) for chat in self.chats}
        ways = self._ways()
        self._centres(name)
        for key, centre in self.centres.items():
            self._leads(key, centre["name"])
        self._leaders()
        return SchoolFile.model_validate(
            {
                "school": {
                    "name": name,
                    "time_zone": zone,
                    "opens": opens,
                    "closes": closes,
                    "privacy_notice": notice or "",
                },
                "centres": self.centres,
                "numbers": self._numbers(),
                "people": self.people,
                "terms": self._terms(),
                **ways,
            }
        )

    def _ask(
        self, key: str, question: str, read: Read[T], needed: bool, otherwise: str = "none"
    ) -> T | None:
        """As :meth:`Asker.ask`, where what is not ``needed`` may be left out."""
        if needed:
            return self.asker.ask(key, question, read)
        question = f"{question} (Enter: {otherwise})"
        return self.asker.ask(key, question, readings.maybe(read), "")

    def _home(self, chat: str) -> str:
        about = CHATS[chat]
        known = self.homes.get(chat) or None
        return self.asker.ask(f"home.{chat}", f"{about.name}: {about.home}", about.read_home, known)

    def _ways(self) -> Section:
        self.asker.heading("What wakes people; it carries no story. Either can be added later.")
        ways: Section = {}
        if host := self._ask("mail.host", "Mail server", readings.words, needed=False):
            sender = self.asker.ask("mail.sender", "Address it sends from", readings.mail)
            ways["mail"] = {"host": host, "sender": sender}
        if template := self._ask(
            "text", "Template at GOV.UK Notify", readings.template, needed=False
        ):
            ways["text"] = {"template": template}
        self.routes = tuple(ways)
        return ways

    def _centres(self, school: str) -> None:
        self.asker.heading(
            "Centres: each site with a DSL of its own. Its channels are private, with Lanyard in "
            "them."
        )
        name: str | None = self.asker.ask("centre.1", "Name of the centre", readings.words, school)
        while name:
            rooms = self._rooms(name, "the DSL's channel", needed=True)
            it_rooms = self._rooms(name, "IT's channel", needed=False, but=rooms)
            self.centres[readings.slug(name, self.centres)] = {
                "name": name,
                "dsl_rooms": rooms,
                "it_rooms": it_rooms,
            }
            key = f"centre.{len(self.centres) + 1}"
            name = self._ask(key, "Another centre", self._new_centre, False, "no more")

    def _rooms(
        self, centre: str, what: str, needed: bool, but: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        """The channel on every chat platform; it is none of ``but``."""
        found = {}
        for chat in self.chats:
            about, taken = CHATS[chat], (but or {}).get(chat)

            def read(typed: str, about: Chat = about, taken: str | None = taken) -> str:
                room = about.read_channel(typed)
                if room == taken:
                    raise ValueError("That is the DSL's channel, and IT must not be in it.")
                return room

            key = f"{what}.{chat}.{len(self.centres)}"
            if room := self._ask(key, f"{centre}, {about.name}: {what}", read, needed):
                found[chat] = room
        return found

    def _leads(self, centre: str, name: str) -> None:
        self.asker.heading(f"Who looks after {name}. A name given before is the same person.")
        self._person(f"{name}, DSL", Role.DSL, centre)
        self._person(f"{name}, deputy DSL", Role.DEPUTY, centre)
        while self._person(f"{name}, another deputy", Role.DEPUTY, centre, needed=False):
            pass
        self._person(f"{name}, Head of Centre", Role.HEAD, centre, needed=False)

    def _leaders(self) -> None:
        self.asker.heading("Who is there for the whole school.")
        for role in (Role.PRINCIPAL, Role.CHAIR, Role.IT):
            title = ROLE_NAMES[role]
            self._person(title[0].upper() + title[1:], role, None)

    def _person(self, title: str, role: Role, centre: str | None, needed: bool = True) -> bool:
        """Somebody who holds ``role``; whether there is one."""
        key = f"{role}.{centre or ''}.{sum(len(each['roles']) for each in self.people)}"
        name = self._ask(key, f"{title}: name", self._fit(role, centre), needed, "nobody")
        if not name:
            return False
        held = {"role": role, **({"centre": centre} if centre else {})}
        if known := self._named(name):
            known["roles"].append(held)
        else:
            self.people.append(self._newcomer(name, key, role, centre) | {"roles": [held]})
        return True

    def _fit(self, role: Role, centre: str | None) -> Read[str]:
        """A name for ``role``: whoever is called when somebody else is not there, or is what it
        is about, is another person."""
        others = STEPS_IN.get(role, ())

        def read(typed: str) -> str:
            for held in (self._named(typed) or {}).get("roles", ()):
                if held["role"] in others and held.get("centre") == centre:
                    raise ValueError(
                        f"{typed} is {ROLE_NAMES[held['role']]} already. Name somebody else, who "
                        f"is there when {typed} is away or part of it."
                    )
            return readings.words(typed)

        return read

    def _named(self, name: str) -> Section | None:
        return next((p for p in self.people if p["name"].casefold() == name.casefold()), None)

    def _newcomer(self, name: str, key: str, role: Role, centre: str | None) -> Section:
        called = self._also_called(name, key)
        phone = self.asker.ask(
            f"{key}.phone", f"{name}: telephone, as staff would ring it", readings.phone
        )
        at = centre or self._based(name, key)
        ways: Section = {"accounts": {}}
        for chat in self.chats:
            other = len(self.chats) > 1 and (ways["accounts"] or chat != self.chats[-1])
            spared = bool(other or (role is Role.CHAIR and self.routes))
            if account := self._account(name, key, chat, needed=not spared):
                ways["accounts"][chat] = account
        if "mail" in self.routes and (
            mail := self._ask(
                f"{key}.mail", f"{name}: mail", readings.mail, needed=not ways["accounts"]
            )
        ):
            ways["mail"] = mail
        if "text" in self.routes and (
            mobile := self._ask(
                f"{key}.mobile",
                f"{name}: mobile, which may wake them",
                readings.mobile,
                needed=not ways["accounts"] and "mail" not in ways,
            )
        ):
            ways["mobile"] = mobile
        return {
            "id": readings.slug(name.split()[-1], {each["id"] for each in self.people}),
            "name": name,
            "also_called": called,
            "centre": at,
            "phone": phone,
            **ways,
        }

    def _also_called(self, name: str, key: str) -> list[str]:
        """The first name of somebody who is listed without it: a report that calls them by it
        must be kept from them too."""
        if len(without_title(name)) > 1:
            return []
        question = f"{name}: first name, and what else staff call them"
        return self._ask(f"{key}.called", question, readings.names, needed=False) or []

    def _account(self, name: str, key: str, chat: str, needed: bool) -> str | None:
        about = CHATS[chat]
        taken = {each["accounts"].get(chat): each["name"] for each in self.people}

        def read(typed: str) -> str:
            account = f"{self.homes[chat]}/{about.read_account(typed)}"
            if account in taken:
                raise ValueError(f"That is the account of {taken[account]}.")
            return account

        question = f"{name}, {about.name}: {about.account}"
        return self._ask(f"{key}.{chat}", question, read, needed)

    def _based(self, name: str, key: str) -> str:
        """The centre of somebody whose role is the whole school's."""
        by_name = {each["name"]: centre for centre, each in self.centres.items()}
        first = next(iter(by_name))
        if len(by_name) == 1:
            return by_name[first]

        def read(typed: str) -> str:
            if typed not in by_name:
                raise ValueError(f"The centres are called: {', '.join(by_name)}.")
            return by_name[typed]

        return self.asker.ask(f"{key}.centre", f"{name}: centre", read, first)

    def _numbers(self) -> Section:
        self.asker.heading(
            "Numbers on every card of an alarm, beside 999. Ring each one before you write it."
        )
        found: Section = {}
        for key, name, needed in NUMBERS:
            number = self._ask(f"number.{key}", f"{name}: number", readings.phone, needed)
            if number:
                question = f"{name}: day somebody rang it"
                rung = self._ask(f"rung.{key}", question, readings.past(self.now), False, "not yet")
                found[key] = {"name": name, "number": number, "verified_on": rung}
        return found

    def _terms(self) -> list[Section]:
        self.asker.heading("Terms: what can wait for school waits for these days.")
        found: list[Section] = []
        while True:
            key = f"term.{len(found) + 1}"
            first = self._ask(key, "First day of a term", readings.day(self.now), False, "no more")
            if first is None:
                return found
            last = self.asker.ask(f"{key}.last", "Its last day", readings.last_day(first, self.now))
            found.append({"first": first, "last": last})

    def _new_centre(self, typed: str) -> str:
        if typed.casefold() in {each["name"].casefold() for each in self.centres.values()}:
            raise ValueError("That centre is there already. Enter goes on.")
        return readings.words(typed)


def _chats(typed: str) -> tuple[str, ...]:
    if typed.lower() == "both":
        return tuple(CHATS)
    if typed.lower() not in CHATS:
        raise ValueError("Write slack, teams or both.")
    return (typed.lower(),)
