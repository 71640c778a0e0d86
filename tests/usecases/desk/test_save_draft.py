"""Drafts: the newest page wins, an old tab does not."""

from uuid import UUID

import pytest

from app.domain.actor import Actor, Assignment
from app.domain.errors import StaleRevision
from app.usecases import Tools
from app.usecases.desk.claim_task import claim_task
from app.usecases.desk.read_task import read_task
from app.usecases.desk.release_task import release_task
from app.usecases.desk.save_draft import save_draft

ROOM = "33.02.11.004.cmd"
OFFICER = Actor("duty-1", "duty", "值班员", (Assignment("street_duty", ROOM),))


def test_a_page_from_before_the_task_was_given_back_does_not_overwrite_the_draft(
    demo_city: Tools, street_case: UUID
) -> None:
    with demo_city.store.unit_of_work() as uow:
        task = next(one for one in uow.tasks.of_case(street_case) if one.state == "open")
    claim_task(demo_city, actor=OFFICER, task_id=task.id)
    old = read_task(demo_city, actor=OFFICER, task_id=task.id).row.revision
    save_draft(demo_city, actor=OFFICER, task_id=task.id, values={"note": "first"}, revision=old)
    release_task(demo_city, actor=OFFICER, task_id=task.id)
    claim_task(demo_city, actor=OFFICER, task_id=task.id)
    view = read_task(demo_city, actor=OFFICER, task_id=task.id)
    save_draft(demo_city, actor=OFFICER, task_id=task.id, values={"note": "newer"}, revision=view.row.revision)
    with pytest.raises(StaleRevision):
        save_draft(demo_city, actor=OFFICER, task_id=task.id, values={"note": "old tab"}, revision=old)
    assert read_task(demo_city, actor=OFFICER, task_id=task.id).draft == {"note": "newer"}
    # a program that does not say what it read still may
    save_draft(demo_city, actor=OFFICER, task_id=task.id, values={"note": "program"})
    assert read_task(demo_city, actor=OFFICER, task_id=task.id).draft == {"note": "program"}
