"""A voice that comes with a report lasts no longer than a page would record; beside a task any length is evidence."""

import io
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.domain.errors import InvalidReport
from app.schemas.texts import LANGUAGE
from app.usecases import Tools
from app.usecases.intake.attach_file import attach_file
from app.usecases.intake.submit_report import Submitted, submit_report
from tests.ports.test_voice_lengths import fragmented_mp4, recorded_ogg, recorded_wav, recorded_webm


def voice(tools: Tools, content: bytes) -> UUID:
    return attach_file(tools, actor=None, stream=io.BytesIO(content), filename="录音").id


def report(tools: Tools, *voices: UUID) -> Submitted:
    with tools.store.unit_of_work() as uow:
        place = uow.units.place("33.02.11.004.001.001")
    assert place
    return submit_report(tools, actor=None, report={
        "channel": "CITY_APP", "nature": "help", "content": f"路边的井盖不见了，很危险 {uuid4()}", "lat": place.lat,
        "lon": place.lon, "voices": [str(one) for one in voices]})  # fmt: skip


@pytest.mark.parametrize("content", [
    recorded_webm(190), recorded_ogg(190), fragmented_mp4(190, each=True), recorded_wav(190)])  # fmt: skip
def test_a_voice_that_lasts_too_long_is_refused_with_its_report(demo_city: Tools, content: bytes) -> None:
    ids = [voice(demo_city, recorded_webm(20)), voice(demo_city, content)]
    for language, said in (("zh", "录音不能超过 180 秒"), ("en", "A voice must not last longer than 180 seconds")):
        before = LANGUAGE.set(language)
        with pytest.raises(InvalidReport) as refused:
            report(demo_city, *ids)
        LANGUAGE.reset(before)
        assert refused.value.errors == {"voices": [said]}


def test_a_voice_that_ends_where_the_recorder_ends_it_is_taken(demo_city: Tools) -> None:
    done = report(demo_city, voice(demo_city, recorded_webm(181)), voice(demo_city, recorded_ogg(5)))
    with demo_city.store.unit_of_work() as uow:
        assert len(uow.attachments.of_case(done.case_id)) == 2


def test_a_voice_that_is_not_there_is_refused_with_the_report(demo_city: Tools) -> None:
    with pytest.raises(InvalidReport) as refused:
        report(demo_city, uuid4())
    assert "photos" in refused.value.errors


def test_a_long_recording_beside_a_case_is_evidence(demo_city: Tools, add_person: Any) -> None:
    done = report(demo_city)
    officer = add_person("duty", "street_duty", unit="33.02.11.004.cmd")
    kept = attach_file(demo_city, actor=officer, stream=io.BytesIO(recorded_webm(900)), filename="听证.webm",
                       case_id=done.case_id)  # fmt: skip
    assert kept.kind == "voice"
