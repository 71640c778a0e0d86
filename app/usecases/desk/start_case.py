"""Start a case of any process."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Invalid, InvalidAnswers, NotStartable, StaleRevision
from app.domain.ids import derived_id, new_id
from app.domain.org import anchors
from app.engine import commands
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.beginnings import check_variables, county_number
from app.usecases.desk.forms import compiled_form, options_for
from app.usecases.desk.hand_start import (
    HandStart,
    Seat,
    files_named,
    first_record,
    hand_start,
    loose_files,
    renamed,
    start_scope,
    unsigned,
)
from app.usecases.desk.outcome import outcome
from app.usecases.stepping import command_of, make_world, seat_of
from app.usecases.writing import write_start

_TITLE = 120
#: who may still start a process with variables where people begin it with a form
_OPERATOR = "sys_admin"


@dataclass(frozen=True)
class Started:
    """A case that was started."""

    case_id: UUID
    event_no: str | None
    #: a task that opened for the same person, or None
    next_task_id: UUID | None = None


def start_case(
    tools: Tools,
    *,
    actor: Actor,
    process: str,
    variables: Mapping[str, Any] | None = None,
    answers: Mapping[str, Any] | None = None,
    unit: str | None = None,
    form_version: int | None = None,
) -> Started:
    """Start a case on the current version of a process: a person with a form's answers, a machine with variables.

    Args:
        variables: what the first token carries; `unit` among them says where the case belongs, otherwise it belongs
            to the place of the actor's first seat.
        answers: {field: value} of the form of the start event that people may begin at; they become the variables,
            and the case belongs to the unit of the seat that opens the door.
        unit: which of his seats he acts in, where several open the door.
        form_version: the form's version that the page was opened with.

    Writes:
        CaseStarted and everything the diagram does up to its first stop; files of the answers come to the case.

    Raises:
        ProcessNotFound: nothing is published under this key.
        NotStartable: with answers: not begun by hand, or not by him; with variables: people begin it with its form,
            or it is a part of other processes.
        InvalidAnswers: per field; StaleRevision: the form has changed.
        Invalid: reserved names, too many variables, an unknown unit, both answers and variables.
    """
    if answers is not None:
        if variables:
            raise Invalid(errors={"variables": ["填写表单时不能另带变量。"]})
        return _by_hand(tools, actor, process, answers, unit, form_version)
    return _with_variables(tools, actor, process, variables or {})


def _with_variables(tools: Tools, actor: Actor, process: str, variables: Mapping[str, Any]) -> Started:
    check_variables(variables)
    at = tools.clock.now()
    seat = seat_of(actor)
    by_form = tools.library.process(process).start_by_hand() is not None
    if by_form and not actor.machine and not actor.has(_OPERATOR):
        raise NotStartable("People start this process with its form.", process=process)
    if not by_form and tools.library.is_part(process):
        # work begins behind its intake, never beside it
        raise NotStartable("This process is a part of others and begins there; report the matter.", process=process)
    with tools.store.unit_of_work() as uow:
        named = str(variables.get("unit") or "")
        unit = named or seat[1] or tools.city.root
        # roles are held at units that exist
        if named and uow.units.find(named) is None:
            raise Invalid(errors={"unit": ["没有这个单位。"]})
        places = anchors(unit).as_dict()
        case_id = new_id(county_number(places), at)
        event = {**places, "title": str(variables.get("title") or ""), "reported_by": actor.id, "status": "accepted"}
        command = command_of(actor, at, seat)
        progress = commands.start(make_world(tools, uow, case_id), command, process, variables, event)
        case = write_start(tools, uow, case_id, process, progress, command, actor.id)
        uow.commit()
    return Started(case.id, case.event_no)


def _by_hand(
    tools: Tools, actor: Actor, process: str, answers: Mapping[str, Any], unit: str | None, form_version: int | None
) -> Started:
    at = tools.clock.now()
    begins = hand_start(tools, actor, process, at)
    seat = begins.seat(unit)
    with tools.store.unit_of_work() as uow:
        clean, files = _checked(tools, uow, begins, seat, actor, answers, at, form_version)
        event = first_record(actor, seat, _title(begins, clean))
        case_id = new_id(county_number(event), at)
        names = {one: derived_id(case_id, one, at) for one in files}
        variables = renamed(clean, {old: str(new) for old, new in names.items()})
        command = command_of(actor, at, (seat.role, seat.unit))
        world = make_world(tools, uow, case_id)
        progress = commands.start(world, command, process, variables, event, node=begins.point.node)
        case = write_start(tools, uow, case_id, process, progress, command, actor.id)
        moved = {UUID(old): new for old, new in names.items()}
        if moved and uow.attachments.adopt(moved, case_id, uploaded_by=actor.id) != len(moved):
            raise InvalidAnswers(errors={"": ["有文件尚未上传成功,请重新上传。"]})
        uow.commit()
    return Started(case.id, case.event_no, outcome(case, progress, actor, at).next_task_id)


def _checked(
    tools: Tools, uow: UnitOfWork, begins: HandStart, seat: Seat, actor: Actor, answers: Mapping[str, Any],
    at: datetime, form_version: int | None,
) -> tuple[dict[str, Any], list[str]]:  # fmt: skip
    """Check answers as a task's are checked; return them with the files that they name."""
    number = tools.library.form_number(begins.point.form)
    if form_version is not None and form_version != number:
        raise StaleRevision(expected=form_version, found=number)
    compiled = compiled_form(tools, begins.point.form, number)
    context = unsigned(start_scope(actor, seat, at))
    options: dict[str, Any] = dict(options_for(tools, uow, context["event"], compiled.form, actor.locale, context))
    options["attachments"] = files = loose_files(uow, actor, answers)
    clean = compiled.load(answers, context=context, options=options, locale=actor.locale)
    check_variables(clean)
    named = {str(one) for one in files_named(clean)}
    return clean, [one for one in files if one in named]


def _title(begins: HandStart, answers: Mapping[str, Any]) -> str:
    given = answers.get("title")
    name = begins.version.names.get(begins.version.key, ("", ""))[0] or begins.version.key
    return (given.strip() if isinstance(given, str) else "")[:_TITLE] or name
