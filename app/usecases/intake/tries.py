"""How a stranger looks with a code; shared by the verbs that open something by a number and its code."""

from collections.abc import Callable
from typing import TypeVar

from app.usecases import Tools
from app.usecases.intake.announce_try import announce_try
from app.usecases.intake.forgive_tries import forgive_tries

_LONGEST = 150
Found = TypeVar("Found")


def guarded(tools: Tools, kind: str, number: str, address: str, look: Callable[[], Found]) -> Found:
    """Let somebody look with a code, unless he or others have tried too many that were wrong.

    A right code takes back the wrong ones for its number from its address.

    Raises:
        TooManyCodes: there were too many already; the code was not looked at.
        NotFound: of `look`, for a wrong one.
    """
    number, address = (text.strip().replace("\0", "")[:_LONGEST] for text in (number, address))
    announce_try(tools, kind=kind, number=number, address=address)
    found = look()
    forgive_tries(tools, kind=kind, number=number, address=address)
    return found
