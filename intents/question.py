"""A policy question: read in the light of the one before, answered, and counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from bot.answers import Shown
from bot.card import SHOW_EVERYONE, Card, Press, Reply, say
from bot.intent import Intent
from bot.turn import Turn
from bot.views import messages
from intents.act_now import ActNow, hold_words, show
from intents.answer_cards import AnswerCards
from intents.by_hand import ByHand
from intents.last_question import last_reading, numbered, remember
from intents.policy import PolicyDesk
from knowledge.answer import Answer, Unsure
from knowledge.follow_up import facet_of, is_follow_up
from knowledge.tidy import tidy
from knowledge.understanding import Reading

LIKELY = 0.1
"""A clause less likely than this is not offered to somebody who said too little."""
NOT_QUESTIONS = ("chat", "command", "refuse")


class Question(Intent):
    """Anything else is a question, and the policy is asked."""

    counted: ClassVar[str] = "question"
    verbs: ClassVar[Mapping[str, int]] = {
        "clause": 1,
        "who": 1,
        "choose": 2,
        "byhand": 2,
        "policy-only": 1,
        SHOW_EVERYONE: 1,
    }

    def __init__(self, desk: PolicyDesk) -> None:
        self._desk, self._cards, self._by_hand = desk, AnswerCards(desk), ByHand(desk)
        self._act_now = ActNow(desk)

    def hears(self, turn: Turn) -> bool:
        return True

    def answer(self, turn: Turn, press: Press) -> Reply:
        match press.verb:
            case "clause":
                return say(self._cards.clause(turn, press.args[0]))
            case "who":
                return say(self._cards.who(turn, press.args))
            case "choose":
                return say(self._chosen(turn, press.args[0], press.args[1]))
            case "byhand":
                return say(self._answered_before(turn, press.args[0], press.args[1]))
            case "policy-only":
                return say(self._policy_only(turn, press.args[0]))
            case verb if verb == SHOW_EVERYONE:
                return self._share(turn, press.args[0].upper())
        reading = self._read(turn)
        if reading.action == "report":
            return self._act_now.answer(turn, press)
        card = self._card(turn, reading)
        if reading.language or reading.worry:
            # A worry beside a question, or in a language that is read badly: the way to an alarm
            # comes first.
            return say(show(turn, hold_words(turn, turn.message.text), more=False), card)
        return say(card)

    def _read(self, turn: Turn) -> Reading:
        """What was asked. What it means by itself can only become more serious in the light of
        the question before: a worry stays a worry, and a refusal a refusal."""
        alone = self._desk.read(turn.typed)
        if alone.action == "report" or not is_follow_up(tidy(turn.typed)):
            return alone
        before = last_reading(turn)
        if before is None:
            return alone
        reading = self._desk.read(turn.typed, before)
        return alone if reading.action in NOT_QUESTIONS else reading

    def _card(self, turn: Turn, reading: Reading) -> Card:
        found = self._desk.answer(reading, turn.now.date())
        cited = found.clause.id if isinstance(found, Answer) else ""
        number = turn.work.asked.add(turn.now, turn.person.id, reading.action, cited)
        remember(turn, number, turn.message.text, reading)
        if isinstance(found, Answer):
            self._shown(turn, number, found)
            return self._facet(turn, found, number) or self._cards.answered(turn, found, number)
        if isinstance(found, Unsure):
            choices = tuple((near.clause, near.topic) for near in found.readings)
            return self._cards.unsure(turn, choices, number)
        if reading.action == "clarify":
            return self._cards.say_more(turn, self._likely(reading), number)
        known = self._by_hand.find(turn, turn.message.text)
        if known is not None and known.same:
            self._by_hand.shown(turn, number, known.gap)
            return self._cards.by_hand(turn, known.gap, known.asked, number)
        like = (known.gap, known.asked) if known is not None else None
        return self._cards.unknown(turn, found, number, like)

    def _facet(self, turn: Turn, found: Answer, number: str) -> Card | None:
        """The part of an answer that "why?" or "who decides?" asks about."""
        said = tidy(turn.typed)
        facet = facet_of(said) if is_follow_up(said) and len(said.split()) <= 4 else None
        if facet == "who decides":
            return self._cards.who(turn, found.decides)
        return self._cards.why(turn, found, number) if facet in ("why", "where") else None

    def _likely(self, reading: Reading) -> tuple[tuple[str, str], ...]:
        """Up to three clauses that somebody who said too little may have meant."""
        pairs = zip(reading.clauses, reading.scores, strict=True)
        likely = [clause for clause, chance in pairs if chance >= LIKELY][:3]
        guides = [(clause, self._desk.guide(clause)) for clause in likely]
        return tuple((clause, guide.topic) for clause, guide in guides if guide is not None)

    def _policy_only(self, turn: Turn, hold: str) -> Card:
        """What the policy has near to words that read like a worry. They stay held, and are asked
        about again: whoever reads a clause first may still want to tell somebody."""
        held = turn.work.holds.get(hold)
        if held is None or held.person != turn.person.id or not held.words:
            return messages.dead_button()
        near = self._desk.read(held.words.splitlines()[-1]).clauses
        return self._cards.near_to(turn, tuple(c for c in near if self._desk.guide(c))[:3])

    def _chosen(self, turn: Turn, clause_id: str, number: str) -> Card:
        """The whole answer of the reading that the asker chose."""
        words, reading = numbered(turn, number) or ("", None)
        clause = self._desk.clause(clause_id)
        if reading is None or clause is None:
            # An old button must not answer another question: the clause speaks for itself.
            return self._cards.clause(turn, clause_id)
        chosen, found = self._desk.choose(reading, clause, turn.now.date())
        number = number.upper()
        remember(turn, number, words, chosen)
        earlier = turn.work.answers.get(number)
        if earlier is not None and earlier.subject != clause.id:
            # Another of the readings was shown before: a correction of that must still reach them.
            number = turn.work.asked.add(turn.now, turn.person.id, "answer", clause.id)
        self._shown(turn, number, found)
        return self._cards.answered(turn, found, number)

    def _share(self, turn: Turn, number: str) -> Reply:
        """The answer that somebody was shown, to the room they are in, because they chose so."""
        shown = turn.work.answers.get(number)
        if shown is None or not turn.work.answers.was_shown(number, turn.person.id):
            return say(messages.dead_button())
        clause, (_, reading) = (
            self._desk.clause(shown.subject),
            numbered(turn, number) or ("", None),
        )
        card = self._cards.clause(turn, shown.subject)
        if clause is not None and reading is not None:
            _, found = self._desk.choose(reading, clause, turn.now.date())
            card = self._cards.answered(turn, found, number)
        return Reply((self._cards.for_everyone(turn, card),), everyone=turn.message.rooms)

    def _answered_before(self, turn: Turn, gap_id: str, number: str) -> Card:
        known = self._by_hand.get(turn, gap_id.upper())
        if known is None or numbered(turn, number) is None:
            return messages.dead_button()
        self._by_hand.shown(turn, number.upper(), known.gap)
        return self._cards.by_hand(turn, known.gap, known.asked, number.upper())

    def _shown(self, turn: Turn, number: str, found: Answer) -> None:
        edition = self._desk.policy.fingerprint
        shown = Shown(number, found.clause.id, found.verdict, edition, turn.now)
        turn.work.answers.add(number, turn.person.id, shown)


class FollowUp(Question):
    """A few words that lean on the question before: "and on a school iPad?", "why?".

    Tried before small talk and commands, after every worry.
    """

    counted: ClassVar[str] = "follow-up"
    verbs: ClassVar[Mapping[str, int]] = {}

    def hears(self, turn: Turn) -> bool:
        if not turn.typed or not is_follow_up(tidy(turn.typed)):
            return False
        before = last_reading(turn)
        if before is None or self._desk.read(turn.typed).action == "refuse":
            return False
        return self._desk.read(turn.typed, before).action in ("answer", "report")
