"""Files of a case: in its history by their hash, and only before the eyes that may see the case."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from PIL import Image

from app.domain.actor import SYSTEM, Actor
from app.domain.errors import CaseNotFound, Invalid, TaskNotFound
from app.domain.facts import first_break
from app.ports.files import FileMissing, FileRefused, FileTooLarge
from app.usecases import Tools
from app.usecases.audit.verify_case import verify_case
from app.usecases.intake.attach_file import Attachment, attach_file
from app.usecases.intake.read_attachment import AttachmentNotFound, read_attachment

AddPerson = Callable[..., Actor]


def photo(colour: str = "red") -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (20, 20), colour).save(out, "JPEG")
    out.seek(0)
    return out


@pytest.fixture
def officer(add_person: AddPerson) -> Actor:
    return add_person("duty", "street_duty", unit="33.02.11.004.cmd")


def attach(tools: Tools, actor: Actor | None, **more: object) -> Attachment:
    return attach_file(tools, actor=actor, stream=photo(), filename="现场.jpg", **more)  # type: ignore[arg-type]


def test_a_file_before_any_report_is_seen_by_its_sender_only(
    tools: Tools, officer: Actor, add_person: AddPerson
) -> None:
    kept = attach(tools, officer, phase="before", lat=29.9, lon=121.6)
    assert (kept.name, kept.media_type, kept.kind, kept.phase, kept.lat) == (
        "现场.jpg",
        "image/jpeg",
        "photo",
        "before",
        29.9,
    )
    found, path = read_attachment(tools, actor=officer, attachment_id=kept.id)
    assert found == kept and path.read_bytes() == photo().read()
    for other in (add_person("auditor", "auditor"), add_person("other", "street_duty", unit="33.02.11.004.cmd")):
        with pytest.raises(AttachmentNotFound):
            read_attachment(tools, actor=other, attachment_id=kept.id)


def test_a_citizens_file_is_seen_by_nobody_before_the_report(tools: Tools, officer: Actor) -> None:
    kept = attach(tools, None)
    assert kept.uploaded_by == ""
    with pytest.raises(AttachmentNotFound):
        read_attachment(tools, actor=officer, attachment_id=kept.id)
    with pytest.raises(AttachmentNotFound):
        read_attachment(tools, actor=officer, attachment_id=uuid4())


def test_a_file_of_a_case_is_a_fact_and_follows_the_cases_visibility(
    tools: Tools, officer: Actor, add_person: AddPerson, street_case: UUID
) -> None:
    kept = attach(tools, officer, case_id=street_case, phase="after", taken_at=datetime(2026, 3, 2, 1, tzinfo=UTC))
    with tools.store.unit_of_work() as uow:
        facts = uow.facts.of_case(street_case)
    assert first_break(facts) is None
    last = facts[-1]
    assert (last.kind, last.actor_name, last.role, last.unit) == (
        "AttachmentAdded", officer.name, "street_duty", "33.02.11.004.cmd",
    )  # fmt: skip
    assert (last.content["sha256"], last.content["id"]) == (kept.sha256, str(kept.id))
    verdict = verify_case(tools, actor=SYSTEM, case_id=street_case)
    assert verdict.chain_ok and verdict.replay_ok, verdict
    assert read_attachment(tools, actor=officer, attachment_id=kept.id)[0].sha256 == kept.sha256
    stranger = add_person("stranger", "street_duty", unit="33.02.82.001.cmd")
    with pytest.raises(AttachmentNotFound):
        read_attachment(tools, actor=stranger, attachment_id=kept.id)
    with pytest.raises(CaseNotFound):
        attach(tools, stranger, case_id=street_case)
    with pytest.raises(Invalid):
        attach(tools, None, case_id=street_case)


def test_a_file_of_a_task_belongs_to_its_case(tools: Tools, officer: Actor, street_case: UUID) -> None:
    with tools.store.unit_of_work() as uow:
        task = uow.tasks.of_case(street_case)[0]
    kept = attach(tools, officer, task_id=task.id)
    assert (kept.case_id, kept.task_id) == (street_case, task.id)
    with pytest.raises(TaskNotFound):
        attach(tools, officer, task_id=uuid4())
    with pytest.raises(Invalid):
        attach(tools, officer, task_id=task.id, case_id=uuid4())


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\temp\\a.jpg", "a.jpg"),
        ("a\u202egpj.exe\0\n.jpg", "agpj.exe.jpg"),
        ("<script>.jpg", "script.jpg"),
        ("x" * 300 + ".jpg", "x" * 108 + ".jpg"),
    ],
)
def test_a_name_is_shown_and_nothing_else(tools: Tools, officer: Actor, sent: str, shown: str) -> None:
    assert attach_file(tools, actor=officer, stream=photo(), filename=sent).name == shown


@pytest.mark.parametrize("sent", ["", "...", "///", "\u202e"])
def test_a_file_without_name_gets_one(tools: Tools, officer: Actor, sent: str) -> None:
    assert attach_file(tools, actor=officer, stream=photo(), filename=sent).name.startswith("photo-")


@pytest.mark.parametrize(
    "more",
    [{"phase": "later"}, {"lat": 1.0}, {"lat": 91.0, "lon": 0.0}, {"lat": float("nan"), "lon": 0.0}],
)
def test_what_does_not_fit_is_refused(tools: Tools, officer: Actor, more: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        attach(tools, officer, **more)


def test_wrong_and_large_files_leave_no_row(tools: Tools, officer: Actor) -> None:
    with pytest.raises(FileRefused):
        attach_file(tools, actor=officer, stream=io.BytesIO(b"#!/bin/sh"), filename="a.jpg")
    tools.files.limit = 100
    with pytest.raises(FileTooLarge):
        attach(tools, officer)
    with tools.store.engine.connect() as link:
        assert link.exec_driver_sql("select count(*) from attachments").scalar() == 0


def test_a_file_gone_from_the_disk_is_said(tools: Tools, officer: Actor) -> None:
    kept = attach(tools, officer)
    read_attachment(tools, actor=officer, attachment_id=kept.id)[1].unlink()
    with pytest.raises(FileMissing):
        read_attachment(tools, actor=officer, attachment_id=kept.id)
