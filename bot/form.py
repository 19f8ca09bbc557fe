"""A dialogue as data: a form is a row of steps, and where one stands is derived from answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.checks import Check, Kind

SKIPPED = "\0skipped"
"""The answer of somebody who chose not to answer; no typed text equals it."""

Answers = Mapping[str, str]
Condition = Callable[[Answers], bool]


class Route(StrEnum):
    """Who an alarm goes to first (DESIGN, routing table)."""

    CHILD = "child"
    ADULT = "adult"
    SITE = "site"


class Urgency(StrEnum):
    """How fast the ladder climbs; "not sure" counts as immediate."""

    IMMEDIATE = "immediate"
    SAME_DAY = "same_day"
    ROUTINE = "routine"


@dataclass(frozen=True)
class Step:
    """One question. ``when`` says whether it is asked at all; every step may be skipped
    unless ``needed``; steps with the same ``page`` share one page of a modal; ``for_it``
    marks what IT may see of a report about a website; an answer in ``raises`` makes a report
    immediate, one in ``warns`` brings “ring 999” first."""

    name: str
    prompt: str
    check: Check
    help: str = ""
    when: Condition | None = None
    needed: bool = False
    page: str = ""
    for_it: bool = False
    raises: tuple[str, ...] = ()
    warns: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        return self.check.kind


@dataclass(frozen=True)
class Form:
    """Everything a report or a decision asks, and where it goes.

    ``route``, ``urgency`` and ``alarm`` belong to reports: one press on ``alarm`` raises it.
    ``duties`` are what to do at once, shown before any question, each with its clause.
    ``begins`` are phrases that open it. ``for_case`` marks a form a role-holder fills in about
    a case; its answers are kept together when it is sent.
    """

    name: str
    title: str
    steps: tuple[Step, ...]
    begins: tuple[str, ...] = ()
    route: Route = Route.CHILD
    urgency: Urgency = Urgency.IMMEDIATE
    alarm: str = ""
    duties: tuple[str, ...] = ()
    for_case: bool = False

    def __post_init__(self) -> None:
        names = [step.name for step in self.steps]
        if len(names) != len(set(names)):
            raise ValueError(f"form {self.name}: two steps share a name")

    def step(self, name: str) -> Step | None:
        return next((step for step in self.steps if step.name == name), None)

    def asked(self, answers: Answers) -> tuple[Step, ...]:
        """The steps that apply, given what has been answered."""
        return tuple(step for step in self.steps if step.when is None or step.when(answers))

    def next(self, answers: Answers) -> Step | None:
        """The first applicable step without an answer; ``None`` when all are answered."""
        return next((step for step in self.asked(answers) if step.name not in answers), None)

    def page_of(self, step: Step) -> str:
        """The name of the page that ``step`` is on; what is written about a case has one page."""
        return step.page or (self.name if self.for_case else step.name)

    def pages(self, answers: Answers) -> Mapping[str, tuple[Step, ...]]:
        """The applicable steps grouped for modals and dialogs, by page name, in order."""
        pages: dict[str, tuple[Step, ...]] = {}
        for step in self.asked(answers):
            page = self.page_of(step)
            pages[page] = (*pages.get(page, ()), step)
        return pages

    def steers(self, step: Step, answers: Answers) -> bool:
        """Whether the answer to ``step``, a choice, decides what else its page asks."""
        page = self.page_of(step)
        asked = {
            tuple(each.name for each in self.pages({**answers, step.name: value}).get(page, ()))
            for value in (*step.check.choices, SKIPPED)
        }
        return step.kind is Kind.CHOICE and len(asked) > 1


def answered(step: str, *values: str) -> Condition:
    """The step has been answered with one of ``values`` (with anything, if none are given)."""

    def holds(answers: Answers) -> bool:
        value = answers.get(step, SKIPPED)
        return value in values if values else value != SKIPPED

    return holds
