"""Settings: the school from ``lanyard.toml``, secrets from the environment, all faults at once."""

from __future__ import annotations

import base64
import binascii
import re
import tomllib
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot import route_settings
from bot.people import Centre, Directory, Holding, Identity, Number, Numbers, Person, Role
from bot.platforms import ADAPTERS, MAIL, TEXT
from bot.school_settings import (
    CentreSection,
    NumberSection,
    NumbersSection,
    PersonSection,
    SchoolSection,
    Strict,
    TermSection,
)
from bot.terms import Terms
from bot.watch_settings import WatchSection

SHORTEST_TOKEN = 24


class SettingsFault(ValueError):
    """The settings will not do; the message lists every fault in plain words."""


class SchoolFile(Strict):
    """The whole of ``lanyard.toml``."""

    school: SchoolSection
    terms: tuple[TermSection, ...] = ()
    centres: dict[str, CentreSection] = Field(min_length=1)
    numbers: NumbersSection
    people: tuple[PersonSection, ...] = ()
    mail: route_settings.MailSection | None = None
    text: route_settings.TextSection | None = None
    delivery: route_settings.DeliverySection = route_settings.DeliverySection()
    watch: WatchSection = WatchSection()

    @property
    def routes(self) -> tuple[str, ...]:
        """The ways outside the chat that are set up."""
        return (*((MAIL,) if self.mail else ()), *((TEXT,) if self.text else ()))

    @model_validator(mode="after")
    def known_platforms(self) -> SchoolFile:
        named = [*(p.accounts for p in self.people)]
        named += [rooms for c in self.centres.values() for rooms in (c.dsl_rooms, c.it_rooms)]
        if unknown := sorted({name for names in named for name in names} - set(ADAPTERS)):
            raise ValueError(f"no platform is called {', '.join(unknown)}")
        return self

    @model_validator(mode="after")
    def one_person_an_account(self) -> SchoolFile:
        accounts = [account for person in self.people for account in person.accounts.items()]
        if twice := sorted(
            {f"{p} {user}" for p, user in accounts if accounts.count((p, user)) > 1}
        ):
            raise ValueError(f"people: two people share the account {', '.join(twice)}")
        return self

    @model_validator(mode="after")
    def known_centres(self) -> SchoolFile:
        used = {person.centre for person in self.people}
        used |= {held.centre for p in self.people for held in p.roles if held.centre}
        if unknown := sorted(used - set(self.centres)):
            raise ValueError(f"people: no centre is called {', '.join(unknown)}")
        return self

    @model_validator(mode="after")
    def somebody_in_each_role(self) -> SchoolFile:
        """Without these four nobody may go live (KCSIE: a DSL, cover, and who hears of whom)."""
        held = {h.role for person in self.people for h in person.roles}
        needed = (Role.DSL, Role.DEPUTY, Role.PRINCIPAL, Role.CHAIR)
        if missing := [role.value for role in needed if role not in held]:
            raise ValueError(f"people: nobody holds the role {', '.join(missing)}")
        return self

    def directory(self) -> Directory:
        """The people, centres and numbers as the bot knows them."""
        numbers = self.numbers
        people = {p.id: _person(p) for p in self.people}
        return Directory(
            school=self.school.name,
            zone=ZoneInfo(self.school.time_zone),
            people=people,
            centres={
                key: Centre(key, c.name, c.dsl_rooms, c.it_rooms) for key, c in self.centres.items()
            },
            numbers=Numbers(
                _number(numbers.front_door),
                _number(numbers.officer),
                _number(numbers.on_call) if numbers.on_call else None,
                _number(numbers.whistleblowing) if numbers.whistleblowing else None,
            ),
            also_called={
                **{p.id: p.also_called for p in people.values()},
                **{account: p.also_called for p in people.values() for account in p.identities},
            },
        )

    def calendar(self) -> Terms:
        return Terms(
            ZoneInfo(self.school.time_zone),
            self.school.opens,
            self.school.closes,
            [(term.first, term.last) for term in self.terms],
        )


def _number(section: NumberSection) -> Number:
    return Number(section.name, section.number, section.verified_on)


def _person(section: PersonSection) -> Person:
    return Person(
        id=section.id,
        name=section.name,
        centre=section.centre,
        holdings=tuple(Holding(h.role, h.centre) for h in section.roles),
        identities=tuple(Identity(p, user) for p, user in section.accounts.items()),
        phone=section.phone,
        mail=section.mail,
        mobile=section.mobile,
        also_called=tuple(section.also_called),
    )


