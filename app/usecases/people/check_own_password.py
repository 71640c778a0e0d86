"""Ask somebody who is signed in for his password once more."""

from app.domain.records import PersonRow
from app.ports.passwords import verify_password
from app.usecases import Tools
from app.usecases.people.admitting import announce


def check_own_password(tools: Tools, person: PersonRow, password: str) -> bool:
    """Say whether somebody who is signed in knows his password; whoever sits at his screen has few guesses too.

    Raises:
        TooManyAttempts: there were too many already.
    """
    place, wall = f"account:{person.username}", tools.clock.wall()
    with tools.store.unit_of_work() as uow:
        announce(uow, person.username, place, wall)
        uow.commit()
    if not verify_password(person.password_hash or None, password):
        return False
    with tools.store.unit_of_work() as uow:
        uow.sessions.drop_attempt(person.username, place, wall)
        uow.commit()
    return True
