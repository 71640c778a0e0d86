"""A second factor: set up, asked for, used once, limited in guesses, helped by recovery codes, reset by others."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.domain.actor import Actor
from app.domain.errors import Invalid, NotFound, SignInFailed, TooManyAttempts
from app.domain.office import NotYourOwn
from app.ports import one_time
from app.usecases import Tools
from app.usecases.people.admitting import PER_PAIR, SecondFactorNeeded, SecondFactorToEnrol, SignedIn
from app.usecases.people.change_password import change_password
from app.usecases.people.enrol_factor import Enrolled, enrol_factor
from app.usecases.people.offer_factor import offer_factor
from app.usecases.people.reset_factor import reset_factor
from app.usecases.people.sign_in import sign_in
from app.usecases.people.sign_in_with_code import sign_in_with_code

PASSWORD = "a long enough sentence"


class Standing:
    """The real clock, held still until the test moves it."""

    def __init__(self, inner: object) -> None:
        self._inner, self.at = inner, inner.wall()  # type: ignore[attr-defined]

    def wall(self) -> datetime:
        return self.at

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def held(tools: Tools) -> Tools:
    return replace(tools, clock=Standing(tools.clock))  # type: ignore[arg-type]


def pass_time(tools: Tools, **amount: float) -> None:
    tools.clock.at += timedelta(**amount)  # type: ignore[attr-defined]


def enter(tools: Tools, code: str = "", password: str = PASSWORD) -> SignedIn:
    return sign_in(tools, username="wang", password=password, address="1.2.3.4", kind="cookie", code=code)


def enrolled(tools: Tools, actor: Actor) -> tuple[str, Enrolled]:
    """Set a factor up; its secret and the codes."""
    offer = offer_factor(tools, actor=actor)
    code = one_time.code_at(offer.secret, tools.clock.wall())
    done = enrol_factor(tools, actor=actor, note=offer.note, code=code, password=PASSWORD)
    return offer.secret, done


@pytest.fixture
def wang(held: Tools, add_person: Callable[..., Actor]) -> Actor:
    return add_person("wang", "street_duty", password=PASSWORD)


def test_the_picture_says_what_the_telephone_needs(held: Tools, wang: Actor) -> None:
    offer = offer_factor(held, actor=wang)
    assert offer.picture.startswith("<svg") and "script" not in offer.picture and not offer.enrolled
    uri = one_time.enrolment_uri(offer.secret, "wang", "甬治 Yongzhi")
    assert uri.startswith("otpauth://totp/") and f"secret={offer.secret}" in uri and "wang" in uri
    # nothing is kept before the first code comes back
    assert enter(held).token


def test_a_code_is_asked_for_and_taken_once(held: Tools, wang: Actor) -> None:
    secret, done = enrolled(held, wang)
    assert len(set(done.codes)) == 10 and done.signed is None
    with pytest.raises(SecondFactorNeeded) as half:
        enter(held)
    with pytest.raises(SignInFailed):
        enter(held, one_time.code_at(secret, held.clock.wall()))  # it was used to set it up
    pass_time(held, seconds=30)
    code = one_time.code_at(secret, held.clock.wall())
    note = half.value.attributes["note"]
    signed = sign_in_with_code(held, note=note, code=code, address="1.2.3.4", kind="cookie")
    assert signed.actor.username == "wang"
    for again in (lambda: enter(held, code),
                  lambda: sign_in_with_code(held, note=note, code=code, address="1.2.3.4", kind="cookie")):
        with pytest.raises(SignInFailed):
            again()
    pass_time(held, seconds=30)
    assert enter(held, one_time.code_at(secret, held.clock.wall())).token
    # nor does an older code count after a newer one
    with pytest.raises(SignInFailed):
        enter(held, code)


def test_a_wrong_password_says_nothing_about_the_factor(held: Tools, wang: Actor) -> None:
    enrolled(held, wang)
    with pytest.raises(SignInFailed):
        enter(held, password="something else entirely")


def test_guesses_are_limited_however_they_come(held: Tools, wang: Actor) -> None:
    secret, _ = enrolled(held, wang)
    pass_time(held, seconds=60)
    for number in range(PER_PAIR):
        # showing the password in between does not give more guesses
        with pytest.raises(SecondFactorNeeded) as half:
            enter(held)
        pass_time(held, seconds=1)
        with pytest.raises(SignInFailed):
            if number % 2:
                enter(held, "000000" if one_time.code_at(secret, held.clock.wall()) != "000000" else "000001")
            else:
                sign_in_with_code(held, note=half.value.attributes["note"], code="12", address="1.2.3.4", kind="cookie")
        pass_time(held, seconds=1)
    with pytest.raises(TooManyAttempts):
        enter(held, one_time.code_at(secret, held.clock.wall()))
    pass_time(held, minutes=16)
    assert enter(held, one_time.code_at(secret, held.clock.wall())).token


def test_a_recovery_code_opens_once(held: Tools, wang: Actor) -> None:
    _, done = enrolled(held, wang)
    assert enter(held, done.codes[0].upper()).token
    with pytest.raises(SignInFailed):
        enter(held, done.codes[0])
    assert enter(held, done.codes[1].replace("-", " ")).token
    assert offer_factor(held, actor=wang).codes_left == 8
    with held.store.unit_of_work() as uow:
        assert wang.person_id
        kinds = [fact.kind for fact in uow.office_facts.of(wang.person_id)]
    assert kinds == ["RecoveryCodeUsed", "RecoveryCodeUsed", "FactorEnrolled"]


def test_setting_up_asks_for_the_password_and_a_right_code(held: Tools, wang: Actor) -> None:
    offer = offer_factor(held, actor=wang)
    right = one_time.code_at(offer.secret, held.clock.wall())
    with pytest.raises(Invalid) as refused:
        enrol_factor(held, actor=wang, note=offer.note, code=right, password="wrong")
    assert "password" in refused.value.errors
    with pytest.raises(Invalid) as refused:
        enrol_factor(held, actor=wang, note=offer.note, code="1234", password=PASSWORD)
    assert "code" in refused.value.errors
    for note in ("", "nonsense", offer.note[:-4] + "AAAA", "é" * 10):
        with pytest.raises(SignInFailed):
            enrol_factor(held, actor=wang, note=note, code=right, password=PASSWORD)
    with pytest.raises(SignInFailed):
        # an offer to somebody who is signed in lets nobody in
        enrol_factor(held, note=offer.note, code=right)
    pass_time(held, minutes=11)
    with pytest.raises(SignInFailed):
        enrol_factor(held, actor=wang, note=offer.note, code=right, password=PASSWORD)


def test_a_role_that_needs_one_sets_it_up_on_the_way_in(held: Tools, wang: Actor) -> None:
    strict = replace(held, config=replace(held.config, second_factor_roles=("street_duty",)))
    with pytest.raises(SecondFactorToEnrol) as half:
        enter(strict)
    way = half.value.attributes["note"]
    offer = offer_factor(strict, note=way)
    assert offer.needed and not offer.enrolled
    done = enrol_factor(strict, note=offer.note, code=one_time.code_at(offer.secret, strict.clock.wall()))
    assert done.signed and done.signed.actor.username == "wang"
    # the note of the way in is worth nothing once there is a factor
    again = offer_factor(strict, note=way)
    with pytest.raises(SignInFailed):
        enrol_factor(strict, note=again.note, code=one_time.code_at(again.secret, strict.clock.wall()))
    with pytest.raises(SecondFactorNeeded):
        enter(strict)


def test_an_administrator_resets_it_but_not_his_own(
    held: Tools, wang: Actor, add_person: Callable[..., Actor]
) -> None:
    admin = add_person("keeper", "sys_admin")
    assert wang.person_id and admin.person_id
    with pytest.raises(NotFound):
        reset_factor(held, actor=admin, person_id=wang.person_id)
    enrolled(held, wang)
    reset_factor(held, actor=admin, person_id=wang.person_id)
    assert enter(held).token
    with pytest.raises(NotYourOwn):
        reset_factor(held, actor=admin, person_id=admin.person_id)


def test_the_secret_is_sealed_and_bound_to_its_person(held: Tools, wang: Actor) -> None:
    secret, done = enrolled(held, wang)
    with held.store.engine.connect() as connection:
        kept = connection.exec_driver_sql("select secret from second_factors").scalar_one()
        codes = connection.exec_driver_sql("select code_hash from recovery_codes").scalars().all()
    assert secret.encode() not in bytes(kept)
    assert not any(code.replace("-", "").encode() in bytes(one) for code in done.codes for one in codes)


def test_whoever_sits_at_his_screen_cannot_guess_his_password(held: Tools, wang: Actor) -> None:
    wrong = "none of his passwords"
    for _ in range(PER_PAIR):
        with pytest.raises(Invalid):
            change_password(held, actor=wang, old=wrong, new="another long sentence")
        pass_time(held, seconds=1)
    with pytest.raises(TooManyAttempts):
        change_password(held, actor=wang, old=PASSWORD, new="another long sentence")
    offer = offer_factor(held, actor=wang)
    code = one_time.code_at(offer.secret, held.clock.wall())
    with pytest.raises(TooManyAttempts):
        enrol_factor(held, actor=wang, note=offer.note, code=code, password=PASSWORD)
    # he himself signs in as before, and after a while may change it
    assert enter(held).token
    pass_time(held, minutes=16)
    change_password(held, actor=wang, old=PASSWORD, new="another long sentence")
    assert enter(held, password="another long sentence").token
