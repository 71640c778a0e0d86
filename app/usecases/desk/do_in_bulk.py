"""Do the same with several tasks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Forbidden, Invalid, StaleRevision, YongzhiError
from app.domain.rights import is_allowed
from app.engine import feel
from app.schemas.texts import say
from app.usecases import Tools
from app.usecases.desk.claim_task import claim_task
from app.usecases.desk.complete_task import complete_task
from app.usecases.desk.read_task import TaskView, read_task
from app.usecases.desk.release_task import release_task
from app.usecases.desk.transfer_task import transfer_task
from app.usecases.people.act_for import act_for

ACTS = ("claim", "release", "transfer", "complete")
#: most tasks at a time
MOST = 50


@dataclass(frozen=True)
class BulkResult:
    """What became of one task."""

    task_id: UUID
    #: why nothing was changed, or None
    failure: YongzhiError | None = None


def do_in_bulk(
    tools: Tools,
    *,
    actor: Actor,
    act: str,
    task_ids: Sequence[UUID],
    to: str = "",
    reason: str = "",
    answers: Mapping[str, Any] | None = None,
) -> list[BulkResult]:
    """Claim, release, transfer or complete several tasks, each in its own transaction.

    A task that somebody else was quicker with, or whose case asks for more, stays as it is, and the others go on.

    Args:
        act: claim, release, transfer or complete.
        to: for `transfer`: id or user name of the person who gets them.
        reason: for `transfer`.
        answers: for `complete`: what is answered in all of them. What the first task's form proposes by itself is
            no answer of the sender, so each other task keeps what its own form proposes there. A choice that decides
            which fields are shown is his: he saw the fields of this choice.

    Returns:
        One result per task, in the order in which they were named.

    Raises:
        Forbidden: he may transfer nothing.
        Invalid: an unknown act, no task or too many.
    """
    asked = list(dict.fromkeys(task_ids))
    if act not in ACTS:
        raise Invalid(errors={"act": [say("option")]})
    if act == "transfer" and not is_allowed(actor, "task.transfer"):
        raise Forbidden()
    if not asked or len(asked) > MOST:
        raise Invalid(errors={"tasks": [say("too_many", n=MOST) if asked else say("required")]})
    verbs: dict[str, Callable[[Actor, UUID], object]] = {
        "claim": lambda who, task_id: claim_task(tools, actor=who, task_id=task_id),
        "release": lambda who, task_id: release_task(tools, actor=who, task_id=task_id),
        "transfer": lambda who, task_id: transfer_task(tools, actor=who, task_id=task_id, to=to, reason=reason),
        "complete": partial(_complete, tools, _Shared(tools, actor, asked[0], answers or {})),
    }
    return [_done(tools, actor, task_id, verbs[act]) for task_id in asked]


def _done(tools: Tools, actor: Actor, task_id: UUID, verb: Callable[[Actor, UUID], object]) -> BulkResult:
    try:
        verb(act_for(tools, actor=actor, task_id=task_id), task_id)
    except YongzhiError as failure:
        return BulkResult(task_id, failure)
    return BulkResult(task_id)


class _Shared:
    """What is answered in all tasks: found out with the first, before it is gone."""

    def __init__(self, tools: Tools, actor: Actor, first: UUID, answers: Mapping[str, Any]) -> None:
        self.form: tuple[str, int] | None = None
        self.answers = answers
        #: what the form showed to the sender: other fields are hidden there, and must not be sent
        self.shown = frozenset(answers)
        if answers:
            try:
                view = read_task(tools, actor=act_for(tools, actor=actor, task_id=first), task_id=first)
            except YongzhiError:
                # it is refused when its turn comes; the others keep every answer
                return
            self.form = (view.row.form, view.row.form_version)
            proposed = _proposed(view)
            deciding = _deciding(view.form)
            self.answers = {name: value for name, value in answers.items()
                            if name in deciding or name not in proposed or proposed[name] != value}  # fmt: skip


def _complete(tools: Tools, shared: _Shared, who: Actor, task_id: UUID) -> object:
    view = read_task(tools, actor=who, task_id=task_id)
    form = (view.row.form, view.row.form_version)
    if shared.form and form != shared.form:
        # the answers were meant for another form
        raise StaleRevision(expected=shared.form[1], found=view.row.form_version)
    locked = {str(one.get("key")) for one in view.form.get("components") or () if one.get("readonly")}
    own = {name: value for name, value in _proposed(view).items() if not shared.shown or name in shared.shown}
    sent = {name: value for name, value in {**own, **shared.answers}.items() if name not in locked}
    return complete_task(
        tools, actor=who, task_id=task_id, answers=sent, revision=view.row.revision,
        form_version=view.row.form_version,
    )  # fmt: skip


def _proposed(view: TaskView) -> dict[str, Any]:
    return {**view.values, **(view.draft or {})}


def _deciding(form: Mapping[str, Any]) -> set[str]:
    """List the fields whose choice decides which others are shown."""
    conditions = [(one.get("conditional") or {}).get("hide") for one in form.get("components") or ()]
    return {name for condition in conditions if isinstance(condition, str)
            for name in feel.names_used(condition.removeprefix("="))}  # fmt: skip
