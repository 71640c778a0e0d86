"""Read the form with which somebody begins a process by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.actor import Actor
from app.usecases import Tools
from app.usecases.desk.form_start import first_values, form_context
from app.usecases.desk.forms import Options, form_schema, options_for
from app.usecases.desk.hand_starts import Seat, find_start, start_scope


@dataclass(frozen=True)
class StartView:
    """A start page."""

    process: str
    name: str
    name_en: str
    about: str
    about_en: str
    form: Mapping[str, Any]
    form_version: int
    values: Mapping[str, Any]
    #: what the form's conditions read besides its own fields
    context: Mapping[str, Any]
    options: Options
    seats: tuple[Seat, ...]
    seat: Seat


def read_start(tools: Tools, *, actor: Actor, process: str, unit: str | None = None) -> StartView:
    """Read the form of a process that people begin, with first values and choices.

    Args:
        unit: which of his seats he acts in, where several open the door.

    Raises:
        ProcessNotFound: nothing is published under this key.
        NotStartable: it is not begun by hand, or not by him, or not at that unit.
    """
    now = tools.clock.now()
    begins = find_start(tools, actor, process, now)
    seat = begins.seat(unit)
    number = tools.library.form_number(begins.point.form)
    schema = form_schema(tools, begins.point.form, number)
    scope = start_scope(actor, seat, now)
    name, name_en = begins.version.names.get(process, ("", ""))
    with tools.store.unit_of_work() as uow:
        options = options_for(tools, uow, scope["event"], schema, actor.locale, scope, actor=actor)
    return StartView(
        process=process, name=name or process, name_en=name_en, about=begins.version.about[0],
        about_en=begins.version.about[1], form=schema, form_version=number, values=first_values(scope, schema, now),
        context=form_context(scope, schema), options=options, seats=begins.seats, seat=seat,
    )  # fmt: skip
