"""README's numbered steps, followed by somebody new in a fresh copy of the project.

Each register is extended as a newcomer would: the line of a neighbour is copied and its name
changed. What the steps promise (“one file and one line”) is counted.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from tests.stages.opening import OPENINGS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
LEFT_OUT = shutil.ignore_patterns(
    ".*", "var", "__pycache__", "build", "dist", "node_modules", "*.egg-info"
)

LOST_DEVICE = '''
    """A lost or stolen device of the school: IT locks it, the DSL hears whose data was on it."""

    from __future__ import annotations

    from bot.checks import one_of, phone, short, when
    from bot.form import Form, Route, Step, Urgency

    FORM = Form(
        name="lost_device",
        title="Lost or stolen device",
        alarm="A lost device",
        route=Route.SITE,
        urgency=Urgency.SAME_DAY,
        begins=("lost device", "stolen laptop"),
        duties=("Do not try to find it yourself.",),
        steps=(
            Step("number", "Where can IT ring you?", phone(), page="now"),
            Step(
                "pupils",
                "Were names of pupils on it?",
                one_of("Yes", "No", "Not sure"),
                raises=("Yes",),
                page="now",
                for_it=True,
            ),
            Step("device", "Which device is it?", short(), page="now", for_it=True),
            Step("seen_when", "When did you see it last?", when(), page="now", for_it=True),
        ),
    )
    '''

LOST_DEVICE_PLAY = """
    Amira: stolen laptop
    Bot to Amira: If a child may be at risk, act now
    Amira: [A lost device: tell IT and the DSL]
    Bot again to Amira: Report saved. Reference {ref}.
      Do not try to find it yourself.
    Bot to Amira: Where can IT ring you?
    Bot to Amira: Delivered
    And so on to Khan
    And so on to Tan
    Amira: ext 214
    Bot to Amira: Were names of pupils on it?
    Amira: [No]
    Bot to Amira: Which device is it?
    Amira: the grey trolley laptop
    Bot to Amira: When did you see it last?
    Restart
    Amira: resume
    Bot to Amira: When did you see it last?
    Amira: yesterday
    Bot to Amira: Please check this
      the grey trolley laptop
    Amira: [That is everything]
    Bot again to Amira: Thank you. Your write-up is saved.
    Tan: [Open]
    Bot to Tan: Report {ref}
      the grey trolley laptop
      not: ext 214
    Khan: [Open]
    Bot to Khan: Report {ref}
      ext 214
    """

FIRE_DRILL = '''
    """Says what to do when the fire bell rings."""

    from __future__ import annotations

    from typing import ClassVar

    from bot.card import Button, Card, Press, Reply, press, say
    from bot.intent import Intent
    from bot.turn import Turn


    class FireDrill(Intent):
        """“fire drill”, and a button that asks where to meet."""

        verbs: ClassVar = {"meet": 0}

        def hears(self, turn: Turn) -> bool:
            return turn.typed.lower().startswith("fire drill")

        def answer(self, turn: Turn, pressed: Press) -> Reply:
            if pressed.verb == "meet":
                return say(Card(title="Meet on the lower field."))
            where = Button("Where do we meet?", press("meet"))
            return say(Card(title="Leave by the nearest door.", buttons=(where,)))
    '''

FIRE_DRILL_PLAY = """
    Amira: fire drill, what now?
    Bot to Amira: Leave by the nearest door.
    Amira: [Where do we meet?]
    Bot to Amira: Meet on the lower field.
    Amira: can I use my phone for a trip photo?
    Bot to Amira: No.
    """

BELL = '''
    """A platform for trying: a bell that is rung with words, and cards that are written down."""

    from __future__ import annotations

    from aiohttp import web

    from bot.card import Card, Press, Reply
    from bot.door import Adapter, Door
    from bot.message import Message, Place
    from bot.notice import Destination, Receipt
    from bot.people import Identity
    from bot.plain import plain
    from bot.settings import Secrets
    from datetime import UTC, datetime


    def open_adapter(secrets: Secrets, door: Door) -> Adapter:
        return Bell(door)


    class Bell(Adapter):
        platform = "bell"

        def __init__(self, door: Door) -> None:
            self._door = door
            self.written: dict[str, list[str]] = {}

        def mount(self, routes: web.Application) -> None:
            pass

        async def start(self) -> None:
            pass

        async def stop(self) -> None:
            pass

        async def ring(self, who: str, key: str, text: str = "", pressed: str = "") -> Reply:
            press = Press.parse(pressed) if pressed else None
            place = Place("bell", who)
            return await self._door.hear(
                Message(f"bell/{key}", Identity("bell", who), place, text, press=press)
            )

        async def post(self, to: Destination, card: Card, key: str) -> Receipt:
            self.written.setdefault(to.address, []).append(plain(card))
            return Receipt(to.address, key, datetime.now(UTC))

        async def redraw(self, to: Destination, receipt: Receipt, card: Card, key: str) -> Receipt:
            return await self.post(to, card, receipt.message)

        async def find(self, to: Destination, key: str, since: datetime) -> Receipt | None:
            return None

        async def members(self, room: str) -> frozenset[str] | None:
            return None
    '''

BELL_TEST = """
    from bot.app import build
    from bot.settings import Secrets
    from tests.troupe import KEYS, TUESDAY, school


    async def test_bell(tmp_path):
        known = school()
        people = [p.model_copy(update={"accounts": {"bell": p.id}}) for p in known.people]
        app = build(
            known.model_copy(update={"people": people}),
            Secrets(),
            platforms=("bell",),
            url=f"sqlite:///{tmp_path}/lanyard.db",
            keys=KEYS,
            now=lambda: TUESDAY,
        )
        bell = app.adapters["bell"]
        worry = "a child in my form just told me her uncle hurts her"
        (act_now,) = (await bell.ring("amira", "1", worry)).cards
        alarm = next(str(b.press) for b in act_now.buttons if b.press.verb == "tell")
        raised, question = (await bell.ring("amira", "2", pressed=alarm)).cards
        assert raised.title.startswith("Alarm raised")
        await app.courier.deliver_due()
        assert "Delivered" in "".join(bell.written["amira"])
        (card,) = bell.written["khan"]
        assert "URGENT, child" in card
        app.close()
    """

BICYCLES = """
    # Bicycle Policy

    Last reviewed: September 2026

    ## 1. Riding

    1.1 Staff must not ride bicycles in the corridors.

    1.2 Pupils may ride a unicycle on the lower field if the Head of Centre has agreed in writing.

    ## 2. Keeping

    2.1 Bicycles are kept in the shed behind the kitchen. The shed is locked at 16:30.
    """


QUESTIONS = (
    ("can I ride my bicycle in the corridor?", "must not ride bicycles in the corridors"),
    ("may pupils ride a unicycle on the lower field?", "agreed in writing"),
    ("when is the bicycle shed locked?", "locked at 16:30"),
)
"""What staff would ask of that document, and words of the clause that answers it."""


class Newcomer:
    """Somebody new with a copy of the project and README's steps."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self, path: str, text: str) -> None:
        """One new file."""
        file = self.folder / path
        assert not file.exists()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text).lstrip("\n"), "utf-8")

    def add(self, register: str, neighbour: str, mine: str) -> int:
        """Copy the neighbour's line in a register under another name; how many it took.

        ``neighbour`` and ``mine`` are the names of a module, in the register also of its class.
        """
        file, added = self.folder / register, list[str]()
        lines = file.read_text("utf-8").splitlines(keepends=True)
        for line in lines.copy():
            mentions = re.search(rf"\b({neighbour}|{_class(neighbour)})\b", line)
            if mentions and not line.startswith('"""'):
                new = re.sub(rf"\b{neighbour}\b", mine, line)
                new = re.sub(rf"\b{_class(neighbour)}\b", _class(mine), new)
                lines.insert(lines.index(line), new)
                added.append(new)
        file.write_text("".join(lines), "utf-8")
        assert added, f"nothing like {neighbour} in {register}"
        return len(added)

    def run(self, *arguments: str, typed: str = "", fine: tuple[int, ...] = (0,)) -> str:
        """What a command of Python prints in the copy."""
        kept = ("PATH", "HOME", "LANG", "TMPDIR")
        done = subprocess.run(
            (sys.executable, *arguments),
            cwd=self.folder,
            env={name: os.environ[name] for name in kept if name in os.environ},
            input=typed,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode in fine, done.stdout + done.stderr
        return done.stdout

    def play(self, name: str, text: str) -> None:
        """Write a play, and have it acted on every stage."""
        self.make(f"tests/plays/{name}.play", text)
        said = self.test("tests/test_plays.py", "-k", name)
        assert f"{len(OPENINGS)} passed" in said

    def test(self, *which: str) -> str:
        return self.run("-m", "pytest", "-n0", "-q", "-p", "no:cacheprovider", *which)


def _class(module: str) -> str:
    return "".join(word.title() for word in module.split("_"))


@pytest.fixture
def newcomer(tmp_path: Path) -> Newcomer:
    shutil.copytree(ROOT, tmp_path / "copy", ignore=LEFT_OUT)
    return Newcomer(tmp_path / "copy")


def steps(title: str) -> str:
    """README's steps under ``title``."""
    found = re.search(rf"^### {title}\n(.*?)^##", README, re.DOTALL | re.MULTILINE)
    assert found, f"README has no “{title}”"
    return found[1]


def test_add_a_form(newcomer: Newcomer) -> None:
    """A fourth form, acted on every stage from the press to what IT may see; ``check`` lists it."""
    assert "intents/forms/" in steps("Add a form")
    newcomer.make("intents/forms/lost_device.py", LOST_DEVICE)
    newcomer.add("intents/forms/__init__.py", "website", "lost_device")
    newcomer.play("lost_device", LOST_DEVICE_PLAY)
    assert "lost_device" in newcomer.run("-m", "bot", "check", fine=(0, 1))


def test_add_an_intent(newcomer: Newcomer) -> None:
    """A new thing one may mean, with a press of its own, on every stage."""
    assert "intents/register.py" in steps("Add an intent")
    newcomer.make("intents/fire_drill.py", FIRE_DRILL)
    newcomer.add("intents/register.py", "reporter", "fire_drill")
    newcomer.play("fire_drill", FIRE_DRILL_PLAY)


def test_add_a_platform(newcomer: Newcomer) -> None:
    """A message gets in, a card comes out, and a role-holder there is called."""
    assert "ADAPTERS" in steps("Add a platform")
    newcomer.make("adapters/bell/adapter.py", BELL)
    newcomer.add("bot/platforms.py", "web", "bell")
    newcomer.make("tests/test_bell.py", BELL_TEST)
    assert "1 passed" in newcomer.test("tests/test_bell.py")


@pytest.mark.parametrize(
    ("register", "neighbour"),
    [
        ("intents/forms/__init__.py", "website"),
        ("bot/platforms.py", "web"),
    ],
)
def test_a_register_takes_one_line(newcomer: Newcomer, register: str, neighbour: str) -> None:
    """“One file and one line”: no second line that imports it, or that lists it elsewhere."""
    assert newcomer.add(register, neighbour, "somebody_new") == 1


def test_a_platform_that_was_added_can_be_set_up(newcomer: Newcomer) -> None:
    """Accounts on it may stand in ``lanyard.toml``: nothing else keeps a list of platforms."""
    newcomer.make("adapters/bell/adapter.py", BELL)
    newcomer.add("bot/platforms.py", "web", "bell")
    settings = (newcomer.folder / "bot" / "demo.toml").read_text("utf-8")
    newcomer.make(
        "lanyard.toml", re.sub(r'{ web = "([\w-]+)"', r'{ bell = "\1", web = "\1"', settings)
    )
    assert "Ms Khan" in newcomer.run("-m", "bot", "people")


def test_add_a_policy(newcomer: Newcomer) -> None:
    """A small document of other rules is imported without code, and is in force from then on."""
    assert "policy import" in steps("Add a policy")
    newcomer.make("bicycles.md", BICYCLES)
    newcomer.run("-m", "bot", "policy", "import", "bicycles.md")
    shown = newcomer.run("-m", "bot", "policy", "show")
    assert "1.2  Pupils may ride a unicycle" in shown
    said = newcomer.run("-m", "bot", "chat", "--as", "amira", typed=f"{QUESTIONS[0][0]}\n")
    assert "Policy of Sep 2026" in said


@pytest.mark.parametrize(("question", "words"), QUESTIONS)
def test_a_policy_that_was_added_answers_from_its_own_words(
    newcomer: Newcomer, question: str, words: str
) -> None:
    newcomer.make("bicycles.md", BICYCLES)
    assert words in newcomer.run("-m", "bot", "ask", question, "--policy", "bicycles.md")
