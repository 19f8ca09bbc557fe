"""What the benchmarks `tamper` and `crash` measure, in small: every tamper is refused or found, a
damaged record is told of once, and processes killed at named points keep what they promised."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from tests.crashing import POINTS, Board, Crashes
from tests.storage.making import open_store
from tests.tampering import AUDIT_TAMPERS, RING, TAMPERS, fill, tamper, tamper_audit

SEED = 20261122


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'lanyard.db'}"
    found: str = request.getfixturevalue("empty_postgres")
    return found


def test_every_tamper_is_refused_or_found(url: str) -> None:
    with closing(open_store(url, kek=RING)) as store:
        store.upgrade()
        made, opened = tamper(store, fill(store), 100, SEED)
        found, missed = tamper_audit(store, 50, SEED)
    assert (opened, missed) == (0, 0), f"seed {SEED}"
    assert set(made) == {how.__name__ for how in TAMPERS}
    assert set(found) == {how.__name__ for how in AUDIT_TAMPERS}


def test_one_corrupt_record_is_told_of_once_and_hides_no_other(url: str) -> None:
    from tests.bench.tamper import one_in_a_thousand

    shown, flagged, told, wrong = one_in_a_thousand(url, 60)
    assert (shown, flagged, wrong) == (59, "A0302", 0)
    assert told > 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_processes_killed_at_named_points_keep_their_promises(tmp_path: Path) -> None:
    crashes = Crashes(f"sqlite:///{tmp_path / 'lanyard.db'}", tmp_path, SEED)
    for point in (
        "SqlIncidents.append after",
        "SqlWork.commit before",
        "SqlWork.commit after",
        "worker post after",
    ):
        assert point in POINTS
        crashes.kill(point)
    crashes.kill()
    figures = crashes.finish()
    assert figures.faults == [], f"seed {SEED}"
    assert figures.receipts >= 5


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_the_harness_sees_a_double(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A platform that never finds what it was sent gets a second copy, and that is noticed."""

    async def nothing(*_: object) -> None:
        return None

    monkeypatch.setattr(Board, "find", nothing)
    crashes = Crashes(f"sqlite:///{tmp_path / 'lanyard.db'}", tmp_path, SEED)
    for _ in range(5):
        crashes.kill("worker post after")
        if crashes.figures.at["at its point"]:
            break
    assert [fault for fault in crashes.finish().faults if "2 copies" in fault]
