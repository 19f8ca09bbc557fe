"""Of somebody who has left nothing stays that no report needs, on every database."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import MetaData, select

from bot.conversation import Conversation
from bot.incident import Part
from bot.notice import Destination
from bot.people import Holding, Identity, Person, Role
from bot.ports import Held
from storage.store import SqlStore
from tests.storage.making import NOW, escalation, incident, kept, later, notice, receipt

ACCOUNT = "T1/UZOE"
ZOE = Person(
    "zoe",
    "Zoe Aldana",
    "north",
    identities=(Identity("slack", ACCOUNT), Identity("teams", "tenant/zoe")),
    phone="01632 960055",
    mail="zoe@school.example",
    mobile="07700900055",
)


def met(store: SqlStore) -> None:
    """She has written, and both platforms have said where she is reached."""
    with kept(store) as work:
        work.people.put(ZOE)
        for platform, address in (
            ("teams", "tenant/zoe"),
            ("teams-introduced", "tenant/zoe"),
            ("slack-home", ACCOUNT),
            ("slack-home", "T1/UOTHER"),
        ):
            work.references.put(platform, address, "chat of hers")
        work.conversations.save(Conversation("draft", "zoe", "child", "", {"what": "words"}), NOW)
        work.holds.put(Held("held", "zoe", "words", NOW))


def left(store: SqlStore) -> tuple[str, ...]:
    with kept(store) as work:
        work.leavers.add("zoe", NOW)
        return work.leavers.forget()


def forgotten(store: SqlStore) -> tuple[str, ...]:
    with kept(store) as work:
        return work.leavers.forget()


def everything(store: SqlStore) -> str:
    """All that stands in the database, as whoever copies it would read it."""
    with store.work() as work:
        connection = work._connection  # type: ignore[attr-defined]
        there = MetaData()
        there.reflect(connection)
        rows = [
            (table.name, tuple(row))
            for table in there.sorted_tables
            for row in connection.execute(select(table)).all()
        ]
    return repr(rows)


def closed_report(store: SqlStore) -> None:
    with kept(store) as work:
        work.incidents.add(incident(reporter="zoe"))
        work.incidents.append("7KQ2X", NOW, "zoe", Part.REPORTER, "what", "?", "words")
        work.escalations.put(escalation(), None)
        mine = replace(notice(), to=Destination("slack", ACCOUNT, "zoe"))
        work.notices.add(mine)
    with kept(store) as work:
        (claimed,) = work.notices.claim(NOW, 60, 10)
        work.notices.delivered(claimed, receipt())
        work.incidents.close("7KQ2X", later(1), "done")


def test_of_whoever_only_asked_nothing_is_left(store: SqlStore) -> None:
    met(store)
    assert left(store) == ("zoe",)
    with store.work() as work:
        assert work.people.all() == ()
        assert work.references.get("slack-home", "T1/UOTHER") == "chat of hers"
        assert work.conversations.latest("zoe") is None and work.holds.get("held") is None
    told = everything(store)
    assert "zoe" not in told and "UZOE" not in told
    assert forgotten(store) == ()


def test_while_her_report_is_open_she_can_be_reached(store: SqlStore) -> None:
    met(store)
    with kept(store) as work:
        work.incidents.add(incident(reporter="zoe"))
        work.escalations.put(escalation(), NOW)
    assert left(store) == ()
    with store.work() as work:
        assert work.people.all() == (ZOE,)
        assert work.references.get("teams", "tenant/zoe") == "chat of hers"


def test_while_somebody_has_a_case_they_can_be_reached(store: SqlStore) -> None:
    met(store)
    with kept(store) as work:
        work.incidents.add(incident())
        work.escalations.put(escalation(), NOW)
        work.escalations.take("7KQ2X", "zoe", NOW)
    assert left(store) == ()
    with store.work() as work:
        assert work.people.all() == (ZOE,)


def test_her_name_stays_with_a_report_until_that_is_erased(store: SqlStore) -> None:
    met(store)
    closed_report(store)
    assert left(store) == ()
    with store.work() as work:
        (named,) = work.people.all()
        (told,) = work.notices.about("7KQ2X")
    assert named == Person("zoe", "Zoe Aldana", "north")
    assert told.to.person == "zoe" and told.receipt is not None, "that she was told, stays"
    assert told.receipt.at == NOW and told.receipt.room == ""
    said = everything(store)
    assert "UZOE" not in said and "tenant/zoe" not in said
    with kept(store) as work:
        work.retention.erase("7KQ2X", "dsl", later(2))
    assert forgotten(store) == ("zoe",)
    assert "zoe" not in everything(store)


def test_whoever_holds_a_role_again_has_not_left(store: SqlStore) -> None:
    met(store)
    with kept(store) as work:
        work.leavers.add("zoe", NOW)
        work.people.put(replace(ZOE, holdings=(Holding(Role.DEPUTY, "north"),)))
    assert forgotten(store) == ()
    with kept(store) as work:
        work.people.put(ZOE)
    assert forgotten(store) == ()
    with store.work() as work:
        assert work.people.all() == (ZOE,)


def test_nothing_of_hers_is_sent_or_missed_any_more(store: SqlStore) -> None:
    met(store)
    with kept(store) as work:
        waits = replace(notice(about="2026-W47"), to=Destination("slack", ACCOUNT, "zoe"))
        work.notices.add(waits)
    assert left(store) == ("zoe",)
    with kept(store) as work:
        assert work.notices.claim(later(5), 60, 10) == ()
        assert work.notices.undelivered(later(60)) == ()
        assert work.watched.without_result(later(60)) == ()
    assert "zoe" not in everything(store)
