"""The gate on what was learned: no figure of the golden set may fall below its floor."""

import random
from pathlib import Path

import pytest

from knowledge.asks import read_asks
from knowledge.evaluation import predict, read_labelled
from knowledge.figures import figures
from knowledge.gate import failing, fallen, read_floors
from knowledge.reader import Reader, bundled_edition
from knowledge.reading import read_policy_bytes
from tests.knowledge.making import MADE_UP, as_text

QUESTIONS = Path(__file__).parents[1] / "questions"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(bundled_edition())


@pytest.mark.parametrize(("name", "bounds"), [("golden", "floors"), ("worries", "floors-worries")])
def test_a_labelled_set_stays_above_its_floors(reader: Reader, name: str, bounds: str) -> None:
    questions = read_labelled(QUESTIONS / f"{name}.jsonl")
    predictions = list(predict(questions, reader.read))
    told = figures(questions, predictions, reader.policy)
    faults = fallen(told, read_floors(QUESTIONS / f"{bounds}.json"))
    wrong = "\n".join(failing(told, questions, predictions))
    assert not faults, "\n".join([*faults, "", "Questions that came out wrong:", wrong])


@pytest.mark.parametrize("name", ["golden", "worries"])
def test_no_test_question_is_an_example(name: str) -> None:
    known = {each.said.lower() for each in read_asks()}
    labelled = read_labelled(QUESTIONS / f"{name}.jsonl")
    # there are only so many ways to say thanks, or to stop
    telling = [each for each in labelled if each.kind not in ("smalltalk", "command")]
    assert not [each.id for each in telling if each.q.lower() in known]


def test_a_slip_of_the_fingers_seldom_changes_the_clause(reader: Reader) -> None:
    luck = random.Random(3)
    same = total = 0
    for question in read_labelled(QUESTIONS / "golden.jsonl"):
        if question.expect != "answer" or len(question.q) < 25:
            continue
        at = luck.randrange(5, len(question.q) - 2)
        slipped = question.q[:at] + question.q[at + 1] + question.q[at] + question.q[at + 2 :]
        total += 1
        same += reader.read(slipped).clauses[0] == reader.read(question.q).clauses[0]
    assert same / total >= 0.90


@pytest.mark.parametrize("name", MADE_UP)
def test_a_document_without_guidance_is_found_and_never_freer(name: str) -> None:
    reader = Reader(read_policy_bytes(as_text(name), ".txt"))
    questions = read_labelled(QUESTIONS / f"{name}.jsonl")
    told = figures(questions, list(predict(questions, reader.read)), reader.policy)
    assert told.shares["right clause in three"].value >= 0.6
    assert told.freer == ()
