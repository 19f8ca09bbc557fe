"""Takes a submission to the door: refuses who may not speak, hears, and has the answer given."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from adapters.slack.accounts import Accounts, Known, Sharing
from adapters.slack.answers import Answers
from adapters.slack.api import Data
from adapters.slack.homes import Homes
from adapters.slack.modals import Modals, answer_to_sent
from adapters.slack.refusal import FOOTER, SHARED_ROOM, STRANGER
from adapters.slack.render import Page, pages
from adapters.slack.submission import Origin, Submission
from adapters.slack.typed import NOBODY, mentioned, named, typed
from adapters.slack.views import View
from bot.card import Reply, say
from bot.door import Door
from bot.message import Message, Place, Standing
from bot.people import Identity

REMEMBERED_SECONDS = 600.0
MOST_ASKED = 10
"""Of so many whom one message mentions, and who are not listed, Slack is asked the names."""


class Listener:
    """What is done with every submission, whichever way it came in."""

    def __init__(
        self,
        door: Door,
        accounts: Accounts,
        answers: Answers,
        modals: Modals,
        homes: Homes,
        team: str,
        now: Callable[[], datetime],
    ) -> None:
        self._door, self._accounts, self._answers, self._team = door, accounts, answers, team
        self._modals, self._homes = modals, homes
        self._given: Known[int] = Known(now)
        self._called: Known[Mapping[str, str]] = Known(now)

    async def hear(self, submission: Submission) -> None:
        """Have the bot hear it, then show what it says. Returns once it has been heard, which
        is when everything the answer calls saved is saved."""
        reply = await self._reply(submission)
        if self._is_new(submission, reply):
            self._modals.show(submission, reply)
            self._homes.touched(submission.origin.user)

    async def hear_sent(self, submission: Submission, view: View) -> Data | None:
        """As :meth:`hear`, for a modal that was sent, which is answered in the same breath: the
        answer to Slack, ``None`` to close it."""
        reply = await self._reply(submission)
        self._homes.touched(submission.origin.user)
        return answer_to_sent(submission, reply, view)

    async def hear_at_once(self, submission: Submission) -> Page | None:
        """As :meth:`hear`, for a command, which may be answered in the same breath: the first
        page needs no call to Slack and so is shown even when Slack can be told nothing."""
        reply = await self._reply(submission)
        if not reply.cards:
            return None
        shown = pages(*reply.cards, footer=FOOTER)
        if self._is_new(submission, reply):
            if len(shown) > 1:
                self._answers.give(submission.origin, reply, after=1)
            self._modals.beside(submission, reply)
        return shown[0] if shown else None

    async def _reply(self, submission: Submission) -> Reply:
        origin = submission.origin
        identity = self._identity(origin.user)
        if submission.teams != {self._team}:
            await self._door.refused(Identity("slack", ""), "another-workspace")
            return say(STRANGER)
        account, sharing, names = await asyncio.gather(
            self._accounts.account(origin.user),
            self._sharing(submission),
            self._names(submission),
        )
        if sharing is Sharing.YES:
            await self._door.refused(identity, "shared-channel")
            return say(SHARED_ROOM)
        standing = account.standing
        if standing is Standing.MEMBER and self._closed(sharing, identity):
            standing = Standing.UNKNOWN
        if standing is Standing.BOT:
            await self._door.refused(identity, "bot")
        return await self._door.hear(
            Message(
                key=submission.key,
                identity=identity,
                place=_place(origin),
                text=typed(submission.text, names),
                name=account.name or submission.name,
                press=submission.press,
                command=submission.command,
                attachments=submission.attachments,
                standing=standing,
                sent_at=submission.sent_at,
                fields={name: named(each, names) for name, each in submission.fields.items()},
                forms=True,
                rooms=sharing is not Sharing.HIDDEN and _has_others(origin),
            )
        )

    async def _sharing(self, submission: Submission) -> Sharing:
        if submission.shared is not None:
            return Sharing.YES if submission.shared else Sharing.NO
        return await self._accounts.sharing(submission.origin.room)

    def _closed(self, sharing: Sharing, identity: Identity) -> bool:
        """Whether nothing is shown, because who else is in the room is not known. In a room that
        is hidden from Lanyard the answer is for the asker alone; only reports are not read."""
        person = self._door.directory().known_as(identity) if sharing is Sharing.HIDDEN else None
        return sharing is Sharing.SILENT or bool(person and person.holdings)

    async def _names(self, submission: Submission) -> Mapping[str, str]:
        """What those are called whom the words mention: as the school lists them, so that a
        role-holder is known by it, else as Slack does. A retry is told the same, because it is
        known again by its words."""
        users = mentioned(submission.text, *submission.fields.values())
        if not users:
            return NOBODY
        known = self._called.get(submission.key)
        if known is not None:
            return known
        directory = self._door.directory()
        listed = {user: directory.known_as(self._identity(user)) for user in users}
        names = {user: person.name for user, person in listed.items() if person}
        others = [user for user in users if user not in names][:MOST_ASKED]
        accounts = await asyncio.gather(*map(self._accounts.account, others))
        pairs = zip(others, accounts, strict=True)
        names |= {user: f"@{account.name}" for user, account in pairs if account.name}
        return self._called.put(submission.key, names, REMEMBERED_SECONDS)

    def _identity(self, user: str) -> Identity:
        return Identity("slack", f"{self._team}/{user}")

    def _is_new(self, submission: Submission, reply: Reply) -> bool:
        """False for the answer that Slack's retry gets: it has been given already."""
        answer = hash(reply)
        if self._given.get(submission.key) == answer:
            return False
        self._given.put(submission.key, answer, REMEMBERED_SECONDS)
        return True


def _has_others(origin: Origin) -> bool:
    return bool(origin.room) and not origin.room.startswith("D")


def _place(origin: Origin) -> Place:
    own = origin.direct or not origin.room
    return Place("slack", origin.room or origin.user, private=own)
