"""G: a campaign of 250,000 objects is rows and one case; an inspection is a case only when it begins."""

import psycopg

from app.domain.ids import new_id
from app.usecases import Tools
from tests.stories.cast import ZHUANGSHI, place
from tests.stories.telling import Scene, refused
from tests.stories.test_ac10_workshop import GRID, begun, rows_of

Z = ZHUANGSHI
OBJECTS = 250_000
FILL = """
insert into register_rows (county, id, register, unit, version, data, search, created_at, created_by, created_name,
    changed_at, changed_by, changed_name)
select 11, (%s || lpad(to_hex(n), 12, '0'))::uuid, 'inspection_objects', %s, 1,
    jsonb_build_object('object_no', 'O-' || n, 'name', '企业 ' || n, 'kind', 'firm', 'colour', 'green'),
    'O-' || n, now(), '', '', now(), '', '' from generate_series(1, %s) n"""


def cases(city_url: str) -> int:
    with psycopg.connect(city_url) as link:
        row = link.execute("select count(*) from cases").fetchone()
    assert row is not None
    return int(row[0])


def test_a_campaign_creates_rows_not_processes(scene: Scene, tools: Tools, city_url: str) -> None:
    scene.at("03-02 08:40")
    with psycopg.connect(city_url) as link:
        # the last twelve digits of an id are free; those before them name the county
        link.execute(FILL, (str(new_id(11, scene.now))[:-12], GRID, OBJECTS))
    before = cases(city_url)
    check = begun(scene, tools, Z.command, "inspection_plan", title="全域安全检查", object_kinds=["firm"],
                  inspection_kind="routine", period_until="2026-06-09", checklist="消防、用电", workers=500, per_day=4)
    with refused(409):
        check.do(Z.command, "确认计划", decision="begin")
    check.do(Z.command, "确认计划", decision="change", workers=500, per_day=5, period_until="2026-06-09")
    check.do(Z.command, "确认计划", decision="begin")
    (row,) = rows_of(tools, "inspection_campaigns", campaign_no=check.reported.event_no)
    assert row["planned"] == OBJECTS and check.nodes == []
    assert cases(city_url) == before + 1
    spot = place("donghai-mingzhu")
    here = {"lat": spot["lat"], "lon": spot["lon"]}
    visit = begun(scene, tools, Z.second_worker, "site_inspection", object_no="O-249999", title="企业 249999",
                  object_kind="firm", inspection_kind="routine", grid=GRID, campaign=check.reported.event_no, **here)
    visit.do(Z.second_worker, "现场检查", entry="entered", **here, signed="yes",
             items=[{"code": "fire_exit", "result": "ok"}])
    assert visit.status == "closed" and cases(city_url) == before + 2
    (changed,) = rows_of(tools, "inspection_objects", object_no="O-249999")
    assert str(changed["next_on"]) == "2026-05-31"
