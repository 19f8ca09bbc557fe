"""What is done in dialogs, and by the actions beside a message or the box one writes in."""

from __future__ import annotations

from functools import partial
from typing import Any

from adapters.teams.afterwards import ON_ITS_WAY, Afterwards, Work
from adapters.teams.dialogs import again, dialog
from adapters.teams.hearing import IN_YOUR_CHAT, Hearing
from adapters.teams.reading import Incoming
from bot.card import Card, Reply
from bot.views.sheets import LEAVE

Body = dict[str, Any]

FETCH, SUBMIT = "task/fetch", "task/submit"
ACTION, ACTION_SENT = "composeExtension/fetchTask", "composeExtension/submitAction"
NAMES = frozenset({FETCH, SUBMIT, ACTION, ACTION_SENT})

REPORT, REPORT_MESSAGE = "report", "report-message"
"""The actions of the message extension; both mean the command ``report``."""

NOT_OURS = "This button is not one of mine."
CLOSED: Body = {}
"""An empty answer closes the dialog."""


class Tasks:
    """Opens dialogs, draws them again, and closes them."""

    def __init__(self, hearing: Hearing, afterwards: Afterwards) -> None:
        self._hearing, self._afterwards = hearing, afterwards

    async def take(self, incoming: Incoming) -> Body:
        """The dialog to be shown next."""
        if incoming.name == ACTION:
            return await self._report(incoming)
        press = incoming.press
        if press is None:
            return _message(NOT_OURS)
        fields = incoming.fields if incoming.name != FETCH else {}
        reply = await self._hearing.hear(incoming, fields=fields)
        if not reply.kept and fields:
            reply = again(reply, press, incoming.asks, fields)
        elif press.verb == LEAVE:
            self._afterwards.begin(incoming.address, self._own_chat(incoming, reply.cards))
            return CLOSED
        return await self._shown(incoming, reply)

    async def _report(self, incoming: Incoming) -> Body:
        if incoming.action not in (REPORT, REPORT_MESSAGE):
            return _message(NOT_OURS)
        fields = {"link": incoming.link} if incoming.link else {}
        reply = await self._hearing.hear(incoming, press=None, command=REPORT, fields=fields)
        return await self._shown(incoming, reply)

    async def _shown(self, incoming: Incoming, reply: Reply) -> Body:
        if not reply.cards:
            return CLOSED
        task, long = dialog(reply)
        if long:
            own_chat = self._own_chat(incoming, long)
            told = await self._afterwards.told(incoming.address, own_chat)
            if told not in (IN_YOUR_CHAT, ON_ITS_WAY):
                return _message(told)
        return task

    def _own_chat(self, incoming: Incoming, cards: tuple[Card, ...]) -> Work:
        return partial(self._hearing.in_own_chat, incoming, cards)


def _message(text: str) -> Body:
    return {"task": {"type": "message", "value": text}}
