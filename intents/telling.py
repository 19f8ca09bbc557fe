"""Judges whether an answer to “Who have you told?” says anything else besides."""

from __future__ import annotations

import re
from collections.abc import Callable

from intents.role_words import CAPITALS, WRITTEN, folded, spelt

_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_PHRASES = re.compile(
    r"\b(?:was|were|is|are|been|being)"
    r" (?:told|informed|emailed|phoned|rung|called|messaged|aware)\b"
    r"|\b(?:not|n't|nt) (?:yet|(?:yet )?(?:told|tell|spoken|spoke|informed|rung|emailed|called))\b"
    r"|\b(?:haven't|havent|didn't|didnt) (?:yet )?(?:told|tell|spoken|spoke|informed|rung|called)\b"
    r"|\b(?:spoke|spoken|speaking|talked|chatted) (?:to|with)\b|\bwent to (?:see|tell|find)\b"
    r"|\b(?:about|of) (?:it|this|that|what happened)"
    r"|\b(?:by|on|over|via|through) (?:the )?"
    r"(?:phone|telephone|email|e mail|text|message|teams|slack|radio|voicemail)\b"
    r"|\babout (?=\d)"
    r"|\bin (?:person|(?:the|her|his|their|my) (?:office|morning|afternoon|evening|staff ?room))\b"
    r"|\b(?:straight|right) away\b|\bface to face\b|\bas soon as (?:i|we) could\b|\bas well\b"
    r"|\b(?:at|during|before|after|this|last|on|since|until) (?:the )?(?:break|lunch|registration"
    rf"|school|assembly|morning|afternoon|evening|night|end of (?:the )?day|{_DAY})(?: ?time)?\b"
    r"|\bhead of (?:year|department|maths|english|science|sixth form|key stage)\b"
    r"|\b(?:child|pupil|student|girl|boy)'?s (?:mum|mother|dad|father|parents?|carers?|family)\b"
    r"|\b(?:class|form|her|his|their) (?:teacher|tutor)\b|\bsocial (?:worker|services|care)\b"
    r"|\bfront door\b|\bline manager\b|\bteaching assistant\b|\bunion rep\b"
)
"""Said of telling, as a whole; none of their words would be harmless alone."""

_WORDS = frozenset(
    {
        "told", "tell", "telling", "spoke", "rang", "ring", "rung", "call", "called", "phoned",
        "phone", "emailed", "email", "messaged", "message", "texted", "text", "informed", "let",
        "know", "knows", "notified", "contacted", "mentioned", "reported", "passed", "i've",
        "ive", "we", "we've", "have", "has", "had", "and", "or", "also", "to", "the", "an",
        "my", "our", "her", "him", "them", "it", "this", "on", "at", "so", "far", "just",
        "only", "else", "already", "then", "first", "next", "now", "yes", "no", "nobody",
        "none", "noone", "one", "anyone", "anybody", "yet", "later", "again", "both",
        "verbally", "directly", "immediately", "today", "yesterday", "tonight", "morning",
        "afternoon", "evening", "lunchtime", "breaktime", "am", "pm", "oclock", "o'clock",
        "minute", "minutes", "min", "mins", "hour", "hours", "day", "days", "ago", "around",
        "soon", "nd", "st", "rd", "th", "year", "period", "lesson", "january", "february",
        "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december", "colleague", "colleagues", "ta", "tas", "teacher", "slt", "senco", "sendco",
        "nurse", "reception", "office", "police", "lado", "gp", "mum", "mother", "dad",
        "father", "parents", "council", "hr", "999", "101", "111", "union", "rep", "ms", "mr",
        "mrs", "miss", "mx", "dr", "sir",
    }
)  # fmt: skip
"""The names, the times and the words of telling that say nothing of what somebody did."""

_TITLED = re.compile(r"\b(?:mr|mrs|ms|miss|mx|dr|sir)\b\.? [^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_TIME = re.compile(r"\b\d[\d:.]*(?:am|pm|st|nd|rd|th)?\b|'s\b")
_WORD = re.compile(r"@|[.,;!?]|[^\W_]+(?:'[^\W_]+)?")
_DID = re.compile(
    r"@ (?:(?:has|had|have) )?(?:told|tell|spoke|rang|called|phoned|emailed|messaged|texted"
    r"|informed|let|has|had|have|contacted|mentioned|reported|passed)"
    r" (?:@|(?:her|him|them|the|it|this|my|our)\b)"
)
"""“Ms Khan emailed at ten” was told; “Ms Khan emailed her” did something herself."""


def only_telling(words: str, is_name: Callable[[str], bool]) -> bool:
    """Whether ``words`` say who was told, how and when, and nothing else: names (which
    ``is_name`` knows in small letters, and any after a title), roles and words of telling."""
    left = words.replace("@", " ")
    for _, written in CAPITALS:
        left = written.sub("@", left)
    left = spelt(folded(left))
    for _, written in WRITTEN:
        left = written.sub("@", left)
    left = _PHRASES.sub(" ", _TITLED.sub("@", left))
    found = ["@" if is_name(word) else word for word in _WORD.findall(_TIME.sub(" ", left))]
    if _DID.search(" ".join(found)):
        return False
    return all(word in _WORDS or len(word) == 1 for word in found)
