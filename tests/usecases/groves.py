"""A register for tests: groves that villages keep on record."""

from typing import Any

from app.domain.register_files import read_register
from app.domain.registers import Register

GROVES: dict[str, Any] = {
    "key": "groves", "zh": "竹林", "en": "Bamboo groves", "unit_level": "village",
    "rights": {"read": ["street_duty", "grid_member"], "write": ["village_secretary", "street_affairs"]},
    "title": "name", "search": ["name", "state"], "unique": [["unit", "name"]], "sums": ["area"],
    "fields": [
        {"name": "name", "zh": "名称", "en": "Name", "type": "string", "required": True, "max": 60},
        {"name": "area", "zh": "面积", "en": "Area", "type": "number", "min": 0, "max": 1000, "decimals": 2},
        {"name": "state", "zh": "状态", "en": "State", "type": "choice",
         "values": [{"value": "standing", "zh": "完好", "en": "Standing"},
                    {"value": "felled", "zh": "已采伐", "en": "Felled"}]},
        {"name": "seen_on", "zh": "上次查看", "en": "Last seen", "type": "date"},
        {"name": "seen_at", "zh": "查看时间", "en": "Seen at", "type": "datetime"},
        {"name": "protected", "zh": "受保护", "en": "Protected", "type": "boolean"},
        {"name": "owner", "zh": "户主", "en": "Owner", "type": "person"},
        {"name": "office", "zh": "主管单位", "en": "Office", "type": "unit"},
        {"name": "tags", "zh": "标签", "en": "Tags", "type": "list"},
        {"name": "survey", "zh": "测量", "en": "Survey", "type": "context"},
        {"name": "note", "zh": "备注", "en": "Note", "type": "text"},
    ],
}  # fmt: skip
ROLES = ("street_duty", "grid_member", "village_secretary", "street_affairs", "city_duty", "auditor")


def groves(**changes: Any) -> Register:
    """Read the declaration, with some entries changed."""
    return read_register({**GROVES, **changes}, "groves", ROLES)
