"""Changes to the course of a case, and migrations, as the interface writes and reads them."""

from uuid import UUID

from marshmallow import fields, post_load, validate

from app.schemas.records import Json, Record, Words
from app.schemas.values import Amount, Anything, Code, Identifier, Text, Truth

#: cases that one request may name
MOST_CASES = 100
PARTICIPANT_CHANGES = ("add", "remove", "order", "rule", "vote")
LIMIT_CHANGES = ("extend", "pause", "resume", "stop")
CHANGES = ("move", "skip", "cancel_branch", "cancel_case", "suspend", "resume", "restart", "participants", "limit")


def _key(*, required: bool) -> Text:
    if required:
        return Text(least=1, most=300, required=True)
    return Text(least=1, most=300, load_default="")


def _revision() -> Amount:
    return Amount(decimals=0, minimum=0, maximum=2**31 - 1, allow_none=True, load_default=None)


def _values() -> fields.Dict:
    return fields.Dict(keys=Text(most=100), values=Anything(allow_none=True), load_default=None, allow_none=True)


class ReasonRecord(Record):
    """Why a case or a task is changed, and the revision that the change was thought out for."""

    reason = Text(least=1, most=2000, required=True)
    revision = _revision()


class MoveRecord(ReasonRecord):
    """A token that is put on another element."""

    key = _key(required=True)
    target = _key(required=True)
    variables = _values()
    siblings = Truth(load_default=False, metadata={"description": "also cancel the other tokens around the target"})


class SkipRecord(ReasonRecord):
    """An element that is passed as if it had been done."""

    key = _key(required=True)
    variables = _values()


class CancellationRecord(ReasonRecord):
    """A branch that is cancelled, or without a key the whole case."""

    key = _key(required=False)


class RestartRecord(ReasonRecord):
    """A case that begins anew."""

    variables = _values()


class ParticipantsRecord(ReasonRecord):
    """Who takes part in a joint decision, in which order, and when it is enough."""

    key = _key(required=True)
    change = Code(PARTICIPANT_CHANGES, required=True)
    params = fields.Dict(
        keys=Text(most=100), values=Anything(allow_none=True), load_default=dict,
        metadata={"description": "add {item}, remove {}, order {items}, rule {condition}, vote {value, share}"},
    )  # fmt: skip


class LimitRecord(ReasonRecord):
    """A limit that is moved by hand."""

    change = Code(LIMIT_CHANGES, required=True)
    name = Text(least=1, most=100, required=True)
    amount = Text(most=60, load_default="")


class PreviewRecord(Record):
    """A change that is only to be looked at: its kind, and what the request of that kind takes."""

    kind = Code(CHANGES, required=True)
    key = _key(required=False)
    target = _key(required=False)
    variables = _values()
    siblings = Truth(load_default=False)
    change = Text(most=40, load_default="")
    params = fields.Dict(keys=Text(most=100), values=Anything(allow_none=True), load_default=dict)
    name = Text(most=100, load_default="")
    amount = Text(most=60, load_default="")
    reason = Text(most=2000, load_default="")
    revision = _revision()


class EffectRecord(Record):
    """What a change does, or would do."""

    opened = Json()
    ended = Json()
    moved = Json()
    dropped_timers = Json()
    set_timers = Json()
    thrown = Json()
    closes = fields.Boolean()
    suspended = fields.Boolean()
    before = Json()
    after = Json()
    revision = fields.Integer()


class PositionsRecord(Record):
    """Where a case stands and where it can go."""

    case_id = Words()
    event_no = Words()
    process = Words()
    revision = fields.Integer()
    suspended = fields.Boolean()
    closed = fields.Boolean()
    readable = fields.Boolean()
    tokens = Json()
    targets = Json()
    limits = Json()


class WithdrawRecord(Record):
    """Why one takes back what one has completed."""

    reason = Text(least=1, most=2000, required=True)
    revision = _revision()


class PlanRecord(Record):
    """From which version to which, and what one knows better."""

    process = Text(least=1, most=200, required=True)
    old = Amount(decimals=0, minimum=1, maximum=2**31 - 1, required=True)
    new = Amount(decimals=0, minimum=1, maximum=2**31 - 1, required=True)
    mapping = fields.Dict(keys=Text(most=200), values=Text(most=200), load_default=None, allow_none=True,
                          metadata={"description": "{old element: new element}"})  # fmt: skip


class PlannedRecord(Record):
    """What a migration does to the elements of a process."""

    process = Words()
    old = fields.Integer()
    new = fields.Integer()
    elements = Json()
    mapping = Json()
    lost = Json()
    blocking = Json()
    cases = fields.Integer()
    more = fields.Boolean()


class MigrationRecord(PlanRecord):
    """Cases that are taken over: those named, or page by page all that run the old version."""

    reason = Text(least=1, most=2000, required=True)
    dry_run = Truth(load_default=False)
    cases = fields.List(Identifier(), load_default=None, allow_none=True, validate=validate.Length(max=MOST_CASES))
    after = Text(most=500, load_default=None, allow_none=True)
    limit = Amount(decimals=0, minimum=1, maximum=MOST_CASES, load_default=MOST_CASES)

    @post_load
    def _identify(self, loaded: dict[str, object], **_: object) -> dict[str, object]:
        cases = loaded["cases"]
        return loaded | {"cases": [UUID(one) for one in cases] if isinstance(cases, list) else None}


class MigratedRecord(Record):
    """What became of each case."""

    results = Json()
    next = Words(allow_none=True)
    dry_run = fields.Boolean()
