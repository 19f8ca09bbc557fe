"""Read what somebody typed: what to do with it, which clauses it is about, what the policy says."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from knowledge.asides import asides
from knowledge.asks import ACTIONS, CATEGORIES, ROUTES, URGENCIES, VERDICTS, Ask
from knowledge.commands import command_of, courtesy_of, nearest_command, nearest_courtesy
from knowledge.decision import choose_action, covered, urgency_of, verdict_of, worries
from knowledge.encoder import Encoder
from knowledge.follow_up import facet_of, is_follow_up, joined
from knowledge.grams import Grams
from knowledge.guidance import Guide, read_guidance
from knowledge.heads import Floats, Heads, Judgement
from knowledge.language import language_of, readable, sounds_dangerous
from knowledge.numbered import Numbered, Numbers
from knowledge.permission import guarded
from knowledge.spelling import Spelling
from knowledge.taught import Taught
from knowledge.tidy import tidy
from knowledge.windows import windows

MODEL = Path(__file__).parent / "model"

QUESTIONS = ("answer", "dont_know", "clarify")
_RANKED = 10
_LONG = 30
_WHOLE, _PIECES = 64, 48
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
    worry: bool = False
    """Whether a part of the question, by itself, may be a report."""
    asked: str = ""
    """The question as understood, in the light of the one before."""
    why: str = ""
    """In a few words, why it was read so."""


class Understanding:
    """Everything that is learned about how staff ask; loaded once, read by any thread."""

    def __init__(self, folder: Path = MODEL, guidance: Mapping[str, Guide] | None = None) -> None:
        """Load the model in `folder`.

        Args:
            folder: where `python -m knowledge.training` wrote it.
            guidance: how strongly each clause speaks; by default the project's own.
        """
        self._guidance = read_guidance() if guidance is None else guidance
        self._taught = Taught(())
        self._encoder = Encoder(folder)
        self._heads = Heads(folder / "heads.npz")
        self._numbers = Numbers(self._heads.clauses)
        self._grams = Grams(folder / "grams.npz")
        self._spelling = Spelling(folder / "spelling.txt")

    def taught(self, asks: Sequence[Ask]) -> "Understanding":
        """Return one that also knows what a school has taught; the model itself is shared."""
        wiser = copy(self)
        wiser._taught = Taught(asks)
        return wiser

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
        words = readable(said) if language else self._spelling.repaired(said)
        command, chat = command_of(said), courtesy_of(said)
        earlier = before if before and before.action == "answer" and is_follow_up(said) else None
        if earlier is not None and not command:
            chat = None
            words = joined(earlier.asked, words)
        judged = self._judge(words)
        numbers = self._numbers.named(said)
        ranked, scores = self._rank(judged, numbers)
        if earlier is not None and facet_of(said):
            ranked, scores = _put_first(earlier.clauses[:1], ranked, scores)
        if command or chat or not any(sign.isalnum() for sign in said):
            action = "command" if command else "chat" if chat else "clarify"
        else:
            action = choose_action(judged, words, numbers, follows=earlier is not None)
            if language and action != "refuse" and sounds_dangerous(said, language):
                action = "report"
        reading = Reading(
            action=action,
            clauses=ranked,
            scores=scores,
            verdict=action,
            score=0.0 if command or chat else covered(judged, numbers),
            language=language,
            named=numbers.found,
            no_such=numbers.missing,
            worry=action in QUESTIONS and self._worries(said),
            asked=words,
            why=_why(judged, ranked, scores, numbers),
        )
        if action in QUESTIONS:
            known = self._taught.like(words)
            if known is not None:
                return self._as_taught(reading, known)
        if action == "answer":
            return self._answered(reading, judged)
        return _completed(reading, judged, said, command, chat)

    def _as_taught(self, reading: Reading, known: Ask) -> Reading:
        """Return the reading that a school has taught, never freer than the clause."""
        ranked, scores = _put_first(known.clauses, reading.clauses, reading.scores)
        guide = self._guidance.get(ranked[0])
        verdict = known.verdict
        if known.action == "answer" and guide is not None:
            verdict = guarded(verdict, reading.asked, guide.verdict, guide.force, guide.school_kit)
        return replace(
            reading,
            action=known.action,
            clauses=ranked,
            scores=scores,
            verdict=verdict,
            score=1.0 if known.action == "answer" else reading.score,
            why=f"taught: {known.said}",
        )

    def _answered(self, reading: Reading, judged: Judgement) -> Reading:
        """Return the reading with its verdict, never freer than the clause, and its near ties."""
        best = reading.clauses[0]
        verdict = verdict_of(judged, self._heads.usual_of(best), reading.asked)
        if (guide := self._guidance.get(best)) is not None:
            verdict = guarded(verdict, reading.asked, guide.verdict, guide.force, guide.school_kit)
        first = reading.scores[0]
        close = tuple(
            each
            for each, chance in zip(reading.clauses, reading.scores, strict=True)
            if chance >= first * _NEAR
        )[:3]
        near = close if first < _CLEAR and len(close) > 1 else ()
        return replace(reading, verdict=verdict, near=near)

    def _judge(self, words: str) -> Judgement:
        """Return what a text is judged to be; a long one is read as a whole and in windows."""
        parts = windows(words)
        if len(words.split()) < _LONG or len(parts) < 2:
            return self._heads.judge(self._encoder.meaning(words), self._grams.scores(words))
        whole = self._heads.judge(self._encoder.meaning(words, _WHOLE), self._grams.scores(words))
        spelled = [self._grams.scores(each) for each in parts]
        return _together(
            whole,
            [
                self._heads.judge(self._encoder.meaning(parts[at], _PIECES), spelled[at])
                for at in self._telling(spelled)
            ],
        )

    def _worries(self, said: str) -> bool:
        parts = map(self._spelling.repaired, asides(said))
        return any(worries(self._judge(part), part) for part in parts)

    def _telling(self, spelled: Sequence[Floats]) -> list[int]:
        """Return the windows worth the encoder's time.

        They are, by their spelling, the two that sound most like an alarm and the one with the
        clearest topic, and the last, where a question mostly stands.
        """
        alarm = self._heads.place("action", ACTIONS.index("report"))
        order = range(len(spelled))
        loudest = sorted(order, key=lambda at: -float(spelled[at][alarm]))[:2]
        clearest = max(order, key=lambda at: float(spelled[at][: len(self.clauses)].max()))
        return sorted({*loudest, clearest, len(spelled) - 1})

    def _rank(
        self, judged: Judgement, numbers: Numbered
    ) -> tuple[tuple[str, ...], tuple[float, ...]]:
        order = np.argsort(-judged.clause, kind="stable")[:_RANKED]
        ranked = [self.clauses[at] for at in order]
        chances = [float(np.exp(judged.clause[at])) for at in order]
        return _put_first(numbers.found, ranked, chances)


def _completed(
    reading: Reading, judged: Judgement, said: str, command: str | None, chat: str | None
) -> Reading:
    """Return the reading with what only its action has."""
    if reading.action == "report":
        return replace(
            reading,
            urgency=urgency_of(judged, reading.asked),
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


def _put_first(
    first: Sequence[str], ranked: Sequence[str], scores: Sequence[float]
) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Return the ranking with some clauses, known to be meant, in front."""
    pairs = zip(ranked, scores, strict=True)
    rest = [(each, chance) for each, chance in pairs if each not in first]
    kept = [*((each, 1.0) for each in first), *rest][:_RANKED]
    return tuple(each for each, _ in kept), tuple(chance for _, chance in kept)


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
