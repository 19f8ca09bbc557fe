"""The safeguarding governor's report: which terms there are, when it is owed, what it counts."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import clock
from bot.__main__ import main
from bot.cli import start
from bot.digest import Week
from bot.incident import Concern
from bot.notice import Kind
from bot.term import Season, Term, school_terms
from tests.storage.making import kept
from tests.test_second_route import scene
from tests.troupe import TUESDAY, school
from tests.years import World

AUTUMN = Term(2026, Season.AUTUMN)
OVER = datetime(2026, 12, 21, 7, 30, tzinfo=UTC)
"""The Monday after the autumn term."""


# Terms


@pytest.mark.parametrize(
    "typed", ["2026-autumn", "autumn 2026", "Autumn 2026", "2026 AUTUMN", "Autumn term, 2026"]
)
def test_a_term_may_be_typed_in_several_ways(typed: str) -> None:
    assert Term.parse(typed) == AUTUMN
    assert str(AUTUMN) == "2026-autumn"


@pytest.mark.parametrize("typed", ["", "autumn", "2026", "2026-W47", "autumn winter 2026", "26-au"])
def test_what_is_no_term_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="Write it like 2026-autumn"):
        Term.parse(typed)


def test_half_terms_are_one_term_and_the_holidays_lead_to_the_next() -> None:
    terms = school_terms(school().calendar().terms)
    assert [term.name for term in terms] == ["autumn 2026", "spring 2027", "summer 2027"]
    weeks = [week for span in terms.values() for week in span]
    assert weeks[0] == Week.of(date(2026, 9, 2))
    assert weeks[-1] == Week.of(date(2027, 7, 21))
    # Every week is in one term, and in one only.
    assert weeks == [Week.of(weeks[0].monday() + timedelta(weeks=n)) for n in range(len(weeks))]
    christmas = Week.of(date(2026, 12, 25))
    assert christmas == terms[Term(2027, Season.SPRING)].first


# When it is owed


def owed_at(world: World, moment: datetime) -> tuple[list[str], list[str]]:
    """Who has been sent the report by then: the DSLs, and the governor."""
    world.now = moment
    world.tick()
    with world.store.work() as work:
        sent = [n.to.person for n in work.notices.about(str(AUTUMN)) if n.kind is Kind.TERM]
    return sorted(p for p in sent if p != "quill"), [p for p in sent if p == "quill"]


@pytest.fixture
def world() -> World:
    made = World(TUESDAY)
    made.close(made.report("today"))
    return made


def test_it_is_owed_when_the_term_is_over_and_goes_by_itself_after_a_week(world: World) -> None:
    assert owed_at(world, OVER - timedelta(minutes=1)) == ([], [])
    assert owed_at(world, OVER) == (["khan", "lindqvist"], [])
    assert owed_at(world, OVER + timedelta(days=6, hours=23))[1] == []
    assert owed_at(world, OVER + timedelta(days=7, minutes=1))[1] == ["quill"]
    assert owed_at(world, OVER + timedelta(days=30)) == (["khan", "lindqvist"], ["quill"])


def test_however_late_it_is_made_once(world: World) -> None:
    assert owed_at(world, OVER + timedelta(days=40)) == (["khan", "lindqvist"], [])
    with world.store.work() as work:
        assert work.term_reports.made() == (AUTUMN,)


def test_a_school_without_a_governor_owes_nothing(world: World) -> None:
    people = [p for p in world.directory.people.values() if p.id != "quill"]
    world.directory = world.directory.with_people(people)
    assert owed_at(world, OVER + timedelta(days=10)) == ([], [])


def test_a_figure_once_shown_never_changes(world: World) -> None:
    world.now += timedelta(hours=1)
    ref = world.report("now")
    world.close(ref)
    owed_at(world, OVER)
    with kept(world.store) as work:
        before = work.term_reports.get(AUTUMN)
        work.incidents.mark_mistake(ref)
        work.incidents.concern(ref, "khan", Concern.SUBJECT)
    owed_at(world, OVER + timedelta(days=8))
    with world.store.work() as work:
        assert work.term_reports.get(AUTUMN) == before


# On the command line, and by mail


@pytest.fixture
def after_the_term(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A school on its own, with one question asked in the term."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(clock, "now", lambda: OVER)
    run("db", "upgrade")
    store = start.store()
    with kept(store) as work:
        work.asked.add(TUESDAY, "amira", "dont_know", "")
    store.close()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.mark.usefixtures("after_the_term")
def test_the_command_prints_what_is_sent() -> None:
    said = run("governors", "autumn 2026").output
    for line in ("Reports: none", "Questions asked: 1 to 9", "Record of what was done: whole"):
        assert line in said
    (line,) = run("governors", "2026-autumn", "--json").stdout.splitlines()
    told = json.loads(line)
    assert told["term"] == "2026-autumn"
    assert told["reports"] == "none"
    assert told["unanswered"] == "1 to 9"
    sent = run("governors", "2026-autumn", "--send")
    assert "The report is on its way." in sent.stderr
    with closing(start.store()) as store, store.work() as work:
        owed = work.notices.about("2026-autumn")
        assert {notice.to.person for notice in owed} == {"khan", "lindqvist", "quill"}
    assert run("audit", "verify").exit_code == 0


@pytest.mark.usefixtures("after_the_term")
@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("autumn 2031", "There is no term called “autumn 2031”. lanyard.toml has autumn 2026, "),
        ("last one", "There is no term called “last one”. lanyard.toml has autumn 2026, "),
        ("spring 2027", "The spring 2027 term is not over. Its report can be made from 29 March"),
    ],
)
def test_a_term_that_cannot_be_told_gets_a_sentence(typed: str, says: str) -> None:
    refused = run("governors", typed)
    assert refused.exit_code == 2
    assert says in refused.output


def test_a_term_before_lanyard_was_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(clock, "now", lambda: OVER)
    assert "Lanyard was not in use" in run("governors", "autumn 2026").output


@pytest.mark.usefixtures("after_the_term")
def test_nobody_to_send_it_to() -> None:
    run("people", "end", "quill", "governor")
    refused = run("governors", "autumn 2026", "--send")
    assert refused.exit_code == 2
    assert "Nobody holds the role of governor" in refused.stderr


async def test_a_governor_without_an_account_gets_the_numbers_by_mail(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        ref = await here.report()
        here.actors.clock.at = OVER
        await here.actors.settle()
        here.actors.clock.at = OVER + timedelta(days=7, minutes=1)
        await here.actors.settle()
        (mail,) = [m for m in here.mailbox.mails if "quill@" in str(m["To"])]
        assert mail["Subject"] == "Lanyard: Autumn 2026, for the safeguarding governor"
        words = "".join(part.get_content() for part in mail.iter_parts())
        assert "Reports: 1 to 9" in words
        assert "Taken by nobody: at least one" in words
        for word in (ref, "stepfather", "girl", "Amira", "Khan"):
            assert word not in words
