"""The command about how long reports stay: what is due, holds, and erasure on approval."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import click

from bot import clock, put_back
from bot.cli import start
from bot.form import Route
from bot.may import Act, may
from bot.people import Directory, Person, Role
from bot.ports import Kept, Work
from bot.retention import RULES, Facts, Sort, due_on, missing
from bot.views.put_back import not_here

APPROVERS = (Role.DSL, Role.PRINCIPAL, Role.CHAIR)
NOTHING = "There is nothing here that you can decide."


class Day(click.ParamType[date]):
    """A day, written 2009-05-04."""

    name = "day"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"“{value}” is not a day. Write it like 2009-05-04.", param, ctx)
        if day > clock.now().date():
            self.fail(f"{value} is still to come.", param, ctx)
        return day


@click.command()
@click.option("--as", "person", help="The role-holder's id; needed for everything but lists.")
@click.option(
    "--sort", type=click.Choice([s.value for s in Sort]), help="What REF turned out to be."
)
@click.option("--born", type=Day(), help="Date of birth of whom REF is about.")
@click.option("--left", type=Day(), help="The day the adult of REF left.")
@click.option("--hold", is_flag=True, help="Keep REF until the hold is lifted.")
@click.option("--lift", is_flag=True, help="Lift the hold on REF.")
@click.option("--approve", is_flag=True, help="Erase REF for ever.")
@click.option("--rules", is_flag=True, help="The table of rules.")
@click.option("--certificates", is_flag=True, help="What was erased, for `restore`.")
@click.argument("ref", required=False)
def retention(
    ref: str | None,
    person: str | None,
    sort: str | None,
    born: date | None,
    left: date | None,
    hold: bool,
    lift: bool,
    approve: bool,
    rules: bool,
    certificates: bool,
) -> None:
    """Which reports have been kept as long as they must; nothing is ever erased by itself.

    For a REF: say what it is (--sort, --born, --left), put it on hold or lift that, or erase it.
    """
    if rules:
        for each, rule in RULES.items():
            click.echo(f"{each.value}: {rule.words()}. {rule.source}")
        return
    app = start.application(platforms=())
    try:
        now = clock.now()
        with app.store.work() as work:
            directory = app.bot.refresh(work, now)
            if certificates:
                said = _certificates(work)
            elif ref is None:
                said = [*_due(work, directory, now), *_waiting(work, app.store.opens)]
            else:
                kept = _decidable(work, directory, now, ref.upper(), person)
                facts = _said(kept.facts, sort, born, left)
                if facts != kept.facts:
                    work.retention.say(kept.ref, facts)
                    _record(work, now, person, "retention-facts", kept.ref)
                if hold or lift:
                    work.retention.hold(kept.ref, hold)
                    _record(work, now, person, "hold" if hold else "lift-hold", kept.ref)
                kept = replace(kept, facts=facts, held=hold or (kept.held and not lift))
                said = [_standing(kept, directory)]
                if approve:
                    said = [_erase(work, directory, now, kept, person)]
            work.commit()
        for line in said:
            click.echo(line)
    finally:
        app.close()


def _said(before: Facts, sort: str | None, born: date | None, left: date | None) -> Facts:
    return Facts(Sort(sort) if sort else before.sort, born or before.born, left or before.left)


def _decidable(
    work: Work, directory: Directory, now: datetime, ref: str, person: str | None
) -> Kept:
    """The report, if this person may decide how long it stays; a refusal is recorded."""
    if person is None:
        start.stop("Say who decides, with --as PERSON.")
    decider = directory.person(person)
    incident = work.incidents.get(ref)
    kept = next((each for each in work.retention.kept() if each.ref == ref), None)
    if (
        decider is None
        or incident is None
        or kept is None
        or _role(decider) is None
        or not may(decider, Act.DECIDE, incident, directory)
    ):
        register = incident.register if incident else ""
        work.audit.record(now, person, "refused", ref, "retention", register)
        gone = not_here(put_back.read(work), directory)
        work.commit()
        start.stop(" ".join((NOTHING, *gone)), 3)
    return kept


def _erase(work: Work, directory: Directory, now: datetime, kept: Kept, person: str | None) -> str:
    today = now.astimezone(directory.zone).date()
    day = _day(kept, directory)
    decider = directory.person(person or "")
    role = _role(decider) if decider else None
    if day is None or today < day or not kept.readable or role is None:
        _record(work, now, person, "refused", kept.ref, "erase")
        work.commit()
        start.stop(f"Not erased. {_standing(kept, directory)}", 3)
    _record(work, now, person, "erase", kept.ref)
    certificate = work.retention.erase(kept.ref, role.value, now)
    return (
        f"{kept.ref} is erased. Its certificate says when and on whose role's approval, and "
        f"nothing else. Backups made before now still open with the key “{certificate.kek}”: "
        "rotate it (python -m bot keys new), make a new backup, and destroy it."
    )


def _due(work: Work, directory: Directory, now: datetime) -> list[str]:
    today = now.astimezone(directory.zone).date()
    reports = {each.ref: each for each in work.retention.kept()}
    # A list that a bystander may see: nothing of reports about adults, not even that there are.
    shown = [
        kept
        for ref, kept in reports.items()
        if (incident := work.incidents.get(ref)) is not None and incident.route is not Route.ADULT
    ]
    due = [k for k in shown if (day := _day(k, directory)) is not None and day <= today]
    work.audit.record(now, "command-line", "list-retention")
    lines = [f"{k.ref}: may be erased since {_day(k, directory)}. A DSL decides." for k in due]
    unsaid = sum(k.closed and bool(missing(k.facts)) for k in shown)
    held = sum(k.held for k in shown)
    return [
        *(lines or ["Nothing is due."]),
        f"Kept until somebody says more: {unsaid}. On hold: {held}.",
    ]


def _waiting(work: Work, opens: Callable[[str], bool]) -> list[str]:
    """The keys in use with which copies of erased reports in older backups still open."""
    names = {each.kek for each in work.retention.certificates() if opens(each.kek)}
    return [
        f"Erased, but still in backups that open with the key “{name}”, until that is destroyed."
        for name in sorted(names)
    ]


def _certificates(work: Work) -> list[str]:
    return [
        json.dumps({"ref": each.ref, "at": each.at.isoformat(), "role": each.role, "key": each.kek})
        for each in work.retention.certificates()
    ]


def _day(kept: Kept, directory: Directory) -> date | None:
    last = kept.last_at.astimezone(directory.zone).date()
    return due_on(kept.facts, last, closed=kept.closed, held=kept.held or not kept.readable)


def _standing(kept: Kept, directory: Directory) -> str:
    if not kept.readable:
        return f"{kept.ref} stays: what was said of it cannot be read."
    if not kept.closed:
        return f"{kept.ref} stays: it is open."
    if kept.held:
        return f"{kept.ref} stays: it is on hold."
    if unknown := missing(kept.facts):
        return f"{kept.ref} stays: nobody has said {unknown}."
    return f"{kept.ref} stays until {_day(kept, directory)}, then a DSL decides."


def _role(person: Person) -> Role | None:
    return next((role for role in APPROVERS if person.holds(role)), None)


def _record(
    work: Work, now: datetime, person: str | None, act: str, ref: str, detail: str = ""
) -> None:
    incident = work.incidents.get(ref)
    register = incident.register if incident else ""
    work.audit.record(now, person or "", act, ref, detail, register)


COMMANDS = (retention,)
