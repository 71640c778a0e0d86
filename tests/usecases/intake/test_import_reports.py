"""Another city's table becomes cases: each row once, at its own moment, and no row stops the others."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from app.domain.actor import SYSTEM
from app.domain.city_files import read_yaml
from app.domain.errors import Forbidden, StoreUnavailable
from app.domain.imports import ImportMapping, read_mapping
from app.usecases import Tools
from app.usecases.clock import Clock
from app.usecases.intake import import_reports as module
from app.usecases.intake.import_reports import import_reports

Row = tuple[int, Mapping[str, Any]]


@pytest.fixture
def mapping(tools: Tools) -> ImportMapping:
    return read_mapping(read_yaml(tools.config.city_dir / "imports" / "boston311.yaml"))


def row(mapping: ImportMapping, number: int, **cells: Any) -> Row:
    """Make a row that the mapping understands, in the middle of its first neighbourhood."""
    place, target = next(iter(mapping.places.items()))
    west, south, east, north = target.source
    usual = {
        mapping.id_column: f"r{number}", mapping.time_column: f"2015-06-0{number % 9 + 1}T09:00:00",
        mapping.type_column: next(iter(mapping.items)), mapping.place_column: place,
        mapping.lat_column: str((south + north) / 2), mapping.lon_column: str((west + east) / 2),
        "case_title": "Something is broken", "reason": "Repair", "location_street_name": "10 Pleasant St",
    }  # fmt: skip
    return number + 1, {**usual, **cells}


def cases(tools: Tools) -> int:
    with tools.store.engine.connect() as link:
        return int(link.exec_driver_sql("select count(*) from cases").scalar() or 0)


def test_each_row_becomes_a_case_at_its_moment_with_affair_unit_and_limit(
    demo_city: Tools, mapping: ImportMapping
) -> None:
    seen: list[str] = []
    done = import_reports(
        demo_city, actor=SYSTEM, mapping=mapping, rows=[row(mapping, n) for n in range(1, 4)], on_row=seen.append
    )
    assert (done.accepted, done.known, done.refused, seen) == (3, 0, (), ["accepted"] * 3)
    with demo_city.store.engine.connect() as link:
        found = link.exec_driver_sql(
            "select c.opened_at, c.affair_code, c.unit_grid, t.due_at, t.unit from cases c"
            " join tasks t on t.case_id = c.id"
        ).all()
    for opened, affair, grid, due, unit in found:
        assert opened.isoformat().startswith("2015-06-0") and opened.hour == 1
        assert affair and grid and unit
        assert opened < due and (due - opened).days < 7


def test_a_second_import_doubles_nothing(demo_city: Tools, mapping: ImportMapping) -> None:
    rows = [row(mapping, n) for n in range(1, 4)]
    import_reports(demo_city, actor=SYSTEM, mapping=mapping, rows=rows)
    again = import_reports(demo_city, actor=SYSTEM, mapping=mapping, rows=[*rows, row(mapping, 4), row(mapping, 4)])
    assert (again.accepted, again.known) == (1, 4)
    assert cases(demo_city) == 4


def test_a_bad_row_is_told_and_the_others_go_on(demo_city: Tools, mapping: ImportMapping) -> None:
    rows = [
        row(mapping, 1, **{mapping.type_column: "Unheard Of"}),
        row(mapping, 2, **{mapping.place_column: "Atlantis"}),
        row(mapping, 3, **{mapping.time_column: "yesterday"}),
        row(mapping, 4, **{mapping.lat_column: "nan"}),
        row(mapping, 5, **{mapping.id_column: ""}),
        (7, {}),
        (8, {mapping.id_column: ["not", "text"]}),
        row(mapping, 6, case_title="\0\ud800<script>" * 900),
        row(mapping, 7),
    ]
    done = import_reports(demo_city, actor=SYSTEM, mapping=mapping, rows=rows)
    assert [one.line for one in done.refused][:7] == [2, 3, 4, 5, 6, 7, 8]
    assert all(one.reason and one.reason_en for one in done.refused)
    assert done.accepted + len(done.refused) == len(rows)
    assert done.accepted >= 1 and cases(demo_city) == done.accepted


def test_a_failing_step_refuses_its_row_only(
    demo_city: Tools, mapping: ImportMapping, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.domain.errors import StepFailed

    real = module.submit_report

    def sometimes(tools: Tools, **sent: Any) -> Any:
        if sent["report"]["source_id"] == "r2":
            raise StepFailed("The diagram cannot go on.")
        return real(tools, **sent)

    monkeypatch.setattr(module, "submit_report", sometimes)
    done = import_reports(demo_city, actor=SYSTEM, mapping=mapping, rows=[row(mapping, n) for n in (1, 2, 3)])
    assert (done.accepted, [one.id for one in done.refused]) == (2, ["r2"])


def test_a_database_that_goes_away_ends_the_import(
    demo_city: Tools, mapping: ImportMapping, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(module, "submit_report", away)
    with pytest.raises(StoreUnavailable):
        import_reports(demo_city, actor=SYSTEM, mapping=mapping, rows=[row(mapping, 1)])


def test_a_server_on_real_time_refuses_reports_of_the_past(tools: Tools, mapping: ImportMapping) -> None:
    real = replace(tools, clock=Clock(tools.store, movable=False))
    with pytest.raises(Forbidden):
        import_reports(real, actor=SYSTEM, mapping=mapping, rows=[row(mapping, 1)])
