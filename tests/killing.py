"""Kills a running server at chosen moments and says what became of everything it had promised.

A reporter acts on ``POST /say`` as the page does, a browser's event stream shows what everyone
was told. Each kill ends the whole process group with SIGKILL; the next process starts in the same
folder, and the reporter sends again, under the same key, what they had sent last.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import re
import signal
import sqlite3
import sys
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.views.opened import THEIR_NUMBER
from intents.alarm import FIRST_WORDS
from intents.forms import child
from intents.forms.centre import asking_the_centre
from tests.stages.page import read
from tests.stages.served import free_port
from tests.troupe import school

ROOT = Path(__file__).parent.parent
REPORTER, DSL = "amira", "khan"
OWN, DSL_OWN, DSL_ROOM = f"dm:{REPORTER}", f"dm:{DSL}", "dsl-oak"

FORM = asking_the_centre(child.FORM, school().directory().centres.values())
STEPS = FORM.steps[:6]
ACTS = ("worry", "press", *(step.name for step in STEPS))
"""What the reporter does, in order; a kill strikes around one of them."""

CHOSEN = {"centre": "Oak Centre", "danger": "Not sure"}
"""The answers that are pressed, not typed."""

PROMPTS = {
    "worry": FIRST_WORDS,
    **{step.name: step.prompt for step in STEPS},
    "number": THEIR_NUMBER,
}
"""Under which words an opened report shows what was said."""
QUESTIONS = {step.prompt for step in FORM.steps}
AFTER = dict(zip(ACTS[1:], (step.prompt for step in FORM.steps), strict=False))
"""The question that is next after each act."""

RAISED = re.compile(r"Alarm raised\. Reference ([2-9A-Z]{5})\.")
SECOND_COPY = "This may be a second copy"
PATIENCE = 20.0
LEASE_ENDS = 40.0
"""A send cut short is looked at again when its lease has ended, half a minute later."""

Body = dict[str, str]


class Server:
    """``python -m bot serve --demo`` in ``folder``, a process group of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and wait until it answers."""
        kept = ("PATH", "HOME", "LANG", "TMPDIR")
        environment = {name: os.environ[name] for name in kept if name in os.environ}
        with (self.folder / "server.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "serve", "--demo", "--port", str(self.port)),
                cwd=self.folder,
                env={**environment, "PYTHONPATH": str(ROOT)},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        async with asyncio.timeout(PATIENCE), ClientSession() as session:
            while not await self._answers(session):
                assert self._process.returncode is None, self.log()
                await asyncio.sleep(0.02)

    async def _answers(self, session: ClientSession) -> bool:
        try:
            async with session.get(f"{self.url}/health") as response:
                return response.status == 200
        except ClientError:
            return False

    async def kill(self) -> None:
        """SIGKILL to the whole group: nothing of it can run one more line."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        self._process = None

    async def end(self) -> None:
        if self._process is not None:
            await self.kill()

    def log(self) -> str:
        return (self.folder / "server.log").read_text("utf-8")

    def end_leases(self) -> None:
        """While no process runs: the minute that a send cut short is waited for has passed."""
        with contextlib.closing(sqlite3.connect(self.folder / "var" / "lanyard.db")) as database:
            past = "2000-01-01 00:00:00.000000"
            busy = "UPDATE notices SET lease_until = ? WHERE lease_until IS NOT NULL"
            database.execute(busy, (past,))
            database.commit()


