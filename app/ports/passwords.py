"""Hash and check passwords with Argon2id.

The cost is OWASP's first choice for Argon2id with one lane: 19 MiB and two passes. A stronger setting in a
later release reaches each account at its next sign-in, because `needs_rehash` then says so.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

#: longer input is not a password; hashing it would only keep the server busy
LONGEST = 512

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
#: stands in for the hash of an unknown person, so that both answers take the same time
_NOBODY = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    """Hash one password with a fresh salt."""
    return _hasher.hash(password)


def hash_passwords(passwords: Iterable[str]) -> list[str]:
    """Hash many at once; Argon2 works outside the interpreter's lock, so threads share the processors."""
    with ThreadPoolExecutor(max_workers=min(8, cpu_count() or 1)) as threads:
        return list(threads.map(hash_password, passwords))


def verify_password(stored: str | None, password: str) -> bool:
    """Check a password; an account without one (or no account at all) costs the same time and fails."""
    try:
        right = _hasher.verify(stored or _NOBODY, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return right and bool(stored) and len(password) <= LONGEST


def needs_rehash(stored: str) -> bool:
    """Say whether the hash was made with other parameters than today's."""
    try:
        return _hasher.check_needs_rehash(stored)
    except InvalidHashError:
        return True
