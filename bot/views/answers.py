"""Cards about answers: what stands in place of one, what changed, and questions without one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.answers import GAP, SHOWN_FOR, Addressee, Asking, Change, Correction, Gap, Judged, Remedy
from bot.banding import band
from bot.card import Button, Card, Quote, Tone, press
from bot.notice import Kind, Notice
from bot.people import Directory, Person, Role
from bot.ports import Work
from bot.views.act_now import REPORT
from bot.views.wording import label, listed

KINDS = frozenset({Kind.GAP, Kind.GAP_ANSWER, Kind.CORRECTION, Kind.EDITION})
EDITION = "edition-"
ROLES = {
    Role.DSL: "the DSL",
    Role.DEPUTY: "a deputy DSL",
    Role.PRINCIPAL: "the Principal",
}
JUDGED = {
    Judged.WRONG_RULE: "wrong rule",
    Judged.NOT_CLEAR: "not clear",
    Judged.OUT_OF_DATE: "out of date",
    Judged.OTHER: "something else",
}


def draw(notice: Notice, work: Work, directory: Directory, now: datetime) -> Card | None:
    """The card of a notice of one of :data:`KINDS`, from the records as they are now."""
    person = directory.person(notice.to.person) if notice.to.person else None
    if notice.kind is Kind.EDITION:
        edition = notice.about.removeprefix(EDITION)
        return edition_card(work, person, int(edition)) if person else None
    if notice.kind is Kind.CORRECTION:
        correction = work.corrections.get(notice.about)
        return correction_card(correction, directory.zone) if correction else None
    gap = work.gaps.get(notice.about)
    if gap is None:
        return None
    asked = work.gaps.asked(gap.id)
    if notice.kind is Kind.GAP_ANSWER:
        mine = next((a for a in asked if person and a.person == person.id), None)
        return gap_answer_card(gap, mine, work.corrections.of(gap.subject), directory.zone)
    theirs = may_answer(person, gap, directory) if person else _dsl_room(notice, gap, directory)
    if not theirs:
        return None
    return gap_card(gap, asked, directory.zone)


def may_answer(person: Person, gap: Gap, directory: Directory) -> bool:
    """Who may read and answer what was passed on: what concerns the DSL, only the Principal; the
    rest the DSLs and deputies, and the Principal where it went there for want of a DSL."""
    if person.guest:
        return False
    if gap.to is Addressee.PRINCIPAL:
        return person.holds(Role.PRINCIPAL)
    if person.holds(Role.PRINCIPAL) and not directory.holders(Role.DSL, gap.centre):
        return True
    return person.holds(Role.DSL) or person.holds(Role.DEPUTY)


def role_of(person: Person) -> str:
    """In which role somebody speaks: cards that stay name no person."""
    return next((words for role, words in ROLES.items() if person.holds(role)), "the school")


def day(moment: datetime, zone: ZoneInfo) -> str:
    """``17 November 2026``."""
    local = moment.astimezone(zone)
    return f"{local.day} {local:%B %Y}"


def put_right(correction: Correction, zone: ZoneInfo) -> tuple[str, tuple[Quote, ...]]:
    """The title and the words that stand in place of an answer."""
    at = day(correction.at, zone)
    if correction.remedy is Remedy.WITHDRAWN:
        return f"This answer was withdrawn on {at} by {correction.role}.", ()
    quotes = [Quote(f"Corrected by {correction.role} on {at}", correction.right)]
    if correction.next:
        quotes.append(Quote("What to do next", correction.next))
    return f"CORRECTED on {at} by {correction.role}.", tuple(quotes)


def subject_words(subject: str) -> str:
    if subject.startswith(GAP):
        return "an answer given by the school, not in the policy"
    return f"an answer from clause {subject}"


def correction_card(correction: Correction, zone: ZoneInfo) -> Card:
    """To everyone who was shown the answer."""
    what = subject_words(correction.subject)
    by_clause = () if correction.subject.startswith(GAP) else (_clause(correction.subject),)
    if correction.ended_at is not None:
        return Card(
            title="That answer stands again",
            tone=Tone.DONE,
            text=(f"You were shown {what}. The message about it no longer holds.",),
            buttons=(*by_clause, REPORT),
            summary="About an answer you were shown.",
        )
    title, quotes = put_right(correction, zone)
    advice = (
        "Please do not act on it. Ask the DSL before you do anything."
        if correction.remedy is Remedy.WITHDRAWN
        else "Please go by this from now on. Did you act on it already? Tell the DSL."
    )
    return Card(
        title="Correction: an answer you were shown",
        tone=Tone.WARNING,
        text=(f"You were shown {what}. {title}", advice),
        quotes=quotes,
        buttons=(*by_clause, REPORT),
        summary="A correction to an answer you were shown.",
    )


def edition_card(work: Work, person: Person, edition: int) -> Card | None:
    """Which of the clauses somebody was shown read otherwise in the new edition."""
    found = work.corrections.changes(edition)
    if found is None or work.corrections.opted_out(person.id):
        return None
    at, changes = found
    shown = work.answers.subjects(person.id, at - SHOWN_FOR, at)
    mine = {clause: how for clause, how in changes.items() if clause in shown}
    if not mine:
        return None
    return Card(
        title="The policy has changed since you asked",
        tone=Tone.WARNING,
        text=(*_changed(mine), "Please read it again before you go by the earlier answer."),
        buttons=(
            *(_clause(clause) for clause, how in mine.items() if how is Change.CHANGED),
            Button("No more messages like this", press("editions", "off")),
        )[-6:],
        summary="The policy has changed since you asked.",
    )


def _changed(mine: Mapping[str, Change]) -> tuple[str, ...]:
    sentences = []
    for how, ending in ((Change.CHANGED, "reads otherwise now"), (Change.REMOVED, "is gone")):
        clauses = sorted(clause for clause, each in mine.items() if each is how)
        if clauses:
            many = "s" if len(clauses) > 1 else ""
            ending = ending.replace("reads", "read").replace("is ", "are ") if many else ending
            sentences.append(f"You were shown clause{many} {listed(clauses)}, which {ending}.")
    return tuple(sentences)


def gap_card(gap: Gap, asked: Sequence[Asking], zone: ZoneInfo) -> Card:
    """To the DSL's room, once for each kind of question: nobody's name is on it."""
    count = len(asked)
    people = "1 person asks" if count == 1 else f"{count} people ask"
    if gap.answered_at is not None:
        return Card(
            title=f"Answered by {gap.role} on {day(gap.answered_at, zone)}",
            tone=Tone.DONE,
            text=("Everyone who asked is told once.",),
            quotes=_asked(asked),
            buttons=(
                Button("Correct it", press("correct", gap.id)),
                Button("Withdraw it", press("withdraw", gap.id)),
            ),
            summary="A question was answered.",
        )
    return Card(
        title=f"A question the policy does not cover: {people}",
        text=(
            "Answer once; everyone who asked is told.",
            "Does it read like a worry about somebody? Answer that they must ring you now.",
        ),
        quotes=_asked(asked),
        buttons=(Button("Answer it", press("settle", gap.id), primary=True),),
        summary="A question the policy does not cover.",
    )


def _asked(asked: Sequence[Asking]) -> tuple[Quote, ...]:
    shown = asked[:5]
    quotes = [Quote("Asked" if a.consented else "Key words only", a.words) for a in shown]
    return tuple(quotes)


def gap_answer_card(
    gap: Gap, mine: Asking | None, correction: Correction | None, zone: ZoneInfo
) -> Card | None:
    """To each of those who asked."""
    if gap.answered_at is None:
        return None
    asked = (Quote("You asked", mine.words),) if mine and mine.consented else ()
    title, quotes = by_hand(gap, correction, zone)
    heading = f"Your question was answered by {gap.role}" if correction is None else title
    return Card(
        title=heading[0].upper() + heading[1:],
        quotes=(*asked, *quotes),
        buttons=(REPORT,),
        summary="Your question was answered.",
    )


def by_hand(
    gap: Gap, correction: Correction | None, zone: ZoneInfo
) -> tuple[str, tuple[Quote, ...]]:
    """An answer that is not in the policy, or what stands in its place."""
    if correction is not None:
        return put_right(correction, zone)
    assert gap.answered_at is not None
    label = f"Answered by {gap.role} on {day(gap.answered_at, zone)}, not in the policy"
    return "The policy does not say, but this was answered before.", (Quote(label, gap.answer),)


def judged_line(judged: Mapping[Judged, int]) -> tuple[str, ...]:
    """For the digest: how many answers were said not to be right, and why, in bands."""
    wrong = {how: count for how, count in judged.items() if how in JUDGED}
    if not wrong:
        return ()
    apart = all(count >= 5 for count in wrong.values())
    why = ", ".join(f"{JUDGED[how]} {band(count)}" for how, count in wrong.items())
    total = band(sum(wrong.values()))
    return (f"Answers that staff said were not right: {total}{f' ({why})' if apart else ''}.",)


def _clause(clause: str) -> Button:
    return Button(label(f"Clause {clause}"), press("clause", clause))


def _dsl_room(notice: Notice, gap: Gap, directory: Directory) -> bool:
    centre = directory.centres.get(gap.centre)
    room = centre is not None and notice.to.address in centre.dsl_rooms.values()
    return room and gap.to is Addressee.DSL
