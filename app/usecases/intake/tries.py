"""How a stranger looks with a code; shared by the verbs that open something by a number and its code."""

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TypeVar

from app.usecases import Tools
from app.usecases.intake.announce_try import announce_try
from app.usecases.intake.forgive_tries import forgive_tries

_LONGEST = 150
#: what one household or one telephone gets of the newer addresses, to choose from as it likes
_NETWORK = 64
Found = TypeVar("Found")


def network_of(address: str) -> str:
    """Name the network that an address belongs to, as far as one sender has it to himself; other text is cut."""
    text = address.strip().replace("\0", "")[:_LONGEST]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return text
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, _NETWORK), strict=False))


def guarded(tools: Tools, kind: str, number: str, address: str, look: Callable[[], Found]) -> Found:
    """Let somebody look with a code, unless he or others have tried too many that were wrong.

    A right code takes back the wrong ones for its number from its network.

    Raises:
        TooManyCodes: there were too many already; the code was not looked at.
        NotFound: of `look`, for a wrong one.
    """
    number, address = number.strip().replace("\0", "")[:_LONGEST], network_of(address)
    announce_try(tools, kind=kind, number=number, address=address)
    found = look()
    forgive_tries(tools, kind=kind, number=number, address=address)
    return found
