"""Questions about policies that nobody has written guidance for: answered from their own words."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import clock
from intents.policy import PolicyDesk
from knowledge.answer import Answer
from knowledge.evaluation import Labelled, predict, read_labelled
from knowledge.figures import Share, figures
from tests.knowledge.making import MADE_UP, as_pdf, as_word

QUESTIONS = read_labelled(Path(__file__).parents[1] / "questions" / "made_up.jsonl")
MADE = {
    ".docx": lambda name: as_word(name, automatic=False),
    ".pdf": lambda name: as_pdf(name, hanging=True),
}


def about(name: str) -> list[Labelled]:
    return [each for each in QUESTIONS if each.id.startswith(name)]


@pytest.fixture(scope="module", params=MADE)
def desks(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, PolicyDesk]]:
    """A desk for each policy, imported from a file as a school would."""
    folder = tmp_path_factory.mktemp("policies")
    opened = {}
    for name in MADE_UP:
        path = folder / f"{name}{request.param}"
        path.write_bytes(MADE[request.param](name))
        opened[name] = PolicyDesk.open(path)
    yield opened


def test_there_are_twenty_questions_about_each_policy() -> None:
    assert [len(about(name)) for name in MADE_UP] == [20, 20, 20]


def test_every_label_is_a_clause(desks: dict[str, PolicyDesk]) -> None:
    for name, desk in desks.items():
        wanted = {each for question in about(name) for each in (*question.gold, *question.also_ok)}
        assert wanted <= {clause.id for clause in desk.policy.clauses}


def test_the_right_clause_is_among_three(desks: dict[str, PolicyDesk]) -> None:
    hits = of = 0
    for name, desk in desks.items():
        told = figures(about(name), predict(about(name), desk.read), desk.policy)
        share = told.shares["right clause in three"]
        hits, of = hits + share.hits, of + share.of
    assert of == 60
    assert Share(hits, of).value >= 0.6


def test_no_yes_against_a_ban(desks: dict[str, PolicyDesk]) -> None:
    today = clock.now().date()
    for name, desk in desks.items():
        for question in about(name):
            reading = desk.read(question.q)
            answer = desk.answer(reading, today)
            if question.verdicts <= {"no", "undecided"}:
                assert reading.verdict != "yes", question.q
                assert not (isinstance(answer, Answer) and answer.verdict == "yes"), question.q


def test_most_questions_are_answered_from_the_document(desks: dict[str, PolicyDesk]) -> None:
    today = clock.now().date()
    shown = [
        isinstance(desk.answer(desk.read(question.q), today), Answer)
        for name, desk in desks.items()
        for question in about(name)
    ]
    assert sum(shown) >= 0.6 * len(shown)
