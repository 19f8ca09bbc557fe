"""After a restore: who is told that reports are missing, what their cards say, what comes twice."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.card import Card, press
from bot.message import Inside, Message, Place
from bot.notice import Kind
from bot.people import Identity, Role
from bot.put_back import PutBack, read
from bot.rota import end_role
from storage.backup import back_up, restore
from storage.store import SqlStore
from tests.test_second_route import NIGHT, Scene, Trouble, scene
from tests.troupe import KEYS

TO = "The record was put back to Tue 17 Nov 2026, 10:12 GMT"
TOLD = {"khan", "okoro", "lindqvist", "brook", "farrow", "penrose"}
"""Each centre's DSL and deputies, the Principal, and the chair, who reads mail only."""


def saved(here: Scene, folder: Path) -> None:
    back_up(here.actors.app.store.database, folder / "b.db", here.actors.clock())


def put_back(here: Scene, folder: Path) -> None:
    def opened(url: str) -> SqlStore:
        return SqlStore.open(url, kek=KEYS.kek, audit_key=KEYS.audit)

    here.actors.app.store.close()
    with closing(opened(here.actors.url)) as target:
        restore(folder / "b.db", target.database, opened, here.actors.clock(), replace=True)


def asked(here: Scene, person: str, *what: str) -> tuple[Card, ...]:
    """What ``person`` is answered who presses a button of their own messages."""
    account = f"T1/U{person.upper()}"
    here.pressed += 1
    message = Message(
        f"a{here.pressed}",
        Identity("slack", account),
        Place("slack", account),
        press=press(*what),
        inside=Inside(frozenset({"CDSLOAK"})),
    )
    return here.actors.app.bot.hear(message).cards


def shown(here: Scene, person: str) -> list[str]:
    room = here.fake.direct(f"U{person.upper()}")
    return [str(m.payload) for m in room.messages]


async def test_everybody_who_was_called_since_is_told_once_that_reports_are_missing(
    tmp_path: Path,
) -> None:
    async with scene(tmp_path) as here:
        saved(here, tmp_path)
        await here.actors.later(timedelta(minutes=5))
        ref = await here.report()
        put_back(here, tmp_path)
        await here.actors.later(timedelta(minutes=1))
        await here.actors.later(timedelta(minutes=60))
        for person in TOLD - {"penrose"}:
            (told,) = (words for words in shown(here, person) if "put back" in words)
            assert TO in told
            assert "Reports since then are not here." in told
            assert "Look at your cards since then and speak to whoever sent them." in told
            assert ref not in told
        assert here.mailed("penrose@") == [f"Lanyard: {TO}"]
        assert "speak to whoever sent them" in here.outside
        for person in ("amira", "tan", "bryn"):
            assert not any("put back" in words for words in shown(here, person))
        # The school is open: only who has no chat is sent a text message.
        assert here.woken("put back") == 1
        with here.actors.app.store.work() as work:
            (span,) = read(work)
            owed = work.notices.about(str(span))
            assert {n.to.person for n in owed} == TOLD and {n.kind for n in owed} == {Kind.PUT_BACK}


async def test_at_night_it_wakes_whoever_would_have_been_called(tmp_path: Path) -> None:
    async with scene(tmp_path, NIGHT) as here:
        saved(here, tmp_path)
        await here.actors.later(timedelta(minutes=5))
        put_back(here, tmp_path)
        await here.actors.later(timedelta(minutes=1))
        assert here.woken("The record was put back to Wed 18 Nov 2026, 02:40 GMT") == len(TOLD)


