"""The five error families; the family decides the status, the class docstring is the default message."""

from collections.abc import Mapping, Sequence
from typing import Any


class YongzhiError(Exception):
    """Something went wrong."""

    #: stable name used in problem documents; the last part of their `type`
    slug = "error"

    def __init__(self, message: str | None = None, **attributes: Any) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())
        self.attributes = attributes

    @property
    def message(self) -> str:
        """What happened and what to do next, one line."""
        return str(self.args[0])


class NotFound(YongzhiError):
    """There is nothing under this address, or you may not know of it."""

    slug = "not-found"


class Forbidden(YongzhiError):
    """Your roles do not allow this."""

    slug = "forbidden"


class Conflict(YongzhiError):
    """Somebody was first; load the page again and look."""

    slug = "conflict"


class Invalid(YongzhiError):
    """The input does not fit."""

    slug = "invalid"

    def __init__(
        self,
        message: str | None = None,
        *,
        errors: Mapping[str, Sequence[str] | Mapping[str, Any]] | None = None,
        **attributes: Any,
    ) -> None:
        super().__init__(message, **attributes)
        #: {field: [texts]}, in the language of the request where the text is for people
        self.errors = dict(errors or {})


class Fault(YongzhiError):
    """The product itself failed; the operator finds the cause under the incident number."""

    slug = "fault"


class NotStartable(Forbidden):
    """None of your posts may start this process by hand."""

    slug = "not-startable"


class SignInFailed(Forbidden):
    """Name or password is wrong."""

    slug = "sign-in-failed"


class TooManyAttempts(Forbidden):
    """Too many failed attempts; wait a quarter of an hour or ask your administrator."""

    slug = "too-many-attempts"


class NotSignedIn(Forbidden):
    """Sign in first."""

    slug = "not-signed-in"


class CaseNotFound(NotFound):
    """There is no such case, or you may not see it."""

    slug = "case-not-found"


class TaskNotFound(NotFound):
    """There is no such task, or you may not see it."""

    slug = "task-not-found"


class ProcessNotFound(NotFound):
    """No published process has this key."""

    slug = "process-not-found"


class DefinitionNotFound(NotFound):
    """There is no such form, table or diagram version."""

    slug = "definition-not-found"


class CaseIsSuspended(Conflict):
    """The case stands still; it can go on after somebody has resumed it."""

    slug = "case-suspended"


class CaseConfidential(Conflict):
    """A confidential case is shown to nobody else; who works on it is decided by the case alone."""

    slug = "case-confidential"


class ChangeRefused(Conflict):
    """This change does not fit where the case stands; nothing was changed."""

    slug = "change-refused"


class MigrationRefused(Conflict):
    """The case cannot go over to this version; the elements are named."""

    slug = "migration-refused"


class TaskAlreadyDone(Conflict):
    """This task is already finished; nothing was changed."""

    slug = "task-already-done"


class TaskAlreadyClaimed(Conflict):
    """Somebody else has claimed this task."""

    slug = "task-already-claimed"


class DraftOvertaken(Conflict):
    """A newer draft of this task was saved from another window; yours was not saved over it."""

    slug = "draft-overtaken"


class TaskNotHeld(Conflict):
    """Claim the task first; only its holder may do this."""

    slug = "task-not-held"


class DelegationOpen(Conflict):
    """This task was delegated to you: give it back with your opinion, its owner finishes it."""

    slug = "delegation-open"


class DelegationAwaited(Conflict):
    """You have delegated this task: wait for the opinion, or take it back first."""

    slug = "delegation-awaited"


class NotDelegated(Conflict):
    """This task is not delegated any more; load it again."""

    slug = "not-delegated"


class TaskNotReady(Conflict):
    """This task cannot be finished yet; other work of the case must end first."""

    slug = "task-not-ready"


class StaleRevision(Conflict):
    """The task has changed since you opened it; load it again, your draft is kept."""

    slug = "stale-revision"


class ActNotOpen(Conflict):
    """This act is not open on the case at this moment."""

    slug = "act-not-open"


class CaseClosed(Conflict):
    """The case is closed."""

    slug = "case-closed"


class IdempotencyMismatch(Conflict):
    """This idempotency key was used for a different request."""

    slug = "idempotency-mismatch"


class InvalidAnswers(Invalid):
    """Some answers do not fit the form; see each field."""

    slug = "invalid-answers"


class InvalidReport(Invalid):
    """The report cannot be taken as it is; see each field."""

    slug = "invalid-report"


class InvalidDiagram(Invalid):
    """The diagram cannot be deployed; every finding names its element."""

    slug = "invalid-diagram"


class InvalidConfig(Invalid):
    """Settings are missing or wrong."""

    slug = "invalid-config"


class StepFailed(Fault):
    """The engine could not carry out this step; nothing was changed."""

    slug = "step-failed"


class HistoryBroken(Fault):
    """The recorded history does not fit its hashes."""

    slug = "history-broken"


class StoreUnavailable(Fault):
    """The database does not answer; try again in a moment, nothing was changed."""

    slug = "store-unavailable"
