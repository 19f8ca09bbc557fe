"""Speaks first on Slack: posts cards, redraws them, and looks for those in doubt."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from adapters.slack.api import Data, SlackApi
from adapters.slack.render import Page, notice
from bot.card import Card
from bot.channel import HistoryUnreadable, Unreachable
from bot.notice import Destination, Receipt

EVENT_TYPE = "lanyard_notice"
STILL = {
    "unfurl_links": False,
    "unfurl_media": False,
    "link_names": False,
    "parse": "none",
    "mrkdwn": False,
}
"""Nothing in a message is looked up, opened or turned into a mention by Slack."""

PAGES, PAGE = 5, 200
CLOCKS_DIFFER = timedelta(minutes=5)
"""Slack stamps messages by its own clock."""

_DELETED = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
_LOST = frozenset({"channel_not_found", "is_archived", "not_in_channel"})
"""Of a person's own messages with the bot: they may be others by now."""


class SlackChannel:
    """The channel of one workspace. Addresses are ``T…/U…`` for a person's own messages and a
    channel's id for a room."""

    platform = "slack"

    def __init__(self, api: SlackApi, team: str) -> None:
        self._api, self._team = api, team
        self._direct: dict[str, str] = {}
        self._own = ""

    async def post(self, to: Destination, card: Card, key: str) -> Receipt:
        return await self._show_first(to, notice(card), key)

    async def redraw(self, to: Destination, receipt: Receipt, card: Card, key: str) -> Receipt:
        page = notice(card)
        try:
            return await self.update(receipt.room, receipt.message, page)
        except Unreachable as fault:
            if fault.fault not in _DELETED and not await self._moved(to, receipt.room, fault):
                raise
        # It may have been posted afresh already, by a call whose answer was lost.
        since = receipt.at
        with suppress(HistoryUnreadable):
            if again := await self.find(to, key, since):
                return await self.update(again.room, again.message, page)
        return await self._show_first(to, page, key)

    async def find(self, to: Destination, key: str, since: datetime) -> Receipt | None:
        try:
            room = await self._room(to)
            return await self._look(room, key, since - CLOCKS_DIFFER)
        except Unreachable as fault:
            if fault.gone:
                raise HistoryUnreadable from None
            raise fault.before_showing() from None

    async def _look(self, room: str, key: str, since: datetime) -> Receipt | None:
        cursor = ""
        for _ in range(PAGES):
            asked: Data = {
                "channel": room,
                "limit": PAGE,
                "oldest": f"{since.timestamp():.6f}",
                "include_all_metadata": True,
            }
            answer = await self._api.call(
                "conversations.history", asked | ({"cursor": cursor} if cursor else {})
            )
            for message in answer.get("messages", ()):
                metadata = message.get("metadata") or {}
                payload = metadata.get("event_payload") or {}
                if metadata.get("event_type") == EVENT_TYPE and payload.get("key") == key:
                    return proof(room, message["ts"])
            cursor = _next(answer)
            if not cursor:
                return None
        raise HistoryUnreadable

    async def members(self, room: str) -> frozenset[str] | None:
        """The accounts in ``room``, without the bot's own."""
        found: set[str] = set()
        cursor = ""
        try:
            if not self._own:
                self._own = str((await self._api.call("auth.test", {})).get("user_id") or "")
            while True:
                answer = await self._api.call(
                    "conversations.members",
                    {"channel": _id(room), "limit": 1000} | ({"cursor": cursor} if cursor else {}),
                )
                found |= {f"{self._team}/{user}" for user in answer.get("members", ())}
                cursor = _next(answer)
                if not cursor:
                    return frozenset(found - {f"{self._team}/{self._own}"})
        except Unreachable as fault:
            if fault.gone:
                return None
            raise

    async def direct(self, user: str) -> str:
        """The room of ``user``'s own messages with the bot."""
        if user not in self._direct:
            try:
                answer = await self._api.call("conversations.open", {"users": user})
            except Unreachable as fault:
                # Nothing has been shown yet, whatever became of this call.
                raise fault.before_showing() from None
            self._direct[user] = answer["channel"]["id"]
        return self._direct[user]

    async def show_to(self, user: str, page: Page, more: Data) -> Receipt:
        """Post ``page`` in ``user``'s own messages, opened again once if Slack does not know
        them any more."""
        room = await self.direct(user)
        try:
            return await self.show(room, page, more)
        except Unreachable as fault:
            if fault.fault not in _LOST:
                raise
        return await self.show(await self._opened_again(user, room), page, more)

    async def show(self, room: str, page: Page, more: Data) -> Receipt:
        """Post ``page`` in ``room``."""
        answer = await self._api.call(
            "chat.postMessage", {"channel": room, **page.payload(), **STILL, **more}
        )
        return proof(room, answer.get("ts", ""))

    async def update(self, room: str, message: str, page: Page) -> Receipt:
        """Put ``page`` in the place of ``message``; its metadata stays."""
        await self._api.call(
            "chat.update",
            {
                "channel": room,
                "ts": message,
                **page.payload(),
                "link_names": False,
                "parse": "none",
            },
        )
        return proof(room, message)

    async def _show_first(self, to: Destination, page: Page, key: str) -> Receipt:
        account = self._account(to)
        show = self.show_to if _is_person(account) else self.show
        return await show(account, page, _known_by(key))

    async def _moved(self, to: Destination, room: str, fault: Unreachable) -> bool:
        """Whether ``to`` is somebody whose own messages are no longer in ``room``."""
        if fault.fault not in _LOST or not _is_person(account := self._account(to)):
            return False
        return await self._opened_again(account, room) != room

    async def _opened_again(self, user: str, lost: str) -> str:
        if self._direct.get(user) == lost:
            del self._direct[user]
        return await self.direct(user)

    async def _room(self, to: Destination) -> str:
        account = self._account(to)
        return await self.direct(account) if _is_person(account) else account

    def _account(self, to: Destination) -> str:
        team, _, _ = to.address.rpartition("/")
        if team not in ("", self._team):
            raise Unreachable("another-workspace", gone=True)
        account = _id(to.address)
        if not account:
            raise Unreachable("no-address", gone=True)
        return account


def _known_by(key: str) -> Data:
    """What travels with a card, so that it is found again."""
    return {"metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": key}}}


def proof(room: str, ts: str) -> Receipt:
    """The receipt of the message that Slack knows by ``ts``."""
    try:
        at = datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        raise Unreachable("no-time-stamp", doubt=True) from None
    return Receipt(room, ts, at)


def _is_person(account: str) -> bool:
    return account[0] in "UW"


def _id(address: str) -> str:
    return address.rpartition("/")[2]


def _next(answer: Data) -> str:
    return str((answer.get("response_metadata") or {}).get("next_cursor") or "")
