"""A task is completed from the page that shows it as it is; an older page or form is refused, and nothing is lost."""

from typing import Any
from uuid import UUID

import pytest

from app.domain.actor import Actor, Assignment
from app.domain.errors import StaleRevision
from app.usecases import Tools
from app.usecases.desk.claim_task import claim_task
from app.usecases.desk.complete_task import complete_task
from app.usecases.desk.read_task import read_task
from app.usecases.desk.save_draft import save_draft

OFFICER = Actor("duty-1", "duty", "值班员", (Assignment("street_duty", "33.02.11.004.cmd"),))


@pytest.mark.parametrize("stale", ["revision", "form_version"])
def test_an_older_page_or_form_is_refused_and_the_task_waits_with_its_draft(
    demo_city: Tools, street_case: UUID, stale: str
) -> None:
    with demo_city.store.unit_of_work() as uow:
        task = next(one for one in uow.tasks.of_case(street_case) if one.state == "open")
    claim_task(demo_city, actor=OFFICER, task_id=task.id)
    save_draft(demo_city, actor=OFFICER, task_id=task.id, values={"note": "half written"})
    view = read_task(demo_city, actor=OFFICER, task_id=task.id)
    shown: dict[str, Any] = {"revision": view.row.revision, "form_version": view.row.form_version}
    with demo_city.store.unit_of_work() as uow:
        before = uow.facts.count(street_case)
    with pytest.raises(StaleRevision) as refused:
        complete_task(
            demo_city, actor=OFFICER, task_id=task.id, answers=dict(view.values), **{**shown, stale: shown[stale] - 1}
        )
    assert (refused.value.attributes["expected"], refused.value.attributes["found"]) == (shown[stale] - 1, shown[stale])
    after = read_task(demo_city, actor=OFFICER, task_id=task.id)
    assert after.held_by_me and after.draft == {"note": "half written"}
    with demo_city.store.unit_of_work() as uow:
        assert uow.facts.count(street_case) == before
    # the page as it is now gets past that door: what is wrong is then said field by field, or the task is done
    try:
        complete_task(demo_city, actor=OFFICER, task_id=task.id, answers=dict(view.values), **shown)
    except StaleRevision:
        pytest.fail("the present page is refused as an older one")
    except Exception as other:
        assert getattr(other, "errors", None), other
