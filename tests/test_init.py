"""A school is set up by questions: what comes of them, what is refused, and that stopping loses
nothing."""

from __future__ import annotations

import base64
import re
import stat
import tomllib
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from bot.__main__ import main
from bot.cli.written import written
from bot.people import Role
from bot.settings import SchoolFile, read_school
from tests.troupe import school

TENANT = "11111111-2222-3333-4444-555555555555"
OBJECT = "aaaaaaaa-2222-3333-4444-5555555555{:02}"
LINK = "https://teams.microsoft.com/l/channel/19%3Aoak_1-x%40thread.tacv2/DSL?groupId=g"
TEMPLATE = "99999999-2222-3333-4444-555555555555"

ONE_SITE = """\
Larkhill School




slack
T1


Oak Centre
https://larkhill.slack.com/archives/CDSLOAK


Ms Khan
Sana, Miss K
01632 960001
UKHAN
Mr Okoro
Obi
01632 960002
UOKORO


Dr Farrow
Ruth
01632 960004
UFARROW
Mrs Penrose
Edna
01632 960005
UPENROSE
Sam Tan
01632 960006
https://larkhill.slack.com/team/UTAN
01632 960100
2 September 2026
01632 960101
2026-09-02



"""
"""One answer a line; an empty one is Enter."""

TWO_SITES = [
    *["Larkhill School", "Europe/London", "7", "17", "The staff handbook", "both", "T1", TENANT],
    *["smtp.school.example", "lanyard@school.example", TEMPLATE],
    *["Oak Centre", "CDSLOAK", LINK, "CIT", "", "Ash Centre", "CDSLASH", LINK, "", "", ""],
    *[
        "Ms Khan",
        "Sana, Miss K",
        "214",
        "UKHAN",
        OBJECT.format(1),
        "khan@school.example",
        "07700 900123",
    ],
    *["Mr Okoro", "Obi", "215", "UOKORO", "", "", ""],
    *["Mx Lindqvist", "", "216", "", OBJECT.format(3), "", "", "", "Ms Brook", "", "217", "UBROOK"],
    *["", "", ""],
    *["mx lindqvist", "Ms Brook", "", ""],
    *["Dr Farrow", "Ruth", "218", "Ash Centre", "UFARROW", "", "", ""],
    *["Mrs Penrose", "Edna", "219", "", "", "", "penrose@school.example", ""],
    *["Sam Tan", "220", "Oak Centre", "UTAN", "", "", ""],
    *["01632 960100", "02/09/2026", "01632 960101", "", "01632 960102", "", ""],
    *["2 September 2026", "23/10/2026", ""],
]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def init(answers: str, *options: str) -> Result:
    return CliRunner().invoke(main, ["init", *options], input=answers)


def made() -> SchoolFile:
    return read_school(Path("lanyard.toml"))


def test_one_site_on_slack() -> None:
    run = init(ONE_SITE)
    assert run.exit_code == 0, run.output
    found = made()
    assert found.school.name == "Larkhill School" and found.school.opens == 8
    assert found.school.privacy_notice == ""
    (centre,) = found.centres.values()
    assert (centre.name, centre.dsl_rooms, centre.it_rooms) == (
        *("Oak Centre", {"slack": "CDSLOAK"}),
        {},
    )
    khan, *_, tan = found.people
    assert (khan.also_called, tan.also_called) == (["Sana", "Miss K"], [])
    assert (khan.id, khan.accounts, khan.phone) == ("khan", {"slack": "T1/UKHAN"}, "01632 960001")
    assert [held.role for each in found.people for held in each.roles] == [
        *(Role.DSL, Role.DEPUTY, Role.PRINCIPAL, Role.CHAIR, Role.IT),
    ]
    assert found.numbers.front_door.verified_on == date(2026, 9, 2)
    assert found.numbers.on_call is None and not found.terms
    assert not Path("lanyard.toml.draft").exists()


