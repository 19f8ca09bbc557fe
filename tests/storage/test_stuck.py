"""Whatever gets stuck is found within five minutes, and the right people are told."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from bot.app import Keys
from tests.storage.making import AUDIT_KEY, KEK
from tests.stuck import ON_POSTGRES, STATES, Scene, outcome

KEYS = Keys(KEK, AUDIT_KEY)


@pytest.mark.parametrize("name", STATES)
def test_it_is_found_and_told(name: str, sqlite_path: Path) -> None:
    with closing((scene := Scene(f"sqlite:///{sqlite_path}", KEYS)).app):
        assert outcome(scene, STATES[name]).faults == ()


@pytest.mark.parametrize("name", ON_POSTGRES)
def test_it_is_found_and_told_on_postgresql(name: str, postgres: str) -> None:
    with closing((scene := Scene(postgres, KEYS)).app):
        assert outcome(scene, STATES[name]).faults == ()
