"""Whether somebody asks for leave, and the guard that no answer is freer than its clause."""

import re

_SOMEBODY = (
    r"i|we|you|they|he|she|it|one|anyone|somebody|someone|staff|a|an|the|my|our|all|any|pupils?|kids?"
    r"|child(?:ren)?|students?|learners?|parents?|visitors?|tas?|teachers?|volunteers?|contractors?"
    r"|governors?"
)
_ASKS_LEAVE = re.compile(
    rf"\b(?:can|could|may|might|shall|can't|cant|cannot) (?:{_SOMEBODY})\b"
    r"|\b(?:allowed|permitted|permissible|acceptable|alright|all right|okay|ok|fine|harm in)\b"
    r"|\b(?:get away|problem (?:if|with)|against the rules|cool to|good to)\b"
    r"|\blet (?:them|him|her|me|us|pupils?|kids?)\b"
    r"|\b(?:entitled|free|the right|a right) to\b|\bauthori(?:ty|sed)\b"
    r"|\bwould (?:my|our|his|her|their)\b"
)
_OMITS = re.compile(
    r"\b(?:disregard|ignore|forget(?: about)?|skip|bypass|do without|get round|leave (?:it|out|off)"
    r"|not (?:to )?(?:tell|say|inform|mention|report|bother|do)|keep (?:\w+ ){1,3}out"
    r"|do (?:i|we|they) not need|do(?:n't|nt| not) (?:i |we |they )?(?:have|need) to)\b"
)
"""Words of a duty left undone: a yes to them would be leave to leave it undone."""
_DUTY = re.compile(
    r"\b(?:must|have to|has to|needs? (?:to|a|an|my)|required|should|supposed|banned|forbidden)\b"
    r"|\b(?:got to|do (?:i|we) need|gotta)\b"
)
_WANTS = re.compile(r"\bi (?:just )?need (?:to know|to find|a|an|some)\b")
"""What somebody needs for themselves: no duty."""
_SENTENCE = re.compile(r"[.?!;] ")
_KIT = (
    r"(?:phones?|mobiles?|ipads?|tablets?|laptops?|cameras?|devices?|kit|equipment|e-?mails?"
    r"|accounts?|computers?|chromebooks?|landline|line|number|system)"
)
_SCHOOL_KIT = re.compile(
    r"\b(?:(?:my|our|the|a|an|his|her|their|one of the) ){0,3}"
    r"(?:school|work|setting|centre|department|official|office|class|provided|issued)(?:'s)?[ -]"
    rf"(?:owned |provided |issued |own )?{_KIT}\b"
)
_OWN_KIT = re.compile(
    rf"\b(?:own|personal|private|mine)\b|\b(?:my|his|her|their|your) (?:\w+ )?{_KIT}\b"
)


def asks_leave(said: str) -> bool:
    """Say whether a sentence of a tidied message asks "may I?", rather than "must I?"."""
    return any(
        _ASKS_LEAVE.search(sentence) and not asks_duty(sentence)
        for sentence in _SENTENCE.split(said)
    )


def asks_to_leave_out(said: str) -> bool:
    """Say whether a tidied message asks whether something may be left undone."""
    return bool(_OMITS.search(said))


def asks_duty(said: str) -> bool:
    """Say whether a tidied message asks "must I?"."""
    return bool(_DUTY.search(_WANTS.sub(" ", said)))


def on_school_kit(said: str) -> bool:
    """Say whether it is about the school's equipment and nobody's own."""
    rest, found = _SCHOOL_KIT.subn(" ", said)
    return bool(found) and not _OWN_KIT.search(rest)


def guarded(
    verdict: str, said: str, clause_verdict: str, force: str, school_kit: str | None = None
) -> str:
    """Return a verdict that is never freer than the clause it is taken from.

    Args:
        verdict: what the message was understood to ask for.
        said: the tidied message.
        clause_verdict: what the clause answers to "may I?".
        force: how strongly the clause speaks.
        school_kit: what must be so on the school's equipment, if the clause bans only one's own.
    """
    bounds = ("yes", "no", "conditional")
    if school_kit and on_school_kit(said) and not asks_duty(said) and verdict in bounds:
        return "conditional"
    if school_kit and verdict == "conditional" and not on_school_kit(said):
        return clause_verdict
    if "undecided" in (force, clause_verdict):
        return "undecided" if verdict in bounds else verdict
    if verdict == "yes" and clause_verdict in ("duty", "no", "info") and asks_to_leave_out(said):
        return clause_verdict
    if not asks_leave(said):
        return verdict
    if clause_verdict == "duty" and verdict == "yes" and force != "permits":
        return "duty"
    if clause_verdict == "no" and (
        verdict == "yes" or (verdict == "conditional" and force == "must")
    ):
        return "no"
    if clause_verdict == "conditional" and verdict == "yes":
        return "conditional"
    return verdict


def from_words_alone(wanted: str, said: str, clause_verdict: str) -> str:
    """Return a verdict for a clause that only its modal verbs speak for: never yes on a guess.

    Args:
        wanted: what the message was understood to ask for.
        said: the tidied message.
        clause_verdict: what the clause's verbs answer to "may I?".
    """
    if clause_verdict == "undecided":
        return "undecided"
    if asks_leave(said):
        return "info" if clause_verdict == "duty" else clause_verdict
    if asks_duty(said) and clause_verdict == "duty":
        # "must it be recorded?" and "it is switched off": a yes may say the contrary
        return "duty"
    return wanted if wanted == clause_verdict else "info"
