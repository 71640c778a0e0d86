"""Write down that a stranger tries a code, before anybody looks whether it is right."""

from datetime import timedelta

from app.domain.errors import TooManyAttempts
from app.usecases import Tools

#: wrong codes that are forgiven in this time: for a number from one network, for it from anywhere, from a network
WINDOW = timedelta(minutes=15)
#: A number closes to everybody only when four hundred networks try it at once: whoever merely knows it cannot lock out
#: the citizen whose report it is. Guessing stays hopeless: at that pace half of the 30^10 codes take millions of years.
PER_PAIR, PER_NUMBER, PER_ADDRESS = 5, 2000, 50


class TooManyCodes(TooManyAttempts):
    """Too many wrong codes; wait a quarter of an hour, then type number and code exactly as you were given them."""

    slug = "too-many-codes"


def announce_try(tools: Tools, *, kind: str, number: str, address: str) -> None:
    """Count a try at a number's code, so that a hundred at the same moment count as a hundred, one after the other.

    Writes:
        the try, as one that was wrong.

    Raises:
        TooManyCodes: there were too many already.
    """
    wall = tools.clock.wall()
    with tools.store.unit_of_work() as uow:
        pair, anywhere, here = uow.public_tries.count(kind, number, address, wall - WINDOW)
        if pair >= PER_PAIR or anywhere >= PER_NUMBER or here >= PER_ADDRESS:
            raise TooManyCodes
        uow.public_tries.add(kind, number, address, wall)
        uow.commit()
