"""Somebody's home: what concerns them now, by the roles they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from bot.answers import Addressee
from bot.card import Card, Press, Reply, say
from bot.form import Route
from bot.intent import Intent
from bot.message import Standing
from bot.people import Role
from bot.rota import may_mark
from bot.turn import Turn
from bot.views import answers, case, home, messages
from bot.views.introduction import introduction
from bot.views.rota import rota
from intents.act_now import show
from intents.case import known_cases, known_drills
from intents.digest import last_week
from intents.reporter import my_reports


class Home(Intent):
    """The tab that Slack and Teams call Home; in a chat, what ``home`` brings."""

    verbs: ClassVar[Mapping[str, int]] = {"home": 0, "gaps": 0}
    for_anyone: ClassVar[bool] = True
    PHRASES = frozenset({"home", "my home", "home tab"})

    def hears(self, turn: Turn) -> bool:
        return turn.typed.lower().strip(" .!") in self.PHRASES

    def answer(self, turn: Turn, press: Press) -> Reply:
        if turn.person.guest or turn.message.standing is not Standing.MEMBER:
            return say(show(turn))
        if press.verb == "gaps":
            return Reply(self._gaps(turn), asked_again=True)
        cards = (
            home.ALARM,
            *self._role(turn),
            my_reports(turn),
            home.numbers(turn.directory, turn.person, turn.now),
            *self._introduced(turn),
            home.ASKING,
        )
        return Reply(cards, sheet=home.ASK_BOX, asked_again=True)

    def _role(self, turn: Turn) -> Iterator[Card]:
        person = turn.person
        rows = known_cases(turn)
        if rows:
            turn.audit("list")
        about_adults = [row for row in rows if row[0].route is Route.ADULT]
        others = [row for row in rows if row[0].route is not Route.ADULT]
        mine = [row for row in rows if row[1] and row[1].taken and row[1].taken.by == person.id]
        if person.holds(Role.PRINCIPAL) or about_adults:
            yield case.listing(about_adults, turn.directory, turn.now, "Reports about adults")
        if missing := turn.missing_rooms():
            unsure = bool(missing & turn.message.inside.unsure)
            yield messages.not_in_room(turn.directory, unsure=unsure)
        if others or any(person.holds(role) for role in (Role.DSL, Role.DEPUTY)):
            yield case.listing(others, turn.directory, turn.now)
        yield from known_drills(turn)
        if mine:
            yield case.listing(mine, turn.directory, turn.now, "Cases you have")
        if any(person.holds(role) for role in (Role.DSL, Role.DEPUTY)):
            yield rota(turn.directory, turn.now, may_mark=may_mark(turn.person))
        if person.holds(Role.PRINCIPAL):
            yield home.waiting(len(turn.work.gaps.open(Addressee.PRINCIPAL)))
            yield last_week(turn)

    def _introduced(self, turn: Turn) -> tuple[Card, ...]:
        """Here it stays, so that it can be read again."""
        where = turn.school.privacy_notice
        return (introduction(where),) if where else ()

    def _gaps(self, turn: Turn) -> tuple[Card, ...]:
        """The questions that wait for whoever asks to see them."""
        found = [gap for to in Addressee for gap in turn.work.gaps.open(to)]
        mine = [gap for gap in found if answers.may_answer(turn.person, gap, turn.directory)]
        if not mine:
            return (Card(title="No questions wait for you."),)
        zone, gaps = turn.directory.zone, turn.work.gaps
        return tuple(answers.gap_card(gap, gaps.asked(gap.id), zone) for gap in mine[:5])
