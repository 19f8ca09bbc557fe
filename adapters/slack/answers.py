"""Gives a reply to the one person it is for, by the surest way that is private."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from functools import partial

from adapters.slack.api import Data, SlackApi
from adapters.slack.channel import STILL, SlackChannel
from adapters.slack.refusal import FOOTER
from adapters.slack.render import Page, pages
from adapters.slack.submission import Origin
from bot.card import Reply
from bot.channel import Unreachable

log = logging.getLogger(__name__)

TRIES, PATIENCE = 3, 30.0

Way = Callable[[], Awaitable[object]]


def ephemeral(page: Page, *, replace: bool = False) -> Data:
    """``page`` as the answer to a command or at a ``response_url``: never in the channel."""
    return {
        "response_type": "ephemeral",
        "replace_original": replace,
        "unfurl_links": False,
        "unfurl_media": False,
        **page.payload(),
    }


@dataclass
class _Turn:
    """Whose answer is being given; the next one to the same person waits."""

    lock: asyncio.Lock
    waiting: int = 0


class Answers:
    """Replies on their way. What cannot be shown one way is shown another, or logged by code."""

    def __init__(self, api: SlackApi, channel: SlackChannel) -> None:
        self._api, self._channel = api, channel
        self._turns: dict[str, _Turn] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def give(self, origin: Origin, reply: Reply, *, after: int = 0) -> None:
        """Show ``reply`` soon, after those begun before it; its first ``after`` pages are known
        to have been shown."""
        self.begin(self._give_in_order(origin, reply, after))

    def begin(self, work: Coroutine[None, None, None]) -> None:
        """Do ``work`` after Slack has been answered; it is waited for at the end."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def all_given(self) -> None:
        """Returns when nothing is on its way."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def stop(self) -> None:
        """Let what is on its way end, for a while."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=5)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _give_in_order(self, origin: Origin, reply: Reply, after: int) -> None:
        turn = self._turns.setdefault(origin.user, _Turn(asyncio.Lock()))
        turn.waiting += 1
        try:
            async with turn.lock:
                await self._give(origin, reply, after)
        except Unreachable as fault:
            log.error("not answered", extra={"action": "answer", "fault": fault.fault})
        except Exception as fault:
            log.error("not answered", extra={"action": "answer", "fault": type(fault).__name__})
        finally:
            turn.waiting -= 1
            if not turn.waiting:
                self._turns.pop(origin.user, None)

    async def _give(self, origin: Origin, reply: Reply, after: int) -> None:
        if reply.everyone and origin.room:
            for page in pages(*reply.cards):
                await _first_that_works(self._to_everyone(origin, page))
            return
        if reply.asked_again:
            # That address answers for half an hour, without asking who may still see the room.
            origin = replace(origin, response_url="")
        own = await self._is_own(origin)
        replaceable = bool(origin.response_url) if origin.alone else own and bool(origin.message)
        replaced = reply.replaces and replaceable
        if own or not origin.room:
            drawn = [page for card in reply.cards for page in pages(card)]
        else:
            drawn = list(pages(*reply.cards, footer=FOOTER))[after:]
        for page in drawn:
            ways = self._direct(origin, page) if own else self._alone(origin, page)
            if replaced:
                ways.insert(0, self._replace(origin, page))
            await _first_that_works(ways)
            replaced = False

    async def _is_own(self, origin: Origin) -> bool:
        """Whether ``origin`` is the person's own messages with the bot.

        The cards that answered a command there look like those that answered one in messages
        with a colleague, until the rooms are compared.
        """
        if origin.direct or not (origin.room.startswith("D") and origin.alone):
            return origin.direct
        try:
            return origin.room == await self._channel.direct(origin.user)
        except Unreachable:
            return False

    def _direct(self, origin: Origin, page: Page) -> list[Way]:
        more = {"thread_ts": origin.thread} if origin.thread else {}
        return [partial(self._channel.show, origin.room, page, more)]

    def _alone(self, origin: Origin, page: Page) -> list[Way]:
        """To the person alone, though the room, if there is one, is not theirs."""
        ways: list[Way] = [partial(self._in_messages, origin, page)]
        if origin.room:
            ways.insert(0, partial(self._api.call, "chat.postEphemeral", _private(origin, page)))
        if origin.response_url and (origin.alone or not origin.message):
            # The answer to an answer, or to a command, may be where the bot is no member. A card
            # that the room shares goes first by the way that checks who is still in the room.
            ways.insert(0, partial(self._api.respond, origin.response_url, ephemeral(page)))
        return ways

    def _to_everyone(self, origin: Origin, page: Page) -> list[Way]:
        """To the whole room; where the bot is no member, by the way that needs none."""
        ways = self._direct(origin, page)
        if origin.response_url:
            public = {**ephemeral(page), "response_type": "in_channel"}
            ways.append(partial(self._api.respond, origin.response_url, public))
        return ways

    def _replace(self, origin: Origin, page: Page) -> Way:
        if origin.alone:
            return partial(self._api.respond, origin.response_url, ephemeral(page, replace=True))
        return partial(self._channel.update, origin.room, origin.message, page)

    async def _in_messages(self, origin: Origin, page: Page) -> None:
        await self._channel.show_to(origin.user, page, {})


def _private(origin: Origin, page: Page) -> Data:
    thread = {"thread_ts": origin.thread} if origin.thread else {}
    still = {name: STILL[name] for name in ("link_names", "parse")}
    return {"channel": origin.room, "user": origin.user, **page.payload(), **still, **thread}


async def _first_that_works(ways: list[Way]) -> None:
    """Try each way, with patience where waiting may help; raises the last failure.

    A second copy of an answer does no harm, so a doubtful try is repeated as well.
    """
    for way in ways:
        for attempt in range(1, TRIES + 1):
            try:
                await way()
                return
            except Unreachable as fault:
                told = fault.retry_after
                pause = float(attempt) if told is None else told
                passing = fault.doubt or fault.unanswered or told is not None
                given_up = not passing or pause > PATIENCE or attempt == TRIES
                if given_up and way is ways[-1]:
                    raise
                if given_up:
                    break
                await asyncio.sleep(pause)
