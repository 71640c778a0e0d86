"""Citizens with an account: their own tasks and files, nothing of the inner desk."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID
from zlib import compress, crc32

import pytest

from app.domain.actor import Actor, Assignment
from app.domain.errors import TaskNotFound
from app.domain.ids import county_of, new_id
from app.domain.records import TaskRow
from app.usecases import Tools
from app.usecases.desk.claim_task import claim_task
from app.usecases.desk.inbox_row import row_for
from app.usecases.desk.read_task import read_task
from app.usecases.intake.attach_file import attach_file
from app.usecases.intake.read_attachment import AttachmentNotFound, read_attachment
from app.usecases.intake.submit_report import submit_report
from app.usecases.outsiders import has_part_in

OFFICER = Actor("duty-1", "duty", "值班员", (Assignment("street_duty", "33.02.11.004.cmd"),))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + crc32(kind + body).to_bytes(4, "big")


#: one grey pixel
PHOTO = (
    b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", bytes([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]))
    + _chunk(b"IDAT", compress(b"\0\x80")) + _chunk(b"IEND", b"")
)  # fmt: skip


def attached(tools: Tools, actor: Actor, folder: Path, case_id: UUID | None = None) -> UUID:
    """Upload a photo, and put it into a case."""
    path = folder / "photo.png"
    path.write_bytes(PHOTO)
    with path.open("rb") as stream:
        kept = attach_file(tools, actor=actor, stream=stream, filename="photo.png", phase="before")
    if case_id is None:
        return kept.id
    within = new_id(county_of(case_id), tools.clock.now())
    with tools.store.unit_of_work() as uow:
        assert uow.attachments.adopt({kept.id: within}, case_id, uploaded_by=actor.id) == 1
        uow.commit()
    return within


def test_a_citizen_sees_his_report_but_not_the_work_on_it(demo_city: Tools, add_person, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    citizen: Actor = add_person("resident", "citizen")
    with demo_city.store.unit_of_work() as uow:
        place = uow.units.place("33.02.11.004.001.001")
    assert place
    mine = attached(demo_city, citizen, tmp_path)
    report = {
        "channel": "CITY_APP", "nature": "help", "lat": place.lat, "lon": place.lon, "address": "河沿村路口",
        "content": "路边的井盖不见了，很危险，请尽快处理", "photos": [str(mine)],
    }  # fmt: skip
    case_id = submit_report(demo_city, actor=citizen, report=report).case_id
    with demo_city.store.unit_of_work() as uow:
        uow.cases.visible_to(citizen, case_id)
        task = next(one for one in uow.tasks.of_case(case_id) if one.state == "open")
        uow.tasks.visible_to(citizen, task.id)
        (own,) = uow.attachments.of_case(case_id)
    officer = replace(OFFICER, assignments=tuple(Assignment(*seat) for seat in task.candidates))
    claim_task(demo_city, actor=officer, task_id=task.id)
    inner = attached(demo_city, officer, tmp_path, case_id)
    assert read_task(demo_city, actor=officer, task_id=task.id).row.holder_name == "值班员"
    with pytest.raises(TaskNotFound):
        read_task(demo_city, actor=citizen, task_id=task.id)
    assert read_attachment(demo_city, actor=citizen, attachment_id=own.id)[0].name == "photo.png"
    with pytest.raises(AttachmentNotFound):
        read_attachment(demo_city, actor=citizen, attachment_id=inner)
    assert read_attachment(demo_city, actor=officer, attachment_id=own.id)[0].name == "photo.png"
    with demo_city.store.unit_of_work() as uow:
        held: TaskRow = uow.tasks.get(task.id)
    now = demo_city.clock.now()
    assert row_for(officer, held, now).holder_name == "值班员"
    assert (row_for(citizen, held, now).holder, row_for(citizen, held, now).holder_name) == ("", "")
    # his own work stays his
    assert has_part_in(citizen, replace(held, holder=citizen.id))
    assert has_part_in(citizen, replace(held, state="open", holder="", candidates=(("citizen", "33.02"),)))
    assert row_for(citizen, replace(held, holder=citizen.id), now).holder_name == "值班员"
