"""Reports from any channel, and what the reporter sees of them afterwards."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from app.schemas.form_fields import Several
from app.schemas.records import Record, Words
from app.schemas.texts import say
from app.schemas.values import Amount, Code, Identifier, Moment, Text, Truth

NATURES = ("consult", "help", "complaint", "report", "suggestion", "patrol", "device", "model")
CHANNELS = (
    "GRID", "FACE", "CONTACT", "WECHAT", "HOTLINE_12345", "MINSHENG_E", "PINGAN_APP", "NET_POLITICS", "VILLAGE_E",
    "CITY_APP", "POLICE_110", "DEPT", "LEADER", "INSPECTION", "MODEL", "IOT", "OPEN311", "TALK", "PETITION", "WEB",
)  # fmt: skip
DANGERS = ("fire", "gas", "collapse", "flood", "electric", "traffic", "violence", "crowd", "medical", "other")


class ReporterRecord(Record):
    """Who reports, as far as he says so."""

    name = Text(most=50, load_default="")
    phone = Text(most=20, check="phone", load_default="")
    anonymous = Truth(load_default=False)
    confidential = Truth(load_default=False)
    wants_callback = Truth(load_default=False)


class ReportRecord(Record):
    """One report: what, where, when, and by whom."""

    channel = Code(CHANNELS, load_default="WEB")
    source_system = Text(most=60, load_default="", metadata={
        "maxLength": 60, "description": "with channel and source_id: the same report twice is one report"})
    source_id = Text(most=120, load_default="")
    nature = Code(NATURES, required=True)
    title = Text(most=120, load_default="")
    content = Text(least=6, most=4000, required=True)
    happened_at = Moment(aware=True, allow_none=True, load_default=None, metadata={"format": "date-time"})
    grid = Text(most=60, load_default="", metadata={"maxLength": 60, "description": "a unit code"})
    lat = Amount(minimum=-90, maximum=90, allow_none=True, load_default=None)
    lon = Amount(minimum=-180, maximum=180, allow_none=True, load_default=None)
    address = Text(most=300, load_default="")
    item_hint = Text(most=40, load_default="", metadata={"maxLength": 40, "description": "code of an item"})
    photos = Several(Identifier(), most=9, load_default=list)
    after_photos = Several(Identifier(), most=9, load_default=list)
    voices = Several(Identifier(), most=3, load_default=list)
    danger_flags = Several(Code(DANGERS), load_default=list)
    self_handled = Truth(load_default=False)
    reporter = fields.Nested(ReporterRecord, load_default=lambda: ReporterRecord().load({}))

    @validates_schema
    def _hang_together(self, report: Mapping[str, Any], **_: Any) -> None:
        if (report.get("lat") is None) != (report.get("lon") is None):
            missing = "lat" if report.get("lat") is None else "lon"
            raise ValidationError({missing: [say("pair")]})
        if report.get("source_id") and not report.get("source_system"):
            raise ValidationError({"source_system": [say("required")]})


class SubmittedRecord(Record):
    """The number under which a report runs."""

    event_no = Words(required=True)
    case_id = Words(required=True)
    tracking_code = Words(metadata={"description": "shown once; empty when the report was already known"})
    created = fields.Boolean()


class SuggestQuery(Record):
    """A text to find affairs for."""

    q = Text(most=200, load_default="")
    limit = Amount(decimals=0, minimum=1, maximum=20, textual=True, load_default=5)


class SuggestionRecord(Record):
    """An affair that a text may be about."""

    item_code = Words()
    affair_code = Words()
    name = Words()
    name_en = Words()
    score = fields.Float()


class SuggestionsRecord(Record):
    """Affairs that a text may be about, the likeliest first."""

    suggestions = fields.List(fields.Nested(SuggestionRecord))


class RateRecord(Record):
    """What the reporter thinks of the result."""

    solved = Code(("yes", "partly", "no"), required=True)
    satisfaction = Code(("satisfied", "basically_satisfied", "unsatisfied"), required=True)
    note = Text(most=500, load_default="")


class SupplementRecord(Record):
    """What the reporter adds."""

    text = Text(least=2, most=2000, required=True)
    photos = Several(Identifier(), most=9, load_default=list)


class WithdrawRecord(Record):
    """Why the reporter takes his report back."""

    reason = Text(most=500, load_default="")


class ObjectRecord(Record):
    """Why the reporter objects to the refusal of his report."""

    objection = Text(least=6, most=2000, required=True)
    photos = Several(Identifier(), most=9, load_default=list)
