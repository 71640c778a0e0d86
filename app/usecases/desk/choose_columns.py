"""Choose the columns of one's inbox."""

from collections.abc import Sequence

from app.domain.actor import Actor
from app.domain.errors import Invalid
from app.schemas.texts import say
from app.usecases import Tools
from app.usecases.desk.inbox_columns import COLUMNS, known_columns


def choose_columns(tools: Tools, *, actor: Actor, columns: Sequence[str]) -> tuple[str, ...]:
    """Keep which columns somebody wants to see; none brings back the usual ones.

    Raises:
        Invalid: there is no such column.
    """
    if set(columns) - set(COLUMNS):
        raise Invalid(errors={"columns": [say("option")]})
    chosen = known_columns(columns)
    with tools.store.unit_of_work() as uow:
        uow.inbox_views.choose_columns(actor, chosen)
        uow.commit()
    return chosen
