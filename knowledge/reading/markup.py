"""Take mark-up and the remnants of scanning away from a line, and leave its words."""

import re

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]*)?/?>")
_LINK = re.compile(r"!?\[([^\[\]]+)\]\(\s*<?([^()\s<>]+)>?[^()]*\)")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>")
_MATHS = re.compile(r"\$([^$]*\\[^$]*)\$")
_MATHS_TEXT = re.compile(r"\\(?:text|mathrm|textbf|textit)\s*\{([^{}]*)\}")
_MATHS_COMMAND = re.compile(r"\\(?:[a-zA-Z]+|[,;:!\s\\])|~|\\$")
_STARS = re.compile(r"(\*{1,3})(?=\S)(.{1,400}?)(?<=\S)\1")
_UNDERSCORES = re.compile(r"(?<!\w)(_{1,2})(?=\S)(.{1,400}?)(?<=\S)\1(?!\w)")
_ESCAPED = re.compile(r"\\([*_#\[\]().+\-!`>|])")
_LOST_CIRCLE = re.compile(r"[oO](?:\s+(?=\S)|(?=[A-Z][a-z]))")
_CIRCLE_SIGN = re.compile(r"[◦○•●▪■∙·➢➤✓✔\uf0b7\uf0a7\uf0d8]\s*")

_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "\u00ad": "", "\ufeff": ""}
)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def without_comments(text: str) -> str:
    """Return a whole document without its HTML comments."""
    return _COMMENT.sub("", text) if "-->" in text else text


def is_contents_entry(text: str) -> bool:
    """Say whether a line stands in a table of contents: `Aims ......... 3`."""
    before = text.rstrip().rstrip("0123456789")
    return before != text.rstrip() and before.replace(" ", "").endswith("....")


def plain(text: str) -> str:
    """Return the words of one line: no tags, no emphasis, no formulas, single spaces.

    A link keeps its address in brackets, because whether it still works is worth knowing.
    """
    text = _UNPRINTABLE.sub(" ", text.translate(_LIGATURES))
    text = _AUTOLINK.sub(r"\1", text)
    text = _LINK.sub(_link_words, _TAG.sub("", text))
    text = _MATHS.sub(lambda maths: f" {_maths_words(maths[1])} ", text)
    text = _STARS.sub(r"\2", text)
    text = _STARS.sub(r"\2", text).replace("**", "").replace("`", "")
    text = _UNDERSCORES.sub(r"\2", text)
    return " ".join(_ESCAPED.sub(r"\1", text).split())


def without_lost_bullet(text: str) -> str:
    """Return a bullet's words without a second bullet sign in front of them.

    Converters write the hollow circle as the letter o, at times glued to the first word
    (`OWhere`); an abbreviation in capitals (`OFSTED`) is left alone.
    """
    text = _CIRCLE_SIGN.sub("", text, count=1) if _CIRCLE_SIGN.match(text) else text
    return text[lost.end() :] if (lost := _LOST_CIRCLE.match(text)) else text


def _link_words(link: re.Match[str]) -> str:
    words, address = link[1].strip(), link[2]
    return words if words in address or address.startswith("#") else f"{words} ({address})"


def _maths_words(maths: str) -> str:
    return _MATHS_COMMAND.sub(" ", _MATHS_TEXT.sub(r"\1", maths))
