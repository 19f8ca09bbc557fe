"""One person's dialogue through one form: what has been answered, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.form import SKIPPED, Form, Step


class Stage(StrEnum):
    """Whether the dialogue is going on. Where it stands is derived, never stored."""

    OPEN = "open"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Conversation:
    """The answers one person has given to one form, about one case (``ref``), if any.

    ``version`` counts the times it was saved: a second process that saves an old version is
    refused and tries again. Keyed by person, form and case, not by place.
    """

    id: str
    person: str
    form: str
    ref: str
    answers: Mapping[str, str] = field(default_factory=dict)
    stage: Stage = Stage.OPEN
    version: int = 0
    touched_at: datetime | None = None

    def answer(self, step: str, value: str) -> Conversation:
        return replace(self, answers={**self.answers, step: value})

    def skip(self, step: str) -> Conversation:
        return self.answer(step, SKIPPED)

    def forget(self, step: str) -> Conversation:
        """Without the answer to ``step``, so that it is asked again."""
        return replace(self, answers={k: v for k, v in self.answers.items() if k != step})

    def at(self, stage: Stage) -> Conversation:
        return replace(self, stage=stage)

    def back(self, form: Form) -> Conversation:
        """Without the last answered step *in the form's order*, not the last one typed."""
        done = [step for step in form.asked(self.answers) if step.name in self.answers]
        return self.forget(done[-1].name) if done else self

    def given(self, form: Form) -> tuple[tuple[Step, str], ...]:
        """The answers that still apply, in the form's order, without those skipped."""
        return tuple(
            (step, self.answers[step.name])
            for step in form.asked(self.answers)
            if self.answers.get(step.name, SKIPPED) != SKIPPED
        )
