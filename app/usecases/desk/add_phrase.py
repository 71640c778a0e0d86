"""Add a phrase."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Invalid
from app.schemas.texts import say
from app.schemas.values import is_clean
from app.usecases import Tools

LONGEST = 300
#: most phrases of one person
MOST = 50


def add_phrase(tools: Tools, *, actor: Actor, text: str) -> UUID:
    """Keep a phrase of one's own; one that is there already is not kept twice.

    Raises:
        Invalid: empty, too long, or one too many.
    """
    words = text.strip()
    wrong = "" if words else say("required")
    wrong = wrong or (say("too_long", n=LONGEST) if len(words) > LONGEST else "")
    wrong = wrong or ("" if is_clean(words) else say("characters"))
    if wrong:
        raise Invalid(errors={"text": [wrong]})
    with tools.store.unit_of_work() as uow:
        mine = uow.phrases.of(actor)
        known = next((one.id for one in mine if one.text == words), None)
        if known is not None:
            return known
        if len(mine) >= MOST:
            raise Invalid(errors={"text": [say("too_many", n=MOST)]})
        added = uow.phrases.add(actor, words, tools.clock.now())
        uow.commit()
    return added