def test_two_sites_on_both_platforms_with_mail_and_text_messages() -> None:
    run = init("\n".join(TWO_SITES) + "\n")
    assert run.exit_code == 0, run.output
    found = made()
    assert set(found.centres) == {"oak-centre", "ash-centre"}
    assert found.centres["oak-centre"].dsl_rooms["teams"] == "19:oak_1-x@thread.tacv2"
    by_id = {each.id: each for each in found.people}
    lindqvist, penrose = by_id["lindqvist"], by_id["penrose"]
    assert [(held.role, held.centre) for held in lindqvist.roles] == [
        *((Role.DEPUTY, "oak-centre"), (Role.DSL, "ash-centre")),
    ]
    assert [held.role for held in by_id["brook"].roles] == [Role.HEAD, Role.DEPUTY]
    assert not penrose.accounts and penrose.mail == "penrose@school.example"
    assert by_id["farrow"].centre == "ash-centre"
    assert by_id["khan"].mobile == "07700900123"
    assert found.text is not None and found.text.template == TEMPLATE
    assert found.terms[0].last == date(2026, 10, 23)
    assert found.school.privacy_notice == "The staff handbook"


def test_it_says_what_the_environment_needs_and_makes_keys_that_it_writes_nowhere() -> None:
    run = init(ONE_SITE)
    keys = dict(re.findall(r"^(LANYARD_\w+)=(.+)$", run.output, re.MULTILINE))
    assert [len(base64.b64decode(key)) for key in keys.values()] == [32, 32]
    assert keys["LANYARD_KEY"] != keys["LANYARD_AUDIT_KEY"]
    assert "SLACK_TEAM=T1" in run.output and "SLACK_BOT_TOKEN=" in run.output
    assert "api.slack.com/apps → Lanyard → OAuth & Permissions" in run.output
    text = Path("lanyard.toml").read_text()
    assert not [key for key in keys.values() if key in text]
    assert "TEAMS" not in run.output and "NOTIFY_KEY" not in run.output


def test_what_the_environment_has_is_not_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    key = base64.b64encode(bytes(32)).decode()
    given_already = {"LANYARD_KEY": key, "LANYARD_AUDIT_KEY": key, "SLACK_TEAM": "T1"}
    given_already |= {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}
    for name, value in given_already.items():
        monkeypatch.setenv(name, value)
    run = init(ONE_SITE.replace("T1\n", "\n", 1))
    assert run.exit_code == 0, run.output
    assert "workspace id [T1]" in run.output and "LANYARD_KEY" not in run.output
    assert made().people[0].accounts == {"slack": "T1/UKHAN"}


def test_stopped_after_any_answer_it_goes_on_there() -> None:
    init(ONE_SITE)
    whole = Path("lanyard.toml").read_text()
    answers = ONE_SITE.splitlines(keepends=True)
    for number in range(len(answers)):
        Path("lanyard.toml").unlink()
        stopped = init("".join(answers[:number]))
        assert stopped.exit_code == 1 and "go on with: python -m bot init" in stopped.output
        draft = Path("lanyard.toml.draft")
        assert stat.S_IMODE(draft.stat().st_mode) == 0o600
        assert not Path("lanyard.toml").exists()
        went_on = init("".join(answers[number:]))
        assert went_on.exit_code == 0, went_on.output
        assert Path("lanyard.toml").read_text() == whole


def test_back_asks_the_last_question_again() -> None:
    mended = ONE_SITE.replace("Larkhill School\n", "Larkhil\nback\nLarkhill School\n")
    mended = mended.replace("Obi\n01632 960002\n", "Obi\n214\nBACK\n01632 960002\n")
    run = init("back\n" + mended)
    assert run.exit_code == 0, run.output
    assert made().school.name == "Larkhill School"
    assert made().people[1].phone == "01632 960002"


def up_to(answer: str) -> str:
    """The answers to one site's questions, ``answer`` the last of them."""
    before, found, _ = ONE_SITE.partition(answer + "\n")
    return before + found


