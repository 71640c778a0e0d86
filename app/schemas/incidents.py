"""Incidents as the interface writes and reads them."""

from marshmallow import fields

from app.domain.records_traffic import INCIDENT_KINDS
from app.schemas.records import At, Paged, Record, Words
from app.schemas.values import Code, Text


class IncidentQuery(Paged):
    """Which incidents to list."""

    kind = Code(INCIDENT_KINDS, load_default="")


class IncidentRecord(Record):
    """Something that a machine could not do."""

    id = Words()
    case_id = Words(allow_none=True)
    event_no = Words(allow_none=True)
    readable = fields.Boolean()
    kind = Words(metadata={"enum": list(INCIDENT_KINDS)})
    process = Words()
    node = Words()
    name = Words()
    name_en = Words()
    cause = Words(metadata={"description": "as it was recorded"})
    code = Words(metadata={"description": "of the cause; empty for one that has none"})
    cause_zh = Words()
    case_process = Words(metadata={"description": "process of the case; `process` is where it failed"})
    began_at = At(allow_none=True, metadata={"description": "when the case began"})
    began_name = Words(metadata={"description": "who began it, where the case is for this operator to read"})
    note = Words()
    attempts = fields.Integer()
    opened_at = At()
    failed_at = At()
    retried_at = At(allow_none=True)
    state = Words(metadata={"enum": ["open", "retrying", "resolved"]})


class IncidentPageRecord(Record):
    """One page of incidents."""

    incidents = fields.List(fields.Nested(IncidentRecord))
    next = Words(allow_none=True)


class IncidentNoteRecord(Record):
    """What somebody found out."""

    text = Text(least=1, most=2000, required=True)
