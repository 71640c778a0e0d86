"""Messages from outside for an event that is closed: a remark on it, and a repeat event for a fresh complaint."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import CaseNotFound
from app.domain.facts import FactDraft
from app.domain.records import StoredCase
from app.domain.records_waiting import MessageRow
from app.domain.similarity import CLOSED_FOR
from app.usecases.beginnings import beginnings
from app.usecases.offering import Travel
from app.usecases.senders import CASES, sending_case
from app.usecases.stepping import add_fact, command_of
from app.usecases.thrown import expiry

#: the message with which a diagram lets another case report an event
REPEAT = "report.received"
_COMPLAINT = "complaint"
#: longest part of a message that a remark quotes, and longest complaint
_QUOTED, _LONGEST = 500, 4000
#: what a repeat event takes over from the closed one
_SAME = ("lat", "lon", "address_text", "channel")


def note_late(travel: Travel, message: MessageRow, case_id: UUID, actor: Actor) -> bool:
    """Write what came for a closed case into its history; a complaint within seven days is reported again.

    Args:
        message: from outside; what other cases send to a closed one is only kept with the messages.

    Returns:
        False if somebody has the case: then the message must be tried again.
    """
    if sending_case(message) is not None:
        return True
    try:
        travel.uow.cases.get(case_id)
    except CaseNotFound:
        return True
    case = travel.free(case_id)
    if case is None:
        return False
    if case.closed_at is None:
        return True
    said = _text(message.payload, "content") or _text(message.payload, "text")
    text = f"办结后收到消息「{message.name}」{':' if said else ''}{said[:_QUOTED]}"
    command = command_of(actor, travel.at, (message.role, message.unit))
    add_fact(travel.uow, case, FactDraft("CommentAdded", body={"text": text}), command)
    if message.payload.get("nature") == _COMPLAINT and said and travel.at - case.closed_at < CLOSED_FOR:
        _report_again(travel, message, case, said)
    return True


def _text(payload: Mapping[str, Any], name: str) -> str:
    value = payload.get(name)
    return value.strip() if isinstance(value, str) else ""


def _report_again(travel: Travel, message: MessageRow, case: StoredCase, said: str) -> None:
    """Send the complaint to the process that takes reports, in the name of the closed case."""
    if not beginnings(travel.tools, "message", REPEAT):
        return
    record = case.record
    payload = {name: record.get(name) for name in _SAME} | {
        "origin_no": case.event_no, "nature": _COMPLAINT, "title": _text(message.payload, "title") or case.summary,
        "content": said[:_LONGEST], "item_hint": record.get("item_code"),
    }  # fmt: skip
    travel.queue.append(replace(
        message, sender=CASES, id=f"{case.id}/repeat/{message.sender}/{message.id}", name=REPEAT, correlation={},
        payload=payload, role="", unit="", hops=message.hops + 1, expires_at=expiry(travel.tools, travel.at),
    ))  # fmt: skip
