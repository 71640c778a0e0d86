"""Cases, their facts and the verdict on them."""

from marshmallow import fields

from app.schemas.form_fields import Several
from app.schemas.records import At, Flag, Json, Paged, Record, Words, light_field
from app.schemas.values import Amount, Anything, Text


class CaseQuery(Paged):
    """Which cases to list."""

    q = Text(most=100, load_default="")
    status = Text(most=40, load_default="")
    nature = Text(most=40, load_default="")
    item_code = Text(most=40, load_default="")
    unit = Text(most=60, load_default="")
    light = light_field()
    open = Flag(load_default=None)


class CasePageRecord(Record):
    """One page of cases."""

    cases = Json()
    next = Words(allow_none=True)


class CaseRecord(Record):
    """Where a case stands."""

    case = Json(attribute="summary")
    record = Json()
    milestones = Json()
    limits = Json()
    open_tasks = Json()
    positions = Json()
    timeline = Json()
    attachments = Json()
    acts = Json()
    reporter = Json()
    incidents = Json()
    origin = Json(metadata={"description": "the case that it comes from: {case_id, event_no, process, title, status}"})
    offspring = Json(metadata={"description": "the cases that came from it, as far as one may see them"})
    whistle = Json(metadata={"description": "the whistle that it is or was handled with"})
    linked = Json(metadata={"description": "the events that its whistle has taken along, as far as one may see them"})
    suspended = fields.Boolean()
    can_steer = fields.Boolean()
    withdrawable = Words(allow_none=True)


class HistoryQuery(Record):
    """Which part of a history to read."""

    after = Amount(decimals=0, minimum=0, maximum=2**31 - 1, textual=True, load_default=0)
    limit = Amount(decimals=0, minimum=1, maximum=1000, textual=True, load_default=200)


class FactRecord(Record):
    """One link of the chain; `body` is the exact text that the hash covers."""

    seq = fields.Integer()
    at = At()
    kind = Words()
    actor = Words()
    actor_name = Words()
    role = Words()
    unit = Words()
    process = Words()
    node = Words()
    nth = fields.Integer()
    body = Words()
    previous = Words()
    hash = Words()


class HistoryRecord(Record):
    """One page of a history; `next` is the number to ask for `after`."""

    facts = fields.List(fields.Nested(FactRecord))
    next = fields.Integer(allow_none=True)


class VerdictRecord(Record):
    """Whether the record holds: its chain, and its re-execution."""

    chain_ok = fields.Boolean()
    first_break = fields.Integer(allow_none=True)
    replay_ok = fields.Boolean(allow_none=True)
    first_divergence = Json()
    facts = fields.Integer()
    head = Words()


class CopyRecord(Record):
    """To whom a case is shown for their knowledge, and why."""

    to = Several(Text(least=1, most=200), most=20, required=True, metadata={
        "description": "person:<id or user name>, unit:<code>, seat:<role>@<code>",
        "items": {"type": "string"}, "maxItems": 20,
    })
    reason = Text(least=1, most=2000, required=True)


class CopiedRecord(Record):
    """Those to whom it had not been shown before."""

    told = Json()


class ReadRecord(Record):
    """How much was read that had not been read before."""

    read = fields.Integer()


class WatchedRecord(Record):
    """Whether somebody watches a case now."""

    watching = fields.Boolean()


class CommentRecord(Record):
    """A remark on a case."""

    text = Text(least=1, most=2000, required=True)


class CommentedRecord(Record):
    """The fact that a remark became."""

    seq = fields.Integer()


class StartRecord(Record):
    """What a new case begins with: the answers of its start form, or variables."""

    variables = fields.Dict(keys=Text(most=100), values=Anything(allow_none=True), load_default=dict)
    answers = fields.Dict(
        keys=Text(most=100), values=Anything(allow_none=True), load_default=None, allow_none=True,
        metadata={"description": "of the form of a process that people begin by hand"},
    )  # fmt: skip
    unit = Text(
        most=60, load_default=None, allow_none=True,
        metadata={"description": "with answers: in which of one's seats, where several open the door"},
    )  # fmt: skip
    form_version = Amount(decimals=0, minimum=0, maximum=2**31 - 1, allow_none=True, load_default=None)


class StartedRecord(Record):
    """The case that was started."""

    case_id = Words()
    event_no = Words(allow_none=True)
    next_task_id = Words(allow_none=True)


class StartableRecord(Record):
    """A process that waits for people to begin it."""

    process = Words()
    version = fields.Integer()
    pack = Words()
    name = Words()
    name_en = Words()
    about = Words()
    about_en = Words()
    form = Words()
    seats = Json(metadata={"description": "[{role, unit}] in which one may begin it"})


class StartablesRecord(Record):
    """Everything that one may begin by hand."""

    processes = fields.List(fields.Nested(StartableRecord))


class StartQuery(Record):
    """In which seat somebody begins."""

    unit = Text(most=60, load_default=None)
