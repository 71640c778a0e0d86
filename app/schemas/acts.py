"""Acts of officers beside finishing a task, as the interface writes and reads them."""

from marshmallow import fields

from app.schemas.records import At, Json, Record, Words
from app.schemas.steering import ReasonRecord
from app.schemas.values import Identifier, Moment, Text, Truth


class OffersRecord(Record):
    """Every act that a task has, open or not, who signs it with whom, and the steps before it."""

    offers = Json(metadata={"description": "[{key, open, why, until}]; `why` is a code, empty for an open act"})
    joint = Json(metadata={
        "description": "who decides together: {kind, needs, sequential, total, done, of_people, signers: [{key, item,"
        " name, state, at, removable}]}, or null for work of one person",
    })  # fmt: skip
    steps = Json(metadata={"description": "the latest first: [{seq, at, name, name_en, actor_name, answers}]"})
    related = Json(metadata={"description": "events like this one nearby"})


class ForeseenRecord(Record):
    """Where a task would lead with these answers."""

    opened = Json(metadata={"description": "[{name, name_en, role, unit, unit_name}]"})
    closed = fields.Boolean(metadata={"description": "the case would be over"})


class UrgeRecord(Record):
    """Why somebody waits."""

    reason = Text(least=1, most=2000, required=True)


class MaybeReasonRecord(Record):
    """Why something is given back or taken back, if one wants to say so."""

    reason = Text(most=2000, load_default="")


class UrgedRecord(Record):
    """When the same task may be urged again by the same person."""

    until = At()


class UnsignRecord(ReasonRecord):
    """Who is taken out of a joint decision, and why."""

    key = Text(
        least=1, most=400, required=True,
        metadata={"description": "`key` of the signer in the task's offers", "minLength": 1, "maxLength": 400},
    )  # fmt: skip


class RecipientsRecord(Record):
    """To whom a case may be shown."""

    recipients = Json(metadata={"description": "[{to, name, role, unit}]; `to` as a copy takes it"})


class SubstituteQuery(Record):
    """About whom is asked."""

    person = Identifier(load_default=None)


class NameSubstituteRecord(Record):
    """Who stands in for whom, from when until when, how far and why."""

    substitute = Text(least=1, most=150, required=True, metadata={
        "description": "id or user name", "minLength": 1, "maxLength": 150,
    })  # fmt: skip
    person = Text(most=150, load_default="", metadata={
        "description": "for whom, by id or user name; empty for oneself", "maxLength": 150,
    })  # fmt: skip
    from_at = Moment(aware=True, required=True, data_key="from")
    until_at = Moment(aware=True, required=True, data_key="until")
    role = Text(most=60, load_default="")
    process = Text(most=200, load_default="")
    reason = Text(least=1, most=500, required=True)


class NamedRecord(Record):
    """Under which id something can be asked for again."""

    id = Words()


class SubstitutesRecord(Record):
    """Who stands in for a person, and for whom he does, the latest first."""

    substitutes = Json()
    waiting = Json(metadata={"description": "of those whom one leads: for sensitive posts, not approved"})


class LeftBehindRecord(Record):
    """What is on somebody's desk, and what he is."""

    tasks = Json(metadata={"description": "[{id, event_no, name, candidates}]"})
    seats = Json(metadata={"description": "[{seat: role@unit, others: [{username, name}]}]"})
    duties = fields.Integer()
    substitutes = Json()


class LeaveRecord(Record):
    """To whom roles and tasks go when somebody leaves, and why."""

    successors = fields.Dict(keys=Text(most=130), values=Text(most=150), load_default=dict, metadata={
        "description": "{role@unit: user name}; a seat without one is given to nobody",
    })  # fmt: skip
    reason = Text(least=1, most=2000, required=True)
    close = Truth(load_default=True, metadata={"description": "close the account at the end, if nothing stayed"})


class HandedOverRecord(Record):
    """What became of each thing."""

    results = Json(metadata={"description": "[{what, name, to, done, problem}]"})


class DoneRecord(Record):
    """That it was done."""

    done = fields.Boolean()
