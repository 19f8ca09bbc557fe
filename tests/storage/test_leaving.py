"""Of somebody who has left nothing stays that no report needs, on every database."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import MetaData, select

from bot.conversation import Conversation
from bot.incident import Concern, Part
from bot.notice import Destination
from bot.people import Holding, Identity, Person, Role
from bot.ports import Held
from storage import tables
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


def kept_from_zoe(store: SqlStore) -> None:
    with kept(store) as work:
        for ref, how in (("7KQ2X", Concern.SUBJECT), ("AAAA2", Concern.CLEARED)):
            work.incidents.add(incident(ref))
            work.incidents.concern(ref, "zoe", how)
        work.incidents.add(incident("DR2LL", drill=True))
        work.incidents.concern("DR2LL", "zoe", Concern.SUBJECT)


def concerns(store: SqlStore, ref: str = "7KQ2X") -> dict[str, Concern]:
    with store.work() as work:
        found = work.incidents.get(ref)
    assert found is not None
    return dict(found.concerns)


def comes_back(store: SqlStore, *accounts: Identity) -> tuple[str, ...]:
    with kept(store) as work:
        return work.kept_out.come_back("back", accounts)


def test_what_is_kept_from_her_is_kept_when_she_comes_back(store: SqlStore) -> None:
    met(store)
    kept_from_zoe(store)
    assert left(store) == ()
    assert "UZOE" not in everything(store) and "tenant/zoe" not in everything(store)
    assert comes_back(store, Identity("slack", "T1/UOTHER"), Identity("teams", ACCOUNT)) == ()
    assert comes_back(store) == ()
    assert comes_back(store, ZOE.identities[1]) == ("7KQ2X",)
    assert concerns(store) == {"zoe": Concern.SUBJECT, "back": Concern.SUBJECT}
    assert comes_back(store, *ZOE.identities) == (), "nothing of that is new"
    assert "back" not in concerns(store, "AAAA2"), "of that she may know"


def test_what_was_linked_since_is_kept_from_her_as_well(store: SqlStore) -> None:
    met(store)
    kept_from_zoe(store)
    left(store)
    with kept(store) as work:
        work.incidents.add(incident("BBBB3"))
        work.incidents.concern("BBBB3", "zoe", Concern.ELSEWHERE)
        work.incidents.concern("7KQ2X", "back", Concern.NAMED)
    assert comes_back(store, *ZOE.identities) == ("7KQ2X", "BBBB3")
    assert concerns(store)["back"] is Concern.SUBJECT
    assert concerns(store, "BBBB3")["back"] is Concern.ELSEWHERE


def test_a_code_of_her_account_goes_with_the_report(store: SqlStore) -> None:
    met(store)
    kept_from_zoe(store)
    left(store)
    row = tables.concerns.c
    with store.database.connect() as connection:
        found = select(row.ref, row.accounts).where(row.accounts.is_not(None))
        ((ref, codes),) = connection.execute(found).all()
    assert ref == "7KQ2X" and len(codes.split()) == 2
    assert all(everything(store).count(code) == 1 for code in codes.split())
    with kept(store) as work:
        for each in ("7KQ2X", "AAAA2"):
            work.incidents.close(each, later(1), "done")
            work.retention.erase(each, "dsl", later(2))
    assert forgotten(store) == ("zoe",)
    told = everything(store)
    assert not any(code in told for code in codes.split())
    assert comes_back(store, *ZOE.identities) == ()


def test_a_no_of_the_reporter_lets_her_know_of_it_when_she_comes_back(store: SqlStore) -> None:
    met(store)
    kept_from_zoe(store)
    left(store)
    with kept(store) as work:
        work.incidents.concern("7KQ2X", "zoe", Concern.CLEARED)
    assert comes_back(store, *ZOE.identities) == ()
