"""A case taken away as a file: by those who may open it, recorded first, whole, and inert."""

from __future__ import annotations

import csv
import io
import stat
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from adapters.export.table import COLUMNS, cell
from bot.card import press
from bot.incident import Part
from bot.people import Holding, Role
from bot.rota import give_role
from storage import tables
from tests.bench.exported import formulas
from tests.beside import Beside, beside, hear, run, typed
from tests.troupe import TUESDAY

WORDS = "he said =SUM(1)\n  | and a\u202e mark, <b>bold</b>"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Beside]:
    with beside(tmp_path, monkeypatch) as running:
        yield running


def report(server: Beside, target: str = "child", words: str = WORDS) -> str:
    """A report by Amira, with her words first; its reference."""
    app = server.app
    app.bot.hear(typed("amira", words, "w1"))
    with app.store.work() as work:
        held = work.holds.of("amira")
    hold = held.id if held is not None else "-"
    raised = hear(app, "amira", press("tell", target, hold), "p1")
    server.work()
    return raised.split("Reference ")[1][:5]


def worked(server: Beside, ref: str) -> None:
    """Khan opens it, takes it, and records a decision with its reason."""
    app = server.app
    for number, verb in enumerate(("open", "take", "spoke")):
        server.clock.at += timedelta(minutes=1)
        hear(app, "khan", press(verb, ref), f"t{number}")
    with app.store.work() as work:
        for step, question, words in (
            ("decision", "What is decided?", "Referred to social care"),
            ("reason", "Why?", "Because of what she said."),
        ):
            work.incidents.append(ref, server.clock(), "khan", Part.CASE, step, question, words)
        work.audit.record(server.clock(), "khan", "decision", ref)
        work.commit()
    server.work()


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


