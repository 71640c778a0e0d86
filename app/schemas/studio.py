"""Definitions: processes, decision tables and forms, with their versions."""

from marshmallow import fields

from app.schemas.records import Json, Record, Words
from app.schemas.values import Code, Text

KINDS = ("process", "decision", "form")


class FindingRecord(Record):
    """Something that the server has against a definition."""

    severity = Words()
    element = Words()
    rule = Words()
    message = Words()
    message_en = Words()
    #: what the element is called in the diagram
    name = Words()
    file = Words()


class NoteRecord(FindingRecord):
    """What an import converted, left without effect (kept) or could not keep (lost)."""


class CheckRecord(Record):
    """A diagram as it is drawn at the moment."""

    xml = Text(most=3_000_000, required=True, strip=False)


class ProposalRecord(CheckRecord):
    """A diagram and what was changed in it."""

    message = Text(least=1, most=500, required=True)


class RevisionRecord(Record):
    """What was changed in a table."""

    message = Text(least=1, most=500, required=True)


class DraftRecord(CheckRecord):
    """A diagram that is not finished."""

    message = Text(most=500, load_default="")


class BeginRecord(Record):
    """A diagram that is to be drawn."""

    key = Text(least=1, most=80, required=True)
    name = Text(least=1, most=100, required=True)


class DecisionRecord(Record):
    """What another designer says to a proposal."""

    approve = Code(("yes", "no"), required=True)
    note = Text(most=500, load_default="")


class ProposedRecord(Record):
    """Versions that were proposed, and what was noticed about them."""

    proposed = fields.List(fields.Dict(), metadata={"description": "kind, key and number of each"})
    findings = fields.List(fields.Nested(FindingRecord))
    notes = fields.List(fields.Nested(NoteRecord))


class ImportedRecord(Record):
    """Drafts of other tools' diagrams, what would refuse each, and what became of what the tools wrote."""

    drafts = fields.List(fields.Dict(), metadata={"description": "kind, key and number of each"})
    findings = fields.List(fields.Nested(FindingRecord))
    notes = fields.List(fields.Nested(NoteRecord))


class ExplainedRecord(Record):
    """What would refuse a version today, and what became of another tool's extensions."""

    findings = fields.List(fields.Nested(FindingRecord))
    notes = fields.List(fields.Nested(NoteRecord))


class DefinitionsRecord(Record):
    """Every process, table and form."""

    definitions = Json()
