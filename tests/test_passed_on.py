"""A question passed on is read, answered and put right by those it was passed on to, and its words
are shown to other staff only if whoever asked it agreed to that."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.answers import Addressee, Gap, Remedy
from bot.card import Press, Reply, press
from bot.people import Holding, Role
from tests.eyes.world import World, Worlds

DRUNK = "how do i book the minibus if the lead drives drunk"
MINIBUS = "how do i book the minibus"
THURSDAY = "can I get the minibus for thursday, how do I book it?"
BOOKING = "booking the minibus - who do i ask?"
ANSWER = "Ask the office by noon the day before."
PRINCIPAL, DSL = Addressee.PRINCIPAL, Addressee.DSL
NOTHING = "There is nothing here that you can open"


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    return Worlds(tmp_path_factory.mktemp("passed-on"))


@pytest.fixture
def world(worlds: Worlds) -> Iterator[World]:
    with worlds.world("slack") as made:
        yield made


async def asks(world: World, person: str, words: str) -> str:
    """The number of the answer, under which the question may be passed on."""
    reply = await world.do(person, words)
    presses = (button.press for card in reply.cards for button in card.buttons)
    return next(each.args[0] for each in presses if each.verb == "pass")


async def passes(
    world: World, person: str, words: str, to: Addressee, how: str = "words", chosen: str = ""
) -> Reply:
    number = await asks(world, person, words)
    reply = await world.do(person, press("pass", number, to, how, *filter(None, (chosen,))))
    await world.settle()
    return reply


def waiting(world: World, to: Addressee) -> tuple[Gap, ...]:
    with world.app.store.work() as work:
        return work.gaps.open(to)


async def settles(world: World, person: str, gap: str, again: int = 0) -> Reply:
    await world.do(person, press("settle", gap))
    await world.do(person, ANSWER)
    await world.do(person, press("answer", "settling", gap, "again", str(again)))
    reply = await world.do(person, press("finish", "settling", gap))
    await world.settle()
    return reply


def seen(reply: Reply) -> str:
    return repr([(card.title, card.text, card.quotes) for card in reply.cards])


def has_been_shown(world: World, person: str) -> str:
    return repr([message.card for message in world.messages(person)])


async def test_nobody_is_offered_a_question_that_the_principal_was_asked(world: World) -> None:
    await passes(world, "amira", DRUNK, PRINCIPAL)
    (first,) = waiting(world, PRINCIPAL)
    for person in ("khan", "tan"):
        reply = await passes(world, person, BOOKING, PRINCIPAL)
        assert [card.title for card in reply.cards] == ["Passed on to the Principal."]
        assert first.id not in repr(reply) and "drunk" not in seen(reply)
    assert len(waiting(world, PRINCIPAL)) == 3


async def test_a_reference_does_not_join_a_question_to_the_principals(world: World) -> None:
    await passes(world, "amira", DRUNK, PRINCIPAL)
    (first,) = waiting(world, PRINCIPAL)
    await passes(world, "khan", BOOKING, PRINCIPAL, "keys", first.id)
    assert len(waiting(world, PRINCIPAL)) == 2
    await settles(world, "farrow", first.id)
    assert ANSWER in has_been_shown(world, "amira")
    assert ANSWER not in has_been_shown(world, "khan")


async def test_pressed_twice_it_is_passed_on_to_the_principal_once(world: World) -> None:
    number = await asks(world, "amira", DRUNK)
    for said in ("Passed on to the Principal.", "You have passed this question on already."):
        reply = await world.do("amira", press("pass", number, PRINCIPAL, "words"))
        assert reply.cards[0].title == said
    assert len(waiting(world, PRINCIPAL)) == 1


@pytest.mark.parametrize("verb", ["withdraw", "correct"])
async def test_the_dsl_puts_nothing_right_that_the_principal_answered(
    world: World, verb: str
) -> None:
    await passes(world, "amira", DRUNK, PRINCIPAL)
    (gap,) = waiting(world, PRINCIPAL)
    await settles(world, "farrow", gap.id)
    for said in (f"{verb} {gap.id}", press(verb, gap.id)):
        reply = await world.do("khan", said)
        other = await world.do("khan", f"{verb} GZZZZZ")
        assert seen(reply) == seen(other).replace("GZZZZZ", gap.id)
        assert "There is no answer" in seen(reply)
    await world.settle()
    with world.app.store.work() as work:
        assert work.corrections.of(gap.subject) is None
    assert "Correction" not in has_been_shown(world, "amira")
    assert "Withdrawn" in seen(await world.do("farrow", f"withdraw {gap.id}"))


async def test_a_correction_begun_as_principal_is_not_sent_afterwards(world: World) -> None:
    await passes(world, "amira", DRUNK, PRINCIPAL)
    (gap,) = waiting(world, PRINCIPAL)
    await settles(world, "farrow", gap.id)
    await world.do("farrow", press("correct", gap.id))
    await world.do("farrow", "Ask me.")
    await world.do("farrow", press("skip", "correcting", gap.id, "next"))
    world.change(world.with_role("farrow", Holding(Role.DSL, "oak")))
    reply = await world.do("farrow", press("finish", "correcting", gap.id))
    assert "Corrected" not in seen(reply)
    with world.app.store.work() as work:
        assert work.corrections.of(gap.subject) is None


async def test_the_dsl_lets_nothing_stand_again_that_the_principal_withdrew(world: World) -> None:
    await passes(world, "amira", DRUNK, PRINCIPAL)
    (gap,) = waiting(world, PRINCIPAL)
    await settles(world, "farrow", gap.id)
    await world.do("farrow", f"withdraw {gap.id}")
    with world.app.store.work() as work:
        standing = work.corrections.of(gap.subject)
    assert standing is not None and standing.remedy is Remedy.WITHDRAWN
    await world.do("khan", press("restore", standing.id))
    with world.app.store.work() as work:
        assert work.corrections.of(gap.subject) == standing


def every(verb: str, gap: str) -> Iterator[Press]:
    yield press(verb, gap)
    for form in ("settling", "correcting"):
        yield from (press(each, form, gap) for each in ("finish", "change", "pause"))
        yield press("back", form, gap, "again")
        yield press("answer", form, gap, "again", "0")


@pytest.mark.parametrize(("to", "person"), [(PRINCIPAL, "khan"), (PRINCIPAL, "tan"), (DSL, "tan")])
async def test_a_reference_opens_nothing_for_anybody_else(
    world: World, to: Addressee, person: str
) -> None:
    """Before it is answered, and after, when the answer is for those alone who asked."""
    await passes(world, "amira", DRUNK, to)
    (gap,) = waiting(world, to)
    for answered in (False, True):
        if answered:
            await settles(world, "farrow" if to is PRINCIPAL else "khan", gap.id, again=1)
        for verb in ("settle", "withdraw", "correct", "gaps", "open", "about", "case"):
            for what in every(verb, gap.id):
                said = repr(await world.do(person, what))
                assert "drunk" not in said and ANSWER not in said, what
        said = repr(await world.do(person, press("byhand", gap.id, "A1")))
        assert "drunk" not in said and ANSWER not in said
    with world.app.store.work() as work:
        assert work.corrections.of(gap.subject) is None


async def test_who_agreed_to_key_words_alone_is_not_quoted_to_other_staff(world: World) -> None:
    await passes(world, "amira", MINIBUS, DSL, "keys")
    reply = await passes(world, "tan", "minibus booking", DSL)
    assert [card.title for card in reply.cards] == ["Passed on to the DSL."]
    assert "book minibus" not in seen(reply)
    assert len(waiting(world, DSL)) == 2


async def test_the_words_of_those_who_agreed_stand_for_all_who_ask_the_same(world: World) -> None:
    await passes(world, "amira", MINIBUS, DSL)
    (gap,) = waiting(world, DSL)
    await passes(world, "bryn", THURSDAY, DSL, "keys")
    with world.app.store.work() as work:
        first, second = work.gaps.asked(gap.id)
    assert (first.consented, second.consented) == (True, False)
    reply = await passes(world, "tan", "minibus thursday booking", DSL)
    assert [quote.words for card in reply.cards for quote in card.quotes] == [MINIBUS]
    assert second.words not in seen(reply)


async def test_a_reference_joins_no_question_that_is_nothing_like_it(world: World) -> None:
    await passes(world, "amira", MINIBUS, DSL)
    (gap,) = waiting(world, DSL)
    await passes(world, "tan", "who waters the plants in the hall", DSL, "words", gap.id)
    await settles(world, "khan", gap.id, again=1)
    assert ANSWER in has_been_shown(world, "amira")
    assert ANSWER not in has_been_shown(world, "tan")


async def test_what_was_passed_on_to_the_dsl_is_not_the_principals_to_read(world: World) -> None:
    """Whoever passes it on is told that the DSL and deputies see it."""
    await passes(world, "amira", DRUNK, DSL)
    (gap,) = waiting(world, DSL)
    assert "drunk" not in seen(await world.do("farrow", press("gaps")))
    assert NOTHING in seen(await world.do("farrow", press("settle", gap.id)))
    assert "drunk" in seen(await world.do("okoro", press("gaps")))


async def test_where_there_is_no_dsl_the_principal_answers(world: World) -> None:
    await passes(world, "amira", DRUNK, DSL)
    world.change(world.without_role("khan"))
    assert "drunk" in seen(await world.do("farrow", press("gaps")))
