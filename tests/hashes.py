"""Passwords for many people at once, without the time that a thief should need."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from argon2 import PasswordHasher

from app.ports import passwords


@contextmanager
def cheap_hashes() -> Iterator[None]:
    """Let passwords be hashed quickly here; whoever signs in later gets a hash as strong as the product's."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield
