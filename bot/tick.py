"""What time alone brings about: ladders climb, held words fade, digests fall due."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot import governors, put_back
from bot.answers import LAST_FOR, SHOWN_FOR
from bot.climb import climb, notice, tell, tell_unreadable, to_person
from bot.digest import Week
from bot.drill import Outcome, end
from bot.ladder import drill_over_at, start
from bot.leaving import forget_leavers
from bot.notice import Kind, Lane
from bot.people import Directory, Role
from bot.ports import Conflict, Held, Store, Unavailable, Work
from bot.rota import tell_of_gaps
from bot.second_route import reroute_late
from bot.set_back import ClockWatch
from bot.turn import School
from bot.views import answers
from bot.views.receipt import SLOW
from bot.weekly import weekly

log = logging.getLogger(__name__)

HELD_FOR = timedelta(hours=24)
FIRST_NUDGE = timedelta(minutes=10)
MORNING = time(8, 0)
LAST_NUDGE = timedelta(hours=1)
"""How long before the words are gone, where eight in the morning leaves too little time."""
DIGEST_TIME = time(7, 30)
UNTOUCHED = timedelta(hours=1)
LEAVERS_EVERY = timedelta(hours=1)
HEARD_FOR = timedelta(days=2)
"""How long a retry gets the answer of the first; platforms retry within the hour."""
SEALS = 50
FIRST_SEAL = ("", 0)
ASKED_AGAIN = timedelta(minutes=10)
"""“Is {name} part of this?” is asked again after so long, and each time after twice as long."""

Piece = Callable[[Work, datetime], None]


class Ticker:
    """Everything that falls due by itself, each piece and each report in a transaction of its
    own, so that one that fails holds up no other."""

    def __init__(
        self,
        store: Store,
        directory: Callable[[], Directory],
        school: School,
        refresh: Callable[[Work, datetime], object],
    ) -> None:
        self._store, self._directory, self._school = store, directory, school
        self._refresh = refresh
        self._tried: tuple[str, int] | None = None
        self._clock = ClockWatch()
        self._left_at: datetime | None = None

    def tick(self, now: datetime) -> None:
        """Do all that is owed by ``now``; raises :class:`Unavailable` at the end if the
        database could not be reached for any of it."""
        pieces: list[Piece] = [
            self._put_back,
            self._held,
            self._late_receipts,
            self._ask_again,
            self._second_routes,
            self._unfinished,
            self._rota,
            self._digests,
            self._terms,
            self._seals,
            self._forget,
            self._leavers,
        ]
        due: list[str] = []
        # The ladders first, by the right clock: nothing else is as urgent.
        done = [self._do(self._clock.look, now)]
        done += [self._do(lambda work, at: due.extend(work.escalations.due(at)), now)]
        done += [self._do(self._ladder_of(ref), now) for ref in due]
        done += [self._do(piece, now) for piece in pieces]
        if not all(done):
            raise Unavailable("tick")

    def _do(self, piece: Piece, now: datetime) -> bool:
        """One piece, all of it or nothing; whether the database was there for it."""
        try:
            with self._store.work() as work:
                self._refresh(work, now)
                piece(work, now)
                work.commit()
        except Unavailable:
            return False
        except Conflict:
            log.info("a piece of the tick is left to the next", extra={"action": "tick"})
        except Exception:
            log.exception("a piece of the tick failed", extra={"action": "tick"})
        return True

    def _ladder_of(self, ref: str) -> Piece:
        def climb_it(work: Work, now: datetime) -> None:
            escalation = work.escalations.to_climb(ref, now)
            incident = work.incidents.get(ref)
            if escalation is None or incident is None:
                return
            if not escalation.rungs:
                # Its ladder cannot be read: everybody is called from the beginning.
                escalation = start(incident, now)
                work.escalations.restart(escalation, now)
                tell_unreadable(work, incident, self._directory(), self._school, now)
            if incident.drill and now >= drill_over_at(escalation, self._school.terms):
                end(work, incident, Outcome.UNANSWERED, self._directory(), self._school, now)
                return
            climb(work, incident, escalation, self._directory(), self._school, now)

        return climb_it

    def _seals(self, work: Work, now: datetime) -> None:
        """Some seals at every tick, all of them in turn: whoever may read a report with a broken
        one is told once, before they need it."""
        refs, self._tried = work.incidents.unreadable(self._tried or FIRST_SEAL, SEALS)
        for incident in filter(None, map(work.incidents.get, sorted(refs))):
            tell_unreadable(work, incident, self._directory(), self._school, now)

    def _put_back(self, work: Work, now: datetime) -> None:
        """Each time the record was put back, whoever may have been called since is told once."""
        for each in put_back.read(work):
            about = str(each)
            if work.notices.about(about):
                continue
            holders = (p for role in put_back.TOLD for p in self._directory().holders(role))
            for person in dict.fromkeys(holders):
                tell(work, person, Kind.PUT_BACK, about, now, self._school, waking=True)

    def _held(self, work: Work, now: datetime) -> None:
        for held in work.holds.waiting():
            if now - held.at >= HELD_FOR:
                work.holds.forget(held.id)
                work.audit.record(now, "lanyard", "forget-held")
            elif held.words and held.nudges < 2 and now >= nudge_at(held, self._directory().zone):
                person = self._directory().person(held.person)
                if person is not None:
                    tell(work, person, Kind.HELD, held.id, now, self._school, held.nudges)
                work.holds.put(replace(held, nudges=held.nudges + 1))

    def _late_receipts(self, work: Work, now: datetime) -> None:
        """A receipt drawn before its report was late must say so once it is."""
        for ref in work.escalations.late(now - SLOW):
            work.notices.redraw(ref, now, Kind.RECEIPT)
            work.escalations.told_late(ref, now)

    def _ask_again(self, work: Work, now: datetime) -> None:
        """Whether somebody whom the words name is part of it is asked until it is answered:
        meanwhile they are told nothing, and they may be the one to call."""
        for incident in work.incidents.unsettled():
            reporter = self._directory().person(incident.reporter)
            about = work.notices.about(incident.ref)
            asked = {notice.nth for notice in about if notice.kind is Kind.PART}
            if reporter is None or any(
                notice.kind is Kind.PART and notice.due_at is not None for notice in about
            ):
                continue
            due = now + min(ASKED_AGAIN * 2 ** min(len(asked), 8), timedelta(days=1))
            for to in to_person(reporter, self._school):
                fresh = notice(Kind.PART, incident.ref, to, now, lane=Lane.URGENT, nth=len(asked))
                work.notices.add(replace(fresh, due_at=due))

    def _rota(self, work: Work, now: datetime) -> None:
        tell_of_gaps(work, self._directory(), self._school, now)

    def _second_routes(self, work: Work, now: datetime) -> None:
        reroute_late(work, self._directory(), self._school, now)

    def _unfinished(self, work: Work, now: datetime) -> None:
        for conversation in work.conversations.unfinished(now - UNTOUCHED):
            person = self._directory().person(conversation.person)
            incident = work.incidents.get(conversation.ref)
            if (
                person is None
                or incident is None
                or incident.reporter != conversation.person
                or incident.form != conversation.form
                or incident.finished_at
                or incident.closed_at
            ):
                continue
            for to in to_person(person, self._school):
                work.notices.add(notice(Kind.UNFINISHED, conversation.ref, to, now))

    def _digests(self, work: Work, now: datetime) -> None:
        """A digest is owed for every ISO week that has none, however late; and to the chair the
        proof of the register about adults, whether or not anything stands in it."""
        principals = self._directory().holders(Role.PRINCIPAL)
        readers = [to for person in principals for to in to_person(person, self._school)]
        for week in owed_weeks(work, self._directory(), now) if readers else ():
            if not work.digests.add(week, now):
                continue
            for person in principals:
                weekly(work, week, person.id, self._directory().zone, now)
            for to in readers:
                work.notices.add(notice(Kind.DIGEST, str(week), to, now))
            for chair in self._directory().holders(Role.CHAIR):
                for to in to_person(chair, self._school):
                    work.notices.add(notice(Kind.TOKEN, str(week), to, now))

    def _terms(self, work: Work, now: datetime) -> None:
        governors.owe(work, self._directory(), self._school, now)

    def _forget(self, work: Work, now: datetime) -> None:
        """Last questions after a quarter of an hour, replies after two days, who was shown what
        after 90 days."""
        work.heard.forget(now - HEARD_FOR)
        work.notices.forget(answers.KINDS, now - SHOWN_FOR)
        work.last_reads.forget(now - LAST_FOR)
        work.answers.forget(now - SHOWN_FOR)
        work.gaps.forget(now - SHOWN_FOR)

    def _leavers(self, work: Work, now: datetime) -> None:
        """Once an hour: what is not needed any more of those who have left."""
        if self._left_at is not None and timedelta(0) <= now - self._left_at < LEAVERS_EVERY:
            return
        forget_leavers(work, now)
        self._left_at = now


def nudge_at(held: Held, zone: ZoneInfo) -> datetime:
    """When whoever typed these words is next reminded of them: after ten minutes, then at the
    next eight in the morning."""
    first, gone = held.at + FIRST_NUDGE, held.at + HELD_FOR
    if held.nudges == 0:
        return first
    day = held.at.astimezone(zone).date()
    mornings = (datetime.combine(day + timedelta(days=n), MORNING, zone) for n in (0, 1))
    in_time = (each for each in mornings if first < each <= gone - FIRST_NUDGE)
    return next(in_time, gone - LAST_NUDGE)


def owed_weeks(work: Work, directory: Directory, now: datetime) -> tuple[Week, ...]:
    """The weeks that are over, have begun since the school uses Lanyard, and have no digest."""
    first = work.digests.first_day()
    if first is None:
        return ()
    zone = directory.zone
    made = set(work.digests.made())
    week, owed = Week.of(first.astimezone(zone).date()), []
    while datetime.combine(week.next().monday(), DIGEST_TIME, zone) <= now:
        if week not in made:
            owed.append(week)
        week = week.next()
    return tuple(owed)
