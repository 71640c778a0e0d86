"""A complaint about a unit is kept from that unit: its people do not see the case and do not get its tasks."""

from tests.stories.cast import ZHUANGSHI
from tests.stories.telling import Scene, refused
from tests.stories.test_main_job import accept, complained

Z = ZHUANGSHI
PLATFORM = "33.02.11.004.p-enforce"


def test_the_unit_complained_about_neither_sees_nor_handles_the_case(scene: Scene) -> None:
    event = complained(scene, nature="complaint", content="综合执法平台的人来了几次都不管，态度还很差")
    accept(event, accused_unit=PLATFORM)
    assert event.record["accused_unit"] == PLATFORM and event.record["lead_unit"] == PLATFORM
    for username in (Z.handler, Z.colleague, Z.leader):
        assert not event.offered(username), username
        with refused(404):
            event.desk.case(username, event.reported.case_id)
    (task,) = event.opened("sign")
    assert task.body["candidates"] == [["street_duty", "33.02.11.004.cmd"]]
    event.do(Z.duty, "签收", keep=("decision",))
    assert event.nodes and not event.offered(Z.handler)
    event.verified()


def test_a_complaint_about_nobody_goes_to_the_platform_as_ever(scene: Scene) -> None:
    event = complained(scene, nature="complaint")
    accept(event)
    assert event.offered(Z.handler) and not event.record.get("accused_unit")
