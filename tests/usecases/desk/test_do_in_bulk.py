"""One answer for several tasks: what is shared, and what each case keeps of its own."""

import io
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from app.domain.actor import Actor
from app.usecases import Tools
from app.usecases.desk.claim_task import claim_task
from app.usecases.desk.do_in_bulk import do_in_bulk
from app.usecases.desk.read_task import read_task
from app.usecases.intake.attach_file import attach_file
from app.usecases.intake.submit_report import submit_report

GRID = "33.02.11.004.001.001"


@pytest.fixture
def duty(add_person: Any) -> Actor:
    actor: Actor = add_person("somebody", "street_duty", unit="33.02.11.004.cmd")
    return actor


@pytest.fixture
def walker(add_person: Any) -> Actor:
    actor: Actor = add_person("walker", "grid_member", unit=GRID)
    return actor


def photo(tools: Tools, actor: Actor) -> UUID:
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(out, "JPEG")
    out.seek(0)
    return attach_file(tools, actor=actor, stream=out, filename="现场.jpg").id


def reported(tools: Tools, walker: Actor, duty: Actor, content: str, photos: list[UUID]) -> UUID:
    """Report and claim what then waits for the duty officer; without a photo the form proposes a supplement."""
    with tools.store.unit_of_work() as uow:
        place = uow.units.place(GRID)
    assert place
    done = submit_report(tools, actor=walker, report={
        "channel": "GRID", "nature": "patrol", "content": content, "lat": place.lat, "lon": place.lon,
        "photos": photos,
    })  # fmt: skip
    with tools.store.unit_of_work() as uow:
        (task,) = uow.tasks.of_case(done.case_id)
    claim_task(tools, actor=duty, task_id=task.id)
    return task.id


def test_the_choice_that_was_seen_counts_for_all_and_each_keeps_the_rest(
    demo_city: Tools, walker: Actor, duty: Actor
) -> None:
    first = reported(demo_city, walker, duty, "路边的路灯不亮，请尽快处理", [photo(demo_city, walker)])
    second = reported(demo_city, walker, duty, "菜市场后门垃圾成堆，三天没有人清运", [])
    seen = read_task(demo_city, actor=duty, task_id=first).values
    own = read_task(demo_city, actor=duty, task_id=second).values
    assert (seen["decision"], own["decision"]) == ("accept", "supplement")
    shown = {name: seen[name] for name in ("decision", "item_code", "grid", "urgency", "title")}
    results = do_in_bulk(demo_city, actor=duty, act="complete", task_ids=[first, second], answers=shown)
    assert [one.failure for one in results] == [None, None]
    with demo_city.store.unit_of_work() as uow:
        row = uow.tasks.get(second)
        (done,) = (f.content for f in uow.facts.of_case(row.case_id) if f.kind == "TaskCompleted")
    assert done["answers"]["decision"] == "accept" and done["answers"]["item_code"] == own["item_code"]
    assert done["answers"]["title"] == own["title"]
