"""The files a DSL may edit, and the small parts that read them."""

from pathlib import Path

import pytest

from knowledge.alarms import sounds_alarming
from knowledge.asks import AskFault, read_asks
from knowledge.guidance import GuidanceFault, read_guidance
from knowledge.language import honest_words, language_of, readable, sounds_dangerous
from knowledge.spelling import Spelling
from knowledge.tidy import tidy
from knowledge.understanding import MODEL


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("<at>Lanyard</at>&nbsp;*Can* I?", "can i?"),
        ("<@U12AB> _hello_", "hello"),
        ("caf\u00e9 \u201cquote\u201d\u200b", 'cafe "quote"'),
        ("&lt;p&gt;is it ok&lt;/p&gt;", "is it ok"),
    ],
)
def test_wrapping_is_taken_off(typed: str, words: str) -> None:
    assert tidy(typed) == words


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("est-ce que je peux utiliser mon telephone", "fr"),
        ("czy moge uzywac telefonu w szatni", "pl"),
        ("чи можна фото дітей", "uk"),
        ("can i use my phone in the lesson", None),
        ("ta", None),
    ],
)
def test_a_language_is_known(said: str, language: str | None) -> None:
    assert language_of(said) == language
    assert language is None or honest_words(language)


def test_a_foreign_cry_is_heard_in_its_own_words() -> None:
    assert sounds_dangerous("un eleve m'a dit que son pere le frappe", "fr")
    assert "phone" in readable("puis-je utiliser mon telephone en classe")


def test_slips_are_put_right_and_words_of_alarm_left_alone() -> None:
    spelling = Spelling(MODEL / "spelling.txt")
    assert spelling.repaired("can i use my pohne") == "can i use my phone"
    assert spelling.repaired("a welt on her neck") == "a welt on her neck"


def test_examples_name_the_file_that_breaks_their_form(tmp_path: Path) -> None:
    (tmp_path / "school").mkdir()
    (tmp_path / "school" / "6.2.yaml").write_text('"6.2.3":\n  perhaps: [can i ring mum]\n')
    with pytest.raises(AskFault, match=r"school/6\.2\.yaml: 'perhaps' is not one of yes, no"):
        read_asks(tmp_path)


def test_a_bare_yes_or_no_is_read_as_a_word(tmp_path: Path) -> None:
    (tmp_path / "school").mkdir()
    (tmp_path / "school" / "6.2.yaml").write_text('"6.2.3":\n  no: [can i ring mum]\n')
    assert read_asks(tmp_path)[0].verdict == "no"


def test_guidance_tells_every_fault_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        '"1.1":\n  topic: Phones\n  says: ""\n  verdict: maybe\n  force: must\n'
        "  decides: [caretaker]\n"
    )
    with pytest.raises(GuidanceFault) as told:
        read_guidance(tmp_path)
    faults = str(told.value).splitlines()
    assert len(faults) == 3
    assert all(fault.startswith("a.yaml, clause 1.1: ") for fault in faults)


def test_words_of_harm_are_known_by_their_stems() -> None:
    assert sounds_alarming("there are bruises on his arm")
    assert sounds_alarming("a handprint on her neck")
    assert not sounds_alarming("can pupils have phones at lunch")
