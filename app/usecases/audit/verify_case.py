"""Verify a case."""

from dataclasses import dataclass
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import StepFailed
from app.domain.facts import first_break
from app.engine.replay import Divergence, replay
from app.engine.world import Call, OperationResult, World
from app.usecases import Tools
from app.usecases.audit.whole_history import whole_history


@dataclass(frozen=True)
class Verdict:
    """What a verification found."""

    #: every fact fits its hash and the one before, and the last is the one that the case names as its head
    chain_ok: bool
    #: number of the first fact that does not fit
    first_break: int | None
    #: the recorded commands, carried out again, give the recorded facts
    replay_ok: bool
    first_divergence: Divergence | None
    #: how many facts there are
    facts: int
    #: hash of the last fact, hexadecimal
    head: str


def verify_case(tools: Tools, *, actor: Actor, case_id: UUID) -> Verdict:
    """Recompute the hash chain of a case, and carry out its recorded commands again.

    Args:
        actor: must be able to see the case.

    Raises:
        CaseNotFound: there is none, or it is not for him.
    """
    with tools.store.unit_of_work() as uow:
        case = uow.cases.visible_to(actor, case_id)
        # an officer may act while this reads; what comes after this moment is left for the next time
        facts = [fact for fact in whole_history(uow, case_id) if fact.seq <= case.seq]
    broken = first_break(facts)
    head = facts[-1].hash if facts else b""
    if broken is None and (len(facts), head) != (case.seq, bytes(case.head)):
        # the chain fits in itself, but its end is missing
        broken = len(facts) + 1
    world = World(tools.library, tools.city.calendar, tools.city.roles, _nothing_is_asked)
    divergence = replay(tools.library, facts, world)
    return Verdict(
        chain_ok=broken is None,
        first_break=broken,
        replay_ok=divergence is None,
        first_divergence=divergence,
        facts=len(facts),
        head=head.hex(),
    )


def _nothing_is_asked(call: Call) -> OperationResult:
    raise StepFailed("A replay answers from the record and asks nobody.", operation=call.operation)
