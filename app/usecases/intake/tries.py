"""How often strangers may guess at a number and its code; shared by the verbs that open something by a code."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from app.domain.errors import TooManyAttempts
from app.usecases import Tools

#: wrong codes that are forgiven in this time: for a number from one address, for it from anywhere, from an address
WINDOW = timedelta(minutes=15)
PER_PAIR, PER_NUMBER, PER_ADDRESS = 5, 20, 50
_LONGEST = 150
Found = TypeVar("Found")


class TooManyCodes(TooManyAttempts):
    """Too many wrong codes; wait a quarter of an hour, then type number and code exactly as you were given them."""

    slug = "too-many-codes"


def guarded(tools: Tools, kind: str, number: str, address: str, look: Callable[[], Found]) -> Found:
    """Let somebody look with a code, unless he or others have tried too many that were wrong.

    A try is written down before the code is looked at, so that a hundred guesses at the same moment count as a
    hundred and wait for each other; a right code takes back those for its number from its address.

    Raises:
        TooManyCodes: there were too many already; the code was not looked at.
        NotFound: of `look`, for a wrong one.
    """
    key = (kind, _clean(number), _clean(address))
    _announce(tools, key)
    found = look()
    _forgive(tools, key)
    return found


def _clean(text: str) -> str:
    return text.strip().replace("\0", "")[:_LONGEST]


def _announce(tools: Tools, key: tuple[str, str, str]) -> None:
    wall = tools.clock.wall()
    with tools.store.unit_of_work() as uow:
        pair, number, address = uow.public_tries.count(*key, wall - WINDOW)
        if pair >= PER_PAIR or number >= PER_NUMBER or address >= PER_ADDRESS:
            raise TooManyCodes
        uow.public_tries.add(*key, wall)
        uow.commit()


def _forgive(tools: Tools, key: tuple[str, str, str]) -> None:
    with tools.store.unit_of_work() as uow:
        uow.public_tries.forgive(*key)
        uow.commit()
