"""How people are told outside the product what happens: which kinds, which ways, and when they want quiet.

In the product everything is shown to whom it concerns; here is what goes further. Urgent matters pass through quiet
hours.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from app.domain.calendar import WorkingCalendar
from app.domain.errors import Invalid

#: what happens: a task for one of one's seats, a notice, news of one's own report, a task of urgency U1
KINDS = ("task", "notice", "report", "urgent")
#: by mail; by the message gateway (text messages, a messenger)
WAYS = ("mail", "gateway")
#: our proposal, for who has chosen nothing
PROPOSED: Mapping[str, tuple[str, ...]] = {
    "task": (), "notice": ("mail",), "report": ("mail", "gateway"), "urgent": ("mail", "gateway"),
}  # fmt: skip
QUIET_FROM, QUIET_TO = "22:00", "07:00"
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
#: as far as a mail server will take it; whether somebody reads there is for the person to know
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}")
_PHONE = re.compile(r"\+?[0-9][0-9 -]{4,18}[0-9]")


@dataclass(frozen=True)
class Preferences:
    """How one person wants to be told."""

    #: ways of each kind
    choices: Mapping[str, Sequence[str]] = field(default_factory=lambda: dict(PROPOSED))
    #: hours of the city's clock, `22:00`; both empty for no quiet
    quiet_from: str = QUIET_FROM
    quiet_to: str = QUIET_TO

    def ways(self, kind: str) -> tuple[str, ...]:
        """Say on which ways something of a kind goes to this person."""
        return tuple(way for way in WAYS if way in self.choices.get(kind, PROPOSED[kind]))

    def send_at(self, at: datetime, calendar: WorkingCalendar, *, urgent: bool) -> datetime:
        """Say when something that happens now may reach this person: at once, or when his quiet hours end."""
        if urgent or not self.quiet_from or not self.quiet_to or self.quiet_from == self.quiet_to:
            return at
        here = calendar.local(at)
        begins, ends = time.fromisoformat(self.quiet_from), time.fromisoformat(self.quiet_to)
        now = here.time()
        if begins < ends:
            quiet, over = begins <= now < ends, here.date()
        else:
            quiet = now >= begins or now < ends
            over = here.date() + timedelta(days=1) if now >= begins else here.date()
        return datetime.combine(over, ends, tzinfo=here.tzinfo) if quiet else at


@dataclass(frozen=True)
class Recipient:
    """Somebody who may be told outside."""

    person_id: UUID
    name: str
    locale: str
    phone: str
    mail: str
    preferences: Preferences

    def address(self, way: str) -> str:
        """Give the address of a way; empty for none."""
        return self.mail if way == "mail" else self.phone


def read_preferences(sent: Mapping[str, Any]) -> Preferences:
    """Read what a person has chosen.

    Args:
        sent: {"choices": {kind: [way]}, "quiet_from", "quiet_to"}.

    Raises:
        Invalid: an unknown kind or way, or hours that are none.
    """
    wrong: dict[str, list[str]] = {}
    choices = sent.get("choices") or {}
    for kind, ways in choices.items():
        if kind not in KINDS or not set(ways) <= set(WAYS):
            wrong[f"choices.{kind}"] = [f"{', '.join(KINDS)}: {', '.join(WAYS)}"]
    hours = {name: str(sent.get(name) or "") for name in ("quiet_from", "quiet_to")}
    for name, text in hours.items():
        if text and not _CLOCK.fullmatch(text):
            wrong[name] = ["HH:MM"]
    if bool(hours["quiet_from"]) != bool(hours["quiet_to"]):
        wrong["quiet_to"] = ["HH:MM"]
    if wrong:
        raise Invalid(errors=wrong)
    return Preferences({kind: tuple(choices.get(kind, ())) for kind in KINDS}, **hours)


def read_addresses(mail: str, phone: str) -> tuple[str, str]:
    """Read a person's addresses, without spaces around them.

    Raises:
        Invalid: one is no address.
    """
    mail, phone = mail.strip(), phone.strip()
    wrong = {}
    if mail and (len(mail) > 200 or not _MAIL.fullmatch(mail)):
        wrong["mail"] = ["name@example.cn"]
    if phone and not _PHONE.fullmatch(phone):
        wrong["phone"] = ["138 0000 0000"]
    if wrong:
        raise Invalid(errors=wrong)
    return mail, phone
