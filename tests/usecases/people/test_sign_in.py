"""Signing in: one answer for every wrong try, an end to guessing, and sessions that end."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from app.domain.actor import Actor
from app.domain.errors import Invalid, SignInFailed, TooManyAttempts
from app.ports.passwords import needs_rehash
from app.usecases import Tools
from app.usecases.clock import Clock
from app.usecases.people.admitting import PER_ADDRESS, PER_PAIR, PER_USERNAME, SignedIn
from app.usecases.people.forget_expired import forget_expired
from app.usecases.people.identify import identify
from app.usecases.people.set_language import set_language
from app.usecases.people.sign_in import sign_in
from app.usecases.people.sign_out import sign_out

AddPerson = Callable[..., Actor]


class Later(Clock):
    """A clock whose wall time is ahead."""

    def __init__(self, ahead: timedelta) -> None:
        self._ahead = ahead
        self.movable = False

    def wall(self):  # type: ignore[no-untyped-def]
        from datetime import UTC, datetime

        return datetime.now(UTC) + self._ahead


def enter(tools: Tools, username: str = "duty", password: str = "right", address: str = "10.0.0.1") -> SignedIn:
    return sign_in(tools, username=username, password=password, address=address, kind="cookie")


@pytest.fixture
def duty(add_person: AddPerson) -> Actor:
    return add_person("duty", "street_duty", password="right")


def test_a_session_stands_for_its_person(tools: Tools, duty: Actor) -> None:
    signed = enter(tools)
    assert signed.actor == duty
    assert identify(tools, token=signed.token) == duty
    assert signed.expires_at > tools.clock.wall() + timedelta(hours=tools.config.session_hours - 1)


def test_the_token_itself_is_not_stored(tools: Tools, duty: Actor) -> None:
    signed = enter(tools)
    with tools.store.engine.connect() as link:
        kept = link.exec_driver_sql("select token_hash from sessions").scalar()
    assert signed.token.encode() not in bytes(kept)


@pytest.mark.parametrize(
    ("username", "password"),
    [("duty", "wrong"), ("nobody", "right"), ("", ""), ("duty", ""), ("du\0ty\0", "x"), ("x" * 5000, "y" * 5000)],
)
def test_every_wrong_try_gets_the_same_answer(tools: Tools, duty: Actor, username: str, password: str) -> None:
    with pytest.raises(SignInFailed) as refused:
        enter(tools, username, password)
    assert refused.value.message == SignInFailed().message


def test_an_account_without_password_cannot_sign_in(tools: Tools, add_person: AddPerson) -> None:
    add_person("empty")
    with pytest.raises(SignInFailed):
        enter(tools, "empty", "")


def test_a_closed_account_neither_signs_in_nor_goes_on(tools: Tools, duty: Actor) -> None:
    signed = enter(tools)
    assert duty.person_id
    with tools.store.unit_of_work() as uow:
        uow.people.change(duty.person_id, active=False)
        uow.commit()
    assert identify(tools, token=signed.token) is None
    with pytest.raises(SignInFailed):
        enter(tools)


def test_after_five_failures_the_name_is_closed_there_even_to_the_right_password(tools: Tools, duty: Actor) -> None:
    for _ in range(PER_PAIR):
        with pytest.raises(SignInFailed):
            enter(tools, password="wrong")
    with pytest.raises(TooManyAttempts):
        enter(tools)
    # a stranger's guesses do not lock the officer out at his own desk
    assert enter(tools, address="10.9.9.9").actor == duty
    with pytest.raises(TooManyAttempts):
        enter(tools)
    later = replace(tools, clock=Later(timedelta(minutes=16)))
    assert enter(later).actor == duty


def test_a_name_that_is_tried_from_everywhere_is_closed_everywhere(tools: Tools, duty: Actor) -> None:
    for number in range(PER_USERNAME):
        with pytest.raises(SignInFailed):
            enter(tools, password="wrong", address=f"10.1.0.{number}")
    with pytest.raises(TooManyAttempts):
        enter(tools, address="10.9.9.9")


def test_an_address_that_tries_many_names_is_closed(tools: Tools, duty: Actor) -> None:
    for number in range(PER_ADDRESS):
        with pytest.raises(SignInFailed):
            enter(tools, f"name{number}", "x")
    with pytest.raises(TooManyAttempts):
        enter(tools)
    assert enter(tools, address="10.0.0.2").actor == duty


def test_success_is_no_failure_of_the_name_nor_of_the_office_behind_one_address(tools: Tools, duty: Actor) -> None:
    for _ in range(PER_ADDRESS + 2):
        enter(tools)


def test_guesses_at_the_same_moment_wait_for_each_other(tools: Tools, duty: Actor) -> None:
    def guess(number: int) -> type[Exception]:
        try:
            enter(tools, password=f"wrong{number}")
        except (SignInFailed, TooManyAttempts) as refused:
            return type(refused)
        raise AssertionError("a wrong password was accepted")

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(guess, range(40)))
    assert answers.count(SignInFailed) == PER_PAIR
    with pytest.raises(TooManyAttempts):
        enter(tools)


def test_a_weak_hash_is_renewed_at_sign_in(tools: Tools, duty: Actor) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash("right")
    assert duty.person_id
    with tools.store.unit_of_work() as uow:
        uow.people.change(duty.person_id, password_hash=weak)
        uow.commit()
    enter(tools)
    with tools.store.unit_of_work() as uow:
        assert not needs_rehash(uow.people.get(duty.person_id).password_hash)
    assert enter(tools).actor == duty


def test_signing_out_ends_this_session_only(tools: Tools, duty: Actor) -> None:
    first, second = enter(tools), enter(tools)
    sign_out(tools, token=first.token)
    assert identify(tools, token=first.token) is None
    assert identify(tools, token=second.token) == duty
    sign_out(tools, token=first.token)


@pytest.mark.parametrize("token", ["", "unknown", "x" * 10_000, "\0", "\ud800"])
def test_what_is_no_token_is_nobody(tools: Tools, token: str) -> None:
    assert identify(tools, token=token) is None


def test_a_session_ends_and_is_forgotten(tools: Tools, duty: Actor) -> None:
    signed = enter(tools)
    later = replace(tools, clock=Later(timedelta(hours=tools.config.session_hours, minutes=1)))
    assert identify(later, token=signed.token) is None
    with pytest.raises(SignInFailed):
        enter(tools, password="wrong")
    assert forget_expired(later).sessions == 1
    assert forget_expired(replace(tools, clock=Later(timedelta(days=2)))).attempts >= 1


def test_moving_the_clock_of_cases_signs_nobody_out(tools: Tools, duty: Actor) -> None:
    signed = enter(tools)
    with tools.store.unit_of_work() as uow:
        uow.clock.move(timedelta(days=400))
        uow.commit()
    assert tools.clock.now() - tools.clock.wall() > timedelta(days=399)
    assert identify(tools, token=signed.token) == duty


def test_a_language_is_remembered(tools: Tools, duty: Actor) -> None:
    signed = enter(tools)
    set_language(tools, actor=duty, locale="en")
    found = identify(tools, token=signed.token)
    assert found and found.locale == "en"
    with pytest.raises(Invalid):
        set_language(tools, actor=duty, locale="de")
