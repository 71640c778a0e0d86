"""Who stands in for whom, and what is handed over when somebody leaves."""

from typing import Any
from uuid import UUID

from app.schemas.acts import (
    DoneRecord,
    HandedOverRecord,
    LeaveRecord,
    LeftBehindRecord,
    NamedRecord,
    NameSubstituteRecord,
    SubstituteQuery,
    SubstitutesRecord,
)
from app.usecases.people.approve_substitute import approve_substitute
from app.usecases.people.end_substitute import end_substitute
from app.usecases.people.hand_over_office import hand_over_office
from app.usecases.people.list_substitutes import list_substitutes
from app.usecases.people.list_waiting import list_waiting
from app.usecases.people.name_substitute import name_substitute
from app.usecases.people.plan_hand_over import plan_hand_over
from app.web.api import Room
from app.web.identity import allow
from app.web.rooms import actor, tools

room = Room("standing_in", __name__, description="Substitutes, and what somebody who leaves leaves behind")


@room.route("/substitutes", methods=["GET"])
@room.arguments(SubstituteQuery, location="query")
@room.response(200, SubstitutesRecord)
@allow("substitute.name")
def get_substitutes(query: dict[str, Any]) -> Any:
    """List who stands in for oneself, or for somebody whom one leads or looks after, and for whom he does."""
    person = UUID(query["person"]) if query["person"] else None
    found = list_substitutes(tools(), actor=actor(), person_id=person)
    return {"substitutes": found, "waiting": () if person else list_waiting(tools(), actor=actor())}


@room.route("/substitutes", methods=["POST"])
@room.arguments(NameSubstituteRecord)
@room.response(201, NamedRecord)
@allow("substitute.name")
def post_substitute(sent: dict[str, Any]) -> Any:
    """Let somebody act in an officer's place for some time."""
    return {"id": name_substitute(tools(), actor=actor(), **sent)}


@room.route("/substitutes/<uuid:substitution_id>/end", methods=["POST"])
@room.response(200, DoneRecord)
@allow("substitute.name")
def post_end(substitution_id: UUID) -> Any:
    """End a substitution before its time; 409 when it is over already."""
    end_substitute(tools(), actor=actor(), substitution_id=substitution_id)
    return {"done": True}


@room.route("/substitutes/<uuid:substitution_id>/approve", methods=["POST"])
@room.response(200, DoneRecord)
@allow("substitute.name")
def post_approval(substitution_id: UUID) -> Any:
    """Approve a substitute whom somebody else has named for a sensitive post."""
    approve_substitute(tools(), actor=actor(), substitution_id=substitution_id)
    return {"done": True}


@room.route("/people/<uuid:person_id>/leave", methods=["GET"])
@room.response(200, LeftBehindRecord)
@allow("people.manage")
def get_left(person_id: UUID) -> Any:
    """List the tasks, roles, duties and substitutions of somebody who leaves, and who could take each."""
    left = plan_hand_over(tools(), actor=actor(), person_id=person_id)
    seats = [{"seat": seat, "others": [{"username": username, "name": name} for username, name in others]}
             for seat, others in left.seats]  # fmt: skip
    tasks = [{"id": one.id, "event_no": one.event_no, "name": one.name, "candidates": one.candidates}
             for one in left.tasks]  # fmt: skip
    return {"tasks": tasks, "seats": seats, "duties": left.duties, "substitutes": left.substitutes}


@room.route("/people/<uuid:person_id>/leave", methods=["POST"])
@room.arguments(LeaveRecord)
@room.response(200, HandedOverRecord)
@allow("people.manage")
def post_leave(sent: dict[str, Any], person_id: UUID) -> Any:
    """Hand over everything that somebody who leaves leaves behind, each thing by itself; says what became of each."""
    return {"results": hand_over_office(tools(), actor=actor(), person_id=person_id, **sent)}
