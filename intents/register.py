"""The register of intents, in the order in which they are tried."""

from __future__ import annotations

from bot.intent import Intent
from intents.act_now import ActNow
from intents.additions import Additions
from intents.alarm import Alarm
from intents.asked_back import AskedBack
from intents.case import Case
from intents.child_help import ChildHelp
from intents.clauses import Clauses
from intents.digest import LastWeek
from intents.drill import Drill
from intents.filing_answers import Writing
from intents.go_round import GoRound
from intents.governors import LastTerm
from intents.handing import Handing
from intents.home import Home
from intents.own_report import OwnReport
from intents.part import WhoIsPart
from intents.pass_on import PassOn
from intents.pictures import Pictures
from intents.policy import PolicyDesk
from intents.question import FollowUp, Question
from intents.refusal import Refusal
from intents.remedies import Judging, Remedies
from intents.reporter import Reporter
from intents.rota import Rota
from intents.same_incident import SameIncident
from intents.smalltalk import Commands, Help, SmallTalk
from intents.who_is import WhoIs


def intents(desk: PolicyDesk) -> tuple[Intent, ...]:
    """Every intent. Presses find theirs by verb; words go to the first that hears them, so the
    order is: pictures, the answer to a question about one's report, an open form, what is called
    by name, a worry, and last the policy."""
    others = (
        Writing(desk),
        OwnReport(desk),
        Alarm(),
        Additions(),
        Case(),
        Handing(),
        ChildHelp(),
        SameIncident(),
        Rota(),
        Drill(),
        Reporter(),
        WhoIsPart(),
        Remedies(),
        Judging(),
        PassOn(desk),
        LastWeek(),
        LastTerm(),
        Home(),
        GoRound(desk),
        Clauses(desk),
        ActNow(desk),
        Help(),
        FollowUp(desk),
        Commands(desk),
        WhoIs(desk),
        SmallTalk(desk),
        Refusal(desk),
        Question(desk),
    )
    return (Pictures(), AskedBack(desk, others), *others)
