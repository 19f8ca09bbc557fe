"""What is written in a report stands nowhere but in its sealed record and before who may read it.

Every field of every form gets words found nowhere else. They are then looked for in the logs, in
the database file, its write-ahead log and its shared memory, on every card that may show on a lock
screen, in every room, before everybody who did not open the report, and in the digest.
"""

from __future__ import annotations

import base64
import io
import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast
from urllib.parse import quote

import pytest

from adapters.web.adapter import WebAdapter
from adapters.web.stream import Subscription
from bot.bot import Bot
from bot.card import Card, Press, Reply
from bot.channel import Unreachable
from bot.checks import Kind as StepKind
from bot.digest import Week
from bot.form import Form, Urgency
from bot.logs import AllowList
from bot.message import Message
from bot.notice import Destination, Notice, Receipt
from bot.turn import Turn
from bot.views.drawing import draw
from intents.alarm import Alarm
from intents.forms import CASE, REPORTS
from intents.write_up import WriteUp
from tests.troupe import Troupe, troupe

MONDAY = datetime(2026, 11, 23, 7, 31, tzinfo=UTC)
"""When the digest of the acted week is owed."""

OPENS_MORE = ("The child told me", "Online", "Yes")
"""Choices after which more questions are asked."""


class Canaries:
    """Words that stand nowhere else, each known by the field it was put in."""

    def __init__(self) -> None:
        self.placed: dict[str, str] = {}

    def new(self, field: str) -> str:
        """A name, a telephone number, an address of mail and of a page, and an emoji."""
        tag = f"zq{len(self.placed):03}wren"
        self.placed[tag] = field
        return (
            f"Wystan {tag} 07700 9{len(self.placed):05} {tag}@nest.example {tag}.example/x 🦜{tag}"
        )

    def found(self, text: str | bytes) -> list[str]:
        """The fields whose words stand in ``text``, in clear or thinly wrapped."""
        where = text.encode() if isinstance(text, str) else text
        return [
            field
            for tag, field in self.placed.items()
            if any(written in where for written in _writings(tag))
        ]

    def fields(self) -> set[str]:
        return set(self.placed.values())


def _writings(tag: str) -> Iterator[bytes]:
    """``tag`` as it would stand in clear, in UTF-16, in hexadecimal or in base64."""
    plain = tag.encode()
    yield plain
    yield plain.upper()
    yield tag.encode("utf-16-le")
    yield plain.hex().encode()
    for before in range(3):
        # The signs at both ends hold bits of what stands beside it; every one between is its own,
        # and fewer than those would be found in sealed bytes by chance.
        first, beyond = -(-before * 8 // 6), (before + len(plain)) * 8 // 6
        yield base64.b64encode(b"\0" * before + plain)[first:beyond]


class Ears:
    """Everything logged, from the root logger at DEBUG: as it would be written, and raw."""

    def __init__(self) -> None:
        self.written, self.raw = io.StringIO(), io.StringIO()


@contextmanager
def ears() -> Iterator[Ears]:
    heard, root = Ears(), logging.getLogger()
    before = root.level
    formatters = ((heard.written, AllowList()), (heard.raw, Raw()))
    handlers = [logging.StreamHandler(stream) for stream, _ in formatters]
    for handler, (_, formatter) in zip(handlers, formatters, strict=True):
        handler.setFormatter(formatter)
        root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield heard
    finally:
        root.setLevel(before)
        for handler in handlers:
            root.removeHandler(handler)


class Raw(logging.Formatter):
    """A record with everything in it: message, trace and every extra field."""

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record) + repr(record.__dict__)


@pytest.fixture
def canaries() -> Canaries:
    return Canaries()


