"""What a report says of where it comes from is believed only from those whose work it is."""

from typing import Any

import pytest

from tests.stories.cast import GATEWAY, VILLAGER, ZHUANGSHI
from tests.stories.telling import Event, Scene, refused
from tests.stories.test_main_job import PLACE, TEXT

Z = ZHUANGSHI


def send(scene: Scene, by: str | None, **fields: Any) -> Event:
    return scene.report(by, PLACE, **{"nature": "complaint", "content": TEXT, "item_hint": "C12-04", **fields})


@pytest.mark.parametrize("by", [None, VILLAGER])
@pytest.mark.parametrize(("fields", "wrong"), [
    ({"channel": "GRID"}, "channel"),
    ({"channel": "LEADER"}, "channel"),
    ({"channel": "HOTLINE_12345"}, "channel"),
    ({"channel": "IOT", "nature": "device"}, "channel"),
    ({"channel": "GRID", "self_handled": True}, "self_handled"),
    ({"channel": "WEB", "self_handled": True}, "self_handled"),
    ({"channel": "WEB", "source_system": "12345", "source_id": "NB-1"}, "source_id"),
    ({"channel": "WEB", "source_system": "12345"}, "source_system"),
])  # fmt: skip
def test_a_citizen_speaks_for_himself_only(scene: Scene, by: str | None, fields: dict[str, Any], wrong: str) -> None:
    with refused(422, field=wrong):
        send(scene, by, **fields)


@pytest.mark.parametrize(("by", "fields", "wrong"), [
    (Z.handler, {"channel": "GRID"}, "channel"),
    (Z.handler, {"channel": "FACE", "source_system": "12345", "source_id": "NB-1"}, "source_id"),
    (Z.duty, {"channel": "GRID", "self_handled": True}, "self_handled"),
    (Z.worker, {"channel": "WECHAT", "self_handled": True}, "self_handled"),
    (Z.worker, {"channel": "GRID", "source_system": "x", "source_id": "1"}, "source_id"),
])  # fmt: skip
def test_officers_say_what_their_work_is(scene: Scene, by: str, fields: dict[str, Any], wrong: str) -> None:
    with refused(422, field=wrong):
        send(scene, by, **fields)


@pytest.mark.parametrize(("by", "fields"), [
    (None, {"channel": "WEB"}),
    (VILLAGER, {"channel": "WECHAT"}),
    (Z.worker, {"channel": "GRID"}),
    (Z.duty, {"channel": "GRID"}),
    (Z.handler, {"channel": "DEPT"}),
    (Z.duty, {"channel": "HOTLINE_12345", "source_system": "12345", "source_id": "NB-1"}),
    (GATEWAY, {"channel": "POLICE_110", "source_system": "110", "source_id": "NB-1", "photos": 0}),
])  # fmt: skip
def test_what_is_somebodys_work_is_believed(scene: Scene, by: str | None, fields: dict[str, Any]) -> None:
    assert send(scene, by, **fields).reported.event_no
