"""Passwords are kept as Argon2id hashes."""

from argon2 import PasswordHasher

from app.ports import passwords


def test_a_password_fits_its_own_hash_only() -> None:
    stored = passwords.hash_password("对的 password")
    assert stored.startswith("$argon2id$")
    assert passwords.verify_password(stored, "对的 password")
    assert not passwords.verify_password(stored, "falsch")


def test_an_account_without_password_never_fits() -> None:
    assert not passwords.verify_password(None, "nobody has this password")
    assert not passwords.verify_password("", "nobody has this password")
    assert not passwords.verify_password("not a hash", "x")


def test_an_endless_password_is_not_accepted() -> None:
    stored = passwords.hash_password("x" * passwords.LONGEST)
    assert passwords.verify_password(stored, "x" * passwords.LONGEST)
    assert not passwords.verify_password(stored, "x" * (passwords.LONGEST + 1))


def test_weaker_hashes_are_to_be_renewed() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash("x")
    assert passwords.needs_rehash(weak)
    assert passwords.needs_rehash("not a hash")
    assert not passwords.needs_rehash(passwords.hash_password("x"))


def test_many_are_hashed_in_order() -> None:
    wanted = ["a", "b", "c"]
    assert all(map(passwords.verify_password, passwords.hash_passwords(wanted), wanted))
