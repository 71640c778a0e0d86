"""The installation's clock, and the city that a process keeps in mind."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.actor import SYSTEM
from app.domain.errors import Forbidden, Invalid, StoreUnavailable
from app.domain.org import division
from app.usecases import Tools
from app.usecases import kept as module
from app.usecases.city import City
from app.usecases.clock import Clock
from app.usecases.command.next_due_moment import next_due_moment
from app.usecases.command.set_workday import set_workday
from app.usecases.desk.forms import options_for
from app.usecases.opening import open_tools
from app.usecases.people.save_unit import save_unit


def moved(tools: Tools, by: timedelta) -> None:
    with tools.store.unit_of_work() as uow:
        uow.clock.move(by)
        uow.commit()


def test_every_process_sees_a_moved_clock_at_once(tools: Tools) -> None:
    other = open_tools(tools.config)
    moved(tools, timedelta(days=40))
    for clock in (tools.clock, other.clock):
        assert timedelta(days=39) < clock.now() - datetime.now(UTC) < timedelta(days=41)
        assert abs(clock.wall() - datetime.now(UTC)) < timedelta(minutes=1)
    moved(other, timedelta(days=-10))
    assert tools.clock.now() < datetime.now(UTC)
    other.store.dispose()


def test_a_production_clock_never_asks_and_never_moves(tools: Tools) -> None:
    moved(tools, timedelta(days=40))
    real = Clock(tools.store, movable=False)
    assert abs(real.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_no_timer_means_no_moment(tools: Tools) -> None:
    assert next_due_moment(tools) is None


def test_a_set_day_stands_above_the_announced_calendar(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    saturday = date(2026, 3, 7)
    other = open_tools(tools.config)
    assert not other.city.calendar.is_workday(saturday)
    set_workday(tools, actor=SYSTEM, day=saturday, is_workday=True, note="调休上班")
    assert tools.city.calendar.is_workday(saturday)
    # another process notices within half a minute
    assert not other.city.calendar.is_workday(saturday)
    monkeypatch.setattr(module, "FRESH_FOR", 0.0)
    assert other.city.calendar.is_workday(saturday)
    other.store.dispose()


def test_units_are_listed_once_and_a_new_one_may_be_answered_at_once(
    demo_city: Tools, add_person, monkeypatch: pytest.MonkeyPatch  # type: ignore[no-untyped-def]
) -> None:
    tools, other = demo_city, open_tools(demo_city.config)
    schema = {"components": [{"type": "select", "key": "grid", "valuesKey": "grids"}]}
    places = {"street": "33.02.11.004", "county": "33.02.11"}

    def offered(tools: Tools, chosen: list[str] | None = None) -> dict[str, str]:
        with tools.store.unit_of_work() as uow:
            found = options_for(tools, uow, places, schema, "zh", None, chosen)["grids"]
        return {one["value"]: one["label"] for one in found}

    before = offered(tools)
    assert before and offered(other) == before
    village = min(before).rpartition(".")[0]
    new = f"{village}.997"
    save_unit(tools, actor=add_person("keeper", "sys_admin"), code=new, name="试验网格")
    assert offered(tools) == {**before, new: "试验网格"}
    # another process offers it within half a minute, and takes it at once; what is no grid of the street stays none
    assert offered(other) == before
    assert offered(other, [new, min(before), f"{village}.998", "33.02.12.001.001.001", "其他"]) == {
        min(before): before[min(before)], new: "试验网格",
    }
    monkeypatch.setattr(module, "FRESH_FOR", 0.0)
    assert offered(other) == {**before, new: "试验网格"}
    other.store.dispose()


def test_only_administrators_set_days(tools: Tools, add_person) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Forbidden):
        set_workday(tools, actor=add_person("duty", "street_duty"), day=date(2026, 3, 7), is_workday=True)
    set_workday(tools, actor=add_person("admin", "sys_admin"), day=date(2026, 3, 7), is_workday=True)
    with pytest.raises(Invalid):
        set_workday(tools, actor=SYSTEM, day=date(1066, 10, 14), is_workday=True)


def test_the_files_of_the_city_hang_together(tools: Tools) -> None:
    city = tools.city
    assert city.root == "33.02" and division("33.02", 11) == "330211" and division("33.02", 0) == "330200"
    assert len(city.catalogue.affairs) == 22
    assert "street_duty" in city.roles
    assert len(city.catalogue.platforms) >= 2
    assert city.texts and all(isinstance(key, str) for key in city.texts)
    assert city.registers["knowledge_articles"].title == "title"


def test_a_city_without_files_says_which(tools: Tools, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"roles\.yaml"):
        _ = City(tools.store, tmp_path).roles


def test_without_any_database_the_reason_is_said(tools: Tools, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="DATABASE_URL"):
        open_tools(replace(tools.config, database_url=None, var_dir=tmp_path / "nothing"))