@pytest.fixture
def summaries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a lock screen could show of every reply given."""
    shown: list[str] = []
    hear = Bot.hear

    def heard(bot: Bot, message: Message) -> Reply:
        reply = hear(bot, message)
        shown.extend(card.summary for card in reply.cards)
        return reply

    monkeypatch.setattr(Bot, "hear", heard)
    return shown


# Acting


async def fill_in(actors: Troupe, person: str, form: Form, canaries: Canaries, last: str) -> None:
    """Answer every question that is asked with a canary; where only a choice will do, the
    canary is typed first and refused."""
    asked = actors.app.bot.school.form(form.name) or form
    steps = {step.prompt: step for step in asked.steps}
    stage = actors.stage
    while (title := stage.screen(person)[-1].lines[0]) in steps:
        step = steps[title]
        await stage.say(person, canaries.new(f"{form.name}.{step.name}"))
        if step.kind is StepKind.CHOICE:
            choices = step.check.choices
            assert stage.screen(person)[-1].lines[0] == title
            await stage.press(person, next((c for c in choices if c in OPENS_MORE), choices[0]))
    assert title == "Please check this"
    await stage.press(person, last)


async def report(actors: Troupe, form: Form, canaries: Canaries) -> str:
    """Amira reports with ``form``: first words, the press, the whole write-up; its reference."""
    stage = actors.stage
    if form.urgency is not Urgency.IMMEDIATE:
        await stage.say("amira", form.begins[0])
    else:
        await stage.say("amira", canaries.new(f"{form.name}.first"), command="report")
    await raise_alarm(actors, "amira", form)
    await actors.settle()
    ref = newest(actors)
    # The receipt came last; the dialogue is asked where it stands.
    await stage.say("amira", "resume")
    await fill_in(actors, "amira", form, canaries, "That is everything")
    await actors.settle()
    return ref


async def raise_alarm(actors: Troupe, person: str, form: Form) -> None:
    buttons = actors.stage.screen(person)[-1].buttons
    await actors.stage.press(person, next(b for b in buttons if b.startswith(f"{form.alarm}:")))


async def work_on_the_case(actors: Troupe, canaries: Canaries) -> None:
    """Ms Khan and Amira put a canary in every field of every form about a case."""
    stage = actors.stage
    forms = {form.name: form for form in CASE}
    await stage.press("amira", "Add something")
    await fill_in(actors, "amira", forms["addition"], canaries, "Send")
    await stage.press("khan", "Open")
    await stage.press("khan", "I have got this")
    for label, name in (
        ("Ask the reporter", "question"),
        ("Add a note", "note"),
        ("Record a decision", "decision"),
        ("Hand over", "handover"),
        ("Close", "closing"),
    ):
        await stage.press("khan", label)
        await fill_in(actors, "khan", forms[name], canaries, "Send")
        await actors.settle()


def newest(actors: Troupe) -> str:
    with actors.app.store.work() as work:
        return work.incidents.by("amira")[0].ref


# Looking


class Watch:
    """Every message that was shown in a room, redrawn or not, also by an earlier process."""

    def __init__(self) -> None:
        self.shown: dict[str, list[str]] = defaultdict(list)
        self._listening: list[Subscription] = []

    @contextmanager
    def on(self, actors: Troupe) -> Iterator[None]:
        adapter = cast(WebAdapter, actors.app.adapters["web"])
        with adapter.board.hub.listen() as subscription:
            yield
            for shown in subscription.drain():
                self.shown[shown.room].append(shown.html)

    def found(self, canaries: Canaries) -> dict[str, set[str]]:
        """The fields that could be read in each room."""
        found = {room: set(canaries.found("\n".join(html))) for room, html in self.shown.items()}
        return {room: fields for room, fields in found.items() if fields}


def database(folder: Path) -> dict[str, bytes]:
    """Every file of the database as it is on the disk now."""
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("lanyard.db*"))}
    assert files["lanyard.db"]
    return files


def assert_sealed(folder: Path, canaries: Canaries) -> None:
    for name, content in database(folder).items():
        assert not canaries.found(content), name


def cards_of_notices(actors: Troupe, refs: Iterable[str]) -> Iterator[tuple[Notice, Card]]:
    """Every notice about the reports, drawn as the courier would draw it now."""
    app = actors.app
    with app.store.work() as work:
        for ref in refs:
            for notice in work.notices.about(ref):
                card = draw(notice, work, app.bot.directory(), app.bot.school, actors.clock())
                if card is not None:
                    yield notice, card


async def test_the_words_of_every_form_stay_sealed(
    tmp_path: Path, canaries: Canaries, summaries: list[str]
) -> None:
    """Every form filled in to the last field; a restart; the digest of that week."""
    watch = Watch()
    with ears() as heard:
        async with troupe("web", tmp_path) as actors:
            with watch.on(actors):
                refs = [await report(actors, REPORTS[0], canaries)]
                await work_on_the_case(actors, canaries)
                refs += [await report(actors, form, canaries) for form in REPORTS[1:]]
                await actors.stage.say("bryn", canaries.new("never sent"), command="report")
                for reader in ("farrow", "tan"):
                    await actors.stage.press(reader, "Open")
                files = database(tmp_path)
                assert {"lanyard.db", "lanyard.db-wal", "lanyard.db-shm"} <= set(files)
                assert_sealed(tmp_path, canaries)
            await actors.restart()
            with watch.on(actors):
                assert_sealed(tmp_path, canaries)
                actors.clock.at = MONDAY
                await actors.settle()
                assert_sealed(tmp_path, canaries)
                drawn = list(cards_of_notices(actors, refs))
                digest = actors.stage.screen("farrow")[-1].words
        assert_sealed(tmp_path, canaries)
    assert_every_field_was_filled(canaries)
    assert not canaries.found(heard.written.getvalue())
    assert not canaries.found(heard.raw.getvalue())
    assert not canaries.found("\n".join(summaries))
    assert len({notice.kind for notice, _ in drawn}) >= 4
    for notice, card in drawn:
        assert not canaries.found(json.dumps(card.to_json())), notice.kind
    assert str(Week.of(MONDAY.date() - timedelta(days=7))) in digest
    assert not canaries.found(digest)
    assert_only_the_entitled_read(watch, canaries)


def assert_every_field_was_filled(canaries: Canaries) -> None:
    wanted = {f"{form.name}.{step.name}" for form in (*REPORTS, *CASE) for step in form.steps}
    assert wanted <= canaries.fields()


def assert_only_the_entitled_read(watch: Watch, canaries: Canaries) -> None:
    """Rooms show nothing; people only what they wrote, or what they opened and may read."""
    found = watch.found(canaries)
    assert set(found) == {"dm:amira", "dm:bryn", "dm:khan", "dm:farrow", "dm:tan"}
    assert watch.shown["dsl-oak"]
    assert watch.shown["it"]
    assert watch.shown["dm:okoro"]
    for_it = {f"{form.name}.{step.name}" for form in REPORTS for step in form.steps if step.for_it}
    assert found["dm:tan"] <= for_it
    assert found["dm:bryn"] == {"never sent"}
    assert not {field for field in found["dm:khan"] if field.startswith(("adult.", "website."))}
    reporters = {"addition", *(form.name for form in REPORTS)}
    assert {field.split(".")[0] for field in found["dm:amira"]} <= reporters


async def test_faults_put_no_words_anywhere(
    tmp_path: Path, canaries: Canaries, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A platform that fails with the card in its message, and an intent that fails with the
    words in its: the log names the fault and the place, and nothing that was said."""

    async def refuse(_: object, to: Destination, card: Card, key: str) -> Receipt:
        raise RuntimeError(f"cannot show {canaries.new('post')} {card!r}")

    async def cannot(_: object, to: Destination, receipt: Receipt, card: Card, key: str) -> Receipt:
        raise Unreachable("slow", doubt=True) from OSError(f"{canaries.new('redraw')} {card!r}")

    def fails(_: object, turn: Turn, press: Press) -> Reply:
        raise RuntimeError(f"cannot keep {turn.message.text} {press}")

    with ears() as heard:
        async with troupe("web", tmp_path) as actors:
            stage = actors.stage
            ref = await report(actors, REPORTS[0], canaries)
            monkeypatch.setattr(WebAdapter, "post", refuse)
            monkeypatch.setattr(WebAdapter, "redraw", cannot)
            await stage.say("amira", canaries.new("child.first"), command="report")
            await raise_alarm(actors, "amira", REPORTS[0])
            await stage.press("khan", "Open")
            await stage.press("khan", "I have got this")
            await actors.settle()
            monkeypatch.setattr(WriteUp, "answer", fails)
            await stage.say("amira", canaries.new("child.number"))
            assert stage.screen("amira")[-1].lines[0].startswith("Something went wrong")
            monkeypatch.setattr(Alarm, "answer", fails)
            await stage.say("bryn", canaries.new("child.first"), command="report")
            await raise_alarm(actors, "bryn", REPORTS[0])
            assert "999" in stage.screen("bryn")[-1].words
            assert_sealed(tmp_path, canaries)
            refs = (ref, newest(actors))
            with actors.app.store.work() as work:
                faults = [each.fault for ref in refs for each in work.notices.about(ref)]
        assert_sealed(tmp_path, canaries)
    log = heard.written.getvalue()
    assert not canaries.found(log)
    assert not canaries.found("\n".join(faults))
    assert {"RuntimeError", "slow"} <= set(faults)
    assert '"exception": "RuntimeError"' in log
    assert '"message": "turn failed"' in log
    assert '"message": "delivery failed"' in log


