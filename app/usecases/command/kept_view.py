"""A message that nobody waits for yet, as operators see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.correlation import ADDRESS
from app.domain.errors import CaseNotFound, Invalid
from app.domain.records_waiting import MessageRow
from app.engine.library import PublishedLibrary
from app.store.unit_of_work import UnitOfWork
from app.usecases.routing import addressed_case
from app.usecases.senders import sending_case


@dataclass(frozen=True)
class KeptMessage:
    """One line of the list; what the message carries besides is not shown, it may be about people."""

    sender: str
    id: str
    #: as diagrams call it, and what waits for it there
    name: str
    title: str
    title_en: str
    #: of the account that sent it; empty for a case
    sender_name: str
    #: numbers of the case that sent it and of the one that it names; empty for none, or one not for this operator
    sender_no: str
    case_no: str
    #: it names a case that is not for this operator
    hidden: bool
    #: the number that it names and that no case has
    asked_no: str
    #: what a waiter may ask for
    correlation: Mapping[str, Any]
    received_at: datetime
    expires_at: datetime | None


def titles_of(library: PublishedLibrary) -> dict[str, tuple[str, str]]:
    """Say for each message how the elements call it that wait for it: {message: (name, English name)}."""
    found: dict[str, tuple[str, str]] = {}
    for key in library.keys("process"):
        version = library.process(key)
        for node in version.nodes.values():
            for element, trigger, _ in node.awaited:
                if trigger.kind == "message":
                    found.setdefault(trigger.name, version.names.get(element, ("", "")))
    return found


def view_of(
    uow: UnitOfWork, actor: Actor, message: MessageRow, titles: Mapping[str, tuple[str, str]], names: Mapping[str, str]
) -> KeptMessage:
    """Write a kept message for an operator.

    Args:
        titles: see `titles_of`.
        names: {id: name} of the accounts that sent messages.
    """
    by = sending_case(message)
    asked = str(message.correlation.get("event_no") or message.correlation.get("case_id") or "")
    named = _named(uow, message)
    case_no = _number(uow, actor, named) if named else ""
    return KeptMessage(
        message.sender, message.id, message.name, *titles.get(message.name, ("", "")),
        sender_name=names.get(message.sender, ""), sender_no=_number(uow, actor, by) if by else "", case_no=case_no,
        hidden=named is not None and not case_no, asked_no="" if named else asked,
        correlation={name: value for name, value in message.correlation.items() if name not in ADDRESS},
        received_at=message.received_at, expires_at=message.expires_at,
    )  # fmt: skip


def _named(uow: UnitOfWork, message: MessageRow) -> UUID | None:
    try:
        return addressed_case(uow, message.correlation)
    except Invalid:
        return None


def _number(uow: UnitOfWork, actor: Actor, case_id: UUID) -> str:
    """Read a case's number; that of a confidential one only for who may see the case."""
    try:
        case = uow.cases.get(case_id)
        if case.confidential:
            uow.cases.visible_to(actor, case_id)
    except CaseNotFound:
        return ""
    return case.event_no or str(case_id)
