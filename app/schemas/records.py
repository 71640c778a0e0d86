"""What the API's records have in common: strict when read, plain when written."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, missing

from app.domain.errors import Invalid
from app.schemas.forms import flat_messages
from app.schemas.texts import say
from app.schemas.values import CITY_ZONE, Amount, Code, Text, Truth, is_clean

LIGHTS = ("green", "yellow", "red", "grey", "black")
PAGE, LARGEST_PAGE = 50, 200


class _Messages(dict[str, str]):
    """The schema's own messages, in the language of the request."""

    def __missing__(self, key: str) -> str:
        return say("unknown" if key == "unknown" else "object")


class Record(Schema):
    """A record of the API; a field that it does not know is refused."""

    class Meta:
        unknown = RAISE

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.error_messages = _Messages()
        #: what is written: its key, where it is found, and how
        self._written = [(field.data_key or name, field.attribute or name, field)
                         for name, field in self.dump_fields.items()]  # fmt: skip

    def dump(self, obj: Any, *, many: bool | None = None) -> Any:
        """Write an object, or many, as JSON-safe values.

        It does what the library does, without asking every field of every row for what is the same in all rows.
        """
        several = self.many if many is None else many
        return [self._write(one) for one in obj] if several else self._write(obj)

    def _write(self, obj: Any) -> dict[str, Any]:
        find = obj.get if isinstance(obj, Mapping) else partial(getattr, obj)
        found = ((key, name, field, find(name, missing)) for key, name, field in self._written)
        # `_serialize` is the part of a field that is meant to be overridden
        return {key: field._serialize(value, name, obj) for key, name, field, value in found if value is not missing}


class At(fields.Field[Any]):
    """A moment, written in RFC 3339 with the city's offset."""

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        return value.astimezone(CITY_ZONE).isoformat() if isinstance(value, datetime) else None


class Words(fields.Field[Any]):
    """Text on its way out; anything that is not text is written as text, nothing stays nothing."""

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        if isinstance(value, bytes):
            return value.hex()
        return None if value is None else str(value)


class Json(fields.Field[Any]):
    """Any JSON value on its way out."""

    def _serialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return None if value is missing else plain(value)


def plain(value: Any) -> Any:
    """Write any of our values as JSON-safe ones: dataclasses and moments, ids and tuples."""
    if isinstance(value, datetime):
        return value.astimezone(CITY_ZONE).isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    if isinstance(value, bytes):
        return value.hex()
    if value is None or isinstance(value, str | int | float):
        return value
    members = getattr(value, "__dataclass_fields__", None)
    return {name: plain(getattr(value, name)) for name in members} if members else str(value)


class Flag(Truth):
    """A yes or no in a query: true, false, 1 or 0."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        known = {"true": True, "1": True, "false": False, "0": False}
        if str(value).lower() not in known:
            raise self.wrong("boolean")
        return known[str(value).lower()]


class Paged(Record):
    """The part of a listing's query that says which page."""

    limit = Amount(decimals=0, minimum=1, maximum=LARGEST_PAGE, textual=True, load_default=PAGE)
    after = Text(most=500, load_default=None, metadata={"description": "`next` of the page before"})


class ProblemRecord(Record):
    """RFC 9457: what went wrong, for programs and for people."""

    type = fields.String(required=True, metadata={"format": "uri-reference"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    instance = fields.String()
    errors = fields.Dict(
        metadata={"description": "per-field messages: {field: [text]}, fields inside others as a.0.b"}
    )


def read(record: type[Record], raw: Any, failure: type[Invalid] = Invalid, **options: Any) -> dict[str, Any]:
    """Read a record outside of the API's own argument parsing, for example from a page's form.

    Raises:
        Invalid: of the given family member, with `errors` per field.
    """
    try:
        loaded: dict[str, Any] = record(**options).load(raw)
    except ValidationError as refused:
        raise failure(errors=flat_messages(refused.messages)) from refused
    return loaded


def light_field() -> Code:
    """Make the filter on a light."""
    return Code(LIGHTS, load_default=None)


def clean_name(text: str) -> bool:
    """Say whether a file name or key can be stored and shown."""
    return 0 < len(text) <= 200 and is_clean(text)
