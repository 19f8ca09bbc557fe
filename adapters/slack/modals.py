"""Shows a reply in a modal: opens one, draws the open one again, or lays one over it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine

from adapters.slack.answers import Answers
from adapters.slack.api import Data, SlackApi
from adapters.slack.fitting import clipped
from adapters.slack.submission import Opens, Submission
from adapters.slack.views import View, modal, sheet_modal
from bot.card import Reply
from bot.channel import Unreachable

log = logging.getLogger(__name__)

NOT_SENT = "NOT SENT. Lanyard cannot save anything right now. Ring the DSL."
ERROR = 1500
SECONDS = 5.0


class Modals:
    """Modals on their way. Each trigger works once, for three seconds: nothing is tried twice."""

    def __init__(self, api: SlackApi, answers: Answers) -> None:
        self._api, self._answers = api, answers

    def show(self, submission: Submission, reply: Reply) -> None:
        """Show ``reply`` to what somebody did, soon and in the place where they are."""
        if submission.modal is not None:
            self._answers.begin(self._follow(submission, reply))
        elif submission.opens is Opens.INSTEAD:
            self._answers.begin(self._instead(submission, reply))
        else:
            self._answers.give(submission.origin, reply)
            self.beside(submission, reply)

    def beside(self, submission: Submission, reply: Reply) -> None:
        """Open a modal beside an answer that is shown anyway, if there is one to open."""
        wanted = reply.sheet is not None or submission.command
        if submission.opens is Opens.BESIDE and wanted and reply.cards and not reply.everyone:
            self._answers.begin(self._quietly(self._open(submission, reply)))

    async def _instead(self, submission: Submission, reply: Reply) -> None:
        if not reply.cards:
            return
        try:
            await self._open(submission, reply)
        except Unreachable:
            self._answers.give(submission.origin, reply)

    async def _open(self, submission: Submission, reply: Reply) -> None:
        await self._call("views.open", {"trigger_id": submission.trigger, "view": modal(reply)})

    async def _follow(self, submission: Submission, reply: Reply) -> None:
        """After something was done in a modal: the next page in its place; anything else in its
        place too, unless there are fields in it that would be lost."""
        shows = submission.modal
        assert shows is not None
        if not reply.cards or (shows.redraws and not reply.kept):
            return
        view = modal(reply)
        try:
            if reply.sheet is None and shows.form:
                await self._call("views.push", {"trigger_id": submission.trigger, "view": view})
                return
            # Words typed since would be lost by an older drawing: Slack compares the hash.
            guard = {"hash": shows.hash} if shows.redraws and shows.hash else {}
            await self._call("views.update", {"view_id": shows.id, "view": view, **guard})
        except Unreachable as fault:
            if not shows.redraws:
                log.warning(
                    "modal not shown",
                    extra={"action": "modal", "fault": fault.fault},
                )
                self._answers.give(submission.origin, reply)

    async def _quietly(self, shown: Coroutine[None, None, None]) -> None:
        try:
            await shown
        except Unreachable as fault:
            log.warning("modal not shown", extra={"action": "modal", "fault": fault.fault})

    async def _call(self, method: str, arguments: Data) -> None:
        try:
            async with asyncio.timeout(SECONDS):
                await self._api.call(method, arguments)
        except TimeoutError:
            raise Unreachable("timeout", doubt=True) from None


def answer_to_sent(submission: Submission, reply: Reply, view: View) -> Data | None:
    """Slack's answer to a modal that was sent: faults in place with everything typed still
    there, the next page, or what came of it. ``None`` closes the modal."""
    first = _first_input(view)
    if not reply.kept and first:
        return _errors({first: _words(reply)})
    if reply.sheet is None:
        return {"response_action": "update", "view": modal(reply)} if reply.cards else None
    problems = {each.name: each.problem for each in reply.sheet.fields if each.problem}
    above = reply.cards[:-1]
    if problems and not above and set(problems) <= _inputs(view):
        return _errors(problems)
    return {"response_action": "update", "view": sheet_modal(reply.sheet, above)}


def _errors(problems: dict[str, str]) -> Data:
    errors = {block: clipped(words, ERROR) for block, words in problems.items()}
    return {"response_action": "errors", "errors": errors}


def _inputs(view: View) -> set[str]:
    return {block["block_id"] for block in view.get("blocks", ()) if block.get("type") == "input"}


def _first_input(view: View) -> str:
    blocks = view.get("blocks", ())
    return next((b["block_id"] for b in blocks if b.get("type") == "input"), "")


def _words(reply: Reply) -> str:
    """All that a card says of a fault, in the one line there is room for."""
    card = reply.cards[-1] if reply.cards else None
    if card is None:
        return NOT_SENT
    return " ".join((card.title, *card.text, card.source))