class Screens:
    """What everyone was shown, as the page's event stream said it; kept across restarts."""

    def __init__(self, rooms: tuple[str, ...]) -> None:
        self.rooms = rooms
        self._shown: dict[str, dict[str, str]] = defaultdict(dict)
        self._changed = asyncio.Condition()

    def cards(self, room: str) -> list[tuple[str, str]]:
        """``(id, words)`` of every message of a room, in the order they were first shown."""
        found = [(message, read(html)) for message, html in self._shown[room].items()]
        return [(message, "\n".join(words.lines)) for message, words in found if not words.theirs]

    def button(self, room: str, verb: str) -> Body | None:
        """The newest press beginning with ``verb``."""
        for message, html in reversed(self._shown[room].items()):
            for _, press in reversed(read(html).presses):
                if press.startswith(verb):
                    return {"press": press, "message": message}
        return None

    async def until(self, holds: Callable[[], bool], why: str, seconds: float = PATIENCE) -> None:
        """Wait until ``holds`` is true of the screens; it is asked again at every change."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(holds)
        except TimeoutError:
            there = {room: [words for _, words in self.cards(room)][-4:] for room in self.rooms}
            raise AssertionError(f"never: {why}\n{json.dumps(there, indent=1)}") from None

    async def follow(self, session: ClientSession, url: str) -> None:
        """Listen as the page does until the connection ends; what arrived is all taken in."""
        asked = [("room", room) for room in self.rooms]
        with contextlib.suppress(ClientError):
            async with session.get(f"{url}/events", params=asked) as response:
                event = ""
                async for line in response.content:
                    name, _, value = line.decode().rstrip("\n").partition(": ")
                    if name == "event":
                        event = value
                    elif name == "data":
                        await self._take(event, json.loads(value))

    async def _take(self, event: str, data: dict[str, object]) -> None:
        messages = data["messages"] if event == "room" else [data]
        assert isinstance(messages, list)
        async with self._changed:
            for each in messages:
                self._shown[each["room"]][each["id"]] = each["html"]
            self._changed.notify_all()


@dataclass
class Report:
    """One report as the reporter knows it: what they wrote, and what they were promised."""

    number: int
    ref: str = ""
    promised: dict[str, str] = field(default_factory=dict)

    def words(self, act: str) -> str:
        """What is written at ``act``: words found nowhere else."""
        if act == "worry":
            return f"a child in my form just told me her uncle hurts her, case {self.number}x"
        if act == "number":
            return f"extension 2{self.number:03}"
        return CHOSEN.get(act, f"about {act.replace('_', ' ')} {self.number}x")


@dataclass(frozen=True)
class Struck:
    """One kill: around which act, how many seconds after it was sent, and what was wrong.

    ``receipts`` had been given by then; ``card`` is the seconds from the next start until the
    card stood before the DSL.
    """

    act: str
    after: float
    receipts: int
    card: float = 0
    lost: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    doubles: tuple[str, ...] = ()

    @property
    def faults(self) -> tuple[str, ...]:
        return (*self.lost, *self.missing, *self.doubles)


class Killing:
    """A reporter and a DSL on a server that is killed again and again."""

    def __init__(self, server: Server, seed: int, *, wait_for_leases: bool) -> None:
        self.server, self.reports = server, list[Report]()
        self._chance, self._wait_for_leases = random.Random(seed), wait_for_leases
        self._screens = Screens((OWN, DSL_OWN, DSL_ROOM))
        self._session: ClientSession
        self._following: asyncio.Task[None]
        self._took = 0.1

    @asynccontextmanager
    async def begun(self) -> AsyncIterator[Killing]:
        """With the first process running."""
        async with ClientSession(timeout=ClientTimeout(total=None)) as self._session:
            try:
                await self._start()
                yield self
            finally:
                await self.server.end()
                await self._following

    async def strike(self) -> Struck:
        """Write one report, with a kill at a random moment around one of its acts."""
        self._report = Report(len(self.reports) + 1)
        self.reports.append(self._report)
        struck, share = self._chance.choice(ACTS), self._chance.uniform(0, 2)
        outcome = Struck(struck, 0, 0)
        for act in ACTS:
            what = await self._body(act)
            if act == struck:
                outcome = await self._struck(act, what, share)
            else:
                await self._send(act, what)
        await self._finish()
        return outcome

    async def check(self) -> Struck:
        """Every report of this killing once more, at the end: receipts, cards and words."""
        lost = [fault for report in self.reports for fault in await self._lost(report)]
        missing = [fault for report in self.reports for fault in await self._missing(report)]
        promised = {report.ref for report in self.reports}
        refs = {ref for _, words in self._screens.cards(DSL_ROOM) for ref in _refs(words)}
        strangers = [f"{ref}: a report nobody made" for ref in sorted(refs - promised)]
        return Struck(
            "all",
            0,
            len(promised),
            0,
            tuple(lost),
            tuple(missing),
            (*(fault for report in self.reports for fault in self._doubles(report)), *strangers),
        )

    # What the reporter does

    async def _body(self, act: str) -> Body:
        """What is posted for ``act``, once the screen shows what it answers."""
        key = str(uuid.uuid4())
        who = {"as": REPORTER, "room": OWN, "key": key}
        report = self._report
        if act == "press":
            first = lambda: self._screens.button(OWN, "tell child")  # noqa: E731
            await self._screens.until(lambda: first() is not None, "the act-now card")
            return {**who, **(first() or {})}
        if act in CHOSEN:
            number = next(s for s in STEPS if s.name == act).check.choices.index(CHOSEN[act])
            verb = f"answer child {report.ref} {act} {number}"
            button = lambda: self._screens.button(OWN, verb)  # noqa: E731
            await self._screens.until(lambda: button() is not None, "the choices")
            return {**who, **(button() or {})}
        return {**who, "text": report.words(act)}

    async def _send(self, act: str, what: Body) -> None:
        """Post, and wait until the answer is on the screen; remember what that promises."""
        began = asyncio.get_running_loop().time()
        await self._post(what)
        self._took = asyncio.get_running_loop().time() - began
        if act == "worry":
            await self._screens.until(
                lambda: self._screens.button(OWN, "tell child") is not None, "the act-now card"
            )
            return
        expected = AFTER[act]
        await self._screens.until(
            lambda: self._question() == expected,
            f"“{expected}” after {act}, not {self._question()}",
        )
        self._promise(act)

    async def _post(self, what: Body) -> None:
        async with self._session.post(
            f"{self.server.url}/say", json=what, headers={"Origin": self.server.url}
        ) as response:
            assert response.status == 200, await response.text()
            await response.read()

    async def _finish(self) -> None:
        """The write-up is finished, and the DSL takes the report: nobody is called again."""
        done, took = "Thank you. Your write-up is saved.", f"You have {self._report.ref}."
        await self._type(REPORTER, "finish")
        await self._screens.until(
            lambda: (
                sum(done in words for _, words in self._screens.cards(OWN)) == len(self.reports)
            ),
            "the write-up is finished",
        )
        await self._type(DSL, f"open {self._report.ref}")
        await self._type(DSL, f"take {self._report.ref}")
        await self._screens.until(
            lambda: any(took in words for _, words in self._screens.cards(DSL_OWN)), took
        )

    async def _type(self, person: str, words: str) -> None:
        """Somebody types ``words`` in their messages with the bot."""
        key = str(uuid.uuid4())
        await self._post({"as": person, "room": f"dm:{person}", "key": key, "text": words})

    # The kill

    async def _struck(self, act: str, what: Body, share: float) -> Struck:
        after = self._took * share
        sending = asyncio.create_task(self._post(what))
        await asyncio.sleep(after)
        await self.server.kill()
        answered = not isinstance(
            (await asyncio.gather(sending, return_exceptions=True))[0], BaseException
        )
        await self._following
        self._promise(act, answered)
        receipts = 1 if self._report.ref else 0
        if not self._wait_for_leases:
            self.server.end_leases()
        await self._start()
        started = asyncio.get_running_loop().time()
        lost = await self._lost(self._report)
        await self._send(act, what)
        if act != "worry":
            lost += await self._resumed(act)
            lost += await self._lost(self._report)
        missing = await self._missing(self._report) if self._report.ref else []
        doubles = self._doubles(self._report) if self._report.ref else []
        card = asyncio.get_running_loop().time() - started if self._report.ref else 0
        return Struck(act, after, receipts, card, tuple(lost), tuple(missing), tuple(doubles))

    async def _start(self) -> None:
        await self.server.start()
        self._following = asyncio.create_task(self._screens.follow(self._session, self.server.url))

    async def _resumed(self, act: str) -> list[str]:
        """Asked where they are, the dialogue puts the same question again."""
        expected, before = AFTER[act], self._asked(AFTER[act])
        await self._type(REPORTER, "resume")
        try:
            await self._screens.until(lambda: self._asked(expected) > before, "resumed")
        except AssertionError:
            return [f"{self._report.ref}: after {act} it resumes at “{self._question()}”"]
        return []

    def _promise(self, act: str, answered: bool = False) -> None:
        """Note what the reporter has been given: a reference, or the question after an answer."""
        report, known = self._report, {report.ref for report in self.reports}
        for _, words in self._screens.cards(OWN):
            for ref in RAISED.findall(words):
                if ref not in known:
                    report.ref = ref
                    report.promised["worry"] = report.words("worry")
        if act in ("worry", "press"):
            return
        if answered or self._question() == AFTER[act]:
            report.promised[act] = report.words(act)

    def _question(self) -> str:
        """The prompt of the newest question."""
        titles = [words.split("\n")[0] for _, words in self._screens.cards(OWN)]
        return next((title for title in reversed(titles) if title in QUESTIONS), "")

    def _asked(self, prompt: str) -> int:
        return sum(words.startswith(prompt) for _, words in self._screens.cards(OWN))

    # What became of the promises

    async def _lost(self, report: Report) -> list[str]:
        """What the DSL does not find, or finds twice, in a report that was promised."""
        if not report.ref:
            return []
        title = f"Report {report.ref}"
        seen = {message for message, words in self._screens.cards(DSL_OWN) if title in words}

        def opened() -> list[str]:
            cards = self._screens.cards(DSL_OWN)
            return [words for m, words in cards if words.startswith(title) and m not in seen]

        await self._type(DSL, f"open {report.ref}")
        try:
            await self._screens.until(lambda: bool(opened()), f"{title} is opened")
        except AssertionError:
            return [f"{report.ref}: the report is not there"]
        words = opened()[-1]
        counts = {
            act: len(re.findall(rf"^{re.escape(PROMPTS[act])}.*: {re.escape(said)}$", words, re.M))
            for act, said in report.promised.items()
        }
        return [f"{report.ref}: {act} stands {n} times" for act, n in counts.items() if n != 1]

    async def _missing(self, report: Report) -> list[str]:
        """Whether the card has not come to the DSL's channel and to the DSL."""
        rooms = (DSL_ROOM, DSL_OWN)
        seconds = LEASE_ENDS if self._wait_for_leases else PATIENCE
        try:
            await self._screens.until(
                lambda: all(self._copies(room, report.ref) for room in rooms),
                f"the card of {report.ref}",
                seconds,
            )
        except AssertionError:
            return [
                f"{report.ref}: no card in {r}" for r in rooms if not self._copies(r, report.ref)
            ]
        return []

    def _doubles(self, report: Report) -> list[str]:
        """Cards and receipts that stand more than once without saying so."""
        faults = []
        for room in (DSL_ROOM, DSL_OWN):
            unmarked = [w for w in self._copies(room, report.ref) if SECOND_COPY not in w]
            if len(unmarked) > 1:
                faults.append(f"{report.ref}: {len(unmarked)} cards in {room}")
        raised = [w for _, w in self._screens.cards(OWN) if f"Reference {report.ref}." in w]
        if len(raised) > 1:
            faults.append(f"{report.ref}: raised {len(raised)} times")
        return faults

    def _copies(self, room: str, ref: str) -> list[str]:
        cards = [words for _, words in self._screens.cards(room)]
        return [words for words in cards if _refs(words) == {ref}]


