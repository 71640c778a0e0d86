"""A report is taken only for units that the city has."""

from typing import Any

import pytest

from app.domain.actor import SYSTEM
from app.domain.errors import InvalidReport
from app.usecases import Tools
from app.usecases.intake.submit_report import submit_report

GRID = "33.02.11.004.001.001"


def report(**more: Any) -> dict[str, Any]:
    return {
        "channel": "HOTLINE_12345", "nature": "help", "content": "路边的井盖不见了，很危险，请尽快处理",
        "reporter": {"name": "报告人", "phone": "13800000000"}, **more,
    }  # fmt: skip


def cases(tools: Tools) -> int:
    with tools.store.engine.connect() as link:
        return int(link.exec_driver_sql("select count(*) from cases").scalar() or 0)


@pytest.mark.parametrize("field", ["grid", "street"])
@pytest.mark.parametrize(
    "code", ["33.02.11.004.999.999", "33.02.²", "33.02.99", "nowhere", "33.02.11\0", "33.02.\ud800", "'; --"]
)
def test_a_unit_that_is_not_there_is_refused_and_opens_no_case(demo_city: Tools, field: str, code: str) -> None:
    with pytest.raises(InvalidReport) as refused:
        submit_report(demo_city, actor=SYSTEM, report=report(**{field: code}))
    assert list(refused.value.errors) == [field]
    assert cases(demo_city) == 0


def test_a_unit_that_is_there_owns_the_case(demo_city: Tools) -> None:
    done = submit_report(demo_city, actor=SYSTEM, report=report(grid=GRID))
    with demo_city.store.unit_of_work() as uow:
        case = uow.cases.get(done.case_id)
    assert case.record["grid"] == GRID and case.county == 11


def test_a_grid_worker_who_names_no_place_stands_in_his_own(demo_city: Tools) -> None:
    with demo_city.store.unit_of_work() as uow:
        found = uow.people.by_username("grid.zs.041")
        assert found is not None
        worker = uow.people.actor(found.id, demo_city.clock.now())
    done = submit_report(demo_city, actor=worker, report=report(channel="GRID", nature="patrol", reporter={}))
    with demo_city.store.unit_of_work() as uow:
        record = uow.cases.get(done.case_id).record
    assert record["street"] == "33.02.11.004", "his street, not the duty of the whole city"
