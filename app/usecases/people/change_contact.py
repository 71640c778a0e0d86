"""Say how one wants to be told what happens."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.contact import Recipient, read_addresses, read_preferences
from app.domain.errors import Invalid, NotFound
from app.usecases import Tools


def change_contact(tools: Tools, *, actor: Actor, sent: Mapping[str, Any]) -> Recipient:
    """Keep the addresses of the person who asks, which kinds of news go to which of them, and his quiet hours.

    Args:
        sent: {"mail", "phone", "choices": {kind: [way]}, "quiet_from", "quiet_to"}.

    Writes:
        the addresses and the preferences; what waits to be sent goes to the new address.

    Raises:
        Invalid: an address, a kind, a way or an hour is none; every fault is named.
        NotFound: a machine has no address.
    """
    wrong: dict[str, Any] = {}
    try:
        mail, phone = read_addresses(str(sent.get("mail") or ""), str(sent.get("phone") or ""))
    except Invalid as refused:
        wrong.update(refused.errors)
    try:
        wanted = read_preferences(sent)
    except Invalid as refused:
        wrong.update(refused.errors)
    if wrong:
        raise Invalid(errors=wrong)
    if actor.machine:
        raise NotFound
    person_id = UUID(actor.id)
    with tools.store.unit_of_work() as uow:
        uow.people.change(person_id, mail=mail, phone=phone)
        uow.contacts.prefer(person_id, wanted, tools.clock.now())
        found = uow.contacts.of(person_id)
        uow.commit()
    if found is None:
        raise NotFound
    return found
