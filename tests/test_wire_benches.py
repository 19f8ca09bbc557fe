"""Short runs of the measurements in `tests/bench`: forged requests, hostile words, races, size."""

from __future__ import annotations

import ast
import json
import logging
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from rich.console import Console

from adapters.teams.fitting import LIMIT, PARTS, parts
from adapters.teams.render import size as card_size
from bot.card import Card
from bot.logs import AllowList
from tests.bench import (
    act_now,
    canary,
    echo,
    exported,
    hostile,
    large,
    races,
    size,
    slack_wire,
    teams_wire,
    unsaved,
    words,
)
from tests.bench.grammar import hostile as hostile_words
from tests.bench.tally import Tally

ROOT = Path(__file__).parent.parent


def lines(tally: Tally) -> str:
    return "\n".join(tally.lines())


async def test_mutated_slack_requests() -> None:
    tally = await slack_wire.strike(800, 7)
    assert not tally.faults, lines(tally)
    assert tally.counts["accepted"] == 0
    assert tally.counts["genuine and fresh, heard"] == 100


async def test_the_matrix_of_teams_tokens() -> None:
    tally = await teams_wire.strike(120, 7)
    assert not tally.faults, lines(tally)
    assert tally.counts["genuine, heard"] == 1
    assert tally.counts["tokens that left for a stranger"] == 0


def test_hostile_words_in_every_field() -> None:
    tally = hostile.measure(120, 7)
    assert not tally.faults, lines(tally)


def test_the_look_out_finds_what_is_active() -> None:
    """The judges themselves see markup, links, functions and what leaves no mark."""
    assert (
        hostile.markdown("a **b**") and hostile.markdown("[a](b)") and hostile.markdown("a&amp;b")
    )
    assert hostile.markdown("see www.evil.example")
    assert hostile.markdown("He told me at 16:12") == set()
    assert hostile.unseen("a\u202eb") and hostile.unseen("a\u200bb") and hostile.unseen("\x1b[2J")
    assert hostile.Skeleton("<p onclick=x><script></script>").odd
    assert exported.formulas('"a","=1+1"\r\n') == ["=1+1"] and exported.formulas('"a","\tb"')
    # To whoever takes a semicolon for the end of a cell, quotes and line breaks are others.
    assert exported.formulas('"a","b;=1"') == ['=1"']
    assert exported.formulas('"a","b\n=1"') == ['=1"'] * 3
    assert exported.formulas('"a - b","c@d.example"') == []
    injected = exported.mail_of(Card("x"))
    injected["Bcc"] = "a@evil.example"
    assert list(exported.active_in_headers(injected)) == ["a header Bcc"]
    grammar = {hostile_words(Random(seed)) for seed in range(50)}
    assert len(grammar) == 50


def test_races_for_the_same_submission_and_the_same_case() -> None:
    tally = races.measure(6, 7, ["SQLite"])
    assert not tally.faults, lines(tally)


def test_races_on_postgresql(empty_postgres: str) -> None:
    tally = Tally()
    apps = [races.opened(empty_postgres) for _ in range(races.PROCESSES)]
    try:
        for app in apps:
            with app.store.work():
                pass
        races.race(apps, tally, "PostgreSQL", Random(7), 6)
    finally:
        for app in apps:
            app.close()
    assert not tally.faults, lines(tally)


def test_nothing_unsaved_is_said_to_be_saved() -> None:
    tally = unsaved.measure(4, 7, ["SQLite"])
    assert not tally.faults, lines(tally)


def test_nothing_unsaved_is_said_to_be_saved_on_postgresql(empty_postgres: str) -> None:
    tally = Tally()
    unsaved.strike(empty_postgres, tally, "PostgreSQL", Random(7), 4)
    assert not tally.faults, lines(tally)


