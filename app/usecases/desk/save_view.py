"""Keep a filter of one's inbox under a name."""

from collections.abc import Mapping
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Invalid
from app.domain.filters import read_conditions
from app.domain.records import BOXES
from app.schemas.texts import say
from app.schemas.values import is_clean
from app.store.inbox_views import MOST
from app.usecases import Tools

#: longest name
LONGEST = 40
#: what of a list's address makes a filter
KEPT = ("box", "role", "light", "q", "where", "sort")


def save_view(
    tools: Tools, *, actor: Actor, name: str, query: Mapping[str, str], role: str = "", unit: str = ""
) -> UUID:
    """Keep a filter under a name; one of one's own with the same name is replaced.

    Args:
        query: {box, role, light, q, where, sort} as the list takes them.
        role: with whose holders it is shared, at the unit and below; the sharer holds this seat himself.

    Raises:
        Invalid: fields `name`, `query` and `role`.
    """
    words = name.strip()
    if not words or len(words) > LONGEST or not is_clean(words):
        raise Invalid(errors={"name": [say("too_long", n=LONGEST) if words else say("required")]})
    if role and (role, unit) not in {(a.role, a.unit) for a in actor.assignments}:
        raise Invalid(errors={"role": [say("option")]})
    kept = {key: value for key, value in query.items() if key in KEPT and value}
    if kept.get("box", "todo") not in BOXES:
        raise Invalid(errors={"query": [say("option")]})
    read_conditions(kept.get("where", ""))
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        if uow.inbox_views.count(actor) >= MOST:
            raise Invalid(errors={"name": [say("too_many", n=MOST)]})
        view_id = uow.inbox_views.save(actor, words, kept, at, seat=(role, unit) if role else ("", ""))
        uow.commit()
    return view_id
