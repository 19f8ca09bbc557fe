"""People who type and press by chance: whatever is before them, what was, and what never is.

Everybody acts on the real bot and is shown what is delivered. After every act what must hold
whatever anybody does is looked at: no report is closed without a decision, its reason and an
outcome, none gets less urgent, and no card says what must never be said.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random

from sqlalchemy import select

from bot.app import App, build
from bot.card import Card, Press, Reply, Sheet, press
from bot.checks import Kind
from bot.form import Urgency
from bot.incident import Part
from bot.message import Inside, Message, Place
from bot.notice import Receipt
from bot.people import Identity
from bot.ports import Work
from bot.settings import Secrets
from bot.views.drawing import draw
from storage import tables
from tests.bench.tally import Tally
from tests.forbidden import said_in
from tests.troupe import KEYS, MovableClock, school

QUESTIONS = Path(__file__).parent / "questions"
STAFF, HOLDERS = ("amira", "bryn", "tan", "quill"), ("khan", "okoro", "lindqvist", "brook")
SENIOR = ("farrow", "penrose")
ROOMS = {person: frozenset({"dsl-oak", "dsl-ash"}) for person in HOLDERS} | {
    "tan": frozenset({"it"})
}
AT_ONCE = 400
"""Steps in one school: after so many it has more open reports than any."""

REMEMBERED = 60
"""How many buttons a person can still press, the newest last."""

SENTENCES = (
    "skip", "go back", "undo", "resume", "pause", "stop", "finish", "cases", "my reports", "home",
    "help", "digest", "thanks", "rota", "yes", "no", "1", "2", "termly report", "hello", "why?",
)  # fmt: skip
TYPED = "zq"
"""Marks words of theirs that we must never say."""

ANSWERS = (
    "", " ", ".", "n/a", "dont know", "Monitor", "Police", "No further action (NFA)", "Resolved",
    "Sent by mistake", "ext 214", "07700 900123", "yesterday", "she told me at break", "nobody",
    "Oak Centre", "Ms Khan", "Mr Okoro", "Dr Farrow did it", "Yes", "No", "Not sure", "\u200b",
    f"{TYPED} it is not serious", f"{TYPED} please keep this confidential", "x" * 3000,
    "He said <b>stop</b>", "because", "14:05",
)  # fmt: skip
ONWARDS = frozenset({"tell", "open", "take", "close", "finish", "page"})
CASE_VERBS = (
    "open", "take", "takeover", "spoke", "close", "decide", "note", "hand", "question", "add",
    "finish", "mistake", "real", "else", "about", "asked", "child-help", "view",
)  # fmt: skip
RANK = {urgency: rank for rank, urgency in enumerate(reversed(Urgency))}
CLOSING = ("decision", "reason", "outcome")


def questions(*names: str) -> list[str]:
    """What staff type, from the labelled files."""
    lines = [
        line
        for name in names
        for line in (QUESTIONS / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]
    return [json.loads(line)["q"] for line in lines if line.strip()]


class Chance:
    """A school in which people act by chance, on a database in memory."""

    def __init__(self, dice: Random, tally: Tally) -> None:
        self.dice, self.tally, self.clock = dice, tally, MovableClock()
        self.app: App = build(
            school(), Secrets(), platforms=("web",), url="sqlite://", keys=KEYS, now=self.clock
        )
        self.worries = questions("worries")
        self.policy = questions("golden", "bans")
        self._keys = count()
        self._buttons: dict[str, list[Press]] = defaultdict(list)
        self._sheets: dict[str, Sheet] = {}
        self._refs: list[str] = []
        self._urgency: dict[str, int] = {}
        self._closed: set[str] = set()
        self._reports, self._person = 0, STAFF[0]

    def close(self) -> None:
        self.app.close()

    def step(self) -> None:
        """Somebody does something, or time passes; then what must hold is looked at."""
        if self.dice.random() < 0.25:
            groups = self.dice.choices((STAFF, HOLDERS, SENIOR), (3, 5, 2))[0]
            self._person = self.dice.choice(groups)
        acts: tuple[tuple[Callable[[str], None], int], ...] = (
            (self._press, 30),
            (self._send_sheet, 80 if self._person in self._sheets else 5),
            (self._press_made_up, 20),
            (self._work_on_one, 10),
            (self._answer, 10),
            (self._open, 20),
            (self._say, 3),
            (self._wait, 2),
        )
        (act,) = self.dice.choices([act for act, _ in acts], [weight for _, weight in acts])
        self.tally.count("transitions")
        act(self._person)
        self._look()

    # What people do

    def _open(self, person: str) -> None:
        """Begin a conversation: a worry, a question of the policy, or a report by name."""
        self.tally.count("dialogues begun")
        pool = self.dice.choice((self.worries, self.policy, ("/report",)))
        words = self.dice.choice(pool)
        command = "report" if words == "/report" else ""
        self._hear(person, text="" if command else words, command=command)

    def _press(self, person: str) -> None:
        buttons = self._buttons[person]
        if self.dice.random() < 0.5:
            buttons = [each for each in buttons if each.verb in ONWARDS] or buttons
        if buttons:
            # The newest most of all, and now and then an old one.
            at = min(int(self.dice.expovariate(1 / 4)), len(buttons) - 1)
            self._hear(person, pressed=buttons[-1 - at])

    def _press_made_up(self, person: str) -> None:
        """A press nobody offered them: another's report, or a form of somebody else's."""
        ref = self.dice.choice(self._refs[-4:] or ["7KQ2X"])
        verb = self.dice.choice(CASE_VERBS)
        made_up = self.dice.choice(
            (
                press(verb, ref),
                press("take", ref),
                *[press("close", ref)] * 4,
                press("finish", "closing", ref),
                press("answer", "closing", ref, self.dice.choice(CLOSING), "1"),
                press("skip", "closing", ref, self.dice.choice(CLOSING)),
                press("send", "closing", ref, "closing"),
            )
        )
        fields = {name: self.dice.choice(ANSWERS) for name in CLOSING if self.dice.random() < 0.6}
        self._hear(person, pressed=made_up, fields=fields if made_up.verb == "send" else {})

    def _work_on_one(self, person: str) -> None:
        """Most of what brings a report to its end, in order, and a step left out now and then."""
        ref = self.dice.choice(self._refs or ["7KQ2X"])
        for verb in ("open", "take", "close"):
            if self.dice.random() < 0.9:
                self._hear(person, pressed=press(verb, ref))
        self._send_sheet(person)

    def _send_sheet(self, person: str) -> None:
        """Send the page of a form that is open before them, filled in as it may be."""
        sheet = self._sheets.get(person)
        if sheet is None:
            return self._press(person)
        fields = {}
        for each in sheet.fields:
            chosen = each.choices if each.kind is Kind.CHOICE and each.choices else ANSWERS
            if self.dice.random() < 0.85:
                fields[each.name] = self.dice.choice(chosen)
        presses = (sheet.send.press, sheet.send.press, *(b.press for b in sheet.buttons))
        self._hear(person, pressed=self.dice.choice(presses), fields=fields)

    def _answer(self, person: str) -> None:
        self._hear(person, text=self.dice.choice(ANSWERS))

    def _say(self, person: str) -> None:
        self._hear(person, text=self.dice.choice(SENTENCES))

    def _wait(self, person: str) -> None:
        self.clock.at += timedelta(minutes=self.dice.choice((1, 5, 20, 60 * 5, 60 * 26)))
        self.app.ticker.tick(self.clock.at)

    # What they see

    def _hear(
        self,
        person: str,
        text: str = "",
        pressed: Press | None = None,
        fields: dict[str, str] | None = None,
        command: str = "",
    ) -> Reply:
        reply = self.app.bot.hear(
            Message(
                key=f"m{next(self._keys)}",
                identity=Identity("web", person),
                place=Place("web", f"dm:{person}"),
                text=text,
                press=pressed,
                fields=fields or {},
                command=command,
                inside=Inside(ROOMS.get(person, frozenset())),
                forms=person not in ("amira", "okoro", "farrow"),
            )
        )
        for card in reply.cards:
            self._shown(person, card)
        if reply.sheet is not None:
            self._sheets[person] = reply.sheet
        else:
            self._sheets.pop(person, None)
        return reply

    def _shown(self, person: str, card: Card) -> None:
        self.tally.count("cards")
        self.tally.faults += [f"said to {person}: {words}" for words in said_in(card, TYPED)]
        if "Fault" in card.title or "went wrong" in card.title:
            self.tally.faults.append(f"{person} was shown a fault: {card.title}")
        kept = [*self._buttons[person], *(button.press for button in card.buttons)]
        self._buttons[person] = kept[-REMEMBERED:]

    def _deliver(self, work: Work) -> None:
        now, directory = self.clock.at, self.app.bot.directory()
        while claimed := work.notices.claim(now, 60, 200):
            for notice in claimed:
                card = draw(notice, work, directory, self.app.bot.school, now)
                if card is not None:
                    self._shown(notice.to.person or self.dice.choice(HOLDERS), card)
                work.notices.delivered(notice, Receipt("room", notice.id, now))

    # What must hold

    def _look(self) -> None:
        with self.app.store.work() as work:
            self._deliver(work)
            work.commit()
        report = tables.incidents.c
        with self.app.store.database.connect() as connection:
            rows = connection.execute(select(report.ref, report.urgency, report.closed_at)).all()
        self._refs = [row.ref for row in rows]
        for row in rows:
            rank = RANK[Urgency(row.urgency)]
            if rank < self._urgency.get(row.ref, rank):
                self.tally.faults.append(f"{row.ref} became {row.urgency}")
            self._urgency[row.ref] = rank
            if row.closed_at is None:
                self._closed.discard(row.ref)
            elif row.ref not in self._closed:
                self._closed.add(row.ref)
                self.tally.count("reports closed")
                self.tally.faults += self._closed_without(row.ref)
        self.tally.count("reports", len(rows) - self._reports)
        self._reports = len(rows)

    def _closed_without(self, ref: str) -> Iterator[str]:
        with self.app.store.work() as work:
            written = [e for e in work.incidents.entries(ref) if e.part is Part.CASE]
            escalation = work.escalations.get(ref)
        for step in CLOSING:
            if not any(e.step == step and e.words.open().strip() for e in written):
                yield f"{ref} was closed without its {step}"
        if escalation is None or escalation.taken is None:
            yield f"{ref} was closed by nobody who had it"


def act(dice: Random, steps: int, tally: Tally) -> None:
    """So many steps in a new school."""
    here = Chance(dice, tally)
    try:
        for _ in range(steps):
            here.step()
    finally:
        here.close()
