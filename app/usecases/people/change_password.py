"""Change one's own password."""

from app.domain.actor import Actor
from app.domain.errors import Forbidden, Invalid
from app.ports.passwords import hash_password
from app.schemas.texts import say
from app.usecases import Tools
from app.usecases.people.check_own_password import check_own_password
from app.usecases.people.person_fields import wrong_password
from app.usecases.people.recording import record


def change_password(tools: Tools, *, actor: Actor, old: str, new: str, keep: str = "") -> None:
    """Change one's own password; every other session ends.

    Args:
        old: the password that holds until now.
        keep: token of the session that goes on.

    Writes:
        the hash; PasswordChanged.

    Raises:
        Invalid: field `old` or `new`. TooManyAttempts: the old password was guessed at.
    """
    if actor.person_id is None or actor.absent:
        raise Forbidden()
    with tools.store.unit_of_work() as uow:
        person = uow.people.get(actor.person_id)
    if not check_own_password(tools, person, old):
        raise Invalid(errors={"old": [say("old_password")]})
    wrong = wrong_password(new, username=person.username)
    if wrong or new == old:
        raise Invalid(errors={"new": wrong or [say("same_password")]})
    with tools.store.unit_of_work() as uow:
        uow.people.change(person.id, password_hash=hash_password(new))
        uow.sessions.drop_of(person.id, but=tools.secrets.token_hash(keep) if keep else None)
        record(uow, person.id, "PasswordChanged", {}, actor, tools.clock.now())
        uow.commit()
