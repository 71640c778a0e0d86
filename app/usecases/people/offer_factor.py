"""Offer a second factor."""

from dataclasses import dataclass
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import NotSignedIn
from app.ports import one_time
from app.usecases import Tools
from app.usecases.people.admitting import needs_factor, pass_of, read_pass

#: how the telephone calls us
ISSUER = "甬治 Yongzhi"


@dataclass(frozen=True)
class FactorOffer:
    """What somebody needs to set up his second factor."""

    #: an SVG element
    picture: str
    #: for whoever cannot take a picture
    secret: str
    #: comes back with the first code
    note: str
    #: he has one already; it holds until the new one is tried out
    enrolled: bool
    codes_left: int
    #: one of his roles asks for it
    needed: bool


def offer_factor(tools: Tools, *, actor: Actor | None = None, note: str = "") -> FactorOffer:
    """Invent a secret for somebody's telephone; nothing is kept before its first code comes back.

    Args:
        actor: somebody who is signed in; or
        note: of somebody whose password was right and whose role asks for a second factor.

    Raises:
        SignInFailed: the note is none of ours, or too old. NotSignedIn: neither is there.
    """
    person_id = actor.person_id if actor else UUID(read_pass(tools, note, "enrol")["person"])
    if person_id is None:
        raise NotSignedIn
    secret = one_time.new_secret()
    with tools.store.unit_of_work() as uow:
        who = uow.people.actor(person_id, tools.clock.now())
        enrolled = uow.factors.find(person_id) is not None
        left = uow.factors.codes_left(person_id)
    picture = one_time.picture(one_time.enrolment_uri(secret, who.username, ISSUER))
    # how he came here says whether his password is asked for once more
    way = "account" if actor else "sign-in"
    return FactorOffer(picture, secret, pass_of(tools, person_id, "factor", secret=secret, way=way), enrolled, left,
                       needs_factor(tools, who))  # fmt: skip