def test_somebody_another_process_has_just_met_is_heard_at_once(tmp_path: Path) -> None:
    """Both processes read the people before anybody new wrote; then one of them met her."""
    url = f"sqlite:///{tmp_path / 'lanyard.db'}"
    one, two = races.opened(url), races.opened(url)
    try:
        for app in (one, two):
            app.bot.hear(races.message(f"first/{id(app)}", "amira", "cases"))
        met = races.message("met", "newcomer", "report")
        pressed = races.message("pressed", "newcomer", "tell", "child", "-")
        assert one.bot.hear(met).cards
        assert "Alarm raised" in races.titles(two.bot.hear(pressed))
    finally:
        one.close()
        two.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_canaries_through_every_failure(kind: str, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue("empty_postgres") if kind == "postgresql" else ""
    tally = await canary.strike(len(canary.FAILURES[kind]), 7, url)
    assert not tally.faults, lines(tally)
    assert tally.counts["faults told in the log, by code"] > 5
    assert tally.counts["calls looked through"] > 50


def test_words_come_back_as_they_were_said() -> None:
    tally = words.measure(300, 7, ["SQLite"])
    assert not tally.faults, lines(tally)


async def test_the_act_now_card_with_nothing_behind_it() -> None:
    tally = await act_now.strike(60, 7)
    assert tally.counts["shown"] == 60, lines(tally)


def test_no_expression_runs_wild() -> None:
    tally = Tally()
    size.run_wild(tally, 200, Random(7), seeds=12)
    assert tally.counts["expressions"] > 100
    assert not tally.faults, lines(tally)


@pytest.mark.parametrize("what", ["a megabyte of line ends", "ten thousand facts"])
def test_a_large_card_is_told_in_parts_that_end(what: str) -> None:
    card = size.large_cards()[what]
    told = parts(card)
    assert 1 < len(told) <= PARTS
    assert all(card_size(each) <= LIMIT for each in told)
    if what == "a megabyte of line ends":
        assert "are left out here" in told[-1].text[0]


async def test_asking_is_measured_beside_an_empty_app(capsys: pytest.CaptureFixture[str]) -> None:
    """How fast is for the benchmark: here, that both answer everybody, and that it is told."""
    found = await echo.measure(people=2, seconds=0.5, rounds=1)
    assert [each.refused for pair in found for each in pair] == [0, 0]
    assert all(each.answers for pair in found for each in pair)
    Console(width=120).print(echo.table(found))
    told = capsys.readouterr().out
    assert "asking p99" in told and f"{echo.beside(found)[0][0]:.2f}" in told


async def test_requests_of_hostile_size_are_answered_or_refused() -> None:
    tally, answered, _ = await large.strike(1)
    assert not tally.faults, lines(tally)
    assert len(answered) == 8
    assert tally.counts["a megabyte of words: answered 401"] == 1
    assert tally.counts["200 kB of words: answered 200"] == 1


# Logs


def written(**given: object) -> dict[str, object]:
    record = logging.LogRecord("bot.x", 20, __file__, 1, "fixed words", None, None)
    vars(record).update(given)
    read: dict[str, object] = json.loads(AllowList().format(record))
    return read


def test_a_field_that_is_no_code_is_withheld() -> None:
    assert written(fault="SQLITE_BUSY", count=3)["fault"] == "SQLITE_BUSY"
    for told in ("He told me", "a@b.example", "x" * 80, {"a": 1}, "é", "a\nb"):
        assert written(fault=told)["fault"] == "withheld"
    assert "message" not in written(msg=object())


@pytest.mark.parametrize("fault", [ValueError("canary words"), KeyError("canary words")])
def test_an_uncaught_fault_gives_its_kind_and_place_only(fault: Exception) -> None:

    code = (
        "import sys, threading, warnings; from bot import logs; logs.set_up();"
        "warnings.warn('canary words');"
        f"t = threading.Thread(target=lambda: (_ for _ in ()).throw({fault!r}));"
        "t.start(); t.join();"
        "import logging; logging.getLogger('bot').error('x', extra={'fault': object()});"
        f"raise {fault!r}"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert ran.returncode == 1
    assert "canary" not in ran.stderr
    assert ran.stderr.count(type(fault).__name__) == 2


def test_every_message_of_ours_is_a_fixed_sentence() -> None:
    """A log call's first argument is a literal, and it has no others but named ones."""
    for folder in ("bot", "intents", "knowledge", "adapters", "storage"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                    continue
                if ast.unparse(node.func.value) not in ("log", "logger", "logging"):
                    continue
                if node.func.attr in ("debug", "info", "warning", "error", "exception", "critical"):
                    assert len(node.args) == 1, f"{path}:{node.lineno}"
                    assert isinstance(node.args[0], ast.Constant), f"{path}:{node.lineno}"