class Secrets(BaseSettings):
    """What comes from the environment only."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)

    database_url: str = ""
    lanyard_key: SecretStr | None = None
    lanyard_old_keys: SecretStr | None = None
    lanyard_audit_key: SecretStr | None = None
    slack_bot_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_team: str = ""
    teams_app_id: str = ""
    teams_app_secret: SecretStr | None = None
    teams_tenant: str = ""
    slack_stand_in: str = ""
    teams_stand_in: str = ""
    mail_user: str = ""
    mail_password: SecretStr | None = None
    notify_key: route_settings.NotifyKey | None = None
    metrics_token: SecretStr | None = None
    port: int = 8080

    @field_validator("lanyard_key", "lanyard_audit_key")
    @classmethod
    def thirty_two_bytes(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            key_bytes(value)
        return value

    @field_validator("lanyard_old_keys")
    @classmethod
    def each_thirty_two_bytes(cls, value: SecretStr | None) -> SecretStr | None:
        for key in _split(value):
            key_bytes(key)
        return value

    @field_validator("slack_stand_in", "teams_stand_in")
    @classmethod
    def on_this_machine(cls, value: str) -> str:
        """For rehearsals: whatever stands in for a platform gets its token, so only a port of
        this machine may."""
        if value and not re.fullmatch(r"http://127\.0\.0\.1:\d{1,5}", value):
            raise ValueError("only a port of this machine may stand in, as http://127.0.0.1:9000")
        return value

    @field_validator("metrics_token")
    @classmethod
    def not_to_be_guessed(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SHORTEST_TOKEN:
            raise ValueError(
                f"needs {SHORTEST_TOKEN} characters or more; make one with: python -m bot keys new"
            )
        return value

    @property
    def encryption_keys(self) -> tuple[bytes, ...]:
        """The key that locks, then the older ones that still open; empty when none is set."""
        if self.lanyard_key is None:
            return ()
        return tuple(key_bytes(key) for key in (self.lanyard_key, *_split(self.lanyard_old_keys)))

    @property
    def platforms(self) -> tuple[str, ...]:
        """The chat platforms that are configured."""
        slack = ("slack",) if self.slack_bot_token else ()
        teams = ("teams",) if self.teams_app_id else ()
        return slack + teams

    @property
    def rehearsals(self) -> tuple[str, ...]:
        """The platforms in use for which something on this machine stands in."""
        in_place = {"slack": self.slack_stand_in, "teams": self.teams_stand_in}
        return tuple(platform for platform in self.platforms if in_place[platform])

    @model_validator(mode="after")
    def whole_platforms(self) -> Secrets:
        faults = []
        if self.slack_bot_token and not self.slack_team:
            faults.append("SLACK_TEAM is missing: only one workspace is let in, and it is named")
        if self.slack_bot_token and not (self.slack_signing_secret or self.slack_app_token):
            faults.append("SLACK_SIGNING_SECRET (or SLACK_APP_TOKEN for Socket Mode) is missing")
        if (self.teams_app_secret or self.teams_tenant) and not self.teams_app_id:
            faults.append("TEAMS_APP_ID is missing: without it anybody could pose as Teams")
        if self.teams_app_id and not (self.teams_app_secret and self.teams_tenant):
            faults.append("TEAMS_APP_SECRET and TEAMS_TENANT must be set beside TEAMS_APP_ID")
        if bool(self.mail_user) != (self.mail_password is not None):
            faults.append("MAIL_USER and MAIL_PASSWORD must be set together")
        if faults:
            raise ValueError("; ".join(faults))
        return self


def _split(keys: SecretStr | None) -> tuple[SecretStr, ...]:
    words = keys.get_secret_value().replace(",", " ").split() if keys else ()
    return tuple(map(SecretStr, words))


def key_bytes(secret: SecretStr) -> bytes:
    """The 32 bytes of a key written in base64.

    Raises :class:`ValueError` saying how to make one.
    """
    try:
        key = base64.b64decode(secret.get_secret_value(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise ValueError("must be 32 random bytes in base64; make one with: python -m bot keys new")
    return key


def read_school(path: Path) -> SchoolFile:
    """``lanyard.toml``, checked as a whole; raises :class:`SettingsFault` with every fault."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsFault(f"There is no {path.name}. Make one with: python -m bot init") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise SettingsFault(f"{path.name} cannot be read: {fault}") from None
    try:
        return SchoolFile.model_validate(data)
    except ValidationError as fault:
        raise SettingsFault(_plain(path.name, fault)) from None


def read_secrets() -> Secrets:
    """The environment's settings; raises :class:`SettingsFault` with every fault."""
    try:
        return Secrets()
    except ValidationError as fault:
        raise SettingsFault(_plain("The environment", fault)) from None


def _plain(source: str, fault: ValidationError) -> str:
    lines = [
        f"  {'.'.join(str(part) for part in each['loc']) or 'whole'}: "
        + each["msg"].removeprefix("Value error, ")
        for each in fault.errors(include_input=False, include_url=False)
    ]
    return "\n".join([f"{source} needs mending:", *lines])
