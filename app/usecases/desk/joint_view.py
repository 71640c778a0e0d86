"""A joint decision as people see it: who takes part, who has decided, and when it is enough."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.actor import Actor
from app.domain.facts import FOR, Fact
from app.domain.records import StoredCase, TaskRow
from app.engine.joint import Joint, joint_of
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.desk.leading import leading_seat
from app.usecases.stepping import command_of, make_world

_ANY = re.compile(r"numberOfCompletedInstances\s*(>=\s*1|>\s*0)")
_DONE, _ALL = "numberOfCompletedInstances", "numberOfInstances"
_SHARE = re.compile(rf"{_DONE}\s*(?:/\s*{_ALL}\s*)?(>=|>)\s*(?:([0-9.]+)\s*\*\s*{_ALL}|([0-9.]+))")


@dataclass(frozen=True)
class Signer:
    """Somebody who takes part."""

    key: str
    #: user name, or what else the diagram asks
    item: str
    name: str
    #: done, now, coming
    state: str
    at: datetime | None = None
    #: the actor may take him out: whom he added, or whom he leads, while he signs himself
    removable: bool = False


@dataclass(frozen=True)
class JointView:
    """A joint decision."""

    #: all, any, share, vote, own: when it is enough
    kind: str
    #: number or share that it needs, as a text; empty for none
    needs: str
    sequential: bool
    total: int
    done: int
    signers: Sequence[Signer]
    #: those who take part are people, whom one may choose
    of_people: bool


def joint_view(
    tools: Tools, uow: UnitOfWork, actor: Actor, case: StoredCase, task: TaskRow, at: datetime
) -> JointView | None:
    """Read the joint decision that a task is part of; None for work of one person."""
    found = joint_of(make_world(tools, uow, case.id), command_of(actor, at), case.state, task.key)
    if found is None:
        return None
    rows = [one for one in uow.tasks.of_case(case.id) if (one.process, one.node) == (task.process, task.node)]
    names = _people(uow, found)
    signs = task.state == "claimed" and task.holder == actor.desk and not task.owner
    others = [one for one in rows if one.key in found.present and one.key != task.key] if signs else []
    removable = _removable(uow, actor, case, others, found)
    signers = [_signer(one, found, names, removable) for one in rows if one.state != "cancelled"]
    signers += [Signer("", str(item), names.get(str(item), str(item)), "coming", removable=False)
                for item in found.coming]
    kind, needs = _enough(found)
    items = [*found.present.values(), *found.coming]
    people = bool(items) and all(isinstance(item, str) and item in names for item in items)
    return JointView(kind, needs, found.sequential, found.total - found.removed, found.done, signers, people)


def _removable(
    uow: UnitOfWork, actor: Actor, case: StoredCase, others: Sequence[TaskRow], found: Joint
) -> set[str]:
    """List the keys of those whom the actor may take out: whom he added, and whom he leads."""
    added = _added_by(uow, case, actor) if others else set()
    return {one.key for one in others if str(found.present[one.key]) in added or leading_seat(actor, one)}


def _signer(row: TaskRow, found: Joint, names: Mapping[str, str], removable: set[str]) -> Signer:
    item = str(found.present.get(row.key, ""))
    if row.state == "done":
        return Signer(row.key, "", row.finished_name, "done", row.finished_at)
    return Signer(row.key, item, row.holder_name or names.get(item, item), "now", removable=row.key in removable)


def _people(uow: UnitOfWork, found: Joint) -> dict[str, str]:
    """Name those who take part, {user name: shown name}; whoever is no person is left out."""
    named: dict[str, str] = {}
    for item in {str(one) for one in (*found.present.values(), *found.coming) if isinstance(one, str)}:
        row = uow.people.by_username(item)
        if row is not None:
            named[item] = row.name or row.username
    return named


def _added_by(uow: UnitOfWork, case: StoredCase, actor: Actor) -> set[str]:
    facts = uow.facts.of_kinds(case.id, ["ParticipantsChanged"])
    return {str(fact.content["params"].get("item")) for fact in facts
            if fact.content.get("change") == "add" and actor.desk == _desk(fact)}  # fmt: skip


def _desk(fact: Fact) -> str:
    """Say on whose desk an act was done: a substitute's acts are those of the one for whom he acts."""
    absent = fact.content.get(FOR)
    return str(absent.get("id")) if isinstance(absent, Mapping) else fact.actor


def _enough(found: Joint) -> tuple[str, str]:
    """Say when the decision is enough; a share counts those who are done of all who take part."""
    if found.vote is not None:
        return "vote", f"{found.vote[1]:.0%}"
    if not found.rule:
        return "all", ""
    if _ANY.fullmatch(found.rule.strip()):
        return "any", "1"
    share = _SHARE.fullmatch(found.rule.strip())
    if share is None:
        return "own", found.rule
    amount = float(share[2] or share[3])
    return "share", f"{'>' if share[1] == '>' else '≥'} {amount:.0%}"
