"""Drop a draft."""

from app.domain.actor import Actor
from app.domain.errors import Conflict, Forbidden
from app.usecases import Tools
from app.usecases.studio.deployment import require_designer


class NoDraft(Conflict):
    """This version is no draft."""

    slug = "no-draft"


def drop_draft(tools: Tools, *, actor: Actor, kind: str, key: str, number: int) -> None:
    """Drop a draft that its author does not want any more; the file stays among the old versions.

    Args:
        actor: the designer who kept it.

    Writes:
        the draft's state.

    Raises:
        DefinitionNotFound.
        NoDraft: it was proposed, decided or dropped before.
        Forbidden: no designer, or another's draft.
    """
    require_designer(actor)
    now = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        row = uow.definitions.get(kind, key, number)
        if row.state != "draft":
            raise NoDraft
        if row.author != actor.username:
            raise Forbidden("Only its author drops a draft.")
        uow.definitions.decide(kind, key, number, publish=False, by=actor.username, note="", at=now)
        uow.commit()
