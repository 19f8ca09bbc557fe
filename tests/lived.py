"""A history as it stands in a real database, with words found nowhere else in every field."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from bot.card import Card
from bot.digest import Digest, Week
from bot.escalation import Acknowledgement
from bot.form import Route, Urgency
from bot.governors import made
from bot.incident import Concern, Incident, Part
from bot.ladder import start
from bot.plain import plain
from bot.ports import Work
from bot.termly import TermReport
from bot.terms import Terms
from bot.turn import School
from bot.views.digest import digest_card
from bot.views.governors import term_card
from bot.weekly import weekly
from intents.forms import REPORTS
from storage.store import SqlStore
from tests.histories import AUTUMN, FIRST, WEEK_MINUTES, History, Report, WeekOf
from tests.troupe import KEYS, school

ZONE = ZoneInfo("Europe/London")
CANARY = "zq{}wren"
FORMS = {form.name: form for form in REPORTS}
PRINCIPAL = "farrow"


@dataclass(frozen=True)
class Lived:
    """What the real commands give of a history, and everything on it that is read."""

    digests: tuple[Digest, ...]
    report: TermReport
    words: str


def live(history: History, dice: Random) -> Lived:
    """Put ``history`` into a database in memory, among reports that must move nothing, and make
    its digests and its report."""
    with closing(SqlStore.open("sqlite://", kek=KEYS.kek, audit_key=KEYS.audit)) as store:
        store.upgrade()
        canaries = map(CANARY.format, count(100))
        with store.work() as work:
            for week in history:
                _week(work, week, dice, canaries)
            work.commit()
        last = history[-1].number
        first_day, last_day = FIRST.monday(), FIRST.monday() + timedelta(weeks=last, days=4)
        calendar = Terms(ZONE, 8, 16, [(first_day, last_day)])
        now = datetime.combine(last_day, datetime.min.time(), ZONE) + timedelta(days=9)
        directory = school().directory()
        with store.work() as work:
            weeks = [Week.of(first_day + timedelta(weeks=n)) for n in range(last + 1)]
            shown = tuple(weekly(work, week, PRINCIPAL, ZONE, now) for week in weeks)
            report = made(work, AUTUMN, directory, School(FORMS, {}, ("web",), calendar), now)
            work.commit()
    cards: list[Card] = [*map(digest_card, shown), term_card(report)]
    told = [json.dumps(each.to_json()) for each in (*shown, report)]
    return Lived(shown, report, "\n".join((*map(plain, cards), *told)))


def _week(work: Work, week: WeekOf, dice: Random, canaries: Iterator[str]) -> None:
    began = datetime.combine(FIRST.monday(), datetime.min.time(), UTC)
    began += timedelta(weeks=week.number, hours=12)
    for each in week.reports:
        _report(work, each, week.number, began, dice, canaries)
    # None of these is in any figure.
    hidden = replace(week.reports[0], taken=None, closed=None) if week.reports else None
    if hidden is not None:
        _report(work, replace(hidden, kind="adult"), week.number, began, dice, canaries)
        for changes in ({"drill": True}, {"mistake": True}, {"concerns": KEPT}):
            _report(work, hidden, week.number, began, dice, canaries, **changes)
    rest = week.answered
    for clause, askers in week.clauses.items():
        rest -= askers
        for asker in range(askers):
            work.asked.add(began, f"{next(canaries)}-{asker}", "answer", clause)
    for _ in range(rest):
        work.asked.add(began, next(canaries), "answer", "")
    for _ in range(week.unanswered):
        work.asked.add(began, next(canaries), "dont_know", "")


KEPT = ((PRINCIPAL, Concern.SUBJECT),)


def _report(
    work: Work,
    report: Report,
    week: int,
    began: datetime,
    dice: Random,
    canaries: Iterator[str],
    **changes: object,
) -> None:
    form, ref = FORMS[report.kind], next(canaries)
    centre = dice.choice(("oak", "ash"))
    # Any kind may have been made immediate, and then its ladder comes to the Principal.
    urgent = Incident(ref, form.name, form.route, Urgency.IMMEDIATE, centre, next(canaries), began)
    incident = replace(urgent, **changes)  # type: ignore[arg-type]
    work.incidents.add(incident)
    for step in form.steps:
        work.incidents.append(
            ref, began, next(canaries), Part.REPORTER, step.name, next(canaries), next(canaries)
        )
    ladder = start(incident, began)
    climbed = {"principal": 1} if report.called and form.route is not Route.ADULT else {}
    if report.taken is not None:
        later = timedelta(minutes=report.minutes + WEEK_MINUTES * (report.taken - week))
        ladder = replace(ladder, taken=Acknowledgement(next(canaries), began + later))
    work.escalations.put(replace(ladder, climbed=climbed), None)
    if report.closed is not None:
        closed = began + timedelta(weeks=report.closed - week, days=4)
        work.incidents.close(ref, closed, "Resolved")
