"""Give somebody a new password."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.office import check_not_oneself
from app.ports.passwords import hash_password
from app.usecases import Tools
from app.usecases.people.recording import looked_after, record


def reset_password(tools: Tools, *, actor: Actor, person_id: UUID) -> str:
    """Make a new password for somebody who has lost his; he is signed out everywhere.

    Args:
        actor: administers every unit where the person is.

    Returns:
        The password, shown once.

    Writes:
        its hash; PasswordReset.

    Raises:
        PersonNotFound: somebody else looks after the account. NotYourOwn: one's own is changed with the old one.
    """
    at = tools.clock.now()
    password = tools.secrets.new_token()[:20]
    with tools.store.unit_of_work() as uow:
        looked_after(uow, actor, person_id, at)
        check_not_oneself(actor, str(person_id))
        uow.people.change(person_id, password_hash=hash_password(password))
        uow.sessions.drop_of(person_id)
        record(uow, person_id, "PasswordReset", {}, actor, at)
        uow.commit()
    return password
