"""What is written is what the library would write."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from marshmallow import Schema, fields

from app.schemas.records import At, Json, Record, Words


class Inner(Record):
    name = Words()
    at = At()


class Outer(Record):
    id = Words()
    short = Words(data_key="s", attribute="long")
    count = fields.Integer()
    on = fields.Boolean()
    more = Json()
    counts = fields.Dict()
    one = fields.Nested(Inner)
    several = fields.List(fields.Nested(Inner))
    only = fields.Nested(Inner(only=("name",)))
    many = fields.Nested(Inner, many=True)


@dataclass
class Row:
    id: Any = UUID(int=7)
    long: Any = "长"
    count: Any = True
    on: Any = False
    more: Any = (1, {"a": UUID(int=1)})
    extra: str = "not written"


AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
INNER = {"name": "n", "at": AT, "other": 1}
OBJECTS = [
    Row(), Row(id=None, long=b"\x01", count="7", on=None, more=None), {}, {"id": 1, "counts": {"todo": 3}}, None,
    {"one": INNER, "several": [INNER, {}], "only": INNER, "many": [INNER, Row()]}, {"one": None, "several": []},
]  # fmt: skip


@pytest.mark.parametrize("given", OBJECTS)
def test_a_record_is_written_as_the_library_writes_it(given: Any) -> None:
    record = Outer()
    assert record.dump(given) == Schema.dump(record, given)


def test_many_are_written_in_their_order() -> None:
    written = Outer(many=True).dump(OBJECTS)
    assert written == Schema.dump(Outer(), OBJECTS, many=True) == [Outer().dump(one) for one in OBJECTS]
    assert Outer(exclude=("more",)).dump(Row()) == {
        "id": "00000000-0000-0000-0000-000000000007", "s": "长", "count": 1, "on": False,
    }  # fmt: skip
