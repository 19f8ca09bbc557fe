"""Slack's assistant container: what to try first, and a sign that an answer is on its way."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from adapters.slack.answers import Answers
from adapters.slack.api import Data, SlackApi
from adapters.slack.submission import Origin
from bot.channel import Unreachable

log = logging.getLogger(__name__)

PROMPTS = (
    ("Report a worry", "I need to report something"),
    ("My own phone", "Can I use my own phone for a trip photo?"),
    ("Messages from a pupil", "A pupil has sent me a message. What do I do?"),
    ("My reports", "My reports"),
)
"""What a new thread offers (at most four, as Slack has it): the alarm first."""

TITLE = "Worried about a child now? Ring 999. Or choose:"
STATUS = "is looking it up…"
MOST = 2000


class Assistant:
    """Greets a new thread of the container; everything said there is heard as a message."""

    def __init__(self, api: SlackApi, answers: Answers) -> None:
        self._api, self._answers = api, answers
        self._threads: dict[tuple[str, str], None] = {}

    def opened(self, thread: Mapping[str, Any]) -> None:
        """A new thread: offer what to try first, soon."""
        room, stamp = thread.get("channel_id") or "", thread.get("thread_ts") or ""
        if not room or not stamp:
            return
        if len(self._threads) >= MOST:
            self._threads.clear()
        self._threads[room, stamp] = None
        prompts = [{"title": title, "message": message} for title, message in PROMPTS]
        asked = {"channel_id": room, "thread_ts": stamp, "title": TITLE, "prompts": prompts}
        self._answers.begin(self._call("assistant.threads.setSuggestedPrompts", asked))

    def working(self, origin: Origin) -> None:
        """Somebody wrote in a thread: show that they were heard. The answer clears it."""
        if (origin.room, origin.thread) in self._threads:
            asked = {"channel_id": origin.room, "thread_ts": origin.thread, "status": STATUS}
            self._answers.begin(self._call("assistant.threads.setStatus", asked))

    async def _call(self, method: str, arguments: Data) -> None:
        try:
            await self._api.call(method, arguments)
        except Unreachable as fault:
            log.warning("thread not greeted", extra={"action": "assistant", "fault": fault.fault})
