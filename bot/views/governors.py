"""The safeguarding governor's report of a term as a card."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.card import Button, Card, Tone, press
from bot.notice import Notice
from bot.people import Directory, Role
from bot.ports import Work
from bot.term import Term
from bot.termly import TermReport
from bot.turn import School
from bot.views.digest import HOW_SOON, KIND_NAMES
from bot.views.wording import listed

SEND = "send-term"


def term_report(
    notice: Notice, work: Work, directory: Directory, school: School, policy_line: str
) -> Card | None:
    """The report of a term: to its governor once it is sent, to a DSL before and after."""
    term, person = Term.parse(notice.about), directory.person(notice.to.person)
    report, was_sent = work.term_reports.get(term), work.term_reports.was_sent(term)
    if report is None or person is None:
        return None
    card = term_card(
        report, policy_line, school.trained_on, work.audit.checkpoint("", notice.about)
    )
    if was_sent and (person.holds(Role.GOVERNOR) or person.holds(Role.DSL)):
        return card
    return before_sending(card, report, directory) if person.holds(Role.DSL) else None


def term_card(
    report: TermReport,
    policy_line: str = "",
    trained_on: date | None = None,
    token: str = "",
) -> Card:
    """The term in wide bands. ``policy_line`` says how old the policy is; ``trained_on`` when
    all staff were last trained; ``token`` proves later how far the audit had come."""
    text = []
    if report.waiting:
        text.append("At the end of the term at least one report had been taken by nobody.")
    if not report.whole:
        text.append("The record of what was done is NOT whole. Ask what happened to it.")
    text += [
        f"The {report.term.name} term, with the holidays before it. Numbers only.",
        "Reports about adults, and any that is kept from somebody here, are never counted.",
    ]
    facts = [
        ("Reports", report.reports),
        *((KIND_NAMES.get(kind, kind), count) for kind, count in report.kinds),
        ("Filter breaches and unsuitable sites", report.breaches),
        (HOW_SOON, report.acknowledged),
        ("Taken before the Principal had to be called", report.in_time),
        ("Reports for which the Principal was called", report.principal),
        ("Taken by nobody", "at least one" if report.waiting else "none"),
        ("Drills", str(report.drills) if report.drills else "none"),
        ("Questions asked", report.asked),
        ("Questions the policy did not answer", report.unanswered),
        ("Staff last trained", _day(trained_on)),
        ("Record of what was done", "whole" if report.whole else "NOT whole"),
    ]
    if token:
        facts.append(("Proof of the record, please keep", token))
    return Card(
        title=f"{report.term.name.capitalize()}, for the safeguarding governor",
        tone=Tone.PLAIN if report.whole and not report.waiting else Tone.WARNING,
        text=tuple(text),
        facts=tuple(facts),
        source=policy_line,
        summary=f"The safeguarding governor's report for {report.term.name}.",
    )


def before_sending(card: Card, report: TermReport, directory: Directory) -> Card:
    """The DSL's copy until it is sent: they look first, and it goes by itself in the end."""
    names = listed([person.name for person in directory.holders(Role.GOVERNOR)])
    whom = names or "the safeguarding governor"
    return replace(
        card,
        text=(*card.text, f"You see this first. It goes to {whom} by itself after seven days."),
        buttons=(Button("Send it now", press(SEND, str(report.term)), primary=True),),
    )


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day is not None else "no day set in lanyard.toml"
