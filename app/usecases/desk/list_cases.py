"""List cases."""

from dataclasses import dataclass

from app.domain.actor import Actor
from app.domain.records import CaseFilters
from app.usecases import Tools
from app.usecases.desk.case_summary import CaseSummary, names_of, summarise_row


@dataclass(frozen=True)
class CasePage:
    """One page of cases."""

    cases: tuple[CaseSummary, ...]
    next: str | None


def list_cases(
    tools: Tools,
    *,
    actor: Actor,
    q: str = "",
    status: str = "",
    nature: str = "",
    item_code: str = "",
    unit: str = "",
    light: str = "",
    open: bool | None = None,
    limit: int = 20,
    after: str | None = None,
) -> CasePage:
    """List the cases that an actor may see, the newest first.

    Args:
        q: text in number, title, content or address.
        light: `red` narrows to cases whose business clock has run out; other lights do not narrow.
        unit: only cases at or below this unit.

    Raises:
        Invalid: a cursor of another list.
    """
    now = tools.clock.now()
    filters = CaseFilters(
        q=q or "", status=status or "", nature=nature or "", item_code=item_code or "", unit=unit or "", open=open,
        late_at=now if light == "red" else None,
    )  # fmt: skip
    with tools.store.unit_of_work() as uow:
        page = uow.cases.list(actor, filters, after=after, limit=limit)
        codes = {code for row in page.rows
                 for code in (row.unit_grid, row.unit_village, row.unit_street, row.unit_county, row.lead_unit)}
        names = names_of(uow, sorted(codes), actor.locale)
    return CasePage(tuple(summarise_row(tools, row, names, now, actor.locale) for row in page.rows), page.next)
