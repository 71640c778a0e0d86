"""What a task's page says about the hands that it went through; shared by the verbs that show a task."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.actor import Actor
from app.domain.facts import Fact, signed_as
from app.domain.records import TaskRow
from app.domain.titles import title_of
from app.usecases.outsiders import is_outsider

KINDS = ("TaskTransferred", "TaskDelegated", "DelegationReturned")


@dataclass(frozen=True)
class HandNote:
    """What was said when the task was handed on."""

    seq: int
    at: datetime
    kind: str
    title: str
    title_en: str
    actor_name: str
    text: str


@dataclass(frozen=True)
class Hand:
    """What the actor may do about who works on a task, and what was said about it."""

    can_transfer: bool
    can_delegate: bool
    #: it was delegated to him: he gives it back with an opinion
    can_resolve: bool
    #: he delegated it: he waits, or takes it back
    can_recall: bool
    #: oldest first
    notes: Sequence[HandNote]


def hand_view(actor: Actor, task: TaskRow, facts: Iterable[Fact], *, can_claim: bool) -> Hand:
    """Say what the actor may do about who works on a task.

    Args:
        facts: those of `KINDS`, of its case.
    """
    works = task.state == "claimed" and task.holder == actor.desk
    officer = not is_outsider(actor)
    return Hand(
        can_transfer=officer and (can_claim or works and not task.owner),
        can_delegate=officer and works and not task.owner,
        can_resolve=works and bool(task.owner),
        can_recall=task.state == "claimed" and bool(task.owner) and task.owner == actor.desk,
        notes=_notes(task, facts) if officer and task.state in ("open", "claimed") else (),
    )


def _notes(task: TaskRow, facts: Iterable[Fact]) -> list[HandNote]:
    return [_note(fact, task) for fact in facts if fact.content.get("key") == task.key]


def _note(fact: Fact, task: TaskRow) -> HandNote:
    body = fact.content
    title = title_of(fact.kind, body, {}, node=task.name, node_en=task.name_en)
    text = str(body.get("opinion") or body.get("reason") or "")
    return HandNote(fact.seq, fact.at, fact.kind, title.zh, title.en, signed_as(fact), text)
