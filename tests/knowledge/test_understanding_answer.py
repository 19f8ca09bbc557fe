"""Answers: verdict first, never freer than the clause, quoted from the loaded edition."""

from datetime import date

import pytest

from knowledge.answer import Answer, Unknown, compose
from knowledge.clause import Clause
from knowledge.guidance import DECIDERS, read_guidance
from knowledge.modal import strength_of
from knowledge.permission import from_words_alone, guarded
from knowledge.reader import Reader, bundled_edition
from knowledge.reading import read_policy_text

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(bundled_edition())


def answer(reader: Reader, said: str) -> Answer:
    found = compose(reader.read(said), reader.policy, reader.guidance, TODAY)
    assert isinstance(found, Answer), said
    return found


def test_a_ban_says_no_and_what_to_do(reader: Reader) -> None:
    told = answer(reader, "can i take photos of pupils on my own phone")
    assert (told.verdict, told.headline, told.clause.id) == ("no", "No.", "6.2.4.1")
    assert told.steps and told.says and not told.advised_only
    assert len(told.others) <= 2


def test_advice_is_not_called_a_ban(reader: Reader) -> None:
    told = answer(reader, "can i say where i work on my own facebook profile")
    assert told.advised_only
    assert told.headline != "No."


def test_a_condition_names_who_decides(reader: Reader) -> None:
    told = answer(reader, "can i have my phone on me in lessons if my mum is ill")
    assert told.verdict in ("conditional", "no")
    assert told.conditions and "principal" in told.decides and told.in_writing


def test_what_the_policy_leaves_open_is_left_open(reader: Reader) -> None:
    told = answer(reader, "are staff allowed on facebook at lunch")
    assert told.verdict == "undecided"
    assert told.headline.startswith("The policy leaves this to")


def test_clauses_that_pull_against_each_other_are_both_shown(reader: Reader) -> None:
    told = answer(reader, "can pupils use their own phones in a lesson for an activity")
    assert told.tension
    assert {each.id for each in told.others} & {each.id for each in told.pulls_against}


def test_every_answer_says_that_the_review_is_overdue(reader: Reader) -> None:
    assert answer(reader, "what is the three Cs of online risk").edition.overdue


def test_what_the_policy_does_not_say_is_not_made_up(reader: Reader) -> None:
    found = compose(reader.read("where do i park"), reader.policy, reader.guidance, TODAY)
    assert isinstance(found, Unknown)


def test_the_guidance_covers_every_clause_in_known_words() -> None:
    guides = read_guidance()
    assert set(guides) == {clause.id for clause in bundled_edition().clauses}
    assert all(set(guide.decides) <= set(DECIDERS) for guide in guides.values())


@pytest.mark.parametrize("force", ["must", "advises"])
def test_leave_is_never_given_against_a_ban(force: str) -> None:
    for said in (
        "can i text a parent",
        "is it ok to text a parent",
        "am i allowed to text a parent",
    ):
        assert guarded("yes", said, "no", force) == "no"
        assert guarded("yes", said, "undecided", "undecided") == "undecided"
        assert guarded("yes", said, "conditional", "must") == "conditional"


@pytest.mark.parametrize(
    ("asked", "verdict"),
    [
        ("can i take photos on a school ipad", "conditional"),
        ("can i take photos of her on my school phone", "conditional"),
        ("can i take photos on my phone", "no"),
        ("can i take photos on my ipad, not the school camera", "no"),
        ("do i have to use a school camera", "no"),
    ],
)
def test_a_ban_of_ones_own_kit_is_none_of_the_schools(asked: str, verdict: str) -> None:
    assert guarded("no", asked, "no", "must", "you follow the image use policy") == verdict


def test_photos_on_a_school_tablet_are_allowed_with_their_condition(reader: Reader) -> None:
    found = answer(reader, "can I take photos of the class on a school iPad")
    assert found.verdict == "conditional"
    assert "image use policy" in found.headline
    assert answer(reader, "can I take photos of the class on my phone").headline == "No."


def test_a_question_whether_one_must_is_not_a_question_for_leave() -> None:
    assert guarded("yes", "do i have to use a school camera", "no", "must") == "yes"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Pupils must not bring phones to school.", "no"),
        ("Staff may use the library phone.", "yes"),
        ("A phone may be carried only if the head has agreed.", "conditional"),
        ("Staff are advised not to name the school.", "no"),
        ("All devices must be locked.", "duty"),
        ("Use of phones is/is not permitted.", "undecided"),
        ("The school was built in 1904.", "info"),
        ("No picture is taken in a changing room.", "no"),
    ],
)
def test_a_clause_speaks_through_its_verbs(text: str, verdict: str) -> None:
    assert strength_of(text).verdict == verdict


def test_words_alone_never_make_a_yes_of_a_duty_or_a_ban() -> None:
    for clause_verdict in ("no", "duty", "info", "undecided", "conditional"):
        for said in ("can i leave it open", "must it be open", "is it open"):
            assert from_words_alone("yes", said, clause_verdict) != "yes"


def test_a_document_without_guidance_answers_from_its_own_text() -> None:
    policy = read_policy_text(
        "Kite Policy\n\n1. Kites\n\n1.1 Pupils must not fly kites in the car park.\n\n"
        "1.2 Kites are kept in the red shed behind the hall.\n\n"
        "1.3 Staff may lend a kite to a visitor.\n"
    )
    reader = Reader(policy)
    assert reader.strange
    reading = reader.read("can pupils fly kites in the car park")
    assert (reading.clauses[0], reading.verdict) == ("1.1", "no")
    found = compose(reading, policy, reader.guidance, TODAY)
    assert isinstance(found, Answer)
    assert isinstance(found.clause, Clause) and found.says is None and found.headline == "No."