def _refs(words: str) -> set[str]:
    """The reference in the title of a case's card."""
    return set(re.findall(r"^[^\n]+, child, Oak Centre, ([2-9A-Z]{5}), ", words))


async def killings(
    folder: Path, seed: int, kills: int, *, wait_for_leases: bool
) -> AsyncIterator[Struck]:
    """``kills`` kills in one folder, and at the end everything once more."""
    server = Server(folder)
    async with Killing(server, seed, wait_for_leases=wait_for_leases).begun() as killing:
        for _ in range(kills):
            yield await killing.strike()
        yield await killing.check()


def table(rows: list[Struck]) -> Iterator[str]:
    """The rows as a table, the last one counting everything."""
    heads = ("receipts", "card after", "lost", "missing cards", "unmarked doubles")
    yield "  ".join((f"{'kill':>4}", f"{'around':<12}{'after':>9}", *heads))
    for number, row in enumerate(rows, 1):
        last = row.act == "all"
        yield (
            f"{'' if last else number:>4}  {'at the end' if last else row.act:<12}"
            f"{'' if last else f'{row.after * 1000:.0f} ms':>9}  {row.receipts:>8}"
            f"  {f'{row.card:.1f} s' if row.card else '':>10}"
            f"  {len(row.lost):>4}  {len(row.missing):>13}  {len(row.doubles):>16}"
        )