@pytest.mark.parametrize(
    "asked",
    [
        "can I use my phone for a trip photo of {canary}?",
        "am I allowed to be friends on facebook with {canary}",
        "what is the rule about {canary}",
        "{canary}",
    ],
)
async def test_a_question_is_kept_by_nobody(tmp_path: Path, canaries: Canaries, asked: str) -> None:
    """What somebody asked of the policy is counted, and stands in no log and no database byte."""
    words = canaries.new("question")
    with ears() as heard:
        async with troupe("web", tmp_path) as actors:
            await actors.stage.say("amira", asked.format(canary=words))
            await actors.stage.say("amira", asked.format(canary=words), command="ask")
            await actors.settle()
            assert words in actors.stage.screen("amira")[0].words
            assert_sealed(tmp_path, canaries)
            await actors.restart()
            assert_sealed(tmp_path, canaries)
        assert_sealed(tmp_path, canaries)
    assert not canaries.found(heard.written.getvalue())
    assert not canaries.found(heard.raw.getvalue())


def test_the_canaries_would_be_found(canaries: Canaries) -> None:
    """The look-out itself sees clear words, base64, UTF-16 and hexadecimal."""
    words = canaries.new("field")
    for text in (
        words.encode(),
        words.encode("utf-16-le"),
        words.encode().hex().encode(),
        json.dumps({"words": words}).encode(),
        quote(words).encode(),
        *(base64.b64encode(b"x" * before + words.encode()) for before in range(3)),
    ):
        assert canaries.found(text) == ["field"]
    assert canaries.found(b"nothing of it") == []
    with ears() as heard:
        logging.getLogger("somebody.else").debug("said %s", words)
    assert canaries.found(heard.raw.getvalue())
    assert not canaries.found(heard.written.getvalue())
