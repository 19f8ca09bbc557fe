"""Read what somebody typed: what to do with it, which clauses it is about, what the policy says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from knowledge.asks import ACTIONS, CATEGORIES, ROUTES, URGENCIES, VERDICTS
from knowledge.commands import command_of, courtesy_of, nearest_command, nearest_courtesy
from knowledge.decision import choose_action, covered, urgency_of, verdict_of
from knowledge.encoder import Encoder
from knowledge.follow_up import facet_of, is_follow_up, joined
from knowledge.grams import Grams
from knowledge.heads import Floats, Heads, Judgement
from knowledge.language import language_of, readable, sounds_dangerous
from knowledge.numbered import Numbered, numbers_in
from knowledge.tidy import tidy

MODEL = Path(__file__).parent / "model"

_RANKED = 10
_LONG = 30
_WINDOW = re.compile(r"(?<=[.!?;])\s+|\s+(?:but|anyway|so basically|my question is)\s+|\n+")
_NEAR = 0.35
_CLEAR = 0.55


@dataclass(frozen=True)
class Reading:
    """What one message was understood to be."""

    action: str
    """answer, report, dont_know, chat, command, refuse or clarify."""
    clauses: tuple[str, ...]
    """At most ten clause ids, the likeliest first; filled whatever the action."""
    scores: tuple[float, ...]
    """How likely each of them is, 0 to 1."""
    verdict: str
    """For an answer yes, no, conditional, duty, info or undecided; otherwise the action."""
    score: float
    """How sure it is, 0 to 1, that the policy covers the question."""
    urgency: str | None = None
    route: str | None = None
    category: str | None = None
    near: tuple[str, ...] = ()
    """Up to three clauses, when none of them stands out: worth asking back."""
    command: str | None = None
    chat: str | None = None
    language: str | None = None
    """The code of the language, when it is not English."""
    named: tuple[str, ...] = ()
    """Clauses that the message names by their number."""
    no_such: tuple[str, ...] = ()
    """Numbers that the message takes for clauses, and which the policy does not have."""
    asked: str = ""
    """The question as understood, in the light of the one before."""
    why: str = ""
    """In a few words, why it was read so."""


class Understanding:
    """Everything that is learned about how staff ask; loaded once, read by any thread."""

    def __init__(self, folder: Path = MODEL) -> None:
        """Load the model in `folder`."""
        self._encoder = Encoder(folder)
        self._heads = Heads(folder / "heads.npz")
        self._grams = Grams(folder / "grams.npz")

    @staticmethod
    @cache
    def shared() -> "Understanding":
        """Return the one that comes with the project, loaded at the first call."""
        return Understanding()

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clause ids it can name."""
        return self._heads.clauses

    @property
    def encoder(self) -> Encoder:
        """What turns its sentences into vectors."""
        return self._encoder

    def read(self, text: str, *, before: Reading | None = None) -> Reading:
        """Return what a message means.

        Args:
            text: what was typed, mark-up and all.
            before: the reading of the question before it in the same conversation.
        """
        said = tidy(text)
        language = language_of(said)
        words = readable(said) if language else said
        command, chat = command_of(said), courtesy_of(said)
        follows = before is not None and before.action == "answer" and is_follow_up(said)
        if before is not None and follows and not command:
            chat = None
            words = joined(before.asked, said)
        judged = self._judge(words)
        numbers = numbers_in(said, self.clauses)
        ranked, scores = self._rank(judged, numbers)
        if before is not None and follows and facet_of(said):
            ranked, scores = _keep_first(before, ranked, scores)
        if command or chat or not any(sign.isalnum() for sign in said):
            action = "command" if command else "chat" if chat else "clarify"
        else:
            action = choose_action(judged, numbers, follows=follows)
            if language and action != "refuse" and sounds_dangerous(said, language):
                action = "report"
        reading = Reading(
            action=action,
            clauses=ranked,
            scores=scores,
            verdict=action,
            score=covered(judged, numbers)
            if action in ("answer", "report") or not (command or chat)
            else 0.0,
            language=language,
            named=numbers.found,
            no_such=numbers.missing,
            asked=words,
            why=_why(judged, ranked, scores, numbers),
        )
        usual = self._heads.usual[self.clauses.index(ranked[0])]
        return _completed(reading, judged, usual, said, command, chat)

    def _judge(self, words: str) -> Judgement:
        whole = self._heads.judge(self._encoder.meaning(words), self._grams.scores(words))
        if len(words.split()) < _LONG:
            return whole
        windows = [each for each in _WINDOW.split(words) if len(each.split()) >= 4][-4:]
        if len(windows) < 2:
            return whole
        parts = [
            self._heads.judge(self._encoder.meaning(each, 48), self._grams.scores(each))
            for each in windows
        ]
        return _together(whole, parts)

    def _rank(
        self, judged: Judgement, numbers: Numbered
    ) -> tuple[tuple[str, ...], tuple[float, ...]]:
        order = np.argsort(-judged.clause, kind="stable")[:_RANKED]
        ranked = [self.clauses[at] for at in order]
        chances = {self.clauses[at]: float(np.exp(judged.clause[at])) for at in order}
        named = [each for each in numbers.found if each in self.clauses]
        first = [*named, *(each for each in ranked if each not in named)][:_RANKED]
        return tuple(first), tuple(1.0 if each in named else chances[each] for each in first)


