"""Finds the roles that somebody's words name, as staff write them, slips of spelling included."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from rapidfuzz.distance import OSA

from bot.people import Role

SLIPS = {
    "principal": 2,
    "principle": 1,
    "headteacher": 2,
    "headmaster": 1,
    "headmistress": 2,
    "executive": 1,
    "safeguarding": 2,
    "designated": 1,
    "protection": 1,
    "deputy": 1,
    "deputies": 1,
    "chairman": 1,
    "chairwoman": 1,
    "chairperson": 1,
    "governor": 1,
    "governors": 2,
    "trustees": 1,
    "technician": 1,
}
"""How many slips each word of a role is known with, if it begins alike."""

ITSELF = frozenset({"principals", "principles", "principled", "principally", "principality"})
"""Words of their own, however near they are."""

_HEAD = (
    r"\bhead ?(?:teacher|techer|teachr|teacer|teahcer|master|mistress)(?:'?s)?\b"
    r"|\b(?:acting|interim|executive|exec|co) head\b(?! of (?!school|college|academy|the school))"
    r"|\bhead of (?:the |our |this )?(?:school|college|academy)\b"
    r"|\bhead of (?:the |our |this )?(?:\w+ )?(?:centre|center|campus)\b"
    r"|\bcent(?:re|er) (?:head|lead|leader|manager)\b"
    r"|\b(?:our|the) boss\b|\b(?:the|our|my) ht\b|\bour head\b(?! (?:of|count|lice|start))"
    r"|(?<!on )(?<!in )(?<!to )(?<!of )(?<!over )(?<!against )(?<!across )\bthe head\b(?! of)"
)
"""“on the head” is a part of the body, “the head of maths” somebody else."""

_PRINCIPLE = (
    r"(?:^|[.!?;:,(] ?|\b(?:the|our|my|by|from|with|and|saw|told|vice|deputy|school) )"
    r"principle(?:'s)?\b"
    r"(?! (?:of|that|behind|to|here|being|applies|remains|stands|(?:is|was) (?:that|to|simple))\b)"
    r"|\bprinciples (?:office|room|pa|secretary|car|wife|husband)\b"
)
"""The slip, but not “the principle of it”."""

_LED = (
    r"(?:lead|officer|person"
    r"|(?:manager|head|boss|chief|director|co ?ordinator|man|woman|lady|guy)\b)"
)
_SAFEGUARDING = r"(?:safe ?guarding|child protection|cp)"
_DSL = (
    r"\bd[. ]?s[. ]?l\b|\bds[op]\b"
    rf"|\b(?:safe ?guarding|child protection|designated)(?: safe ?guarding)? {_LED}"
    r"|\bcp (?:lead|officer)"
    rf"|\b(?:head|leads?|leader|manager|director|in charge) (?:of|for|on) {_SAFEGUARDING}\b"
    rf"|\b(?:person|one|lady|man|woman|who(?:'s| is| was)) responsible for {_SAFEGUARDING}\b"
)
_DEPUTY = (
    r"\bdd[. ]?s[. ]?ls?\b|\bdeput(?:y|ies)\b"
    r"|\b(?:dep|assistant) (?:head\b|d\.?s\.?l\b|safe ?guarding|principal\b)"
)
_GROUP = (
    rf"\b(?:{_SAFEGUARDING} (?:team|staff|lot|people|leads|officers|department)|dsls|dsl team)\b"
)
_CALLED_FOR = re.compile(
    r"\b(?:tell|let|inform|contact|alert|notify|ask|ring|call|phone|email|message|get|need|want"
    r"|(?:report|pass)(?: (?:this|it))?(?: on)? to) (?:the |our )?"
    rf"(?:{_SAFEGUARDING} team|dsls)\b"
)
"""Whoever asks for the whole group wants it called, and says nothing of it."""

_CHAIR = (
    r"\bchair(?:man|woman|person|lady| person)?'?s? of (?:the |our )?(?:school )?"
    r"(?:govern\w+|govs?\b|gb\b|trustees|trust\b|board)"
    r"|\bchair gov(?:s|ernors?)?\b|\b(?:governors?'?|board|trust|trustees'?|governing body) chair\b"
    r"|\b(?:the|our) chair(?:man|woman|person|lady)\b"
)
_IT = (
    r"\bi\.?c?t\.? (?:technician|technition|tech\b|techie|guy|bloke|admin|administrator|engineer"
    r"|manager\b|coordinator|officer)"
    r"|\b(?:the|our|an?|school|school's) i\.?c?t\.? (?:man|woman|lady|person|chap|lads?|boss)\b"
    r"|\b(?:network|ict) manager\b|\b(?:tech|computer) (?:guy|technician|support (?:guy|man))\b"
    r"|\bhead of (?:ict\b|it (?:support|services|team|dep(?:artmen)?t)\b)"
    r"|\b(?:some(?:one|body)|guy|man|woman|bloke|person|lady|member|works?|lads?) (?:in|from|of|on)"
    r" (?:the )?(?:school )?i\.?c?t\.? (?:support|team|dep(?:artmen)?t)\b"
)
_ON_CALL = (
    r"\bon call (?:person|d\.?s\.?l|lead|leader|safe ?guarding|officer|deputy|manager)"
    r"|\b(?:person|lead|leader|d\.?s\.?l|deputy|officer|who(?:ever)?(?:'s| is| was)) on call\b"
)
_GOVERNOR = r"\b(?:safe ?guarding|child protection|link|named|nominated) governor\b"

WRITTEN: tuple[tuple[frozenset[Role], re.Pattern[str]], ...] = tuple(
    (frozenset(roles), re.compile(pattern))
    for roles, pattern in (
        ((Role.DSL,), _DSL),
        ((Role.DEPUTY,), _DEPUTY),
        ((Role.DSL, Role.DEPUTY), _GROUP),
        ((Role.PRINCIPAL,), rf"\bprincipals?\b|{_PRINCIPLE}"),
        ((Role.PRINCIPAL, Role.HEAD), _HEAD),
        ((Role.CHAIR,), _CHAIR),
        ((Role.IT,), _IT),
        ((Role.ON_CALL,), _ON_CALL),
        ((Role.GOVERNOR,), _GOVERNOR),
    )
)
"""How a role is written in small letters, once its slips are mended."""

CAPITALS: tuple[tuple[frozenset[Role], re.Pattern[str]], ...] = tuple(
    (frozenset(roles), re.compile(pattern))
    for roles, pattern in (
        (
            (Role.PRINCIPAL, Role.HEAD),
            r"(?<!over )(?<!after )(?<!before )(?<!during )(?<!until )(?<!since )(?<!next )"
            r"(?<!last )(?<!this )\bHT\b|\bH[oO]S\b",
        ),
        ((Role.CHAIR,), r"\bC[oO]G\b"),
        (
            (Role.IT,),
            r"\b(?:some(?:one|body)|guy|man|woman|bloke|person|lady|technician|works?)"
            r" (?:in|from|of) (?:the )?IC?T\b"
            r"|\bI\.?C?T\.? (?:man|woman|lady|person|lead|chap|boss)\b|\b[Hh]ead of IT\b",
        ),
    )
)
"""What stands for a role only in capitals; “after HT” is half-term."""

_THE_CHAIR = re.compile(
    r"(?:(?<![\w'])([\w']+) )?\b(?:the|our) chair\b"
    r"(?: ((?:has been )?[\w']+))?(?: (?:the |a |his |her |my )?([\w']+))?"
)
_NAMES_THE_CHAIR = frozenset({"is", "was", "it's", "its", "about"})
_A_PERSON = re.compile(
    r"has been \w+ing|who|himself|herself|always|never|often|keeps|kept|grabb\w+|slapp\w+"
    r"|punch\w+|touch\w*|kiss\w+|hugg\w+|shout\w*|yell\w*|scream\w*|swore|swears|call(?:s|ed)|told|tells|said|says"
    r"|ask(?:s|ed)|text(?:s|ed)|messag\w+|email\w*|phon\w+|rang|invit\w+|follow\w+|shov\w+"
    r"|threat\w+|bull(?:y|ies|ied)\w*|laugh\w*|strok\w+|star(?:es|ed)|comment\w*|joke[ds]?|drove"
    r"|gave|gives|sent|sends|wants|wanted|came|visit\w*|knows|knew|met|behav\w+|drinks|drank"
    r"|grop\w+|assault\w*|abus\w+|harass\w+|rap(?:ed|es)|forc\w+|lock\w+|kick\w+|spat|watch\w*"
    r"|film\w+|photograph\w*|did|does|lives|lied|lies"
)
_FURNITURE = frozenset({"table", "tables", "desk", "floor", "wall", "bin", "stool", "bench"})


def folded(text: str) -> str:
    """Lower case without accents: Zoë is zoe."""
    apart = unicodedata.normalize("NFKD", text.lower())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def roles_in(words: str) -> frozenset[Role]:
    """The roles that ``words`` name."""
    small, plain = _CALLED_FOR.sub(" ", spelt(folded(words))), _spaced(words)
    found = {role for roles, written in WRITTEN if written.search(small) for role in roles}
    found |= {role for roles, written in CAPITALS if written.search(plain) for role in roles}
    if _the_chair(small):
        found.add(Role.CHAIR)
    return frozenset(found)


def spelt(small: str) -> str:
    """Words in small letters with one space between them and no hyphens, and with what is a slip
    of a role's word mended."""
    return re.sub(r"[a-z]{5,}", lambda found: _mended(found[0]), _spaced(small))


def _spaced(text: str) -> str:
    plain = re.sub(r"[-\u2010-\u2013/]", " ", text.strip().replace("\u2019", "'"))
    return re.sub(r"\s+", lambda found: ". " if "\n" in found[0] else " ", plain)


def _mended(word: str) -> str:
    if word in SLIPS or word in ITSELF:
        return word
    near = list(_near(word))
    return min(near)[1] if near else word


def _near(word: str) -> Iterator[tuple[int, str]]:
    for meant, most in SLIPS.items():
        if meant[0] == word[0] and abs(len(meant) - len(word)) <= most:
            slips = OSA.distance(meant, word, score_cutoff=most)
            if slips <= most:
                yield slips, meant


def _the_chair(small: str) -> bool:
    """Whether “the chair” does or is something that furniture does not and is not."""
    for before, after, then in (found.groups("") for found in _THE_CHAIR.finditer(small)):
        if after in ("", "and", "or"):
            likely = before in _NAMES_THE_CHAIR or (bool(after) and before in ("", "and"))
        else:
            likely = _A_PERSON.fullmatch(after) is not None
        if likely and then not in _FURNITURE:
            return True
    return False
