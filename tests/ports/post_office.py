"""A mail server on the loopback, for tests of what goes out: a real one, that refuses when it is told to."""

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

Letter = EmailMessage


class PostOffice:
    """What came in, and what is answered."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        #: answer to the next letters; empty: all is well
        self.refusal = ""
        #: answer to the farewell; empty: a polite one
        self.farewell = ""
        self.port = 0

    @property
    def url(self) -> str:
        """As the setting names it."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:
        """Look at an address."""
        if address.startswith("nobody@"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_QUIT(self, server: SMTP, session: Any, envelope: Any) -> str:
        """Say goodbye."""
        return self.farewell or "221 Bye"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        """Take a letter."""
        if self.refusal:
            return self.refusal
        content = envelope.content if isinstance(envelope.content, bytes) else envelope.content.encode()
        self.letters.append(email.message_from_bytes(content, policy=email.policy.default))
        return "250 taken"


@contextmanager
def post_office(port: int = 0) -> Iterator[PostOffice]:
    """Run a mail server until the test ends."""
    office = PostOffice()
    controller = Controller(office, hostname="127.0.0.1", port=port or _free())
    controller.start()
    office.port = controller.port
    try:
        yield office
    finally:
        controller.stop()


def _free() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
