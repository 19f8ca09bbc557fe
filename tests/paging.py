"""Promise 8 as a machine: paging stops only when a human takes it or a hand-over is recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.afresh import concern_changed
from bot.climb import raise_urgency, settle_ladder, touched
from bot.escalation import Escalation, next_at
from bot.incident import Concern, Incident
from bot.may import Act, may
from bot.notice import Kind
from bot.rota import mark_away
from tests.years import HOLDERS, KINDS, World

people = st.sampled_from(HOLDERS)
kinds = st.sampled_from(sorted(KINDS))
SPANS = st.sampled_from([1, 5, 10, 16, 31])
OUTAGES = st.sampled_from([10, 60, 60 * 8, 60 * 24 * 3])

WORLD = World(datetime(2026, 11, 18, 10, 0, tzinfo=UTC), 60)
"""One database for all runs: each has a report of its own, closed at its end."""

STEPS = count()


class Paging(RuleBasedStateMachine):
    """One report among absences, hand-overs, outages, concerns and people who forget."""

    def __init__(self) -> None:
        super().__init__()
        self.world = WORLD
        self.world.away(())
        self.kind, self.ref = "", ""

    def get(self) -> tuple[Incident, Escalation]:
        with self.world.store.work() as work:
            incident, escalation = work.incidents.get(self.ref), work.escalations.get(self.ref)
        assert incident is not None
        assert escalation is not None
        return incident, escalation

    @precondition(lambda self: not self.ref)
    @rule(kind=kinds)
    def report(self, kind: str) -> None:
        self.kind, self.ref = kind, self.world.report(kind)

    @precondition(lambda self: self.ref)
    @rule(minutes=SPANS)
    def time_passes(self, minutes: int) -> None:
        """While nobody has it, somebody is called or reminded within the time its ladder says."""
        _, before = self.get()
        began = self.world.now
        self.world.until(began + timedelta(minutes=minutes))
        incident, after = self.get()
        immediate = incident.urgency == "immediate"
        if before.taken is None and after.taken is None and immediate and minutes >= self.patience:
            with self.world.store.work() as work:
                said = [
                    notice
                    for person in self.world.directory.people.values()
                    for identity in person.identities
                    if identity.platform == "web"
                    for notice in (*work.notices.about(f"web:{identity.user}"),)
                    if notice.kind is Kind.REMINDER
                ]
                said += work.notices.about(self.ref)
            shown = [n.receipt.at for n in said if n.receipt is not None]
            assert any(at > began for at in shown), "nobody was called any more"

    @precondition(lambda self: self.ref)
    @rule(minutes=OUTAGES)
    def outage(self, minutes: int) -> None:
        self.world.now += timedelta(minutes=minutes)
        self.world.tick()

    @precondition(lambda self: self.ref)
    @rule(person=people, spoken=st.booleans())
    def take(self, person: str, spoken: bool) -> None:
        with self.world.store.work() as work:
            incident, escalation = work.incidents.get(self.ref), work.escalations.get(self.ref)
            holder = self.world.directory.people[person]
            assert incident is not None
            assert escalation is not None
            if may(holder, Act.READ, incident, self.world.directory, called=True):
                taken = work.escalations.take(self.ref, person, self.world.now)
                if spoken and taken.by == person:
                    now = work.escalations.get(self.ref) or escalation
                    work.escalations.put(replace(now, spoken_at=self.world.now), None)
                settle_ladder(work, self.ref, self.world.school)
                work.commit()

    @precondition(lambda self: self.ref)
    @rule(person=people, accepted=st.sampled_from(["yes", "no", "silence"]))
    def hand_over(self, person: str, accepted: str) -> None:
        with self.world.store.work() as work:
            escalation = work.escalations.get(self.ref)
            assert escalation is not None
            if escalation.taken is None or escalation.taken.by == person:
                return
            work.escalations.offer(self.ref, person, self.world.now)
            if accepted == "yes":
                work.escalations.hand_over(self.ref, person, self.world.now)
            elif accepted == "no":
                work.escalations.withdraw_offer(self.ref)
            settle_ladder(work, self.ref, self.world.school)
            work.commit()

    @precondition(lambda self: self.ref)
    @rule(person=people, how=st.sampled_from(list(Concern)))
    def somebody_is_part_of_it(self, person: str, how: Concern) -> None:
        with self.world.store.work() as work:
            work.incidents.concern(self.ref, person, how)
            concern_changed(work, self.ref, self.world.directory, self.world.school, self.world.now)
            work.commit()

    @precondition(lambda self: self.ref)
    @rule()
    def it_is_worse(self) -> None:
        incident, escalation = self.get()
        with self.world.store.work() as work:
            raise_urgency(
                work,
                incident,
                escalation,
                self.world.directory,
                self.world.school,
                self.world.now,
            )
            work.commit()

    @precondition(lambda self: self.ref)
    @rule(person=people)
    def still_on_it(self, person: str) -> None:
        with self.world.store.work() as work:
            touched(work, self.ref, person, self.world.now, self.world.school)
            work.commit()

    @rule(person=people, gone=st.booleans())
    def away(self, person: str, gone: bool) -> None:
        until = self.world.now + timedelta(days=2) if gone else None
        holder = self.world.directory.people[person]
        with self.world.store.work() as work:
            mark_away(
                work,
                holder,
                until,
                "farrow",
                self.world.directory,
                self.world.school,
                self.world.now,
            )
            work.commit()
        known = self.world.directory.people
        self.world.directory = self.world.directory.with_people(
            [*(p for p in known.values() if p != holder), replace(holder, away_until=until)]
        )

    @invariant()
    def an_open_report_always_has_a_next_step(self) -> None:
        """Taken or not: it stops by itself never, and nobody it concerns has it."""
        next(STEPS)
        if not self.ref:
            return
        _, escalation = self.get()
        assert next_at(escalation, self.world.school.terms) is not None
        if escalation.taken is not None:
            assert escalation.taken.by in HOLDERS
        stored = self.stored_next()
        assert stored is not None, "no step is stored"

    @property
    def patience(self) -> int:
        """Minutes within which somebody is called: the last rungs repeat every ten or fifteen;
        where it is about everybody who could be called, the reporter is told every thirty whom
        to ring outside."""
        incident, _ = self.get()
        known = self.world.directory.people.values()
        could = any(may(p, Act.READ, incident, self.world.directory, called=True) for p in known)
        return 16 if could else 31

    def stored_next(self) -> datetime | None:
        with self.world.store.work() as work:
            far = self.world.now + timedelta(days=3650)
            return far if self.ref in work.escalations.due(far) else None

    def teardown(self) -> None:
        if self.ref:
            self.world.close(self.ref)
