"""A policy question: the verdict first, the clause with its number, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from bot.card import Button, Card, Press, Quote, Reply, Tone, press, say
from bot.intent import Intent
from bot.people import Person, Role
from bot.turn import Turn
from bot.views.wording import listed, to_ring, with_number
from intents.policy import PolicyDesk
from knowledge.answer import Answer, Unknown, Unsure
from knowledge.clause import Clause

REPORT = Button("Report a worry", press("report"))

DECIDERS = {
    "dsl": Role.DSL,
    "deputy": Role.DEPUTY,
    "principal": Role.PRINCIPAL,
    "head_of_centre": Role.HEAD,
    "it": Role.IT,
    "chair": Role.CHAIR,
    "governor": Role.GOVERNOR,
}
ROLE_WORDS = {
    "dsl": "the DSL",
    "deputy": "a deputy DSL",
    "principal": "the Principal",
    "head_of_centre": "the Head of Centre",
    "leadership": "the leadership team",
    "it": "IT support",
    "chair": "the chair of governors",
    "governor": "the safeguarding governor",
    "police": "the police",
    "lado": "the local authority's designated officer",
}


class Question(Intent):
    """Anything else is a question, and the policy is asked."""

    verbs: ClassVar[Mapping[str, int]] = {"clause": 1, "who": 1}

    def __init__(self, desk: PolicyDesk) -> None:
        self._desk = desk

    def hears(self, turn: Turn) -> bool:
        return True

    def answer(self, turn: Turn, press: Press) -> Reply:
        if press.verb == "clause":
            return say(self._clause(turn, press.args[0]))
        if press.verb == "who":
            return say(self._who(turn, press.args))
        reading = self._desk.read(turn.typed)
        found = self._desk.answer(reading, turn.now.date())
        cited = found.clause.id if isinstance(found, Answer) else ""
        number = ""
        if reading.action in ("answer", "dont_know"):
            number = turn.work.asked.add(turn.now, turn.person.id, reading.action, cited)
        footer = self._footer(turn, number)
        if isinstance(found, Answer):
            return say(self._answered(turn, found, footer))
        if isinstance(found, Unsure):
            return say(self._unsure(found, footer))
        return say(self._unknown(turn, found, footer))

    def _answered(self, turn: Turn, found: Answer, footer: str) -> Card:
        text = [f"There is no clause {number} in this policy." for number in found.no_such]
        text.append(found.says or "")
        if found.conditions and found.conditions not in found.headline:
            text.append(f"Only if: {found.conditions}")
        if found.in_writing:
            text.append("The permission must be in writing.")
        text += found.steps
        if found.tension:
            text.append(f"Two clauses pull against each other here: ask. {found.tension}")
        if found.note:
            text.append(found.note)
        parent = self._desk.policy.get(found.clause.parent or "")
        others = [clause for clause in found.others if clause != parent]
        quotes = [self._quoted(clause) for clause in (found.clause, *others)]
        buttons = []
        if found.decides:
            buttons.append(Button("Who decides?", press("who", *found.decides)))
        guide = self._desk.guide(found.clause.id)
        buttons += [
            Button(f"Clause {clause_id}", press("clause", clause_id))
            for clause_id in (guide.see[:3] if guide else ())
        ]
        return Card(
            title=found.headline,
            text=tuple(words for words in text if words),
            quotes=tuple(quotes),
            source=footer,
            buttons=(*buttons, REPORT),
            summary="Your answer from the policy.",
        )

    def _quoted(self, clause: Clause) -> Quote:
        """A clause in the policy's words; half a sentence comes with the half above it."""
        parent = self._desk.policy.get(clause.parent or "")
        if parent is None:
            return Quote(f"Clause {clause.id}", clause.text)
        return Quote(
            f"Clause {clause.id}, which stands under {parent.id}", f"{parent.text}\n{clause.text}"
        )

    def _unsure(self, found: Unsure, footer: str) -> Card:
        return Card(
            title="Which of these do you mean?",
            text=("Or say a little more: who, which device, where and when.",),
            buttons=(
                *(
                    Button(f"{near.topic[:60]} ({near.clause})", press("clause", near.clause))
                    for near in found.readings
                ),
                REPORT,
            ),
            source=footer,
            summary="Which of these do you mean?",
        )

    def _unknown(self, turn: Turn, found: Unknown, footer: str) -> Card:
        ring = to_ring(turn.directory, turn.person.centre, turn.now)
        first = with_number(ring[0]) if ring else "the DSL"
        buttons = [REPORT]
        if found.near is not None:
            buttons.insert(
                0, Button(f"Clause {found.near.id} comes close", press("clause", found.near.id))
            )
        return Card(
            title="The policy does not say.",
            text=("That is not a yes.", f"Ask {first} first."),
            tone=Tone.PLAIN,
            source=footer,
            buttons=tuple(buttons),
            summary="The policy does not say.",
        )

    def _clause(self, turn: Turn, clause_id: str) -> Card:
        clause = self._desk.clause(clause_id)
        if clause is None:
            return Card(
                title=f"There is no clause {clause_id}.",
                text=("The numbers come from the policy that is loaded now.",),
                source=self._footer(turn, ""),
                buttons=(REPORT,),
            )
        guide = self._desk.guide(clause.id)
        return Card(
            title=f"Clause {clause.id}",
            text=(guide.says, *guide.do) if guide else (),
            quotes=(self._quoted(clause),),
            source=self._footer(turn, ""),
            buttons=(REPORT,),
        )

    def _who(self, turn: Turn, codes: tuple[str, ...]) -> Card:
        facts = []
        for code in codes:
            people: tuple[Person, ...] = ()
            if code in DECIDERS:
                people = turn.directory.holders(DECIDERS[code], turn.person.centre)
            known = listed([with_number(person) for person in people], "or")
            facts.append((ROLE_WORDS.get(code, code).capitalize(), known or "ask the office"))
        return Card(
            title="Who decides",
            facts=tuple(facts),
            source="Names and numbers come from the school's settings, not from the policy.",
            buttons=(REPORT,),
        )

    def _footer(self, turn: Turn, number: str) -> str:
        ring = to_ring(turn.directory, turn.person.centre, turn.now)
        whom = f"press Report or ring {with_number(ring[0])}" if ring else "press Report"
        answer = f" Answer {number}." if number else ""
        line = self._desk.edition_line(turn.now)
        return f"{line}{answer} Worried about a child? {whom[0].upper()}{whom[1:]}."
