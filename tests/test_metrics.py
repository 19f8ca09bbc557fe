"""Metrics and health: who may read them, what they say, and what nobody can read in them."""

from __future__ import annotations

import asyncio
import logging
import re
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr, ValidationError

from bot import VERSION, vitals
from bot.card import press
from bot.form import Route
from bot.metrics import CONTENT_TYPE, Metric, gauge, text
from bot.serve import web_app
from bot.settings import Secrets
from tests.eyes.world import World, Worlds
from tests.stuck import Scene
from tests.troupe import KEYS

ROOT = Path(__file__).parent.parent
TOKEN = SecretStr("a-token-nobody-guesses-0123")
SAMPLE = re.compile(
    r'lanyard_[a-z_]+(?:\{[a-z]+="[A-Za-z0-9_.:/+-]+"(?:,[a-z]+="[A-Za-z0-9_.:/+-]+")*\})?'
    r" [0-9.]+(?:e[+-][0-9]+)?"
)


def samples(page: str) -> dict[str, float]:
    """The values by name and labels; every line must be one of the format's."""
    found: dict[str, float] = {}
    typed: set[str] = set()
    for line in page.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert kind in ("gauge", "counter")
            assert name not in typed
            typed.add(name)
        elif not line.startswith("# HELP "):
            assert SAMPLE.fullmatch(line), line
            key, _, value = line.rpartition(" ")
            assert key.partition("{")[0] in typed
            found[key] = float(value)
    return found


@asynccontextmanager
async def served(
    scene: Scene, token: SecretStr | None = None
) -> AsyncIterator[tuple[ClientSession, str]]:
    routes: web.Application = web_app(scene.app, with_loop=False, metrics_token=token)
    async with TestServer(routes, host="127.0.0.1") as server, ClientSession() as session:
        yield session, f"http://127.0.0.1:{server.port}"


async def read(scene: Scene) -> str:
    """A scrape."""
    async with served(scene) as (session, origin), session.get(f"{origin}/metrics") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == CONTENT_TYPE
        return await answer.text()


@pytest.fixture(autouse=True)
def no_answer_from_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vitals, "FRESH_SECONDS", 0.0)


class TestFormat:
    def test_a_page(self) -> None:
        page = text(
            (
                gauge("up", "Up.", True),
                Metric("n", "counter", "N.", (({"a": "x", "b": "y.z"}, 1234567), ({}, 0.25))),
                Metric("none", "gauge", "None.", ()),
            )
        )
        assert page == (
            "# HELP lanyard_up Up.\n# TYPE lanyard_up gauge\nlanyard_up 1\n"
            "# HELP lanyard_n N.\n# TYPE lanyard_n counter\n"
            'lanyard_n{a="x",b="y.z"} 1234567\nlanyard_n 0.25\n'
            "# HELP lanyard_none None.\n# TYPE lanyard_none gauge\n"
        )

    @pytest.mark.parametrize("label", ['"', "a\nb", "Ms Khan", "", "\\", "é", "x" * 65])
    def test_a_label_that_is_no_code_is_withheld(self, label: str) -> None:
        page = text((Metric("n", "gauge", "N.", (({"a": label}, 1),)),))
        assert 'lanyard_n{a="other"} 1\n' in page

    def test_the_version_is_the_projects(self) -> None:
        assert f'\nversion = "{VERSION}"\n' in (ROOT / "pyproject.toml").read_text("utf-8")


