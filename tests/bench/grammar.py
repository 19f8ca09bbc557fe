"""Hostile words by a grammar: everything some client, terminal or spreadsheet might obey."""

from __future__ import annotations

from random import Random

ATOMS: dict[str, tuple[str, ...]] = {
    "mention": (
        "<!channel>", "<!here>", "<!everyone>", "<@UKHAN>", "<@UKHAN|khan>", "<#CSTAFF>",
        "<!subteam^S1|all>", "@everyone", "@channel", "@here", "<at>Ms Khan</at>",
        '<at id="0">Head</at>', "<!date^1392734382^{date}|x>",
    ),
    "link": (
        "<https://evil.example|Ring 999>", "<mailto:a@evil.example|me>", "https://evil.example/x",
        "http://evil.example:80/?a=b#c", "www.evil.example", "evil.example", "a@evil.example",
        "[ring](https://evil.example)", "[r](<javascript:alert(1)>)", "[x]: https://evil.example",
        "<https://evil.example>", "![i](https://evil.example/i.png)", "javascript:alert(1)",
        "tel:+44123", "slack://open", "msteams:/l/chat", "data:text/html,<b>x",
    ),
    "markdown": (
        "*bold*", "_it_", "~gone~", "~~gone~~", "`code`", "```\ncode\n```", "**b**", "__b__",
        "# head", "## head", "- item", "* item", "+ item", "1. one", "1) one", "> quote", "---",
        "***", "| a | b |\n|---|---|", "\\*not\\*", "a  \nb", "    code", "head\n===", ":smile:",
        "[ ] box", "^sup^", "&amp;", "&lt;b&gt;", "&#x202e;", "<br>",
        "{{DATE(2026-11-20T16:12:00Z)}}",
        "{{TIME(2026-11-20T16:12:00Z)}}", "${title}", "{{{x}}}",
    ),
    "formula": (
        "=HYPERLINK(\"https://evil.example\")", "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1",
        "\r=1+1", "\n=1+1", "\x00=1+1", "=cmd|' /C calc'!A0", "\uff1d1+1", '"=1+1', "'=1+1",
        ";=1+1",
    ),
    "html": (
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</p></article><b>",
        '" onclick="alert(1)', "' onfocus='alert(1)", "<!--", "-->", "]]>", "<svg/onload=alert(1)>",
        "</script>", "<style>*{display:none}</style>", "{{ 7 * 7 }}", "{% raw %}", "<a href='//e'>",
        "<iframe srcdoc='x'>", "<base href='//e'>", "&Tab;", "\u2028<b>",
    ),
    "unseen": (
        "\u202e", "\u202d", "\u2066", "\u2069", "\u200f", "\u200b", "\u200d", "\u200c", "\ufeff",
        "\u00ad", "\u2060", "\u061c", "\u180e", "\u3164", "\U000e0041", "\U000e0001", "\u2028",
        "\U0001f3f4\U000e0078\U000e0079\U000e007f", "\u115f", "\ufff9",
        "\U0001bca0", "\u200b" * 120,
        "\u0622\u200d\u200d\u200d\u0622", "\u202e" * 50,
    ),
    "terminal": (
        "\x1b[2J", "\x1b]8;;https://evil.example\x07x\x1b]8;;\x07", "\x1b]0;title\x07", "\x9b31m",
        "\x07", "\x08\x08\x08", "\r", "\x0b", "\x0c", "\x7f", "\x00", "\x85",
        "\r\n[1] Take. Reply: take",
        "\n[1] I have got this. Reply: take 7KQ2X",
    ),
    "mail": ("\r\nBcc: a@evil.example", "\n.\n", "\r\n\r\n<html>", "=?utf-8?q?x?=", "\nSubject: x"),
    "emoji": (
        "\U0001f469\U0001f3fd\u200d\U0001f9bd",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467", "1\ufe0f\u20e3", "e\u0301",
        "Z\u0351\u036b\u0343\u036a" * 20,
        "\u05e9\u05dc\u05d5\u05dd", "\u0645\u0631\u062d\u0628\u0627", "\u0939\u093f\u0928\u094d",
        "\ufdfa",
        "\U0001f1ec\U0001f1e7",
    ),
    "plain": (
        "He told me", "Ms Khan", "16:12", "6.2.4", "01234 567890", " ", "\n", "\n\n", "a", "Year 4",
        "don't", "£5", "50%", "7KQ2X", "x" * 80,
    ),
}  # fmt: skip
"""What a part of the words may be, by what would obey it."""

LONGEST = 4_000


def hostile(dice: Random) -> str:
    """One to five parts beside, inside or many times after each other."""
    words = ""
    for _ in range(dice.choice((1, 1, 2, 3, 5))):
        atom = dice.choice(ATOMS[dice.choice(list(ATOMS))])
        match dice.randrange(12):
            case 0:
                atom = atom * dice.choice((2, 7, 30))
            case 1:
                inside = dice.choice(ATOMS[dice.choice(list(ATOMS))])
                at = dice.randrange(len(atom) + 1)
                atom = atom[:at] + inside + atom[at:]
            case 2:
                atom = f"*{atom}*"
            case 3:
                atom = f"<{atom}>"
            case _:
                pass
        words += dice.choice(("", "", " ", "\n")) + atom
    if dice.random() < 0.001:
        words *= 1 + LONGEST // max(1, len(words))
    return words[:LONGEST]
