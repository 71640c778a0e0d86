"""Small records of the API: sessions, messages, the clock, files, look-ups."""

import re
from datetime import timedelta
from typing import Any

from marshmallow import ValidationError, fields

from app.domain.correlation import MOST_KEYS
from app.domain.records_waiting import OUTCOMES
from app.schemas.records import At, Json, Record, Words
from app.schemas.texts import say
from app.schemas.values import Amount, Anything, Identifier, Moment, Spoken, Text

_DURATION = re.compile(
    r"P(?:(?P<weeks>[0-9]{1,4})W)?(?:(?P<days>[0-9]{1,5})D)?"
    r"(?:T(?:(?P<hours>[0-9]{1,6})H)?(?:(?P<minutes>[0-9]{1,7})M)?(?:(?P<seconds>[0-9]{1,9})S)?)?"
)
#: ten years
_LONGEST = 10 * 366 * 86400


class SignInRecord(Record):
    """A name and a password."""

    username = Text(least=1, most=100, required=True)
    password = Text(least=1, most=200, required=True, strip=False)
    code = Text(most=60, load_default="")


class SessionRecord(Record):
    """A token for the header `Authorization: Bearer`."""

    token = Words()
    expires_at = At()
    actor = Json()


class Plain(Spoken):
    """A text of bounded length, a number, or true or false."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if isinstance(value, str):
            return Text(most=200).deserialize(value)
        if isinstance(value, bool):
            return value
        return Amount().deserialize(value)


class Correlation(fields.Dict):
    """What a message carries for its waiters: a few plain values."""

    def _validate(self, value: Any) -> None:
        super()._validate(value)
        if len(value) > MOST_KEYS:
            raise ValidationError(say("too_many", n=MOST_KEYS))


class MessageRecord(Record):
    """Something that happened outside and that a case may wait for, or begin with."""

    name = Text(least=1, most=100, required=True)
    correlation = Correlation(
        keys=Text(most=100), values=Plain(), load_default=dict,
        metadata={"description": "event_no or case_id of one case, or values that a waiter asks for"},
    )
    payload = fields.Dict(keys=Text(most=100), values=Anything(allow_none=True), load_default=dict)
    id = Text(least=1, most=200, required=True)
    ttl = Text(
        least=1, most=40, allow_none=True, load_default=None,
        metadata={"description": "how long it is kept where nobody waits: PT2H, 3 wd; PT0S not at all"},
    )
    role = Text(most=100, load_default="", metadata={"description": "with unit, the seat in which the sender acts"})
    unit = Text(most=100, load_default="")


class DeliveredRecord(Record):
    """What became of a message."""

    outcome = Words(metadata={"enum": list(OUTCOMES)})
    case_id = Words(allow_none=True)


class SignalRecord(Record):
    """Something that happened outside and that every case may listen to."""

    name = Text(least=1, most=100, required=True)
    payload = fields.Dict(keys=Text(most=100), values=Anything(allow_none=True), load_default=dict)
    id = Text(least=1, most=200, required=True)
    role = Text(most=100, load_default="", metadata={"description": "with unit, the seat in which the sender acts"})
    unit = Text(most=100, load_default="")


class SignalSentRecord(Record):
    """Whom a signal reached."""

    outcome = Words(metadata={"enum": ["sent", "duplicate"]})
    reached = fields.Integer(metadata={"description": "cases that took it"})
    started = fields.Integer(metadata={"description": "cases that began with it"})
    later = fields.Integer(metadata={"description": "cases that it reaches in the next moments"})


class Span(Spoken):
    """A length of time: an ISO 8601 duration of weeks to seconds, or a number of seconds."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> timedelta:
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _LONGEST:
            return timedelta(seconds=value)
        found = _DURATION.fullmatch(value) if isinstance(value, str) and len(value) < 40 else None
        numbers = {unit: float(number) for unit, number in (found.groupdict() if found else {}).items() if number}
        span = timedelta(**numbers) if numbers else None
        if span is None or span.total_seconds() > _LONGEST:
            raise self.wrong("duration")
        return span


class ClockRecord(Record):
    """Where the clock is to go: to a moment, or ahead by an ISO 8601 duration or a number of seconds."""

    to = Moment(aware=True, load_default=None, metadata={"format": "date-time"})
    advance = Span(load_default=None, metadata={"description": "PT48H, or seconds"})


class ClockMovedRecord(Record):
    """The new time, and how many timers fired on the way."""

    now = At()
    fired = fields.Integer()
    arrived = fields.Boolean(
        metadata={"description": "false: so many cases began on the way that the clock stopped at `now`; call again"}
    )


class AttachRecord(Record):
    """What is known about an uploaded file beside itself."""

    phase = Text(most=20, load_default="")
    lat = Amount(minimum=-90, maximum=90, textual=True, allow_none=True, load_default=None)
    lon = Amount(minimum=-180, maximum=180, textual=True, allow_none=True, load_default=None)
    taken_at = Moment(aware=True, allow_none=True, load_default=None, metadata={"format": "date-time"})
    task_id = Identifier(allow_none=True, load_default=None)
    case_id = Identifier(allow_none=True, load_default=None)


class AttachmentRecord(Record):
    """A file that was taken."""

    id = Words()
    name = Words()
    media_type = Words()
    size = fields.Integer()
    sha256 = Words()
    phase = Words()
    url = Words()


class UnitQuery(Record):
    """Which units to find."""

    q = Text(most=60, load_default="")
    kind = Text(most=30, load_default="")
    under = Text(most=60, load_default="")
    limit = Amount(decimals=0, minimum=1, maximum=200, textual=True, load_default=50)


class ItemQuery(Record):
    """Which items of the catalogue to find."""

    q = Text(most=60, load_default="")
    limit = Amount(decimals=0, minimum=1, maximum=500, textual=True, load_default=100)


class PlaceQuery(Record):
    """A point."""

    lat = Amount(minimum=-90, maximum=90, textual=True, required=True)
    lon = Amount(minimum=-180, maximum=180, textual=True, required=True)


class OptionsRecord(Record):
    """Values to choose from."""

    options = Json(metadata={"description": "value and label of each"})


class PlaceRecord(Record):
    """The smallest unit that a point lies in."""

    unit = Words()
    name = Words()
    name_en = Words()
    path = Json()


def storable(value: Any) -> bool:
    """Say whether what another system answered can be kept and shown."""
    try:
        Anything(depth=20, most=20_000).deserialize({"answer": value})
    except ValidationError:
        return False
    return True