async def test_whoever_holds_no_such_role_any_more_is_not_told(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        here.fake.trouble("*", *[Trouble(status=500)] * 1000)
        saved(here, tmp_path)
        put_back(here, tmp_path)
        await here.actors.later(timedelta(minutes=1))
        with here.actors.app.store.work() as work:
            brook = next(each for each in work.people.all() if each.id == "brook")
            for held in brook.holdings:
                end_role(work, brook, held, "command-line", here.actors.clock())
            work.commit()
        here.fake.troubles.clear()
        await here.actors.later(timedelta(minutes=10))
        assert any("put back" in words for words in shown(here, "khan"))
        assert not any("put back" in words for words in shown(here, "brook"))


@pytest.mark.parametrize(
    "verb", ["open", "take", "add", "part", "mistake", "asked", "note", "child-help"]
)
async def test_a_press_on_a_report_says_that_it_may_be_one_that_is_missing(
    tmp_path: Path, verb: str
) -> None:
    """The same words for a report that is missing, for one that never was, and for one that is
    there and kept from whoever asks."""
    async with scene(tmp_path) as here:
        theirs = await here.report("dsl-involved")
        rest = ("khan", "yes") if verb == "part" else ()
        before = asked(here, "khan", verb, theirs, *rest)
        saved(here, tmp_path)
        await here.actors.later(timedelta(minutes=5))
        ref = await here.report("child", by="bryn")
        await here.actors.later(timedelta(minutes=5))
        put_back(here, tmp_path)
        refused = [
            asked(here, person, verb, of, *rest)
            for person, of in (
                ("khan", ref),
                ("khan", theirs),
                ("khan", "ZZZZ2"),
                ("okoro", theirs),
                ("amira", ref),
                ("bryn", ref),
                ("farrow", ref),
            )
        ]
        assert all(cards == refused[0] for cards in refused), refused
        ((card,), (old,)) = refused[0], before
        assert card.title == old.title and card.facts == old.facts
        *same, missing = card.text
        assert tuple(same) == old.text
        assert missing == (
            f"{TO}. A report made after that and before Tue 17 Nov 2026, 10:22 GMT is not here. "
            "To speak to somebody: School on call, 01632 960102."
        )


@pytest.mark.parametrize("what", [("write",), ("finish", "child"), ("skip", "child")])
async def test_so_does_a_press_in_a_write_up_that_is_missing(
    tmp_path: Path, what: tuple[str, ...]
) -> None:
    async with scene(tmp_path) as here:
        saved(here, tmp_path)
        await here.actors.later(timedelta(minutes=5))
        ref = await here.report()
        put_back(here, tmp_path)
        (card,) = asked(here, "amira", *what, ref)
        assert card.title == "There is nothing to go on with."
        assert TO in card.text[-1]
        assert asked(here, "bryn", *what, ref) == (card,)


async def test_without_a_restore_nothing_is_said_of_one(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        await here.report()
        assert "put back" not in str(asked(here, "khan", "open", "ZZZZ2"))


async def test_a_call_that_may_have_been_made_before_the_restore_says_so(tmp_path: Path) -> None:
    """The Principal was called after five minutes, and the record of it is gone: they are called
    again, and told that it may be the same. What falls due later is called once, unmarked."""
    async with scene(tmp_path) as here:
        ref = await here.report()
        saved(here, tmp_path)
        await here.actors.later(timedelta(minutes=6))
        assert ref in here.in_chat("farrow")
        put_back(here, tmp_path)
        await here.actors.later(timedelta(minutes=1))
        first, again = (words for words in shown(here, "farrow") if f"{ref}" in words)
        assert "second copy" not in first and "second copy" in again
        later = await here.report("child", by="bryn")
        await here.actors.later(timedelta(minutes=12))
        assert all("second copy" not in w for w in shown(here, "farrow") if later in w)
        with here.actors.app.store.work() as work:
            doubtful = [n for n in work.notices.about(ref) if n.doubtful]
        assert {n.to.person for n in doubtful} == {"farrow"}


async def test_so_does_a_mail_that_went_instead_of_a_card(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        here.fake.trouble("*", *[Trouble(status=500)] * 90000)
        await here.report()
        saved(here, tmp_path)
        await here.actors.later(timedelta(minutes=4))
        assert len(here.mailed("khan@")) == 1
        put_back(here, tmp_path)
        await here.actors.later(timedelta(minutes=1))
        mails = [
            m for m in here.mailbox.mails if "khan@" in str(m["To"]) and "URGENT" in m["Subject"]
        ]
        said = ["second copy" in str(mail.get_body()) for mail in mails]
        assert said == [False, True]


def test_what_was_put_back_is_kept_as_two_moments() -> None:
    to = datetime.fromisoformat("2026-11-17T10:12:00+00:00")
    span = PutBack(to, to + timedelta(minutes=5))
    assert PutBack.parse(str(span)) == span
    assert Role.CHAIR.value not in str(span)
