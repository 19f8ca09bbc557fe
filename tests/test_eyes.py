"""A small part of `python -m tests.bench eyes`: nobody sees what they may not, and the eyes see."""

from __future__ import annotations

import random
from unittest.mock import patch

import pytest

from bot.incident import Incident
from tests.eyes.looking import Found, guessed, look, revoked, same_without
from tests.eyes.scenes import Scene
from tests.eyes.world import Worlds

SEED = 4


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    return Worlds(tmp_path_factory.mktemp("eyes"))


@pytest.mark.parametrize(
    "scene",
    [
        Scene("child", ("okoro",), "named-yes", "nobody", "slack", "known"),
        Scene("child", ("khan",), "role-later", "away", "teams", "silent"),
        Scene("website", ("tan",), "renamed", "no-dsl", "web", "guest-inside"),
        Scene("adult", ("khan", "farrow"), "taken", "no-chair", "slack", "subject-inside"),
    ],
    ids=lambda scene: scene.how,
)
async def test_nobody_sees_what_they_may_not(scene: Scene, worlds: Worlds) -> None:
    found = Found()
    await look(worlds, scene, SEED, found, most=1)
    assert found.faults == []
    assert found.checks > 80


async def test_the_principal_sees_the_same_without_a_report_about_her(worlds: Worlds) -> None:
    found = Found()
    scene = Scene("adult", ("farrow",), "pressed-principal", "nobody", "slack", "known")
    await same_without(worlds, scene, SEED, found, most=2)
    assert found.faults == []
    assert found.checks == 2


@pytest.mark.parametrize("way", ["role-ended", "left-the-room", "not-vouched"])
async def test_what_ended_is_over_and_every_attempt_recorded(way: str, worlds: Worlds) -> None:
    found = Found()
    await revoked(worlds, "slack", way, random.Random(SEED), found)
    assert found.faults == []
    assert found.attempts > 20


async def test_guessing_gives_nothing(worlds: Worlds) -> None:
    assert await guessed(worlds, 300, random.Random(SEED)) == 0


async def test_the_eyes_see(worlds: Worlds) -> None:
    """Without rule zero the same look finds leaks: it would notice."""
    found = Found()
    scene = Scene("child", ("okoro",), "named-yes", "nobody", "slack", "known")
    with patch.object(Incident, "kept_from", lambda _: frozenset()):
        await look(worlds, scene, SEED, found, most=1)
    assert len(found.leaks) > 3
