"""Keeps Home tabs true: drawn when opened, a role-holder's for good, cleared with a role."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.slack.accounts import Accounts
from adapters.slack.answers import Answers
from adapters.slack.api import SlackApi
from adapters.slack.views import View, home_tab
from bot.card import Reply, press
from bot.channel import Unreachable
from bot.door import Door
from bot.message import Message, Place
from bot.people import Identity, Person
from bot.ports import Unavailable
from bot.views.home import NOTHING_YET, as_of

log = logging.getLogger(__name__)

SWEEP = 15.0
"""Seconds between looks at whether a tab that is open somewhere is still true."""

LATELY = timedelta(hours=1)
MOST = 50
"""How long the tabs of people without a role are kept true, and how many of them. A role-holder's
is for as long as they hold it: on it stands whether an alarm is open."""

BOOK = "slack-home"
"""Under which it is kept in which roles a tab was drawn: it must be kept true while they last and
cleared when they go, even if this process has never drawn it."""


NEVER = ""

People = Mapping[str, Person]
"""Those with an account in the workspace, by that account."""


@dataclass
class _Tab:
    opened_at: datetime | None = None
    drawn: str = ""


class Homes:
    """The Home tabs of one workspace."""

    def __init__(
        self,
        api: SlackApi,
        door: Door,
        accounts: Accounts,
        answers: Answers,
        team: str,
        now: Callable[[], datetime],
    ) -> None:
        self._api, self._door, self._accounts, self._answers = api, door, accounts, answers
        self._team, self._now = team, now
        self._tabs: dict[str, _Tab] = {}
        self._drawn_for: dict[str, str] = {}

    def opened(self, user: str, key: str) -> None:
        """Somebody looks at it now: draw it, soon. What they read of cases is recorded, under
        Slack's own ``key`` of the opening; drawing it again adds no reader."""
        self._tabs.pop(user, None)
        self._make_room()
        self._tabs[user] = _Tab(self._now())
        self._answers.begin(self._draw(user, key))

    def touched(self, user: str) -> None:
        """Somebody did something: theirs may have changed, if they opened it lately."""
        if self._is_open(user):
            self._answers.begin(self._draw(user))

    async def sweep(self) -> None:
        """Draw again what has changed: the tab of every role-holder who has one, every tab that
        was opened lately, and every tab whose reader holds other roles than it was drawn for."""
        people = self._people()
        await self._recall(people)
        had = {user for user, roles in self._drawn_for.items() if roles != NEVER}
        due = {user for user in had if self._drawn_for[user] != _roles(people.get(user))}
        due |= _holders(people) & (had | set(self._tabs))
        for user in sorted(due | set(filter(self._is_open, self._tabs))):
            await self._draw(user)

    async def keep_true(self) -> None:
        """Sweep for ever."""
        while True:
            await asyncio.sleep(SWEEP)
            try:
                await self.sweep()
            except Exception:
                log.exception("homes not swept", extra={"action": "home"})

    def _is_open(self, user: str) -> bool:
        tab = self._tabs.get(user)
        opened_at = tab.opened_at if tab is not None else None
        return opened_at is not None and self._now() - opened_at < LATELY

    def _make_room(self) -> None:
        """Forget the tabs opened longest ago of those that nobody with a role looks at."""
        holders = _holders(self._people())
        others = [user for user in self._tabs if user not in holders]
        for user in others[: max(0, len(others) - MOST + 1)]:
            del self._tabs[user]

    async def _draw(self, user: str, key: str = "") -> None:
        reply, person = await self._look(user, key)
        shown = reply if reply is not None else Reply((NOTHING_YET,))
        tab = self._tabs.setdefault(user, _Tab())
        drawn = _fingerprint(home_tab(shown))
        roles = _roles(person)
        if tab.drawn == drawn and self._drawn_for.get(user, NEVER) == roles:
            return
        view = home_tab(shown, as_of(self._now(), self._door.directory().zone))
        try:
            await self._api.call("views.publish", {"user_id": user, "view": view})
        except Unreachable as fault:
            log.warning("home not drawn", extra={"action": "home", "fault": fault.fault})
            if fault.gone:
                # An account that is closed: not again before there is something new to show.
                tab.drawn = drawn
            return
        tab.drawn = drawn
        if reply is not None:
            await self._remember(user, roles)

    async def _look(self, user: str, key: str) -> tuple[Reply | None, Person | None]:
        account = await self._accounts.account(user)
        message = Message(
            key=key,
            identity=Identity("slack", f"{self._team}/{user}"),
            place=Place("slack", user),
            name=account.name,
            press=press("home"),
            standing=account.standing,
            forms=True,
        )
        if key:
            heard = await self._door.hear(message)
            return heard if heard.kept else None, self._door.person(message)
        return await self._door.look(message), self._door.person(message)

    def _people(self) -> People:
        return {
            identity.user.rpartition("/")[2]: person
            for person in self._door.directory().people.values()
            for identity in person.identities
            if identity.platform == "slack"
        }

    async def _recall(self, people: People) -> None:
        """Learn whose tab was drawn; a role-holder's may be any day, by another process."""
        known, holders = self._drawn_for, _holders(people)
        unread = {user for user in people if user not in known}
        unread |= {user for user in holders if known.get(user, NEVER) == NEVER}
        try:
            known |= await self._door.crossing.run_between(self._read, tuple(unread))
        except Unavailable:
            return

    def _read(self, users: tuple[str, ...]) -> dict[str, str]:
        """For which roles the tabs of ``users`` were drawn, by any process, if ever."""
        if not users:
            return {}
        with self._door.store.work() as work:
            get = work.references.get
            return {user: get(BOOK, f"{self._team}/{user}") or NEVER for user in users}

    async def _remember(self, user: str, roles: str) -> None:
        if self._drawn_for.get(user, NEVER) == roles:
            return
        try:
            await self._door.crossing.run_between(self._write, user, roles)
        except Unavailable:
            return
        self._drawn_for[user] = roles

    def _write(self, user: str, roles: str) -> None:
        with self._door.store.work() as work:
            if roles == NEVER:
                work.references.forget(BOOK, f"{self._team}/{user}")
            else:
                work.references.put(BOOK, f"{self._team}/{user}", roles)
            work.commit()


def _roles(person: Person | None) -> str:
    if person is None:
        return NEVER
    if person.guest:
        return "none"
    return (
        " ".join(sorted(f"{held.role}:{held.centre or ''}" for held in person.holdings)) or "staff"
    )


def _holders(people: People) -> set[str]:
    """The accounts of those who hold a role."""
    return {user for user, person in people.items() if person.holdings and not person.guest}


def _fingerprint(view: View) -> str:
    return hashlib.sha256(json.dumps(view).encode()).hexdigest()
