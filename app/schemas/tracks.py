"""What a phone sends of a track."""

from marshmallow import fields, validate

from app.schemas.records import Paged, Record
from app.schemas.values import Day, Identifier, Moment, Position, Text


class PointRecord(Record):
    """Where somebody was, and when."""

    at = Moment(required=True, aware=True)
    position = Position(required=True)


class TrackRecord(Record):
    """A piece of a track."""

    unit = Text(most=60, required=True)
    points = fields.List(fields.Nested(PointRecord), required=True, validate=validate.Length(min=1, max=100))


class LooksQuery(Paged):
    """Which looks at people to list."""

    q = Text(most=60, load_default="")


class TrackQuery(Record):
    """Which day's tracks, of whom, in which part of the city."""

    day = Day(load_default=None, allow_none=True)
    worker = Identifier(load_default=None, allow_none=True)
    unit = Text(most=60, load_default="")
