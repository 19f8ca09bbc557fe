"""Keeps each person's Home tab true: drawn when opened, again on change, cleared with a role."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable
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
from bot.views.home import NOTHING_YET

log = logging.getLogger(__name__)

SWEEP = 15.0
"""Seconds between looks at whether a tab that is open somewhere is still true."""

LATELY = timedelta(hours=1)
MOST = 50
BOOK = "slack-home"
"""Under which it is kept in which roles a tab was drawn: it must be cleared when they go, even
if this process has never drawn it."""


NEVER = ""


@dataclass
class _Tab:
    opened_at: datetime
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
        if len(self._tabs) >= MOST:
            self._tabs.pop(min(self._tabs, key=lambda each: self._tabs[each].opened_at))
        self._tabs[user] = _Tab(self._now())
        self._answers.begin(self._draw(user, key))

    def touched(self, user: str) -> None:
        """Somebody did something: theirs may have changed, if they opened it lately."""
        if self._is_open(user):
            self._answers.begin(self._draw(user))

    async def sweep(self) -> None:
        """Draw again every tab that was opened lately and has changed, and every tab whose
        reader holds other roles than those it was drawn for."""
        for user in list(self._tabs):
            if self._is_open(user):
                await self._draw(user)
        for user in await self._in_other_roles():
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
        return tab is not None and self._now() - tab.opened_at < LATELY

    async def _draw(self, user: str, key: str = "") -> None:
        reply, person = await self._look(user, key)
        view = home_tab(reply if reply is not None else Reply((NOTHING_YET,)))
        tab = self._tabs.get(user)
        drawn = _fingerprint(view)
        roles = _roles(person)
        if tab is not None and tab.drawn == drawn and self._drawn_for.get(user) == roles:
            return
        try:
            await self._api.call("views.publish", {"user_id": user, "view": view})
        except Unreachable as fault:
            log.warning("home not drawn", extra={"action": "home", "fault": fault.fault})
            return
        if tab is not None:
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

    async def _in_other_roles(self) -> list[str]:
        """Those whose tab was drawn for other roles than they hold now."""
        people = {
            identity.user.rpartition("/")[2]: person
            for person in self._door.directory().people.values()
            for identity in person.identities
            if identity.platform == "slack"
        }
        unread = tuple(user for user in people if user not in self._drawn_for)
        try:
            self._drawn_for |= await self._door.crossing.run_between(self._read, unread)
        except Unavailable:
            return []
        known = self._drawn_for.items()
        return [user for user, roles in known if roles not in (NEVER, _roles(people.get(user)))]

    def _read(self, users: tuple[str, ...]) -> dict[str, str]:
        """For which roles the tabs of ``users`` were drawn, by any process, if ever."""
        if not users:
            return {}
        with self._door.store.work() as work:
            get = work.references.get
            return {user: get(BOOK, f"{self._team}/{user}") or NEVER for user in users}

    async def _remember(self, user: str, roles: str) -> None:
        if self._drawn_for.get(user) == roles:
            return
        try:
            await self._door.crossing.run_between(self._write, user, roles)
        except Unavailable:
            return
        self._drawn_for[user] = roles

    def _write(self, user: str, roles: str) -> None:
        with self._door.store.work() as work:
            work.references.put(BOOK, f"{self._team}/{user}", roles)
            work.commit()


def _roles(person: Person | None) -> str:
    if person is None or person.guest:
        return "none"
    return (
        " ".join(sorted(f"{held.role}:{held.centre or ''}" for held in person.holdings)) or "staff"
    )


def _fingerprint(view: View) -> str:
    return hashlib.sha256(json.dumps(view).encode()).hexdigest()
