"""Tickets: for a short while they open the stream of live updates to one session, and nothing else."""

import re
from datetime import UTC, datetime, timedelta
from hmac import compare_digest

from app.domain.errors import NotSignedIn
from app.usecases import Tools

#: between the page's question for a ticket and the stream that it opens lies one moment
LIFE = timedelta(minutes=2)
_TICKET = re.compile(r"([0-9a-f]{64})\.([0-9]{1,12})\.([0-9a-f]{64})")


def write_ticket(tools: Tools, token: str) -> str:
    """Write a ticket for a signed-in browser; it says nothing that could be used elsewhere.

    Args:
        token: of the browser's session.
    """
    until = int((tools.clock.wall() + LIFE).timestamp())
    session = tools.secrets.token_hash(token).hex()
    return f"{session}.{until}.{_signature(tools, session, str(until))}"


def read_ticket(tools: Tools, ticket: str) -> bytes:
    """Read which session a ticket belongs to, without asking the store.

    Raises:
        NotSignedIn: it is not ours, was changed, or is too old.
    """
    found = _TICKET.fullmatch(ticket)
    if found is None or not compare_digest(_signature(tools, found[1], found[2]), found[3]):
        raise NotSignedIn
    if datetime.fromtimestamp(int(found[2]), UTC) < tools.clock.wall():
        raise NotSignedIn
    return bytes.fromhex(found[1])


def _signature(tools: Tools, session: str, until: str) -> str:
    return tools.secrets.sign(f"live {session}.{until}")
