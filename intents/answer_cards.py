"""The cards of an answer: the verdict first, the clause with its number, and what to do next."""

from __future__ import annotations

from dataclasses import replace

from bot.answers import Correction, Gap, Remedy
from bot.card import SHOW_EVERYONE, Button, Card, Quote, Tone, press
from bot.cutting import clipped
from bot.people import Person, Role
from bot.recipients import to_ring_about_a_child
from bot.turn import Turn
from bot.views import answers
from bot.views.act_now import REPORT
from bot.views.wording import BUTTON, label, listed, with_number, with_role
from intents.policy import PolicyDesk
from intents.putting_right import judging, restoring
from knowledge.answer import Answer, Unknown
from knowledge.clause import Clause

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
_MOST_CLAUSES = 2
"""Buttons of further clauses: beside the others, Teams shows no more without a menu."""


class AnswerCards:
    """Draws answers from the policy that is loaded now."""

    def __init__(self, desk: PolicyDesk) -> None:
        self._desk = desk

    def answered(self, turn: Turn, found: Answer, number: str) -> Card:
        """The clause's answer, or what the school has put in its place."""
        standing = turn.work.corrections.of(found.clause.id)
        if standing is not None:
            return self.put_right(turn, found.clause, standing, number)
        text = [f"There is no clause {missing} in this policy." for missing in found.no_such]
        text.append(found.says or "")
        if found.conditions and found.conditions not in found.headline:
            start = "It is allowed only if" if found.verdict == "no" else "Only if:"
            text.append(f"{start} {found.conditions.removesuffix('.')}.")
        if found.in_writing:
            text.append("The permission must be in writing.")
        text += found.steps
        if found.tension:
            text.append(f"Two clauses pull against each other here: ask. {found.tension}")
        if found.note:
            text.append(found.note)
        parent = self._desk.policy.get(found.clause.parent or "")
        others = [clause for clause in found.others if clause != parent]
        buttons = []
        if found.decides:
            buttons.append(Button("Who decides?", press("who", *found.decides)))
        guide = self._desk.guide(found.clause.id)
        buttons += [
            Button(self._topic(clause_id), press("clause", clause_id))
            for clause_id in (guide.see[:_MOST_CLAUSES] if guide else ())
        ]
        return Card(
            title=found.headline,
            text=tuple(words for words in text if words),
            quotes=tuple(self.quoted(clause) for clause in (found.clause, *others)),
            source=self.footer(turn, number),
            buttons=(
                *buttons,
                *judging(turn, number),
                Button("Show everyone here", press(SHOW_EVERYONE, number)),
                REPORT,
            ),
            summary="Your answer from the policy.",
        )

    def for_everyone(self, turn: Turn, card: Card) -> Card:
        """An answer as a whole room may see it: without the question, and with who showed it."""
        return replace(
            card,
            source=f"Shown by {turn.person.name}. {card.source}",
            buttons=(REPORT,),
            summary="An answer from the policy.",
        )

    def put_right(self, turn: Turn, clause: Clause, standing: Correction, number: str) -> Card:
        """In place of an answer: the correction first, then the policy's own words."""
        title, quotes = answers.put_right(standing, turn.directory.zone)
        return Card(
            title=title,
            tone=Tone.WARNING,
            text=(f"Ask {ask_first(turn)} before you do anything.",)
            if standing.remedy is Remedy.WITHDRAWN
            else ("Go by this. The policy's own words stand below.",),
            quotes=(*quotes, self.quoted(clause)),
            source=self.footer(turn, number),
            buttons=(*restoring(turn, standing), REPORT),
            summary="Your answer from the policy.",
        )

    def why(self, turn: Turn, found: Answer, number: str) -> Card:
        """Where the answer before comes from: the policy's words, and nothing made up."""
        standing = turn.work.corrections.of(found.clause.id)
        if standing is not None:
            return self.put_right(turn, found.clause, standing, number)
        parent = self._desk.policy.get(found.clause.parent or "")
        text = [f"It stands in the section “{found.clause.section}”."]
        if found.note:
            text.append(found.note)
        text.append(f"Does it not fit? Ask {ask_first(turn)}.")
        return Card(
            title=f"Because of clause {found.clause.id}.",
            text=tuple(text),
            quotes=tuple(self.quoted(c) for c in (found.clause, *found.others) if c != parent),
            source=self.footer(turn, number),
            buttons=(REPORT,),
            summary="Your answer from the policy.",
        )

    def by_hand(self, turn: Turn, gap: Gap, asked: str, number: str) -> Card:
        """An answer that a person gave once. ``asked`` is the question it was given to, so that
        the reader can tell whether it is theirs."""
        correction = turn.work.corrections.of(gap.subject)
        title, quotes = answers.by_hand(gap, correction, turn.directory.zone)
        text = []
        if correction is not None and correction.remedy is Remedy.WITHDRAWN:
            text.append(f"Ask {ask_first(turn)} before you do anything.")
        return Card(
            title=title,
            text=tuple(text),
            quotes=(*((Quote("The question was", asked),) if asked else ()), *quotes),
            source=self.footer(turn, number),
            buttons=(
                Button("Not my question: pass mine on", press("pass", number)),
                *judging(turn, number),
                REPORT,
            ),
            summary="Your question was answered before.",
        )

    def unsure(self, turn: Turn, choices: tuple[tuple[str, str], ...], number: str) -> Card:
        """A near tie: ``choices`` are clauses with their topics."""
        return Card(
            title="Which of these do you mean?",
            text=("Or say a little more: who, which device, where and when.",),
            buttons=(*choosing(choices, number), REPORT),
            source=self.footer(turn, number),
            summary="Which of these do you mean?",
        )

    def say_more(self, turn: Turn, choices: tuple[tuple[str, str], ...], number: str) -> Card:
        """Too few words to answer."""
        return Card(
            title="Please say a little more.",
            text=("Who is it about, which device, where and when?",),
            buttons=(*choosing(choices, number), REPORT),
            source=self.footer(turn, number),
            summary="Please say a little more.",
        )

    def near_to(self, turn: Turn, clauses: tuple[str, ...]) -> Card:
        """For words that read like a worry, from somebody who wants no more than the policy: the
        clauses near to them, and no verdict."""
        return Card(
            title="Nobody has been told. The policy, near to what you wrote:",
            text=() if clauses else (f"It does not say. Ask {ask_first(turn)} first.",),
            buttons=(
                *(Button(self._topic(each), press("clause", each)) for each in clauses),
                REPORT,
            ),
            source=self.footer(turn, ""),
            summary="Your answer from the policy.",
        )

    def unknown(
        self, turn: Turn, found: Unknown, number: str, like: tuple[Gap, str] | None = None
    ) -> Card:
        """The policy does not say. ``like``: a question close to it that was answered by hand."""
        buttons = []
        if found.near is not None:
            near = found.near.id
            buttons.append(
                Button(label(f"Close to it: {self._topic(near)}"), press("clause", near))
            )
        if like is not None:
            gap, words = like
            before = label(f"Answered before: {words}")
            buttons.append(Button(before, press("byhand", gap.id, number)))
        if number:
            buttons.append(Button("Pass this question on", press("pass", number)))
        return Card(
            title="The policy does not say.",
            text=("That is not a yes.", f"Ask {ask_first(turn)} first."),
            source=self.footer(turn, number),
            buttons=(*buttons, REPORT),
            summary="The policy does not say.",
        )

    def clause(self, turn: Turn, clause_id: str) -> Card:
        """One clause by its number."""
        clause = self._desk.clause(clause_id)
        if clause is None:
            return Card(
                title=f"There is no clause {clause_id}.",
                text=("The numbers come from the policy that is loaded now.",),
                source=self.footer(turn, ""),
                buttons=(REPORT,),
            )
        standing = turn.work.corrections.of(clause.id)
        if standing is not None:
            return self.put_right(turn, clause, standing, "")
        guide = self._desk.guide(clause.id)
        return Card(
            title=f"Clause {clause.id}",
            text=(guide.says, *guide.do) if guide else (),
            quotes=(self.quoted(clause),),
            source=self.footer(turn, ""),
            buttons=(REPORT,),
        )

    def who(self, turn: Turn, codes: tuple[str, ...], title: str = "Who decides") -> Card:
        """Who decides, or who they are, by name and number, from the settings."""
        if not codes:
            return Card(
                title="The policy does not say who decides.",
                text=(f"Ask {ask_first(turn)} first.",),
                source=self.footer(turn, ""),
                buttons=(REPORT,),
            )
        facts = []
        for code in codes:
            people: tuple[Person, ...] = ()
            if code in DECIDERS:
                people = turn.directory.holders(DECIDERS[code], turn.person.centre)
            known = listed([with_number(person) for person in people], "or")
            words = ROLE_WORDS.get(code, code)
            facts.append((words[0].upper() + words[1:], known or "ask the office"))
        return Card(
            title=title,
            facts=tuple(facts),
            source="Names and numbers come from the school's settings, not from the policy.",
            buttons=(REPORT,),
        )

    def quoted(self, clause: Clause) -> Quote:
        """A clause in the policy's words; half a sentence comes with the half above it."""
        parent = self._desk.policy.get(clause.parent or "")
        if parent is None:
            return Quote(f"Clause {clause.id}", clause.text)
        return Quote(
            f"Clause {clause.id}, which stands under {parent.id}", f"{parent.text}\n{clause.text}"
        )

    def _topic(self, clause_id: str) -> str:
        """What a further clause is about: its number alone tells nobody whether to look."""
        guide = self._desk.guide(clause_id)
        return _named(guide.topic, clause_id) if guide else f"Clause {clause_id}"

    def footer(self, turn: Turn, number: str) -> str:
        """Under every answer: how old the policy is, its number, and where a worry goes."""
        ring = to_ring_about_a_child(turn.person, turn.directory, turn.now)[:1]
        whom = "".join(f" or ring {with_role(p, turn.person.centre)}" for p in ring)
        answer = f" Answer {number}." if number else ""
        line = self._desk.edition_line(turn.now)
        return f"{line}{answer} Worried about a child? Press “{REPORT.label}”{whom}."


def ask_first(turn: Turn) -> str:
    """Whom to ask before doing anything: never the asker."""
    ring = to_ring_about_a_child(turn.person, turn.directory, turn.now)
    return with_role(ring[0], turn.person.centre) if ring else "the Principal"


def choosing(choices: tuple[tuple[str, str], ...], number: str) -> tuple[Button, ...]:
    return tuple(
        Button(_named(topic, clause), press("choose", clause, number)) for clause, topic in choices
    )


def _named(topic: str, clause_id: str) -> str:
    return f"{clipped(topic, BUTTON - len(clause_id) - 3)} ({clause_id})"
