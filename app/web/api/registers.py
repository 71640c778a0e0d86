"""Rows of registers."""

from typing import Any
from uuid import UUID

from flask import request

from app.domain.errors import Invalid
from app.schemas.records import clean_name
from app.schemas.register_records import (
    PLAIN,
    AddRowRecord,
    ChangeRowRecord,
    OptionQuery,
    OwnerQuery,
    OwnersRecord,
    RegistersRecord,
    RetireRowRecord,
    RowPageRecord,
    RowQuery,
    RowRecord,
    RowViewRecord,
    where_of,
)
from app.schemas.texts import say
from app.schemas.traffic import OptionsRecord
from app.usecases.registering import register_for
from app.usecases.registers.add_row import add_row
from app.usecases.registers.change_row import change_row
from app.usecases.registers.list_registers import list_registers
from app.usecases.registers.list_rows import list_rows
from app.usecases.registers.offer_named import offer_named
from app.usecases.registers.offer_units import offer_units
from app.usecases.registers.read_row import read_row
from app.usecases.registers.restore_row import restore_row
from app.usecases.registers.retire_row import retire_row
from app.web.api import Room
from app.web.identity import allow
from app.web.languages import language
from app.web.rooms import actor, tools

room = Room("register_rows", __name__, description="Rows of declared registers")
_FIELDS = {
    "in": "query", "name": "fields", "required": False, "style": "form", "explode": True,
    "schema": {"type": "object", "additionalProperties": {"type": "string"}},
    "description": "`<field>=<value>`, again for any of several; `<field>_from`, `<field>_until`; `id`, `unit`,"
    " `unit_within`, `unit_covers`",
}  # fmt: skip


@room.route("/registers", methods=["GET"])
@room.response(200, RegistersRecord)
@allow("register.read")
def get_registers() -> Any:
    """List the registers that one may read, with what they declare."""
    return {"registers": list_registers(tools(), actor=actor())}


@room.route("/registers/<word:key>", methods=["GET"])
@room.arguments(RowQuery, location="query")
@room.doc(parameters=[_FIELDS])
@room.response(200, RowPageRecord)
@allow("register.read")
def get_rows(query: dict[str, Any], key: str) -> Any:
    """List the rows that one may see, the newest first."""
    asked = [pair for pair in request.args.items(multi=True) if pair[0] not in PLAIN]
    if not all(clean_name(name) and len(value) <= 4000 for name, value in asked):
        raise Invalid(errors={"fields": [say("characters")]})
    where = where_of(register_for(tools(), actor(), key), asked)
    page = list_rows(tools(), actor=actor(), key=key, where=where, **query)
    return {**vars(page), "sums": {name: format(total, "f") for name, total in page.sums.items()}}


@room.route("/registers/<word:key>/units", methods=["GET"])
@room.arguments(OwnerQuery, location="query")
@room.response(200, OwnersRecord)
@allow("register.write")
def get_owners(query: dict[str, Any], key: str) -> Any:
    """Find units for which one may write rows, by a part of their name or code."""
    return {"units": offer_units(tools(), actor=actor(), key=key, **query)}


@room.route("/registers/<word:key>/options", methods=["GET"])
@room.arguments(OptionQuery, location="query")
@room.response(200, OptionsRecord)
@allow("register.read")
def get_named(query: dict[str, Any], key: str) -> Any:
    """Find units or people for a field, by a part of their name or code."""
    return {"options": offer_named(tools(), actor=actor(), key=key, locale=language(), **query)}


@room.route("/registers/<word:key>/rows", methods=["POST"])
@room.arguments(AddRowRecord)
@room.response(201, RowRecord)
@allow("register.write")
def post_row(sent: dict[str, Any], key: str) -> Any:
    """Add a row."""
    return add_row(tools(), actor=actor(), key=key, **sent)


@room.route("/registers/<word:key>/rows/<uuid:row_id>", methods=["GET"])
@room.response(200, RowViewRecord)
@allow("register.read")
def get_row(key: str, row_id: UUID) -> Any:
    """Read a row with its history."""
    return read_row(tools(), actor=actor(), key=key, row_id=row_id)


@room.route("/registers/<word:key>/rows/<uuid:row_id>", methods=["PATCH"])
@room.arguments(ChangeRowRecord)
@room.response(200, RowRecord)
@allow("register.write")
def patch_row(sent: dict[str, Any], key: str, row_id: UUID) -> Any:
    """Change values of a row; 409 when somebody has changed it since it was read."""
    return change_row(tools(), actor=actor(), key=key, row_id=row_id, **sent)


@room.route("/registers/<word:key>/rows/<uuid:row_id>/retire", methods=["POST"])
@room.arguments(RetireRowRecord)
@room.response(200, RowRecord)
@allow("register.write")
def post_retired(sent: dict[str, Any], key: str, row_id: UUID) -> Any:
    """Take a row out of use, with a reason; its history stays."""
    return retire_row(tools(), actor=actor(), key=key, row_id=row_id, **sent)


@room.route("/registers/<word:key>/rows/<uuid:row_id>/restore", methods=["POST"])
@room.arguments(RetireRowRecord)
@room.response(200, RowRecord)
@allow("register.write")
def post_restored(sent: dict[str, Any], key: str, row_id: UUID) -> Any:
    """Bring a row back into use, with a reason; 422 when another row has its values by now."""
    return restore_row(tools(), actor=actor(), key=key, row_id=row_id, **sent)