class TestWhoMayRead:
    @pytest.fixture
    def scene(self) -> Scene:
        return Scene("sqlite://", KEYS)

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({}, 200),
            ({"Host": "localhost"}, 200),
            ({"Host": "[::1]:80"}, 200),
            ({"Host": "lanyard.school.example"}, 404),
            ({"Host": "127.0.0.1.evil.example"}, 404),
            ({"X-Forwarded-For": "192.0.2.1"}, 404),
            ({"Forwarded": "for=127.0.0.1"}, 404),
            ({"Via": "1.1 proxy"}, 404),
        ],
    )
    async def test_without_a_token_only_this_machine(
        self, scene: Scene, headers: dict[str, str], status: int
    ) -> None:
        assert await self.asked(scene, None, headers) == status

    @pytest.mark.parametrize(
        ("shown", "status"),
        [
            ("Bearer a-token-nobody-guesses-0123", 200),
            ("bearer a-token-nobody-guesses-0123", 200),
            ("Bearer a-token-nobody-guesses-012", 401),
            ("Bearer ", 401),
            ("Bearer é", 401),
            ("Basic a-token-nobody-guesses-0123", 401),
            ("", 401),
        ],
    )
    async def test_with_a_token_whoever_shows_it(
        self, scene: Scene, shown: str, status: int
    ) -> None:
        headers = {"Authorization": shown, "X-Forwarded-For": "192.0.2.1"}
        assert await self.asked(scene, TOKEN, headers) == status

    async def asked(self, scene: Scene, token: SecretStr | None, headers: dict[str, str]) -> int:
        with closing(scene.app):
            async with (
                served(scene, token) as (session, origin),
                session.get(f"{origin}/metrics", headers=headers) as answer,
            ):
                assert ("lanyard_" in await answer.text()) is (answer.status == 200)
                return answer.status

    def test_a_short_token_is_refused(self) -> None:
        with pytest.raises(ValidationError, match="keys new"):
            Secrets(metrics_token=SecretStr("short"))


