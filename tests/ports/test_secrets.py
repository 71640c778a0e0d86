"""What is encrypted stays closed, what is hashed stays unknown."""

import pytest

from app.ports.secrets import CODE_LENGTH, CODE_LETTERS, SealBroken, Secrets

KEY, OTHER = bytes(range(32)), bytes(32)
REPORTER = {"name": "报告人", "phone": "13800000000"}


def keys(data_key: bytes = KEY, **more: object) -> Secrets:
    return Secrets(data_key=data_key, secret_key="s" * 32, **more)  # type: ignore[arg-type]


def test_what_is_encrypted_opens_with_the_same_key_and_context() -> None:
    sealed = keys().encrypt(REPORTER, context="report 1")
    assert keys().decrypt(sealed, context="report 1") == REPORTER
    assert b"13800000000" not in sealed and "报告人".encode() not in sealed


def test_the_same_text_never_looks_the_same() -> None:
    assert keys().encrypt(REPORTER, context="r") != keys().encrypt(REPORTER, context="r")


@pytest.mark.parametrize("place", [0, 2, 8, 20, -1])
def test_a_changed_byte_is_found(place: int) -> None:
    sealed = bytearray(keys().encrypt(REPORTER, context="r"))
    sealed[place] ^= 1
    with pytest.raises(SealBroken):
        keys().decrypt(bytes(sealed), context="r")


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01abcd", b"x" * 40])
def test_rubbish_does_not_open(sealed: bytes) -> None:
    with pytest.raises(SealBroken):
        keys().decrypt(sealed, context="r")


def test_a_record_moved_to_another_report_does_not_open() -> None:
    sealed = keys().encrypt(REPORTER, context="report 1")
    with pytest.raises(SealBroken):
        keys().decrypt(sealed, context="report 2")


def test_a_new_key_opens_what_the_former_closed_and_says_so() -> None:
    sealed = keys(OTHER).encrypt(REPORTER, context="r")
    turned = keys(KEY, former_keys=[OTHER])
    assert turned.decrypt(sealed, context="r") == REPORTER
    assert turned.needs_new_key(sealed)
    assert not turned.needs_new_key(turned.encrypt(REPORTER, context="r"))
    with pytest.raises(SealBroken):
        keys(KEY).decrypt(sealed, context="r")


def test_token_hashes_depend_on_the_secret_and_tokens_do_not_repeat() -> None:
    other = Secrets(data_key=KEY, secret_key="t" * 32)
    token = keys().new_token()
    assert token != keys().new_token()
    assert keys().token_hash(token) == keys().token_hash(token) != other.token_hash(token)


def test_a_phone_number_is_the_same_however_it_is_written() -> None:
    found = {keys().phone_hash(text) for text in ("138 0000 0000", "+86-13800000000", "008613800000000")}
    assert len(found) == 1 and found != {keys().phone_hash("13800000001")}
    assert keys().phone_hash("") is None
    assert keys().phone_hash("nobody") is None


def test_a_tracking_code_can_be_typed_carelessly() -> None:
    code = keys().new_tracking_code()
    assert len(code) == CODE_LENGTH and set(code) <= set(CODE_LETTERS)
    assert keys().tracking_hash(f" {code[:5]}-{code[5:]} ".lower()) == keys().tracking_hash(code)
    assert keys().tracking_hash(code) != keys().tracking_hash(keys().new_tracking_code())


def test_demo_passwords_are_stable_readable_and_different() -> None:
    made = {keys().demo_password(f"u{n}") for n in range(200)}
    assert len(made) == 200
    assert keys().demo_password("u1") == keys().demo_password("u1")
    assert keys().demo_password("u1") != Secrets(data_key=KEY, secret_key="t" * 32).demo_password("u1")
    assert all(password.isascii() and password.count("-") == 4 for password in made)
