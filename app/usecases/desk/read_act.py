"""Read an act with everything that is needed to perform it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import ActNotOpen
from app.usecases import Tools
from app.usecases.desk.acts import Act, acts_for
from app.usecases.desk.case_summary import CaseSummary, names_of, summarise
from app.usecases.desk.form_start import first_values, form_context, form_scope
from app.usecases.desk.forms import Options, options_for


@dataclass(frozen=True)
class ActView:
    """An act's page."""

    act: Act
    values: Mapping[str, Any]
    #: what the form's conditions read besides its own fields
    context: Mapping[str, Any]
    options: Options
    case: CaseSummary


def read_act(tools: Tools, *, actor: Actor, case_id: UUID, act_key: str) -> ActView:
    """Read the form of an act with its first values and choices.

    Raises:
        CaseNotFound: no such case, or not for this actor.
        ActNotOpen: the case does not offer it to this actor now.
    """
    now = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        case = uow.cases.visible_to(actor, case_id)
        waiting = [task for task in uow.tasks.of_case(case_id) if task.state in ("open", "claimed")]
        offered = acts_for(tools, actor, uow.subscriptions.of_case(case_id), waiting)
        act = next((one for one in offered if one.key == act_key and one.open), None)
        if act is None:
            raise ActNotOpen()
        scope = form_scope(tools, uow, case, act_key, act.form_schema, now)
        places = [str(case.record.get(one) or "") for one in ("county", "street", "village", "grid", "lead_unit")]
        return ActView(
            act=act,
            values=first_values(scope, act.form_schema, now),
            context=form_context(scope, act.form_schema),
            options=options_for(tools, uow, case.record, act.form_schema, actor.locale, scope, actor=actor),
            case=summarise(tools, case, names_of(uow, places, actor.locale), now, actor.locale),
        )
