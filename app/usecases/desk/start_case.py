"""Start a case of any process."""

from collections.abc import Mapping
from dataclasses import dataclass
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
from app.usecases.desk.answering import texts_in
from app.usecases.desk.forms import compiled_form, options_for
from app.usecases.desk.hand_starts import (
    HandStart,
    Seat,
    files_named,
    find_start,
    first_record,
    loose_files,
    renamed,
    start_scope,
    unsigned,
)
from app.usecases.desk.outcome import outcome
from app.usecases.senders import ELSEWHERE, covers
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
            to the place of the actor's first seat. An officer names units that lie in the place of one of his seats.
        answers: {field: value} of the form of the start event that people may begin at; they become the variables,
            and the case belongs to the unit of the seat that opens the door.
        unit: which of his seats he acts in, where several open the door.
        form_version: the form's version that the page was opened with.

    Writes:
        CaseStarted and everything the diagram does up to its first stop; files of the answers come to the case.

    Raises:
        ProcessNotFound: nothing is published under this key.
        NotStartable: with answers: not begun by hand, or not by him; with variables: people begin it with its form,
            it is a part of other processes, or only begins with a message, a signal or by the clock.
        InvalidAnswers: per field; StaleRevision: the form has changed.
        Invalid: reserved names, too many variables, a unit that there is not or where the officer does not sit, both
            answers and variables.
    """
    if answers is not None and variables:
        raise Invalid(errors={"variables": ["填写表单时不能另带变量。"]})
    at = tools.clock.now()
    begins = None if answers is None else find_start(tools, actor, process, at)
    with tools.store.unit_of_work() as uow:
        if begins is None:
            begun = _with_variables(tools, uow, actor, process, variables or {})
        else:
            begun = _by_hand(tools, uow, begins, actor, answers or {}, unit, form_version)
        case_id = new_id(county_number(begun.event), at)
        names = {UUID(one): derived_id(case_id, one, at) for one in begun.files}
        given = renamed(begun.variables, {str(old): str(new) for old, new in names.items()})
        command = command_of(actor, at, begun.seat)
        progress = commands.start(
            make_world(tools, uow, case_id), command, process, given, begun.event, node=begun.node
        )
        case = write_start(tools, uow, case_id, process, progress, command, actor.id)
        if names and uow.attachments.adopt(names, case_id, uploaded_by=actor.id) != len(names):
            raise InvalidAnswers(errors={"": ["有文件尚未上传成功,请重新上传。"]})
        uow.commit()
    return Started(case.id, case.event_no, outcome(case, progress, actor, at).next_task_id)


@dataclass(frozen=True)
class _Begun:
    """What a case begins with."""

    variables: Mapping[str, Any]
    event: Mapping[str, Any]
    seat: tuple[str, str]
    #: start event, None for the plain one
    node: str | None = None
    #: ids of files that come to the case
    files: tuple[str, ...] = ()


def _with_variables(
    tools: Tools, uow: UnitOfWork, actor: Actor, process: str, variables: Mapping[str, Any]
) -> _Begun:
    check_variables(variables)
    seat = seat_of(actor)
    version = tools.library.process(process)
    by_form, programs = version.start_by_hand() is not None, actor.machine or actor.has(_OPERATOR)
    if by_form and not programs:
        raise NotStartable("People start this process with its form.", process=process)
    if not programs and version.starts and all(one.kind != "none" for one in version.starts):
        # what happens elsewhere begins it: nobody pretends that it did
        raise NotStartable(process=process)
    if not by_form and tools.library.is_part(process):
        # work begins behind its intake, never beside it
        raise NotStartable("This process is a part of others and begins there; report the matter.", process=process)
    named = str(variables.get("unit") or "")
    # roles are held at units that exist
    if named and uow.units.find(named) is None:
        raise Invalid(errors={"unit": ["没有这个单位。"]})
    if named and not programs:
        seat = _seat_over(actor, named)
    places = anchors(named or seat[1] or tools.city.root).as_dict()
    title = str(variables.get("title") or "")
    event = {**places, "title": title, "reported_by": actor.id, "status": "accepted"}
    return _Begun(variables, event, seat)


def _seat_over(actor: Actor, unit: str) -> tuple[str, str]:
    """Choose the seat in which an officer begins a case for a unit: one whose place the unit lies in."""
    held = sorted((one.role, one.unit) for one in actor.assignments if covers(one.unit, unit))
    if not held:
        raise Invalid(errors={"unit": [ELSEWHERE]})
    return held[0]


def _by_hand(
    tools: Tools, uow: UnitOfWork, begins: HandStart, actor: Actor, answers: Mapping[str, Any], unit: str | None,
    form_version: int | None,
) -> _Begun:  # fmt: skip
    seat = begins.seat(unit)
    clean, files = _checked(tools, uow, begins, seat, actor, answers, form_version)
    event = first_record(actor, seat, _title(begins, clean))
    return _Begun(clean, event, (seat.role, seat.unit), begins.point.node, files)


def _checked(
    tools: Tools, uow: UnitOfWork, begins: HandStart, seat: Seat, actor: Actor, answers: Mapping[str, Any],
    form_version: int | None,
) -> tuple[dict[str, Any], tuple[str, ...]]:  # fmt: skip
    """Check answers as a task's are checked; return them with the files that they name."""
    number = tools.library.form_number(begins.point.form)
    if form_version is not None and form_version != number:
        raise StaleRevision(expected=form_version, found=number)
    compiled = compiled_form(tools, begins.point.form, number)
    context = unsigned(start_scope(actor, seat, tools.clock.now()))
    chosen = sorted(texts_in(answers))
    wanted = options_for(tools, uow, context["event"], compiled.form, actor.locale, context, chosen, actor)
    options: dict[str, Any] = dict(wanted)
    options["attachments"] = files = loose_files(uow, actor, answers)
    clean = compiled.load(answers, context=context, options=options, locale=actor.locale)
    check_variables(clean)
    named = {str(one) for one in files_named(clean)}
    return clean, tuple(one for one in files if one in named)


def _title(begins: HandStart, answers: Mapping[str, Any]) -> str:
    given = answers.get("title")
    name = begins.version.names.get(begins.version.key, ("", ""))[0] or begins.version.key
    return (given.strip() if isinstance(given, str) else "")[:_TITLE] or name
