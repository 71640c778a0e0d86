"""Set up a second factor."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Invalid, SignInFailed
from app.ports import one_time
from app.schemas.texts import say
from app.usecases import Tools
from app.usecases.people.admitting import SignedIn, code_hash, open_session, read_pass
from app.usecases.people.check_own_password import check_own_password
from app.usecases.people.recording import record


@dataclass(frozen=True)
class Enrolled:
    """A second factor that works."""

    #: for emergencies; shown once
    codes: Sequence[str]
    #: a new session, for whoever set it up on the way in
    signed: SignedIn | None


def enrol_factor(tools: Tools, *, note: str, code: str, actor: Actor | None = None, password: str = "") -> Enrolled:
    """Keep a second factor whose first code came back; one that was there is replaced, its codes are void.

    Args:
        note: of the offer.
        actor: somebody who is signed in; his password is asked for once more. None on the way in.

    Writes:
        the factor, sealed, and hashes of ten codes; FactorEnrolled; on the way in, the session.

    Raises:
        SignInFailed: the note is none of ours or too old. Invalid: field `code` or `password`. TooManyAttempts: the
            password was guessed at.
    """
    found = read_pass(tools, note, "factor")
    person_id, secret, wall = UUID(found["person"]), found["secret"], tools.clock.wall()
    if (found["way"] == "account") != (actor is not None) or (actor and actor.person_id != person_id):
        raise SignInFailed
    step = one_time.matching_step(secret, code, wall, after=0)
    codes = one_time.new_codes()
    with tools.store.unit_of_work() as uow:
        row = uow.people.get(person_id)
    if actor and row.password_hash and not check_own_password(tools, row, password):
        raise Invalid(errors={"password": [say("old_password")]})
    with tools.store.unit_of_work() as uow:
        if step is None:
            raise Invalid(errors={"code": [say("code_wrong")]})
        if actor is None and uow.factors.find(person_id) is not None:
            # the note was used already
            raise SignInFailed
        who = uow.people.actor(person_id, tools.clock.now())
        sealed = tools.secrets.encrypt({"secret": secret}, context=f"factor:{person_id}")
        uow.factors.enrol(person_id, sealed, step, wall, [code_hash(tools, person_id, one) for one in codes])
        record(uow, person_id, "FactorEnrolled", {}, who, tools.clock.now())
        signed = None if actor else open_session(tools, uow, who, "cookie")
        uow.commit()
    return Enrolled([f"{one[:5]}-{one[5:]}" for one in codes], signed)