class Page(HTMLParser):
    """What a page holds, read without any code of ours."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: dict[str, list[str]] = {}
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value or "")

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_whole_record_is_on_the_page(server: Beside) -> None:
    ref = report(server)
    worked(server, ref)
    ran = run("case", "export", ref.lower(), "--as", "khan")
    assert (ran.exit_code, ran.stdout) == (0, f"{ref}.html\n")
    assert "not erased when the record is" in ran.stderr
    path = Path(f"{ref}.html")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    html = path.read_text("utf-8")
    read = Page(html)
    for words in (
        f"Record of report {ref}",
        "Exported by Ms Khan, Designated Safeguarding Lead (Oak Centre), on Tue 17 Nov 2026, 10:15",
        "2026-11-17T10:15:00Z. The export is recorded.",
        "This copy is not erased when the record is.",
        "Amira Teal, staff",
        "he said =SUM(1)\n  | and a[U+202E] mark, <b>bold</b>",
        "What is decided?",
        "Referred to social care",
        "Because of what she said.",
        "Called to it (web)",
        "Private channel",
        "Delivered Tue 17 Nov 2026, 10:12 GMT, 2026-11-17T10:12:00Z.",
        "spoke",
        "export",
    ):
        assert words in read.text, words
    assert "script" not in read.tags and "b" not in read.tags and "a" not in read.tags
    assert read.attributes["lang"] == ["en-GB"]
    (policy,) = (each for each in read.attributes["content"] if "default-src" in each)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert not {"src", "href", "style", "onclick"} & read.attributes.keys()
    assert read.tags.count("h1") == 1 and "th" in read.tags
    with server.app.store.work() as work:
        last = work.audit.about(ref)[-1]
    assert (last.actor, last.act, last.detail) == ("khan", "export", "html")
    assert server.app.store.verify() == []


def test_a_table_has_a_row_for_each_entry_and_text_is_for_reading(server: Beside) -> None:
    ref = report(server)
    worked(server, ref)
    assert run("case", "export", ref, "--as", "okoro", "--format", "csv").exit_code == 0
    found = rows(Path(f"{ref}.csv"))
    assert list(found[0]) == list(COLUMNS)
    said = [row for row in found if row["Section"] == "What the reporter said"]
    assert [(row["Who"], row["UTC"]) for row in said] == [("Amira Teal", "2026-11-17T10:12:00Z")]
    assert said[0]["Words"] == "he said =SUM(1)\n  | and a[U+202E] mark, <b>bold</b>"
    decided = [row for row in found if row["Section"].startswith("What was asked")]
    assert [row["Words"] for row in decided] == [
        "Referred to social care",
        "Because of what she said.",
    ]
    assert [row["Role"] for row in decided] == ["Designated Safeguarding Lead (Oak Centre)"] * 2
    acts = [row["What"] for row in found if row["Section"].endswith("audit")]
    assert acts == ["report, child", "open", "take", "spoke", "decision", "export, csv"]
    assert run("case", "export", ref, "--as", "okoro", "--format", "txt").exit_code == 0
    lines = Path(f"{ref}.txt").read_text("utf-8").splitlines()
    assert "   | he said =SUM(1)" in lines and "   |   | and a[U+202E] mark, <b>bold</b>" in lines
    assert any("Exported by Mr Okoro, deputy DSL (Oak Centre)" in line for line in lines)


def test_a_file_that_is_there_stays_as_it_is(server: Beside, tmp_path: Path) -> None:
    ref = report(server)
    there, elsewhere = tmp_path / f"{ref}.html", tmp_path / "target"
    there.write_text("mine", "utf-8")
    ran = run("case", "export", ref, "--as", "khan")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "is there already. Nothing was written" in ran.stderr
    (tmp_path / "link").symlink_to(elsewhere)
    assert run("case", "export", ref, "--as", "khan", "--out", "link").exit_code == 2
    assert (there.read_text("utf-8"), elsewhere.exists()) == ("mine", False)
    assert "No such file" in run("case", "export", ref, "--as", "khan", "--out", "no/way").stderr


@pytest.mark.parametrize("target", ["child", "dsl-involved"])
def test_only_those_who_may_open_it(server: Beside, target: str, tmp_path: Path) -> None:
    """The reporter, a stranger, another centre's deputy, and the DSL whom it is about get the same
    sentence, no file, and an entry of their own."""
    entitled = {"khan", "farrow"} if target == "child" else {"farrow"}
    ref = report(server, target, "a child told me somebody hurts her")
    everybody = ("amira", "khan", "brook", "farrow", "no")
    for person in everybody:
        out = tmp_path / person
        ran = run("case", "export", ref, "--as", person, "--out", str(out))
        assert (ran.exit_code == 0) == out.exists() == (person in entitled), person
        if person not in entitled:
            assert (ran.exit_code, ran.stderr) == (3, "There is nothing here that you can open.\n")
    assert run("case", "export", "ZZZZ2", "--as", "khan").exit_code == 3
    with server.app.store.work() as work:
        done = [(each.actor, each.act, each.detail) for each in work.audit.about(ref)]
    refused = {actor for actor, act, detail in done if (act, detail) == ("refused", "case-export")}
    assert refused == {*everybody, "nobody"} - {*entitled, "no"}
    assert {actor for actor, act, _ in done if act == "export"} == entitled
    register = "" if target == "child" else "adult"
    with server.app.store.database.connect() as connection:
        found = connection.exec_driver_sql(f"SELECT register FROM audit WHERE ref = '{ref}'")
        assert set(found.scalars()) == {register}


def test_whoever_the_words_name_is_kept_out_here_too(server: Beside) -> None:
    """Their role is newer than the report: nobody has been asked about them yet."""
    ref = report(server, words="a child says Bryn Moss hurts her")
    with server.app.store.work() as work:
        moss = next(person for person in work.people.all() if person.id == "bryn")
        give_role(work, moss, Holding(Role.DEPUTY, "oak"), "command-line", server.clock())
        work.commit()
    for command in ("show", "export"):
        assert run("case", command, ref, "--as", "bryn").exit_code == 3
    with server.app.store.work() as work:
        incident = work.incidents.get(ref)
        assert incident is not None and incident.unsettled() == ("bryn",)
    server.work()
    assert not Path(f"{ref}.html").exists()


def test_an_export_that_cannot_be_recorded_does_not_happen(server: Beside) -> None:
    ref = report(server)
    with server.app.store.database.begin() as raw:
        raw.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    ran = run("case", "export", ref, "--as", "khan")
    assert ran.exit_code != 0
    assert not Path(f"{ref}.html").exists()
    assert "he said" not in ran.output


def test_a_damaged_part_hides_nothing_else(server: Beside) -> None:
    ref = report(server)
    worked(server, ref)
    with server.app.store.database.begin() as raw:
        raw.exec_driver_sql("DROP TRIGGER entries_no_update")
        entry = tables.entries.c
        broken = update(tables.entries).where(entry.ref == ref, entry.number == 1)
        raw.execute(broken.values(words=b"\1" * 60))
    assert run("case", "export", ref, "--as", "khan", "--format", "csv").exit_code == 0
    words = [row["Words"] for row in rows(Path(f"{ref}.csv"))]
    assert "[This part cannot be read. Whoever runs Lanyard must be told now.]" in words
    assert "Because of what she said." in words


def test_other_reports_are_named_only_to_those_who_may_read_them(server: Beside) -> None:
    ref = report(server)
    with server.app.store.work() as work:
        kept = work.incidents.get(ref)
    assert kept is not None
    hear(server.app, "amira", press("tell", "adult"), "p9")
    with server.app.store.work() as work:
        other = next(each.ref for each in work.incidents.by("amira") if each.ref != ref)
        work.incidents.link(ref, other, "farrow", TUESDAY)
        work.commit()
    for person, sees in (("khan", False), ("farrow", True)):
        run("case", "export", ref, "--as", person, "--format", "txt", "--out", person)
        assert (other in Path(person).read_text("utf-8")) == sees


def test_what_was_done_tells_of_no_link_with_a_report_kept_from_the_reader(
    server: Beside,
) -> None:
    """Nor, once the two are parted, that there was one."""
    ref = report(server)
    others = []
    for person, target in (("tan", "adult"), ("okoro", "child")):
        hear(server.app, person, press("tell", target), f"p{target}")
        with server.app.store.work() as work:
            others += [each.ref for each in work.incidents.by(person)]
    adult, child = others
    linked = [
        ("farrow", "same", adult),
        ("khan", "same", child),
        ("farrow", "notsame", adult),
        ("khan", "notsame", child),
        ("farrow", "same", adult),
        ("khan", "same", adult),
    ]
    for number, (person, verb, other) in enumerate(linked):
        server.clock.at += timedelta(minutes=1)
        hear(server.app, person, press(verb, ref, other), f"s{number}")
    seen = {}
    for person in ("khan", "farrow"):
        run("case", "export", ref, "--as", person, "--format", "csv", "--out", person)
        done = [(row["Who"], row["What"]) for row in rows(Path(person))]
        seen[person] = [each for each in done if each[1] in ("same", "notsame")]
    khans = [("Ms Khan", "same"), ("Ms Khan", "notsame")]
    farrows = [("Dr Farrow", each) for each in ("same", "notsame", "same")]
    assert seen["khan"] == khans
    assert sorted(seen["farrow"]) == sorted([*khans, *farrows])


def test_a_drill_says_so(server: Beside) -> None:
    ref = run("drill", "--no-wait").stdout.strip()
    assert run("case", "show", ref, "--as", "khan").stdout.startswith("DRILL. ")
    run("case", "export", ref, "--as", "khan", "--format", "txt")
    assert Path(f"{ref}.txt").read_text("utf-8").startswith(f"DRILL. Record of report {ref}\n")


# Cells


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("  -1", "'  -1"),
        ("\t@SUM(A1)", "'\t'@SUM(A1)"),
        ("\tplain", "'\tplain"),
        ("\rplain", "'\nplain"),
        ("\0=1", "'[U+0000]=1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("a\n+44 1632", "a\n'+44 1632"),
        ("one; =1", "one;' =1"),
        ("a sentence - with a dash", "a sentence - with a dash"),
        ("mail a@b.example", "mail a@b.example"),
        ("\u202egnp", "[U+202E]gnp"),
        ("", ""),
    ],
)
def test_a_cell_is_words(words: str, shown: str) -> None:
    assert cell(words) == shown


@given(st.lists(st.text(st.sampled_from("=+-@\t\r\n\0 ;,|\"'aB1\u202e\u200b\uff1d"), max_size=12)))
def test_no_cell_is_a_formula_whatever_ends_one(words: list[str]) -> None:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerow(map(cell, words))
    assert formulas(written.getvalue()) == []
