"""Messages that nobody waits for, as the interface writes and reads them."""

from marshmallow import fields

from app.schemas.records import At, Json, Record, Words
from app.schemas.values import Text


class KeptMessageRecord(Record):
    """A message that is kept until somebody waits for it."""

    sender = Words()
    id = Words()
    name = Words()
    title = Words(metadata={"description": "of an element that waits for it; empty where none does"})
    title_en = Words()
    sender_name = Words(metadata={"description": "of the account; empty where a case sent it"})
    sender_no = Words(metadata={"description": "number of the case that sent it"})
    case_no = Words(metadata={"description": "number of the case that it names"})
    hidden = fields.Boolean(metadata={"description": "it names a case that is not for you"})
    asked_no = Words(metadata={"description": "the number that it names and that no case has"})
    correlation = Json(metadata={"description": "what a waiter may ask for"})
    received_at = At()
    expires_at = At(allow_none=True)


class KeptPageRecord(Record):
    """One page of kept messages."""

    messages = fields.List(fields.Nested(KeptMessageRecord))
    next = Words(allow_none=True)


class _OneMessage(Record):
    """Which message."""

    sender = Text(least=1, most=100, required=True, strip=False)
    id = Text(least=1, most=400, required=True, strip=False)


class AssignedRecord(_OneMessage):
    """Which case a message is for."""

    number = Text(least=1, most=100, required=True, metadata={"description": "of the event, or the id of a case"})


class DroppedRecord(_OneMessage):
    """Why a message is given up."""

    reason = Text(least=1, most=500, required=True)


class SortedRecord(Record):
    """What became of a message that was given to a case."""

    outcome = Words(metadata={"enum": ["delivered", "buffered", "unmatched", "failed"]})
