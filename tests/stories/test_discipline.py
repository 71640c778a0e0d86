"""Reports on officials: the discipline organ alone receives them and may read the name."""

from uuid import UUID

import pytest

from app.domain.errors import YongzhiError
from app.usecases import Tools
from app.usecases.desk.reveal_reporter import reveal_reporter
from tests.stories.cast import ZHUANGSHI
from tests.stories.telling import Event, Scene
from tests.stories.test_main_job import PLACE
from tests.stories.test_messages import actor_of

Z = ZHUANGSHI
OFFICER = "discipline.zh"
CALLER = {"name": "群众丙", "phone": "13800000003"}


def accused(scene: Scene) -> Event:
    scene.at("03-02 09:00")
    return scene.report(None, PLACE, channel="WEB", nature="report", content="举报某村干部收受贿赂，以权谋私",
                        reporter=CALLER)


def test_nobody_else_sees_it_and_the_name_is_opened_there(scene: Scene, tools: Tools) -> None:
    event = accused(scene)
    assert event.nodes == ["receive_clue"] and event.record["confidential"] is True
    for other in (Z.duty, Z.command, Z.director, Z.handler, Z.worker):
        assert not event.offered(other)
    task = event.task(OFFICER, "受理问题线索")
    event.desk.claim(OFFICER, task["id"])
    case_id = UUID(event.reported.case_id)
    assert reveal_reporter(tools, actor=actor_of(tools, OFFICER), case_id=case_id).name == CALLER["name"]
    for other in (Z.duty, Z.command, Z.county_director):
        with pytest.raises(YongzhiError):
            reveal_reporter(tools, actor=actor_of(tools, other), case_id=case_id)
    event.do(OFFICER, "受理问题线索", decision="take", clue_no="2026-01")
    assert (event.status, event.record["close_reason"]) == ("closed", "legal_path")
    event.verified()


def test_what_is_not_theirs_comes_back(scene: Scene) -> None:
    event = accused(scene)
    event.do(OFFICER, "受理问题线索", decision="not_ours", note="属一般信访事项")
    assert event.nodes == ["accept_decide"] and event.offered(Z.duty)
    event.verified()