class TestFigures:
    def test_what_waits_how_long_and_what_is_overdue(self) -> None:
        with closing((scene := Scene("sqlite://", KEYS)).app):
            scene.report()
            scene.block("web:dsl-oak")
            scene.sql(
                "UPDATE notices SET receipt_at = NULL, due_at = owed_at WHERE address = 'dsl-oak'"
            )
            scene.sql("UPDATE escalations SET next_at = :at", at=scene.now)
            scene.do("bryn", "can I use my phone for a trip photo?")
            scene.clock.at += timedelta(minutes=2)
            found = samples(asyncio.run(read(scene)))
            assert found[f'lanyard_info{{version="{VERSION}"}}'] == 1
            assert found["lanyard_database_up"] == 1
            assert found['lanyard_notices_waiting{platform="web",lane="urgent"}'] == 1
            assert found['lanyard_notices_waiting_seconds{platform="web",lane="urgent"}'] == 120
            assert found['lanyard_notices{platform="web",result="waiting"}'] == 1
            assert found['lanyard_notices{platform="web",result="shown"}'] > 3
            assert found["lanyard_rungs_overdue"] == 1
            assert found["lanyard_tick_age_seconds"] == 120
            assert "lanyard_watch_age_seconds" not in found
            assert found['lanyard_turns_total{intent="question"}'] == 1
            assert 0 < found['lanyard_turn_seconds_total{intent="question"}'] < 60
            scene.watch()
            assert samples(asyncio.run(read(scene)))["lanyard_watch_age_seconds"] == 0

    async def test_faults_are_counted_by_what_was_being_done(self) -> None:
        with closing((scene := Scene("sqlite://", KEYS)).app):
            async with served(scene) as (session, origin):
                logging.getLogger("bot.loop").error("tick failed", extra={"action": "tick"})
                logging.getLogger("bot.loop").warning("no", extra={"action": "tick"})
                logging.getLogger("bot.courier").error("failed", extra={"action": "deliver"})
                logging.getLogger("elsewhere").error("Ms Khan", extra={"action": "Ms Khan"})
                async with session.get(f"{origin}/metrics") as answer:
                    page = await answer.text()
        assert {k: v for k, v in samples(page).items() if "faults" in k} == {
            'lanyard_faults_total{doing="tick"}': 1
        }

    async def test_asked_often_it_asks_the_database_seldom(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with closing((scene := Scene("sqlite://", KEYS)).app):
            monkeypatch.setattr(vitals, "FRESH_SECONDS", 5.0)
            asked = []
            used = scene.app.store.work
            monkeypatch.setattr(scene.app.store, "work", lambda: asked.append(1) or used())
            async with served(scene) as (session, origin):
                for _ in range(20):
                    async with session.get(f"{origin}/health") as answer:
                        assert answer.status == 200
        assert len(asked) == 1


class TestWithoutADatabase:
    @pytest.mark.parametrize("way", ["held", "gone"])
    async def test_both_answer_at_once(self, way: str, tmp_path: Path) -> None:
        file = tmp_path / "lanyard.db"
        with closing((scene := Scene(f"sqlite:///{file}", KEYS)).app):
            async with served(scene) as (session, origin):
                async with session.get(f"{origin}/health") as answer:
                    assert await answer.json() == {"status": "up", "database": "up"}
                other = sqlite3.connect(file, isolation_level=None)
                if way == "held":
                    other.execute("BEGIN EXCLUSIVE")
                else:
                    scene.app.store.close()
                    file.rename(tmp_path / "away.db")
                    file.mkdir()
                began = time.perf_counter()
                async with session.get(f"{origin}/health") as answer:
                    assert answer.status == 200
                    assert await answer.json() == {"status": "up", "database": "away"}
                async with session.get(f"{origin}/metrics") as answer:
                    found = samples(await answer.text())
                assert time.perf_counter() - began < 3
                assert found["lanyard_database_up"] == 0
                assert not any("notices" in name for name in found)
                other.close()
                assert vitals.PATIENCE_SECONDS <= 0.5


class TestNobodyIsInThem:
    def test_no_word_name_or_reference(self) -> None:
        with closing((scene := Scene("sqlite://", KEYS)).app):
            refs = [
                scene.report("a child zq001wren told me her uncle hurts her"),
                scene.report("a colleague zq002wren shouted at a child", "adult", by="bryn"),
            ]
            scene.do("khan", press("open", refs[0]))
            scene.do("khan", press("take", refs[0]))
            scene.do("penrose", "is zq003wren allowed?")
            scene.sql("DELETE FROM escalations")
            for _ in range(3):
                scene.clock.at += timedelta(minutes=1)
                scene.settle()
                scene.watch()
            page = asyncio.run(read(scene))
        assert samples(page)['lanyard_turns_total{intent="question"}'] == 1
        assert not [
            intent for intent in re.findall(r'intent="(.*?)"', page) if intent != "question"
        ]
        people = scene.app.bot.directory().people.values()
        private = {p.id for p in people} | {p.name for p in people} | {p.phone for p in people}
        for words in (*private, *refs, "wren", "adult", "oak", "ash"):
            assert words is None or words not in page


async def page_of(world: World) -> str:
    page = text(await world.app.vitals.metrics())
    return re.sub(r"(turn_seconds_total\S*) .*", r"\1", page)


async def a_week(worlds: Worlds, kind: str) -> list[str]:
    """What the metrics say at every turn of a week in which there is an ordinary report, and
    beside it one of ``kind``, or none."""
    pages = []
    with worlds.world("slack", ["ACE42", "7KQ2M"]) as world:

        async def look(minutes: int = 0) -> None:
            await world.settle(minutes)
            pages.append(await page_of(world))

        async def tell(who: str, words: str, target: str) -> None:
            shown = await world.do(who, words, command="report")
            alarm = next(b.press for b in shown.cards[0].buttons if b.press.verb == "tell")
            await world.do(who, press("tell", target, *alarm.args[1:]))

        await world.do("bryn", "can I use my phone for a trip photo?")
        await tell("bryn", "a boy in year 9 showed me bruises", "child")
        await look()
        if kind:
            await tell("amira", "a colleague shouted at a child", kind)
            await world.do("amira", "01632 960010")
            await world.do("amira", "skip")
        await look()
        account = world.account("farrow").user
        with world.app.store.database.begin() as raw:
            # Nothing reaches the Principal for a while.
            raw.exec_driver_sql(
                "INSERT INTO lanes (destination, platform, failures, rest_until) VALUES "
                f"('slack:{account}', 'slack', 3, '2026-11-17 10:40:00.000000')"
            )
        await world.do("brook", press("open", "ACE42"))
        await world.do("brook", press("take", "ACE42"))
        await world.do("brook", press("spoke", "ACE42"))
        for minutes in (1, 4, 20, 10):
            await look(minutes)
        if kind:
            await world.do("farrow", press("open", "7KQ2M"))
            await world.do("farrow", press("take", "7KQ2M"))
        await look(15)
        world.clock.at += timedelta(days=7)
        await look()
    return pages


async def test_they_are_the_same_with_and_without_a_report_about_an_adult(
    tmp_path: Path,
) -> None:
    worlds = Worlds(tmp_path)
    without = await a_week(worlds, "")
    assert await a_week(worlds, "adult") == without
    assert await a_week(worlds, "principal-involved") == without
    assert await a_week(worlds, "child") != without
    assert Route.ADULT not in "".join(without)
