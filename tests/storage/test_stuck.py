"""Whatever gets stuck is found within five minutes, and the right people are told, on every
database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import Keys
from bot.recipients import entitled
from bot.watch.stuck import Why
from tests.storage.making import AUDIT_KEY, KEK
from tests.stuck import STATES, Scene, State

KEYS = Keys(KEK, AUDIT_KEY)
LIMIT = timedelta(minutes=5)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    if request.param == "postgres":
        url = request.getfixturevalue("postgres")
    else:
        path: Path = request.getfixturevalue("sqlite_path")
        url = "sqlite://" if request.param == "memory" else f"sqlite:///{path}"
    made = Scene(url, KEYS)
    with closing(made.app):
        yield made


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_it_is_found_and_told_within_five_minutes(scene: Scene, state: State) -> None:
    ref = scene.report()
    scene.clock.at += timedelta(minutes=6)
    scene.settle()
    assert scene.watch() == ()
    assert scene.beats == [True]
    wanted = state.make(scene, ref)
    began = scene.now
    found_after = None
    while scene.now - began < LIMIT:
        scene.clock.at += timedelta(minutes=1)
        if not state.heals:
            scene.settle()
        elif wanted.why is not Why.WORKER:
            scene.mark()
        if wanted in scene.watch() and found_after is None:
            found_after = scene.now - began
    assert found_after is not None
    assert scene.beats[-1] is False
    assert set(scene.told()) == _to_be_told(scene, wanted.why, wanted.about)


def _to_be_told(scene: Scene, why: Why, about: str) -> set[str]:
    if why in (Why.LIST, Why.NOBODY_MAY):
        return set()
    if not about:
        return {"khan", "lindqvist", "farrow"}
    with scene.app.store.work() as work:
        incident = work.incidents.get(about)
        assert incident is not None
        return {p.id for p in entitled(incident, scene.app.bot.directory())}
