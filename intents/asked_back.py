"""Offers what a reporter types under a question about their report as its answer, unsent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

from bot.card import Button, Press, Reply, press, say
from bot.checks import Refused, long
from bot.conversation import Conversation, Stage
from bot.incident import Entry, Incident
from bot.intent import Intent, choose
from bot.turn import Turn
from bot.views import messages
from intents.act_now import calls
from intents.own_questions import asked_about
from intents.policy import PolicyDesk
from intents.write_up import ELSEWHERE, SENTENCES

ADDITION = "addition"
LOOKED_AT = 3
"""So many of somebody's reports, the latest, may have a question that waits."""

WAITS = timedelta(days=7)
COURTESIES = frozenset({"thanks", "greeting", "farewell", "praise"})


class AskedBack(Intent):
    """The first message after a question about one's report, wherever it would go otherwise."""

    verbs: ClassVar[Mapping[str, int]] = {"else": 1}

    def __init__(self, desk: PolicyDesk, others: Sequence[Intent]) -> None:
        self._desk, self._others = desk, others

    def typed(self, press: Press) -> bool:
        return False

    def hears(self, turn: Turn) -> bool:
        said = turn.typed.lower().strip(" .!?")
        if turn.message.command or not turn.message.place.private or not said or not turn.vouched:
            return False
        if said in ELSEWHERE or said in SENTENCES or calls(turn) or asked_about(turn.typed):
            return False
        if _asked(turn) is None or _words(turn) is None:
            return False
        reading = self._desk.read(turn.typed)
        return reading.action != "command" and reading.chat not in COURTESIES

    def answer(self, turn: Turn, press_: Press) -> Reply:
        if press_.verb == "else":
            ref, *before = press_.args
            return self._something_else(turn, ref.upper(), "".join(before[:1]))
        incident, words = _asked(turn), _words(turn)
        assert incident is not None
        assert words is not None
        ref = incident.ref
        begun = turn.work.conversations.find(turn.person.id, ADDITION, ref)
        unsent = ""
        if begun is not None and begun.stage not in (Stage.FINISHED, Stage.CANCELLED):
            unsent = begun.answers.get(ADDITION, "")
        draft = Conversation(
            id=f"{ref}-{ADDITION}-{turn.person.id}",
            person=turn.person.id,
            form=ADDITION,
            ref=ref,
            answers={ADDITION: f"{unsent}\n{words}" if unsent else words},
            stage=Stage.PAUSED,
            version=begun.version if begun else 0,
        )
        turn.work.conversations.save(draft, turn.now)
        worry = self._desk.read(turn.typed).action == "report"
        return say(
            messages.note(
                f"Is this your answer about {ref}?",
                *(("Child in danger now? Ring 999.",) if worry else ()),
                "Your words are kept, and not sent yet.",
                *(("What you had written before and not sent goes along.",) if unsent else ()),
                buttons=(
                    Button(
                        f"Send as my answer to {ref}", press("finish", ADDITION, ref), primary=True
                    ),
                    Button("It is something else", press("else", ref, str(len(unsent)))),
                ),
            )
        )

    def _something_else(self, turn: Turn, ref: str, before: str) -> Reply:
        """The same words again, as if no question had waited. What stood in the draft ``before``
        them, so many letters, stays there."""
        incident = turn.work.incidents.get(ref)
        if incident is None or incident.reporter != turn.person.id:
            return turn.refuse("else", ref)
        draft = turn.work.conversations.find(turn.person.id, ADDITION, ref)
        whole = draft.answers.get(ADDITION, "") if draft else ""
        kept = int(before) if before.isdigit() else 0
        words = whole[kept:].removeprefix("\n")
        if draft is None or draft.stage is Stage.FINISHED or not words:
            return say(messages.note("These words went on already. Nothing was changed."))
        left = (
            replace(draft, answers={ADDITION: whole[:kept]})
            if kept
            else replace(draft, answers={}, stage=Stage.CANCELLED)
        )
        turn.work.conversations.save(left, turn.now)
        said = replace(turn, message=replace(turn.message, text=words, press=None))
        intent, meant = choose(self._others, said)
        return replace(intent.answer(said, meant), replaces=True)


def _words(turn: Turn) -> str | None:
    try:
        return long()(turn.message.text, turn.now)
    except Refused:
        return None


def _asked(turn: Turn) -> Incident | None:
    """Their report about which a question waits, if nothing they were writing came after it."""
    active = turn.work.conversations.active(turn.person.id)
    for incident in turn.work.incidents.by(turn.person.id)[:LOOKED_AT]:
        question = _question(turn, incident)
        if question is None or turn.now - question.at >= WAITS:
            continue
        draft = turn.work.conversations.find(turn.person.id, ADDITION, incident.ref)
        if not any(_since(each, question) for each in (active, draft)):
            return incident
    return None


def _question(turn: Turn, incident: Incident) -> Entry | None:
    """The last one that was put to the reporter, unless they have added something since."""
    latest = None
    for entry in turn.work.incidents.entries(incident.ref):
        if entry.step == "question":
            latest = entry
        elif entry.step == ADDITION:
            latest = None
    return latest


def _since(conversation: Conversation | None, question: Entry) -> bool:
    touched = conversation.touched_at if conversation else None
    return touched is not None and touched >= question.at
