"""The digest by command: of a week that is over, and from then on what it was when it was made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.card import press
from bot.climb import notice, to_person
from bot.digest import Week
from bot.notice import Kind
from bot.people import Holding, Role
from bot.rota import give_role
from bot.views.drawing import draw
from tests.beside import Beside, beside, hear, run
from tests.troupe import TUESDAY

WEEK = Week.of(TUESDAY.date())
NOT_OVER = (
    "The week of 16 November 2026 is not over. Its digest is ready from Monday 23 November 2026."
)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Beside]:
    with beside(tmp_path, monkeypatch) as running:
        yield running


def reported(server: Beside) -> str:
    raised = hear(server.app, "amira", press("tell", "child", "-"), "p1")
    server.work()
    return raised.split("Reference ")[1][:5]


def figures(week: str) -> list[str]:
    """The digest as it is printed, without the proof, which is another each time."""
    ran = run("digest", week)
    assert ran.exit_code == 0, ran.output
    return [line for line in ran.stdout.splitlines() if "Proof" not in line]


@pytest.mark.parametrize("options", [(), ("--send",)])
def test_a_week_that_is_not_over_has_no_digest(server: Beside, options: tuple[str, ...]) -> None:
    ref = reported(server)
    for answer in ("", "yes"):
        if answer:
            hear(server.app, "amira", press("part", ref, "farrow", answer), "p2")
        ran = run("digest", str(WEEK), *options)
        assert (ran.exit_code, ran.stdout, ran.stderr) == (2, "", f"{NOT_OVER}\n")
    with server.app.store.work() as work:
        assert work.notices.about(str(WEEK)) == ()
        assert work.digests.shown(WEEK, "farrow") is None


def test_nor_has_one_that_is_still_to_come(server: Beside) -> None:
    ran = run("digest", str(WEEK.next()))
    assert ran.exit_code == 2
    assert "Its digest is ready from Monday 30 November 2026." in ran.stderr


def test_one_that_was_asked_for_too_early_tells_nothing(server: Beside) -> None:
    reported(server)
    with server.app.store.work() as work:
        directory = server.app.bot.refresh(work, server.clock())
        (farrow,) = directory.holders(Role.PRINCIPAL)
        (to, *_) = to_person(farrow, server.app.bot.school)
        asked = notice(Kind.DIGEST, str(WEEK), to, server.clock())
        card = draw(asked, work, directory, server.app.bot.school, server.clock())
        assert card is not None
        assert (card.title, card.text, card.facts) == (NOT_OVER, (), ())
        assert work.digests.shown(WEEK, "farrow") is None


@pytest.mark.parametrize("principals", [0, 1, 2])
def test_a_week_that_is_over_stays_as_it_was_made(server: Beside, principals: int) -> None:
    with server.app.store.work() as work:
        everybody = {person.id: person for person in work.people.all()}
        if principals == 0:
            work.people.put(replace(everybody["farrow"], holdings=()))
        if principals == 2:
            role = Holding(Role.PRINCIPAL)
            give_role(work, everybody["tan"], role, "command-line", server.clock())
        work.commit()
    ref = reported(server)
    server.clock.at += timedelta(days=6)
    before = figures(str(WEEK))
    assert "Reports: 1 to 4" in before
    hear(server.app, "amira", press("part", ref, "farrow", "yes"), "p2")
    server.clock.at += timedelta(minutes=1)
    assert figures(str(WEEK)) == before
    # Without a week it is the last one.
    assert run("digest").stdout.splitlines()[0] == before[0]
