"""The watchdog tells the right people, not too often, shows that it is alive, and stands in."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from click.testing import CliRunner
from pydantic import ValidationError

from bot.__main__ import main
from bot.cli import start
from bot.watch import heartbeat
from bot.watch.heartbeat import Heartbeat
from bot.watch.stuck import Stuck, Why
from bot.watch_settings import WatchSection
from tests.stages.served import Served
from tests.storage.making import kept
from tests.stuck import Scene
from tests.troupe import KEYS, TUESDAY

ROOT = Path(__file__).parent.parent


@pytest.fixture
def scene() -> Iterator[Scene]:
    made = Scene("sqlite://", KEYS)
    with closing(made.app):
        yield made


def pass_time(scene: Scene, minutes: int, step: int = 1) -> None:
    """A worker works and the watchdog looks, every ``step`` minutes."""
    for _ in range(0, minutes, step):
        scene.clock.at += timedelta(minutes=step)
        scene.settle()
        scene.watch()
    scene.settle()


def hold_up(scene: Scene) -> None:
    scene.sql("UPDATE notices SET lease_until = '2099-01-01' WHERE kind = 'receipt'")


class TestTelling:
    def test_once_at_the_second_look_then_ever_more_rarely(self, scene: Scene) -> None:
        scene.report()
        scene.sql("DELETE FROM notices WHERE kind = 'receipt'")
        pass_time(scene, 3)
        assert scene.told() == {}
        pass_time(scene, 1)
        assert scene.told()["khan"] == 1
        for hours, lists in ((1, 2), (1, 2), (1, 3), (4, 4), (8, 5)):
            pass_time(scene, 60 * hours, step=20)
            assert scene.told()["khan"] == lists

    def test_something_else_is_told_at_once(self, scene: Scene) -> None:
        ref = scene.report()
        hold_up(scene)
        pass_time(scene, 3)
        scene.escalation(ref, next_at=None)
        pass_time(scene, 2)
        assert scene.told()["khan"] == 2

    def test_the_list_says_when_nothing_is_stuck_any_more(self, scene: Scene) -> None:
        ref = scene.report()
        hold_up(scene)
        pass_time(scene, 2)
        assert f"{ref}: a message about it is held up." in scene.shown("khan")
        scene.sql("UPDATE notices SET lease_until = NULL")
        pass_time(scene, 1)
        assert "Nothing is stuck now" in scene.shown("khan")
        assert "held up" not in scene.shown("khan")
        assert scene.beats[-1] is True

    def test_what_goes_again_before_the_second_look_disturbs_nobody(self, scene: Scene) -> None:
        scene.report()
        hold_up(scene)
        scene.watch()
        scene.sql("UPDATE notices SET lease_until = NULL")
        pass_time(scene, 5)
        assert scene.told() == {}

    @pytest.mark.parametrize(
        ("to", "words", "told"),
        [
            ("adult", "a colleague shouted at a child", {"farrow"}),
            ("principal-involved", "a colleague shouted at a child", {"penrose"}),
            ("child", "Mr Okoro saw a child hurt", {"khan", "lindqvist", "farrow"}),
        ],
    )
    def test_only_those_who_may_know_of_the_report(
        self, scene: Scene, to: str, words: str, told: set[str]
    ) -> None:
        ref = scene.report(words, to)
        scene.sql("DELETE FROM escalations")
        pass_time(scene, 3)
        assert set(scene.told()) == told
        for person in scene.app.bot.directory().people:
            assert (f"{ref}: nobody is being called" in scene.shown(person)) is (person in told)
        if to != "child":
            assert "Open it alone." in scene.shown(*told)

    def test_a_list_that_only_a_report_about_an_adult_makes_late_is_told_to_nobody(
        self, scene: Scene
    ) -> None:
        scene.report("a colleague shouted at a child", "adult")
        pass_time(scene, 9)
        scene.block("web:farrow")
        pass_time(scene, 10)
        assert Stuck(Why.LIST) in scene.watch()
        assert scene.told() == {}

    def test_two_watchdogs_tell_once_between_them(self, scene: Scene) -> None:
        scene.report()
        hold_up(scene)
        pass_time(scene, 1)
        scene.clock.at += timedelta(minutes=1)
        scene.watch()
        scene.watch()
        assert set(scene.told().values()) == {1}

    def test_a_mark_that_cannot_be_read_is_begun_anew(self, scene: Scene) -> None:
        scene.report()
        hold_up(scene)
        with kept(scene.app.store) as work:
            work.marks.write("stuck", "{nonsense")
        pass_time(scene, 2)
        assert scene.told()["khan"] == 1


class TestStandingIn:
    def test_alarms_go_out_and_people_are_told_without_a_worker(self, scene: Scene) -> None:
        scene.clock.at += timedelta(minutes=10)
        offered = scene.do("amira", "a child told me her uncle hurts her", "report")
        scene.do("amira", next(each for each in offered if each.verb == "tell"))
        assert "URGENT, child" not in scene.shown("khan")
        for _ in range(3):
            scene.watch()
            scene.clock.at += timedelta(seconds=50)
        assert "URGENT, child" in scene.shown("khan")
        assert "The worker has stopped" in scene.shown("khan")
        assert scene.beats == [False] * 3
        # Its own work is not taken for a worker's.
        assert Stuck(Why.WORKER) in scene.watch()
        scene.settle()
        assert scene.watch() == ()

    def test_a_worker_that_never_came_is_missed_from_the_first_use_on(self, scene: Scene) -> None:
        scene.sql("DELETE FROM meta WHERE name = 'mark-ticked'")
        assert scene.watch() == ()
        scene.clock.at += timedelta(minutes=3)
        assert scene.watch() == (Stuck(Why.WORKER),)


def test_without_a_database_the_heartbeat_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    scene = Scene(f"sqlite:///{tmp_path / 'lanyard.db'}", KEYS)
    with closing(scene.app):
        scene.app.store.close()
        (tmp_path / "lanyard.db").rename(tmp_path / "away.db")
        (tmp_path / "lanyard.db").mkdir()
        assert asyncio.run(scene.watchdog.round()) is None
    assert scene.beats == [False]
    assert "no database" in caplog.text


class Listener(Served):
    """Whoever misses the heartbeat; remembers everything that was asked of it."""

    def __init__(self, status: int = 200, *, slow: bool = False) -> None:
        self.asked: list[tuple[str, str, bytes]] = []
        self.headers: list[dict[str, str]] = []
        self._status, self._slow = status, slow
        routes = web.Application()
        routes.router.add_route("*", "/{rest:.*}", self._hear)
        super().__init__(routes)

    async def _hear(self, request: web.Request) -> web.Response:
        self.asked.append((request.method, request.path_qs, await request.read()))
        self.headers.append(dict(request.headers))
        if self._slow:
            await asyncio.sleep(5)
        away = {"Location": "/elsewhere"} if 300 <= self._status < 400 else None
        return web.Response(status=self._status, headers=away)


class TestHeartbeat:
    async def test_one_address_when_well_another_when_not_and_nothing_goes_with_it(self) -> None:
        async with Listener() as there:
            section = WatchSection(address=f"{there.origin}/ping/code?x=1")
            heart = Heartbeat(None, section.address, section.ill)
            await heart.beat(True, TUESDAY)
            await heart.beat(False, TUESDAY)
        assert there.asked == [
            ("GET", "/ping/code?x=1", b""),
            ("GET", "/ping/code/fail?x=1", b""),
        ]
        for headers in there.headers:
            assert set(headers) <= {"Host", "User-Agent", "Accept", "Accept-Encoding"}
            assert headers["User-Agent"] == "Lanyard"

    async def test_another_form_of_not_well(self) -> None:
        section = WatchSection(
            address="https://up.example/push/c?status=up",
            fail="https://up.example/push/c?status=down",
        )
        assert section.ill == "https://up.example/push/c?status=down"

    @pytest.mark.parametrize("status", [302, 404, 500])
    async def test_a_refusal_is_a_code_and_no_redirect_is_followed(
        self, status: int, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with Listener(status) as there:
            await Heartbeat(None, f"{there.origin}/ping/secret").beat(True, TUESDAY)
        assert len(there.asked) == 1
        (record,) = [r for r in caplog.records if r.name == "bot.watch.heartbeat"]
        assert record.__dict__["fault"] == f"status-{status}"
        assert "secret" not in str(record.__dict__)

    async def test_silence_is_not_waited_for(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(heartbeat, "SECONDS", 0.2)
        async with Listener(slow=True) as there:
            await Heartbeat(None, f"{there.origin}/ping").beat(True, TUESDAY)
        await Heartbeat(None, "http://127.0.0.1:9/ping").beat(True, TUESDAY)
        assert [r.__dict__["fault"] for r in caplog.records if r.levelno >= logging.ERROR] == [
            "TimeoutError",
            "ClientConnectorError",
        ]

    async def test_the_file_is_renewed_only_while_nothing_is_stuck(self, tmp_path: Path) -> None:
        file = tmp_path / "new" / "watch.heartbeat"
        heart = Heartbeat(file)
        await heart.beat(False, TUESDAY)
        assert not file.exists()
        await heart.beat(True, TUESDAY)
        assert file.read_text() == "2026-11-17T10:12:00+00:00\n"
        await heart.beat(False, TUESDAY + timedelta(minutes=1))
        assert file.read_text() == "2026-11-17T10:12:00+00:00\n"

    async def test_a_file_that_cannot_be_written_stops_nothing(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        (tmp_path / "a-file").write_text("")
        async with Listener() as there:
            heart = Heartbeat(tmp_path / "a-file" / "heartbeat", f"{there.origin}/ping")
            await heart.beat(True, TUESDAY)
        assert len(there.asked) == 1
        assert "no heartbeat" in caplog.text


class TestSettings:
    @pytest.mark.parametrize(
        "address",
        ["https://hc.example/ping/0000", "http://127.0.0.1:8000/p", "http://[::1]/p",
         "http://localhost/p"],
    )  # fmt: skip
    def test_an_address(self, address: str) -> None:
        assert WatchSection(address=address).ill == f"{address}/fail"

    @pytest.mark.parametrize(
        ("address", "words"),
        [
            ("http://hc.example/ping", "https://"),
            ("http://127.0.0.1.example/ping", "https://"),
            ("ftp://127.0.0.1/ping", "https://"),
            ("https://me:secret@hc.example/ping", "no password"),
            ("https://hc.example/ping#here", "no #"),
            ("https:///ping", "is not an address"),
            ("https://hc.example:port/", "is not an address"),
            ("https://hc.example/a b", "is not an address"),
            ("hc.example/ping", "is not an address"),
        ],
    )
    def test_no_address(self, address: str, words: str) -> None:
        with pytest.raises(ValidationError, match=words):
            WatchSection(address=address)

    def test_failing_alone_would_be_missed_by_nobody(self) -> None:
        with pytest.raises(ValidationError, match="address is not"):
            WatchSection(fail="https://hc.example/fail")

    def test_the_file(self) -> None:
        usual = Path("var/watch.heartbeat")
        assert WatchSection().heartbeat_file(usual) == usual
        assert WatchSection(file="").heartbeat_file(usual) is None
        assert WatchSection(file="/run/beat").heartbeat_file(None) == Path("/run/beat")


def test_one_look_names_no_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    scene = Scene(f"sqlite:///{tmp_path / 'var/lanyard.db'}", start.keys(start.secrets()))
    with closing(scene.app):
        ref = scene.report()
        scene.report("a colleague shouted at a child", "adult", by="bryn")
        scene.sql("DELETE FROM escalations")
    said = CliRunner().invoke(main, ["watch", "--once"])
    assert said.exit_code == 1
    assert said.output.count("A report: nobody is being called about it.") == 1
    assert ref not in said.output
    assert not (tmp_path / "var/watch.heartbeat").exists()


async def test_the_process_shows_that_it_is_alive_and_ends_when_told(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "watch"),
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        while not (tmp_path / "var/watch.heartbeat").exists():
            assert process.returncode is None
            await asyncio.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        _, said = await process.communicate()
    assert process.returncode == 0, said
