"""Acts README's conversation and every play in tests/plays; those in its folders only where there
are forms (Slack's modals and Home tab) or dialogs (Teams)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.nodejs import READY, check
from tests.play import Play
from tests.stages.opening import OPENINGS
from tests.stages.teams import TeamsStage
from tests.troupe import troupe

HERE = Path(__file__).parent
README = (HERE.parent / "README.md").read_text("utf-8")
PLAYS = {
    "readme": re.findall(r"```play\n(.*?)```", README, re.DOTALL)[0],
    **{path.stem: path.read_text("utf-8") for path in sorted((HERE / "plays").glob("*.play"))},
}
STAGES = tuple(OPENINGS)
WITH_FORMS = ("slack",)
FORM_PLAYS = {
    path.stem: path.read_text("utf-8") for path in sorted((HERE / "plays" / "forms").glob("*.play"))
}
DIALOG_PLAYS = {
    path.stem: path.read_text("utf-8") for path in sorted((HERE / "plays/dialogs").glob("*.play"))
}


Cards = list[dict[str, Any]]


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said and shown is acted here; how soon, on a busy machine, is for a benchmark."""
    monkeypatch.setattr("bot.door.ANSWER_SECONDS", 60.0)


@pytest.fixture(scope="module")
def drawn() -> Iterator[Cards]:
    """Every card that Teams is given in these plays; Microsoft's own library reads them all."""
    cards: Cards = []
    yield cards
    if READY:
        assert check(cards={str(n): card for n, card in enumerate(cards)}) == {}


@pytest.mark.parametrize("name", PLAYS)
@pytest.mark.parametrize("platform", STAGES)
async def test_play(name: str, platform: str, tmp_path: Path, drawn: Cards) -> None:
    async with troupe(platform, tmp_path) as actors:
        await Play(actors).act(PLAYS[name])
        assert actors.stuck() == ()
        if isinstance(actors.stage, TeamsStage):
            drawn += actors.stage.cards()


@pytest.mark.parametrize("name", FORM_PLAYS)
@pytest.mark.parametrize("platform", WITH_FORMS)
async def test_play_with_forms(name: str, platform: str, tmp_path: Path) -> None:
    async with troupe(platform, tmp_path) as actors:
        await Play(actors).act(FORM_PLAYS[name])


@pytest.mark.parametrize("name", DIALOG_PLAYS)
async def test_play_with_dialogs(name: str, tmp_path: Path, drawn: Cards) -> None:
    async with troupe("teams", tmp_path) as actors:
        await Play(actors).act(DIALOG_PLAYS[name])
        assert isinstance(actors.stage, TeamsStage)
        drawn += actors.stage.cards()
