"""The report of a term: a DSL sends it on, and whoever may reads the last one again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from bot.card import Press, Reply, Tone, say
from bot.governors import send
from bot.intent import Intent
from bot.people import Role
from bot.term import Term
from bot.turn import Turn
from bot.views.governors import SEND, term_card
from bot.views.messages import note

PHRASES = frozenset(
    {"termly report", "term report", "last term", "governors report", "governors' report"}
)


class LastTerm(Intent):
    """For the safeguarding governor, once it is sent; the DSL has it from when it is made."""

    verbs: ClassVar[Mapping[str, int]] = {SEND: 1}
    for_vouched: ClassVar[bool] = True

    def typed(self, press: Press) -> bool:
        return self.presses(press) and len(press.args) == 1 and _term(press) is not None

    def hears(self, turn: Turn) -> bool:
        asked = turn.typed.lower().replace("\u2019", "'").strip(" .?")
        return asked in PHRASES and _may_read(turn)

    def answer(self, turn: Turn, press: Press) -> Reply:
        if press.verb == SEND:
            return self._send(turn, _term(press))
        reports = turn.work.term_reports
        dsl = turn.person.holds(Role.DSL)
        readable = [term for term in reports.made() if dsl or reports.was_sent(term)]
        report = reports.get(readable[-1]) if readable else None
        turn.audit("read-term", detail=str(readable[-1]) if readable else "")
        if report is None:
            return say(note("There is no report of a term yet."))
        return say(term_card(report, trained_on=turn.school.trained_on))

    def _send(self, turn: Turn, term: Term | None) -> Reply:
        if not turn.person.holds(Role.DSL):
            return turn.refuse(SEND)
        reports = turn.work.term_reports
        if term is None or term not in reports.made():
            return say(note("There is no report of that term."))
        if reports.was_sent(term):
            return say(note(f"The report for {term.name} has been sent already."))
        send(turn.work, term, turn.directory, turn.school, turn.now)
        turn.audit(SEND, detail=str(term))
        return say(note(f"The report for {term.name} is on its way.", tone=Tone.DONE))


def _may_read(turn: Turn) -> bool:
    return turn.person.holds(Role.DSL) or turn.person.holds(Role.GOVERNOR)


def _term(press: Press) -> Term | None:
    try:
        return Term.parse(press.args[0])
    except ValueError:
        return None
