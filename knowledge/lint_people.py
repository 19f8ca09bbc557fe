"""Find people and telephone numbers written into a policy."""

import re
from collections.abc import Iterator

from knowledge.finding import Finding
from knowledge.policy import Policy

_ROLE = (
    r"(?:(?:Deputy\s+)?(?:Designated\s+Safeguarding\s+Lead|DSL)|Safeguarding\s+(?:Lead|Governor)"
    r"|(?:Named\s+|Link\s+)?Governor(?:\s+with\s+Lead\s+Responsibility)?|Chair(?:\s+of\s+\w+)?"
    r"|(?:Vice\s+|Assistant\s+)?Principal|Head\s?teacher|Head\s+of\s+\w+|SENCO|LADO"
    r"|Data\s+Protection\s+Officer|(?:Policy\s+)?(?:Author|Owner|Lead)|Review\s+Body|Contact)"
)
_NAME = r"[A-Z][a-z'\u2019-]+(?:\s+[A-Z]\.?)?\s+(?:Mc|O'|[A-Z])[A-Za-z'\u2019-]*[a-z]"
_NAMED = re.compile(rf"({_ROLE})\s*(?:\([^)]*\)\s*)?(?:[:=\u2013-]|is\b)\s*({_NAME})")
_ADDRESSED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr)\.?\s+(?:[A-Z]\.?\s+)?[A-Z][a-z]+")
_NOT_A_NAME = re.compile(
    r"\b(?:Learning|Inclusion|Team|Govern\w+|Body|Board|Committee|School|Academy|Trust|Vice|Deputy"
    r"|Assistant|Principal|Head|Senior|Leadership|Safeguarding|Full|Education|Services?|The|Staff"
    r"|Child|Protection|Annual|Online|Safety)\b"
)
_CONTACT = re.compile(
    r"\b0\d{2,4}[\s-]?\d{3}[\s-]?\d{3,4}\b|\b[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}\b"
)


def people(policy: Policy) -> Iterator[Finding]:
    """Yield each clause that names a person, or gives a number or an address to reach one.

    They age faster than a policy. A finding names the role, never the person.
    """
    for clause in policy.clauses:
        roles = [
            " ".join(role.split())
            for role, name in _NAMED.findall(clause.text)
            if not _NOT_A_NAME.search(name)
        ]
        for role in roles:
            yield Finding(
                "person",
                clause.id,
                f"{clause.id} names a person as {role}. Name the role here, and keep the person"
                " in the settings, where a change takes a minute.",
            )
        if not roles and _ADDRESSED.search(clause.text):
            yield Finding(
                "person", clause.id, f"{clause.id} names a person. Name the role instead."
            )
        if _CONTACT.search(clause.text):
            yield Finding(
                "contact",
                clause.id,
                f"{clause.id} gives a telephone number or an address. Check that it still"
                " answers, and keep it in the settings with the date of the check.",
            )
