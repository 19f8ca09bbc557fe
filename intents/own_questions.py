"""Recognises what a reporter asks about their own report, and takes nothing else for it."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

from rapidfuzz.distance import OSA

from knowledge.tidy import tidy


class About(StrEnum):
    """What about their report a reporter asks."""

    STATUS = "status"
    READERS = "readers"
    NAME = "name"
    UNDO = "undo"
    PERSON = "person"
    TROUBLE = "trouble"


LONGEST = 14
"""More words than this are a story, whatever they begin with."""

SHORT = 10
"""More words than this say more than that it was no mistake."""

SLIP_FROM = 5
"""From this many letters on, one slip of the fingers in a word is forgiven."""

IT = (
    "(?:it|this|that|(?:my|the|this) (?:report|message|alarm|alert)"
    "|what i (?:wrote|sent|said|typed))"
)
WHO = (
    "(?:any ?one|any ?body|some ?one|some ?body|they|the dsl|a dsl|the principal|a person"
    "|safeguarding)"
)
OTHERS = (
    "(?:any ?one|any ?body|every ?one|every ?body|people|others|other (?:staff|people|teachers)"
    "|my (?:head|boss|manager|line manager|colleagues)|the (?:head|office|parents|family)|parents)"
)
SENT = "(?:send|sent|go|gone|get sent|been sent|go through|gone through|get through|arrive|arrived)"
TOOK = (
    "(?:see|seen|read|get|got|open|opened|take|taken|look at|looked at|pick up|picked up"
    "|answer|answered|receive|received)"
)
UNSEND = "(?:delete|withdraw|undo|remove|unsend|retract|take back|take down|cancel|get rid of)"
MAY = "(?:i want to|i need to|id like to|can i|could i|can you|could you|how (?:do|can) i|let me)"
NAME = "(?:its|it is|it was|that its|that it was|that it is|this is|this was|it came|this came)"

BEFORE = (
    "(?:(?:oh|omg|god|no|help|please|pls|sorry|hi|hello|hey|um|but|so|and|ok|okay|wait|lanyard) )*"
)
AFTER = "(?: (?:please|pls|now|yet|then|thanks|ok|though|quickly))*"

SAID: dict[About, tuple[str, ...]] = {
    About.STATUS: (
        f"is {WHO} (?:coming|on (?:the|their) way|there)",
        "(?:is|are) (?:help|they) (?:coming|on (?:the|its|their) way)",
        f"when (?:is|are|will) (?:help|{WHO}) (?:coming|come|ring|call)(?: me)?",
        f"will {WHO} (?:come|ring me|call me|be in touch)",
        f"(?:has|have|did) {WHO} {TOOK} {IT}",
        f"(?:did|have|has) (?:you|{IT}|i) {SENT}(?: {IT})?(?: to {WHO})?",
        f"(?:was|is|has) {IT} (?:been )?(?:sent|delivered|received|read|seen|taken)",
        f"who (?:has|has got|got|took|has taken|has seen|has read) {IT}",
        f"who did (?:you (?:tell|send {IT} to)|{IT} go to)",
        f"who (?:does|will) {IT} go to",
        f"(?:whats|what is) (?:happening|going on)(?: (?:with|to) {IT})?",
        "what happens (?:now|next)",
        f"(?:(?:whats|what is) the )?status(?: of {IT})?",
        f"any news(?: (?:on|about) {IT})?",
        "where is (?:my|the) report",
        "check my report",
    ),
    About.READERS: (
        f"who (?:else )?(?:can|will|could|gets to|is able to)(?: else)? (?:see|read|open) {IT}",
        f"who (?:sees|reads) {IT}",
        f"(?:can|will|could|do) {OTHERS}(?: else)? (?:see|read) {IT}",
        f"is {IT} (?:private|confidential|secret)",
    ),
    About.NAME: (
        f"(?:do not|dont|you wont|will you not) (?:tell|let) (?:{OTHERS}|them)(?: know)? "
        f"{NAME} (?:from )?me",
        f"(?:do not|dont) say (?:{NAME} (?:from )?me|who (?:i am|sent it))",
        f"(?:do not|dont) (?:tell|let) (?:{OTHERS}|them)(?: know)? (?:who i am|my name)",
        f"(?:do not|dont) (?:use|give|say|share|show) (?:{OTHERS} |them )?my name",
        f"(?:can|could|will) (?:you|i|we) (?:please )?(?:hide|remove|leave out|take out|keep out"
        f"|not use|not give|not say|leave|keep|take) my name(?: out| off)?(?: of)?(?: {IT})?",
        f"(?:can|could|will) (?:i|{IT}|my name) (?:be|stay|remain|report {IT} be) "
        f"(?:anonymous|hidden)",
        "(?:i want|i need|id like|i would like) to (?:be|stay|remain) anonymous",
        f"is {IT} anonymous",
        f"(?:can|do|will) (?:they|{OTHERS}) (?:see|know|get|find out) "
        f"(?:my name|who i am|who sent {IT}|who reported {IT}|{NAME} me)",
        f"is my name on {IT}",
    ),
    About.UNDO: (
        f"{MAY} {UNSEND} {IT}",
        f"{MAY} (?:take|call) {IT} back",
        f"(?:delete|withdraw|unsend|retract) {IT}",
        "i (?:have )?(?:pressed|hit|clicked|tapped|chose|picked|pushed) the wrong "
        "(?:one|button|thing|option|answer|choice)(?: by (?:mistake|accident))?",
        "wrong (?:one|button)",
        f"i (?:did not|didnt) mean to (?:press|send|click|report) {IT}",
        f"i (?:sent|pressed) {IT} by (?:mistake|accident)",
    ),
    About.PERSON: (
        f"(?:{MAY}|may i|i would like to|i have to) (?:speak|talk) (?:to|with) (?:a |an |some )?"
        f"(?:real |actual )?(?:person|human|human being|someone|somebody|dsl|the dsl)"
        f"(?: real| instead| on the phone)?",
        f"(?:can|could|will) {WHO} (?:ring|call|phone) me(?: back)?",
        "(?:ring|call|phone) me(?: back)?",
        "who (?:can|do|should|must) i (?:ring|call|phone|speak to|talk to|contact)",
        "i need help",
        "(?:some ?one )?help me",
    ),
    About.TROUBLE: (
        f"(?:can|will|could|would|am|might|do) i (?:be|get|going to be|going to get|gonna get"
        f"|gonna be)?(?: ?in| ?into)? ?(?:trouble|sacked|fired|told off|disciplined)"
        f"(?: for (?:{IT}|reporting(?: {IT})?|telling(?: you)?|saying {IT}))?",
        f"(?:can|will|could|would|might) i lose my job(?: (?:for|over) {IT})?",
    ),
}
"""Whole messages only: a word more, and it is a story."""

REAL = re.compile(
    r"\b(?:not|wasnt|isnt|never) (?:sent )?(?:a |by )?mistake\b|\b(?:its|is|was) real\b"
    r"|\bi panicked\b"
)
"""What somebody says who takes back that it was a mistake; asked only of a report so marked."""

_WHOLE = {
    about: re.compile(f"{BEFORE}(?:{'|'.join(patterns)}){AFTER}")
    for about, patterns in SAID.items()
}


def asked_about(typed: str) -> About | None:
    """What a message asks about the writer's own report; in doubt it is a report's own words."""
    words = _words(typed).split()
    if not 0 < len(words) <= LONGEST:
        return None
    said = " ".join(map(_repaired, words))
    return next((about for about, whole in _WHOLE.items() if whole.fullmatch(said)), None)


def takes_it_back(typed: str) -> bool:
    """Whether it says that a report marked as a mistake is none, and tells no story of its own."""
    words = _words(typed)
    return len(words.split()) <= SHORT and REAL.search(words) is not None


def _words(typed: str) -> str:
    """Small letters and single spaces; apostrophes are left out, as most who type in haste do."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", tidy(typed).replace("'", "")).split())


def _repaired(word: str) -> str:
    if len(word) < SLIP_FROM or word in _known():
        return word
    near = [known for known in _known() if OSA.distance(word, known, score_cutoff=1) <= 1]
    return max(near, key=len, default=word)


@cache
def _known() -> frozenset[str]:
    """The longer words of the patterns themselves."""
    patterns = " ".join((BEFORE, AFTER, *(each for said in SAID.values() for each in said)))
    words = re.findall(r"[a-z]+", patterns.replace("?:", ""))
    return frozenset(word for word in words if len(word) >= SLIP_FROM)