@pytest.mark.parametrize(
    ("before", "wrong", "said"),
    [
        ("Larkhill School\n", "Europe/Londres", "Write one like Europe/London"),
        ("Larkhill School\n", "a\x07", "cannot be seen"),
        ("Larkhill School\n\n", "25", "Write an hour from 0 to 23"),
        ("Larkhill School\n\n16\n", "8", "Write an hour from 17 to 23"),
        ("Larkhill School\n\n\n\n", "x" * 301, "at most 300 characters"),
        ("Larkhill School\n\n\n\n\n", "discord", "Write slack, teams or both"),
        (up_to("slack"), "https://larkhill.slack.com", "begins with T"),
        (up_to("T1"), "xoxb-12-ab", "never into this file"),
        (up_to("T1"), base64.b64encode(bytes(32)).decode(), "That is a secret"),
        (up_to("Oak Centre"), "#dsl-oak", "begins with C"),
        (up_to("archives/CDSLOAK"), "slack.com/x/CDSLOAK", "IT must not be in it"),
        (up_to("Ms Khan"), "Sana, K", "names with commas between them"),
        (up_to("Sana, Miss K"), "none", "telephone number or an extension"),
        (up_to("960001"), "@khan", "Copy member ID"),
        (up_to("UKHAN"), "ms khan", "is Designated Safeguarding Lead already"),
        (up_to("960002"), "slack.com/x/UKHAN", "account of Ms Khan"),
        (up_to("UFARROW"), "DR FARROW", "is Principal already"),
        (up_to("960100"), "2 September 2099", "has not come yet"),
        (up_to("960100"), "last Tuesday", "a day like 2 September 2026"),
    ],
)
def test_a_wrong_answer_is_told_what_would_do_and_is_not_kept(
    before: str, wrong: str, said: str
) -> None:
    run = init(f"{before}{wrong}\n")
    assert run.exit_code == 1
    assert said in run.output
    assert wrong not in Path("lanyard.toml.draft").read_text()


def test_a_file_that_is_there_is_written_over_only_when_asked() -> None:
    Path("lanyard.toml").write_text("# ours\n")
    refused = init("\n")
    assert refused.exit_code == 2 and "Nothing was changed" in refused.output
    assert Path("lanyard.toml").read_text() == "# ours\n"
    stopped = init("y\nLarkhill School\n")
    assert stopped.exit_code == 1 and Path("lanyard.toml").read_text() == "# ours\n"
    assert init(ONE_SITE, "--out", "other.toml").exit_code == 0
    assert init("y\n" + ONE_SITE.split("\n", 1)[1]).exit_code == 0
    assert made().school.name == "Larkhill School"


def test_where_nothing_can_be_written_it_says_so_before_it_asks() -> None:
    run = init("", "--out", "no/such/place.toml")
    assert run.exit_code == 2 and "Name another place with --out" in run.output
    Path("lanyard.toml.draft").write_text("{")
    broken = init("")
    assert broken.exit_code == 2 and "Move it away" in broken.output
    assert Path("lanyard.toml.draft").read_text() == "{"


names = st.text(min_size=1, max_size=40)


@given(name=names, centre=names, number=names, room=names)
def test_whatever_it_says_reads_back_the_same(
    name: str, centre: str, number: str, room: str
) -> None:
    data = school().model_dump(mode="python", exclude_none=True)
    data["school"]["name"] = name
    data["centres"]["oak"] |= {"name": centre, "dsl_rooms": {"slack": room}}
    data["numbers"]["on_call"]["number"] = number
    data["people"][0]["phone"] = number
    data["mail"] = {"host": centre, "sender": "a@b.example"}
    data["text"] = {"template": TEMPLATE}
    data["watch"] = {"address": "https://watch.example/it", "file": name}
    given_to_it = SchoolFile.model_validate(data)
    assert SchoolFile.model_validate(tomllib.loads(written(given_to_it))) == given_to_it
