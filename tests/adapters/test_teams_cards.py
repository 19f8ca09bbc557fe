"""Random records on every surface of Teams: by our own rules, and by Microsoft's own library."""

from __future__ import annotations

from adapters.teams.dialogs import dialog
from bot.card import Button, Card, Field, Press, Reply, Sheet
from bot.checks import Kind
from tests.adapters.teams_surfaces import drawings, faults, texts
from tests.nodejs import check, needs_node
from tests.records import Records

SEND = Button("Next", Press("send", ("child", "7KQ2M", "now")), primary=True)


def test_random_records_are_valid_whole_and_within_the_limits() -> None:
    assert [fault for seed in range(1, 41) for fault in faults(Records(seed))] == []


@needs_node
def test_microsofts_own_library_finds_nothing_wrong_with_them() -> None:
    drawn = {
        f"{seed} {each.surface} {number}": each.drawn
        for seed in range(100, 130)
        for number, each in enumerate(drawings(Records(seed)))
    }
    assert len(drawn) > 100
    assert check(cards=drawn) == {}


@needs_node
def test_the_check_finds_faults() -> None:
    broken = {"type": "AdaptiveCard", "version": "1.4", "body": [{"type": "TextBlok"}]}
    assert list(check(cards={"broken": broken})) == ["broken"]


def content(reply: Reply) -> dict[str, object]:
    drawn: dict[str, object] = dialog(reply)[0]["task"]["value"]["card"]["content"]
    return drawn


def test_a_card_too_long_for_a_dialog_keeps_its_buttons_and_says_where_it_is() -> None:
    long = Card("Report 7KQ2M", text=("and then " * 9000,), buttons=(SEND,))
    drawn, elsewhere = dialog(Reply((long,)))
    assert elsewhere == (long,)
    assert "own chat" in str(drawn) and '"Next"' in str(drawn).replace("'", '"')


def test_an_answer_too_long_for_its_field_is_kept_and_said() -> None:
    fields = (
        Field("a", "What happened?", Kind.LONG, typed="x " * 20_000),
        Field("b", "Where?", needed=True, problem="Say where.", typed="here"),
    )
    drawn = content(Reply((Card("What happened?"),), sheet=Sheet("Concern", fields, SEND)))
    read = list(texts(drawn))
    assert any("Your answer of 40,000 characters is kept" in each for each in read)
    assert "WARNING: Say where." in read and "Where? (needed)" in read
