"""Mail over SMTP: one letter at a time, plain text, to one address.

Once the server has said that it takes a letter, nothing makes it a failure any more; and its words about the letter
are waited for longer than the others, because one whose acceptance was not heard is sent again, under the same
Message-ID.
"""

import smtplib
import ssl
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from app.domain.connectors import CallFailed
from app.ports.secrets import Secrets

#: seconds for one word with the server
WAIT = 15.0
#: seconds for each word about a letter
TAKING = 60.0
#: name of the secret that holds the password
PASSWORD = "smtp_password"
_PORTS = {"smtp": 25, "smtps": 465}


class MailServer:
    """The mail server of the installation."""

    def __init__(self, url: str, sender: str, secrets: Secrets) -> None:
        """Take the setting; nothing is connected before a letter is sent."""
        parts = urlsplit(url)
        self._host, self._scheme = parts.hostname or "", parts.scheme
        self._port = parts.port or _PORTS[parts.scheme]
        self._user = unquote(parts.username or "")
        self._sender, self._secrets = sender, secrets

    def send(self, to: str, subject: str, text: str, *, key: str, at: datetime) -> None:
        """Hand one letter to the server.

        Args:
            key: the same for every attempt, so that who receives a letter twice can tell.

        Raises:
            CallFailed: with `again` where the next attempt may work.
        """
        letter = EmailMessage()
        letter["From"], letter["To"] = self._sender, to
        letter["Subject"] = " ".join(subject.split())[:200]
        letter["Date"] = format_datetime(at)
        letter["Message-ID"] = f"<{key}@{self._sender.partition('@')[2]}>"
        # no machine is to answer
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(text, cte="base64")
        try:
            server = self._connected()
            try:
                _wait(server, TAKING)
                server.send_message(letter)
            finally:
                _leave(server)
        except smtplib.SMTPRecipientsRefused as cause:
            code = next((answer[0] for answer in cause.recipients.values()), 550)
            raise CallFailed(f"smtp.{code}", "The mail server refused the address.", again=code < 500) from cause
        except smtplib.SMTPResponseException as cause:
            text = f"The mail server answered with {cause.smtp_code}."
            raise CallFailed(f"smtp.{cause.smtp_code}", text, again=cause.smtp_code < 500) from cause
        except (OSError, smtplib.SMTPException) as cause:
            text = f"The mail server does not answer: {type(cause).__name__}."
            raise CallFailed("smtp.unreachable", text, again=True) from cause

    def _connected(self) -> smtplib.SMTP:
        safe = ssl.create_default_context()
        if self._scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=WAIT, context=safe)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=WAIT)
        try:
            server.ehlo()
            if self._scheme == "smtp" and (self._user or server.has_extn("starttls")):
                server.starttls(context=safe)
            if self._user:
                server.login(self._user, self._secrets.named(PASSWORD))
        except BaseException:
            server.close()
            raise
        return server


def _leave(server: smtplib.SMTP) -> None:
    """Say goodbye; whatever is answered, the letter was taken or refused before."""
    with suppress(OSError, smtplib.SMTPException):
        _wait(server, WAIT)
        server.quit()
    server.close()


def _wait(server: smtplib.SMTP, seconds: float) -> None:
    if server.sock is not None:
        server.sock.settimeout(seconds)
