"""Tasks and what is done with them."""

from marshmallow import fields

from app.domain.records import BOXES
from app.schemas.form_fields import Several
from app.schemas.records import At, Flag, Json, Paged, Record, Words, light_field
from app.schemas.values import Amount, Anything, Code, Identifier, Text

#: keys that a list is sorted by, up to three of them with commas between
SORTS = ("due", "created", "finished", "urgency", "number", "name", "summary", "process", "item", "unit")
_KEY = f"-?({'|'.join(SORTS)})"


class InboxQuery(Paged):
    """Which tasks to list."""

    box = Code(BOXES, load_default="todo")
    role = Text(most=60, load_default=None)
    light = light_field()
    q = Text(most=100, load_default=None)
    where = Text(most=1000, load_default=None, metadata={
        "description": "conditions on fields of the event, for example item_code=C14-05;level>=3;address_text~河东;"
        " operators = != ~ >= <=", "maxLength": 1000,
    })
    sort = Text(most=60, load_default=None, metadata={
        "description": "up to three different keys with commas between; - before one that goes down",
        "pattern": f"^{_KEY}(,{_KEY}){{0,2}}$",
    })


class TasksQuery(InboxQuery):
    """Which tasks to list for a program."""

    counts = Flag(load_default=False, metadata={"description": "also count the tasks in each box"})


class TaskRecord(Record):
    """A task as an inbox shows it."""

    id = Words()
    name = Words()
    name_en = Words()
    node = Words()
    process = Words()
    case_id = Words()
    event_no = Words()
    summary = Words()
    role = Words()
    unit = Words()
    holder = Words()
    holder_name = Words()
    owner = Words(metadata={"description": "who delegated it to the holder and will finish it, or empty"})
    owner_name = Words()
    for_name = Words(metadata={"description": "in whose place one works on it, or empty"})
    finished_name = Words(metadata={"description": "who finished it, and in whose place; empty for what is not done"})
    form = Words()
    form_version = fields.Integer()
    state = Words()
    phase = Words()
    urgency = Words()
    paused = fields.Boolean()
    suspended = fields.Boolean(metadata={"description": "its case stands still; it cannot be completed"})
    created_at = At()
    due_at = At()
    light = Words()
    revision = fields.Integer()
    candidates = Json()
    opened_at = At()
    channel = Words()
    item_name = Words()
    starter = Words(metadata={"description": "officer who began the case, or empty"})
    left = Json(metadata={"description": "what is left of its limit: {late, working, days, hours, minutes}"})
    used = fields.Integer(metadata={"description": "percent of its limit that are used"})


class InboxRecord(Record):
    """One page of an inbox."""

    tasks = fields.List(fields.Nested(TaskRecord))
    next = Words(allow_none=True)
    counts = fields.Dict(metadata={
        "description": "tasks in each box; numbers stop at 1000; empty where `counts` was not asked for"
    })
    more = Json(metadata={"description": "boxes that hold more than their number says"})


class CompleteRecord(Record):
    """The answers to a task's form."""

    answers = fields.Dict(keys=Text(most=100), values=Anything(allow_none=True), required=True)
    revision = Amount(decimals=0, minimum=0, maximum=2**31 - 1, allow_none=True, load_default=None)
    form_version = Amount(decimals=0, minimum=0, maximum=2**31 - 1, allow_none=True, load_default=None)


class DraftRecord(CompleteRecord):
    """Answers that are not sent yet."""

    known = Text(most=40, allow_none=True, load_default=None, metadata={
        "description": "`saved_at` of the draft that one has seen, empty for none; 409 draft-overtaken if another was"
        " saved since; null or absent: overwrite", "maxLength": 40,
    })


class HandRecord(Record):
    """To whom a task is handed, and why."""

    to = Text(
        least=1, most=100, required=True,
        metadata={"description": "id or user name of the person", "minLength": 1, "maxLength": 100},
    )  # fmt: skip
    reason = Text(least=1, most=2000, required=True)
    revision = Amount(decimals=0, minimum=0, maximum=2**31 - 1, allow_none=True, load_default=None)


class BulkRecord(Record):
    """What is done with which tasks."""

    act = Code(("claim", "release", "transfer", "complete"), required=True)
    tasks = Several(Identifier(), least=1, most=50, required=True, metadata={
        "items": {"type": "string", "format": "uuid"}, "minItems": 1, "maxItems": 50, "uniqueItems": True,
    })
    to = Text(most=100, load_default="")
    reason = Text(most=2000, load_default="")
    answers = fields.Dict(keys=Text(most=100), values=Anything(allow_none=True), load_default=dict)


class BulkDoneRecord(Record):
    """What became of each task, in the order in which they were named."""

    results = Json(metadata={"description": "[{id, ok, problem: {type, title, errors} or null}]"})


class WhyRecord(Record):
    """Why the date of a task is what it is."""

    limit = Json(metadata={"description": "null for a task without a limit"})


class OpinionRecord(Record):
    """What somebody to whom a task was delegated thinks."""

    opinion = Text(least=1, most=2000, required=True)


class TakerQuery(Record):
    """Whom to look for among those who may take a task."""

    q = Text(most=100, load_default="")


class TakersRecord(Record):
    """The people to whom a task may be handed."""

    people = Json()
    more = fields.Boolean(metadata={"description": "there are more; search"})


class SavedRecord(Record):
    """When a draft was kept."""

    saved_at = At()


class ActRecord(Record):
    """The answers to an act's form."""

    act = Text(most=200, required=True)
    answers = fields.Dict(keys=Text(most=100), values=Anything(allow_none=True), load_default=dict)
    task_id = Identifier(load_default=None, allow_none=True)


class CompletedRecord(Record):
    """Where the case went."""

    case_id = Words()
    event_no = Words()
    next_task_id = Words(allow_none=True)
    closed = fields.Boolean()
    location = Words()


class TaskViewRecord(Record):
    """A task with everything that is needed to do it."""

    task = fields.Nested(TaskRecord, attribute="row")
    form_schema = Json(attribute="form")
    values = Json()
    options = Json()
    draft = Json()
    held_by_me = fields.Boolean()
    can_claim = fields.Boolean()
    hand = Json(metadata={"description": "whether one may transfer, delegate, give back or recall it; what was said"})
    acts = Json()
    case = Json()
    attachments = Json()
