"""List what the machines could not do."""

from dataclasses import dataclass

from app.domain.actor import Actor
from app.usecases import Tools
from app.usecases.command.incident_view import IncidentView, views_of
from app.usecases.element_names import ElementNames


@dataclass(frozen=True)
class IncidentPage:
    """One page of incidents, the newest failure first."""

    incidents: tuple[IncidentView, ...]
    next: str | None


def list_incidents(
    tools: Tools, *, actor: Actor, kind: str = "", after: str | None = None, limit: int = 50
) -> IncidentPage:
    """List the open incidents of an operator's place.

    Args:
        kind: timer, call, message, task or start; empty for all.

    Raises:
        Invalid: not a cursor of this list.
    """
    names = ElementNames(tools.library)
    with tools.store.unit_of_work() as uow:
        page = uow.incidents.list(actor, kind=kind, after=after, limit=limit)
        views = views_of(uow, page.rows, names)
    return IncidentPage(views, page.next)
