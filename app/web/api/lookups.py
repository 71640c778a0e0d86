"""Units, items and places to choose from."""

from typing import Any

from app.domain.org import ancestors
from app.schemas.traffic import ItemQuery, OptionsRecord, PlaceQuery, PlaceRecord, UnitQuery
from app.usecases.desk.find_items import find_items
from app.usecases.desk.find_units import find_units
from app.usecases.intake.locate_point import locate_point
from app.web.api import Room
from app.web.identity import allow
from app.web.languages import language
from app.web.rooms import actor, tools

room = Room("lookups", __name__, description="Units, items and places")


@room.route("/units", methods=["GET"])
@room.arguments(UnitQuery, location="query")
@room.response(200, OptionsRecord)
@allow("place.find")
def get_units(query: dict[str, Any]) -> Any:
    """Find units by name, kind and the unit above them."""
    return {"options": find_units(tools(), locale=language(), **with_place(query))}


@room.route("/items", methods=["GET"])
@room.arguments(ItemQuery, location="query")
@room.response(200, OptionsRecord)
@allow("place.find")
def get_items(query: dict[str, Any]) -> Any:
    """Find items of the catalogue."""
    return {"options": find_items(tools(), locale=language(), **query)}


@room.route("/places", methods=["GET"])
@room.arguments(PlaceQuery, location="query")
@room.response(200, PlaceRecord)
@allow("place.find")
def get_place(query: dict[str, Any]) -> Any:
    """Find the grid that a point lies in."""
    return locate_point(tools(), **query)


def with_place(query: dict[str, Any]) -> dict[str, Any]:
    """Look in the sender's own city where the query names no unit."""
    seat = next(iter(actor().units), "")
    return {**query, "under": query["under"] or next(iter(ancestors(seat)), seat)}
