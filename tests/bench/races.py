"""The same submission many times, and many for the same case: ``python -m tests.bench races``.

Every report is delivered one to five times, shuffled, to several applications at once on one
database, as when a platform sends again and a load balancer spreads it. Then everybody who may
presses "I have got this" on every report at the same moment.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from random import Random

from sqlalchemy import text

from bot.app import App, build
from bot.card import Reply, press
from bot.message import Inside, Message, Place
from bot.people import Identity
from bot.settings import Secrets
from tests.bench.databases import DATABASES
from tests.bench.tally import Tally, command, shown
from tests.troupe import KEYS, TUESDAY, school

COUNT = 10_000
PROCESSES, TRIES = 4, 50
"""Applications on one database; each has a thread of its own, as a process has."""
RACERS = ("khan", "okoro", "lindqvist")


def message(key: str, person: str, verb: str, *args: str) -> Message:
    return Message(
        key=key,
        identity=Identity("web", person),
        place=Place("web", f"dm:{person}"),
        name=person,
        press=press(verb, *args),
        inside=Inside(frozenset({"dsl-oak", "dsl-ash"})),
    )


def opened(url: str) -> App:
    return build(school(), Secrets(), platforms=("web",), url=url, keys=KEYS, now=lambda: TUESDAY)


def titles(reply: Reply) -> str:
    return " / ".join(card.title for card in reply.cards)


def hear(app: App, heard: Message) -> str:
    """The answer; a submission the database was too busy for is sent again, as Slack would."""
    for _ in range(TRIES):
        said = titles(app.bot.hear(heard))
        if "NOT S" not in said and "went wrong" not in said:
            break
    return said


def spread(
    apps: list[App], jobs: list[Message], done: Callable[[Message, str], None], total: int
) -> None:
    """Hand ``jobs`` to the applications, each in a thread of its own, and note every answer."""
    lock, waiting = threading.Lock(), iter(shown(jobs, total))

    def work(app: App) -> None:
        while True:
            with lock:
                job = next(waiting, None)
            if job is None:
                return
            said = hear(app, job)
            with lock:
                done(job, said)

    with ThreadPoolExecutor(len(apps)) as threads:
        for ended in [threads.submit(work, app) for app in apps]:
            ended.result()


def submissions(apps: list[App], tally: Tally, name: str, dice: Random, count: int) -> list[str]:
    """Deliver every report one to five times, each by a person of its own: one alarm is enough
    for one person. Returns the references that people were told."""
    jobs = [
        message(f"web/{number}", f"staff-{number}", "tell", "child", "-")
        for number in range(count)
        for _ in range(dice.randint(1, 5))
    ]
    dice.shuffle(jobs)
    told: dict[str, set[str]] = defaultdict(set)
    spread(apps, jobs, lambda job, said: told[job.key].add(said), len(jobs))
    tally.count(f"{name}: deliveries", len(jobs))
    refs = [said.split("Reference ")[-1][:5] for each in told.values() for said in each]
    tally.expect(len(told) == count, f"{name}: {len(told)} submissions were answered")
    for key, each in told.items():
        tally.expect(len(each) == 1, f"{name}: {key} was answered in {len(each)} ways: {each}")
    return refs


def kept(app: App, table: str) -> int:
    with app.store.database.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def races(apps: list[App], tally: Tally, name: str, dice: Random, refs: Iterable[str]) -> None:
    """Everybody has opened every report; now all take it at once."""
    refs = list(refs)
    with apps[0].store.work() as work:
        for ref in refs:
            for who in RACERS:
                work.audit.record(TUESDAY, who, "open", ref)
        work.commit()
    # The racers of one report stand beside each other, so that they meet.
    takes = [
        message(f"t/{ref}/{who}", who, "take", ref)
        for ref in refs
        for who in dice.sample(RACERS, len(RACERS))
    ]
    said_to: dict[str, dict[str, str]] = defaultdict(dict)

    def note(job: Message, said: str) -> None:
        assert job.press is not None
        said_to[job.press.args[0]][job.identity.user] = said

    spread(apps, takes, note, len(takes))
    names = {person.id: person.name for person in apps[0].bot.directory().people.values()}
    wins: Counter[str] = Counter()
    with apps[0].store.work() as work:
        for ref in refs:
            escalation = work.escalations.get(ref)
            owner = escalation.taken.by if escalation and escalation.taken else ""
            won = [who for who, said in said_to[ref].items() if said.startswith(f"You have {ref}")]
            lost = [said for who, said in said_to[ref].items() if who not in won]
            wins[owner] += 1
            tally.count(f"{name}: acknowledgement races")
            tally.expect(won == [owner], f"{name}: {ref} is {owner}'s, won by {won}")
            told = all(f"{names.get(owner, '?')} already has {ref}" in said for said in lost)
            tally.expect(told, f"{name}: {ref}: the losers were told {lost}")
    tally.expect(len(wins) > 1, f"{name}: one person won every race: {wins}")


def measure(count: int, seed: int, databases: Iterable[str] = tuple(DATABASES)) -> Tally:
    tally, dice = Tally(), Random(seed)
    for name in databases:
        with ExitStack() as stack:
            url = stack.enter_context(DATABASES[name]())
            apps = []
            for _ in range(PROCESSES):
                app = opened(url)
                stack.callback(app.close)
                with app.store.work():
                    apps.append(app)
            race(apps, tally, name, dice, count)
    return tally


def race(apps: list[App], tally: Tally, name: str, dice: Random, count: int) -> None:
    refs = submissions(apps, tally, name, dice, count)
    rows = kept(apps[0], "incidents")
    tally.count(f"{name}: reports", rows)
    tally.expect(rows == count, f"{name}: {rows} reports of {count} submissions")
    tally.expect(len(set(refs)) == count, f"{name}: {len(set(refs))} references were told")
    ladders = kept(apps[0], "escalations")
    tally.expect(ladders == count, f"{name}: {ladders} ladders of {count} reports")
    races(apps, tally, name, dice, sorted(set(refs)))


main = command(measure, COUNT)
