"""How settings are written: each reader takes the text of one, or says what it must be."""

import base64
import binascii
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path

_ON, _OFF = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")
_HOST = re.compile(
    r"(\*\.)?[a-z0-9_-][a-z0-9._-]*(/[0-9]{1,2}|:[0-9]{1,5})?|\[[0-9a-f:.]+\](/[0-9]{1,3}|:[0-9]{1,5})?"
)
_MAIL_SERVER = re.compile(r"smtps?://([^@/:\s]{1,100}@)?([A-Za-z0-9._-]{1,253}|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?/?")
_BUCKET = re.compile(r"https?://[^:@/\s]+:[^@/\s]+@[A-Za-z0-9.-]+(:[0-9]{1,5})?/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
                     r"(\?region=[A-Za-z0-9-]+)?")
_CODE = re.compile(r"[a-z][a-z0-9_]{1,60}")
_ISSUER = re.compile(r"(https://[A-Za-z0-9.-]+|http://(localhost|127\.0\.0\.1))(:[0-9]{1,5})?(/[!-~]*)?")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,200}")


def flag(text: str) -> bool:
    """Read yes or no."""
    if text.lower() in _ON:
        return True
    if text.lower() in _OFF:
        return False
    raise ValueError("must be 1 or 0")


def whole(least: int, most: int) -> Callable[[str], int]:
    """Make a reader of whole numbers within bounds."""
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text[:9]) <= most and len(text) < 10):
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(text)

    return read


def seconds(text: str) -> float:
    """Read a short pause."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0.05 <= seconds <= 60:
        raise ValueError("must be a number of seconds from 0.05 to 60")
    return seconds


def one_of(choices: tuple[str, ...]) -> Callable[[str], str]:
    """Make a reader of one of several words."""
    def read(text: str) -> str:
        matches = [choice for choice in choices if choice.lower() == text.lower()]
        if not matches:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return matches[0]

    return read


def database(text: str) -> str:
    """Read the address of a PostgreSQL database."""
    if not text.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
        raise ValueError("must be a PostgreSQL address: postgresql://user:password@host:5432/name")
    return "postgresql://" + text.split("://", 1)[1]


def bucket(text: str) -> str:
    """Read the address of a bucket of a store that speaks S3."""
    if not _BUCKET.fullmatch(text):
        raise ValueError("must be https://key:secret@host:port/bucket, with ?region=name where the store asks for one")
    return text


def hosts(text: str) -> tuple[str, ...]:
    """Read hosts and networks, separated by commas."""
    hosts = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    if not all(_HOST.fullmatch(host) for host in hosts):
        raise ValueError("must be names, addresses or networks with an optional port: api.example.cn:443, 10.1.2.0/24")
    return hosts


def words(text: str) -> tuple[str, ...]:
    """Read codes, separated by commas."""
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    if not all(_CODE.fullmatch(one) for one in found):
        raise ValueError("must be codes of city/roles.yaml, separated by commas: sys_admin,auditor")
    return found


def issuer(text: str) -> str:
    """Read the address of an OpenID provider, exactly as it calls itself."""
    if not _ISSUER.fullmatch(text):
        raise ValueError("must be https://… as the provider calls itself; http:// for this machine only")
    return text


def mail_server(text: str) -> str:
    """Read the address of a mail server."""
    if not _MAIL_SERVER.fullmatch(text):
        raise ValueError("must be smtp://host:port or smtps://user@host:port; the password is the secret smtp_password")
    return text


def mail_address(text: str) -> str:
    """Read an address of mail."""
    if not _MAIL.fullmatch(text):
        raise ValueError("must be an address: name@example.cn")
    return text


def key(text: str) -> bytes:
    """Read 32 bytes."""
    try:
        return (
            bytes.fromhex(text) if len(text) == 64 else base64.b64decode(text, altchars=b"-_", validate=True)
        )
    except (ValueError, binascii.Error):
        raise ValueError("must be 32 bytes, written in base64 or as 64 hexadecimal digits") from None


def kept_key(path: Path) -> str:
    """Read a generated key; of several processes that make it at once, all use the first one's."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
