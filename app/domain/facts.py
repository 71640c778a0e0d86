"""Facts: past-tense records of a case, hash-chained.

A fact's hash covers the hash of the one before and the canonical text of everything that it says, so that an edited,
dropped or reordered fact is found by anybody who recomputes the chain.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from app.domain.actor import Actor

#: the hash before the first fact
GENESIS = bytes(32)

#: first facts of commands that move the flow: re-executing these in order gives all others that a flow writes
MOVES = frozenset(
    {"CaseStarted", "TaskCompleted", "TimerFired", "MessageReceived", "SignalReceived", "CallAnswered", "CallFailed",
     "TokenMoved", "TokenSkipped", "BranchCancelled", "CaseCancelled", "CaseSuspended", "CaseResumed", "CaseRestarted",
     "ParticipantsChanged", "LimitChanged", "CaseMigrated"}
)  # fmt: skip
#: acts of people that leave the flow where it is
ACTS = frozenset(
    {"TaskClaimed", "TaskReleased", "TaskTransferred", "TaskDelegated", "DelegationReturned", "CommentAdded",
     "AttachmentAdded", "ConfidentialViewed", "DocumentIssued", "TaskUrged",
     "CaseCopied", "CopyRead", "WatchStarted", "WatchEnded"}
)  # fmt: skip
#: what machines and operators note beside the flow
INCIDENTS = frozenset(
    {"IncidentOpened", "IncidentNoted", "IncidentRetried", "IncidentResolved", "MessageAssigned", "MessageDropped"}
)  # fmt: skip
#: facts that are commands: the first of all that one transaction wrote
COMMANDS = MOVES | ACTS


#: in the content of a command's own fact: in whose place its actor gave it
FOR = "for"


def for_whom(actor: Actor, body: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Add to what a fact says in whose place its actor acted."""
    if actor.absent is None:
        return body
    absent = actor.absent
    return {**(body or {}), FOR: {"id": absent.id, "username": absent.username, "name": absent.name}}


class FactDraft(NamedTuple):
    """What happened, before it has a place in the chain."""

    #: noun and past tense: `TaskCompleted`
    kind: str
    #: process key and node id where it happened, empty for the case as a whole
    process: str = ""
    node: str = ""
    #: which passage through that node, from 1; 0 for none
    nth: int = 0
    #: JSON-safe
    body: Mapping[str, Any] | None = None


class Fact(NamedTuple):
    """One link of the chain."""

    case_id: UUID
    #: 1, 2, 3 … within the case
    seq: int
    at: datetime
    kind: str
    actor: str
    actor_name: str
    role: str
    unit: str
    process: str
    node: str
    nth: int
    #: canonical JSON text: sorted keys, no spaces
    body: str
    previous: bytes
    hash: bytes

    @property
    def content(self) -> dict[str, Any]:
        """The body as a mapping."""
        loaded: dict[str, Any] = json.loads(self.body)
        return loaded


@dataclass(frozen=True)
class CaseHead:
    """Where the history of a case stands: all that a fact beside the flow needs to follow on."""

    county: int
    id: UUID
    revision: int
    #: number and hash of the newest fact
    seq: int
    head: bytes


def signed_as(fact: Fact) -> str:
    """Say who acted and, where it was so, in whose place."""
    if FOR not in fact.body:
        return fact.actor_name
    absent = fact.content.get(FOR)
    if not isinstance(absent, dict):
        return fact.actor_name
    return f"{fact.actor_name}（代{absent.get('name') or absent.get('username')}）"


# a value that contains itself ends as too deep; to look for it costs a third of the time
_canonical = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False
).encode


def canonical(value: Any) -> str:
    """Write a JSON-safe value in the one form that hashes are computed over."""
    return _canonical(value)


def _framed(*parts: str) -> bytes:
    """Write texts with their lengths before them, so that no two lists of texts give the same bytes."""
    pieces: list[bytes] = []
    for part in parts:
        raw = part.encode()
        pieces += len(raw).to_bytes(8, "big"), raw
    return b"".join(pieces)


#: names that come again in every case: kinds, processes, elements, small numbers
_known = lru_cache(maxsize=8192)(_framed)


def link(previous: bytes, *parts: str) -> bytes:
    """Hash one link; every part is length-prefixed so that no two facts share a text."""
    return hashlib.sha256(previous + _framed(*parts)).digest()


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _parts(fact: Fact) -> tuple[str, ...]:
    return (str(fact.case_id), str(fact.seq), _stamp(fact.at), fact.kind, fact.actor, fact.actor_name, fact.role,
            fact.unit, fact.process, fact.node, str(fact.nth), fact.body)


def chain(
    drafts: Iterable[FactDraft],
    *,
    case_id: UUID,
    after: int,
    head: bytes,
    at: datetime,
    actor: tuple[str, str, str, str],
) -> list[Fact]:
    """Give drafts their place after fact number `after` whose hash is `head`.

    Args:
        actor: id, shown name, role and unit under which the command was given.
    """
    facts: list[Fact] = []
    # what all of them share is written once
    case, stamp, who = _framed(str(case_id)), _framed(_stamp(at)), _framed(*actor)
    for seq, (kind, process, node, nth, content) in enumerate(drafts, after + 1):
        body = _canonical(dict(content)) if content else "{}"
        # kinds, elements and small numbers come again in every case
        text = b"".join((head, case, _known(str(seq)), stamp, _known(kind), who, _known(process, node, str(nth)),
                         _framed(body)))  # fmt: skip
        previous, head = head, hashlib.sha256(text).digest()
        facts.append(Fact(case_id, seq, at, kind, *actor, process, node, nth, body, previous, head))
    return facts


def first_break(facts: Iterable[Fact]) -> int | None:
    """Recompute a whole chain; return the number of the first fact that does not fit, or None."""
    previous, expected = GENESIS, 1
    for fact in facts:
        if fact.seq != expected or fact.previous != previous or link(previous, *_parts(fact)) != fact.hash:
            return expected
        previous, expected = fact.hash, expected + 1
    return None