def _completed(
    reading: Reading,
    judged: Judgement,
    usual: Floats,
    said: str,
    command: str | None,
    chat: str | None,
) -> Reading:
    """Return the reading with what only its action has."""
    if reading.action == "answer":
        verdict = verdict_of(judged, usual)
        first, *rest = reading.scores
        close = tuple(
            each
            for each, chance in zip(reading.clauses, reading.scores, strict=True)
            if chance >= first * _NEAR
        )[:3]
        near = close if first < _CLEAR and len(close) > 1 and rest else ()
        return replace(reading, verdict=verdict, near=near)
    if reading.action == "report":
        return replace(
            reading,
            urgency=urgency_of(judged),
            route=ROUTES[int(judged.route.argmax())],
            category=CATEGORIES[int(judged.category.argmax())],
        )
    if reading.action == "command":
        return replace(reading, command=command or nearest_command(said))
    if reading.action == "chat":
        return replace(reading, chat=chat or nearest_courtesy(said))
    return reading


def _together(whole: Judgement, parts: Sequence[Judgement]) -> Judgement:
    """Return one judgement of a long message.

    Its topic comes from the whole and its clearest part, and an
    alarm from whichever part sounds it loudest.
    """
    clearest = max(parts, key=lambda part: float(part.clause.max()))
    clause = np.logaddexp(whole.clause + np.log(0.6), clearest.clause + np.log(0.4))
    report = ACTIONS.index("report")
    loudest = max(parts, key=lambda part: float(part.action[report]))
    action = whole.action
    if loudest.action[report] > action[report]:
        action = np.logaddexp(whole.action, loudest.action) - np.float32(np.log(2))
    return replace(whole, clause=clause.astype(np.float32), action=action.astype(np.float32))


def _keep_first(
    before: Reading, ranked: Sequence[str], scores: Sequence[float]
) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Return the ranking with the clause answered before in front: a follow-up is about it."""
    first = before.clauses[0]
    rest = [(each, chance) for each, chance in zip(ranked, scores, strict=True) if each != first]
    kept = rest[: _RANKED - 1]
    return (first, *(each for each, _ in kept)), (1.0, *(chance for _, chance in kept))


def _why(
    judged: Judgement, ranked: Sequence[str], scores: Sequence[float], numbers: Numbered
) -> str:
    action = int(judged.action.argmax())
    verdict = int(judged.verdict.argmax())
    told = [f"sounds like {ACTIONS[action]} ({np.exp(judged.action[action]):.0%})"]
    if numbers.found:
        told.append(f"names {', '.join(numbers.found)}")
    if numbers.missing:
        told.append(f"names {', '.join(numbers.missing)}, which the policy does not have")
    best = list(zip(ranked, scores, strict=True))[:3]
    told.append("closest to " + ", ".join(f"{each} {chance:.0%}" for each, chance in best))
    told.append(f"asked for {VERDICTS[verdict]} ({np.exp(judged.verdict[verdict]):.0%})")
    return "; ".join(told)


__all__ = ["ACTIONS", "CATEGORIES", "ROUTES", "URGENCIES", "VERDICTS", "Reading", "Understanding"]
