"""What the inbox calls its boxes, columns and fields."""

import re
from typing import Any

from flask_babel import gettext

from app.domain.clocks import Remaining
from app.schemas.values import CITY_ZONE
from app.usecases.desk.inbox_row import InboxRow
from app.web.desk import desk
from app.web.frame import code_name, named, process_name, role_name

_WORDS = re.compile(r'"([^"]*)"')
#: what has a plural in English
_ONE = {"wd": "1 个工作日", "wh": "1 个工作小时", "wmin": "1 个工作分钟"}
_NOT = re.compile(r"not\((.*)\)")
_AMOUNT = re.compile(r"[0-9.]+ (wd|wh|wmin|d|h|min)")

#: (box, text, what will appear there and why)
BOXES = (
    ("todo", "待办", "派到您岗位的任务会出现在这里。现在没有等待您办理的任务。"),
    ("mine", "我发起的", "您上报或启动的案件会出现在这里，显示办到哪一步。您还没有上报或启动过案件。"),
    ("done", "已办", "您办结的任务会留在这里，随时可查。您还没有办结过任务。"),
    ("area", "辖区", "您辖区内正在办理的任务会出现在这里，供负责人和值班岗位掌握进度。现在没有，或您不负责任何辖区。"),
    ("supervise", "督办", "您辖区内超过时限的任务会出现在这里，由您督促。现在没有超时的任务，或您不负责任何辖区。"),
    ("cc", "抄送", "同事在案件页点“抄送”选中您或您的单位后，案件会出现在这里；您可以查看并标记已阅，不必办理。"),
    ("watched", "关注", "您在案件页点“关注”的案件会出现在这里，直到您取消关注；看不到的案件不会列出。"),
)

HEADINGS = {
    "light": "灯", "node": "当前环节", "process": "流程", "item": "事项", "summary": "摘要", "starter": "发起人",
    "opened": "发起时间", "arrived": "到岗时间", "left": "剩余", "due": "到期", "number": "编号", "role": "岗位",
    "holder": "承办人", "urgency": "紧急程度", "channel": "渠道",
}  # fmt: skip

#: column -> what the list is sorted by
SORT_KEYS = {
    "node": "name", "process": "process", "item": "item", "summary": "summary", "arrived": "created", "left": "due",
    "due": "due", "number": "number", "urgency": "urgency",
}  # fmt: skip

#: fields of an event that are offered for filters; any other of its fields may be typed
FIELDS = (
    ("affair_code", "事项大类"), ("item_code", "事项编码"), ("urgency", "紧急程度"), ("nature", "性质"),
    ("channel", "渠道"), ("status", "状态"), ("phase", "阶段"), ("process", "流程"), ("node", "环节标识"),
    ("role", "岗位"), ("level", "层级"), ("platform", "平台"), ("county", "区县"), ("street", "街道"),
    ("village", "村社"), ("grid", "网格"), ("lead_unit", "主办单位"), ("unit", "承办单位"), ("address_text", "地址"),
    ("title", "标题"), ("content", "内容"), ("created_at", "到岗日期"), ("opened_at", "发起日期"),
    ("due_at", "到期日期"),
)  # fmt: skip


@desk.app_template_global()
def left_text(left: Remaining | None) -> str:
    """Say how much of a limit is left, in its own kind of time."""
    if left is None:
        return ""
    parts = []
    if left.days:
        parts.append(amount_text(f"{left.days} {'wd' if left.working else 'd'}"))
    if left.hours:
        parts.append(gettext("%(n)s 小时", n=left.hours))
    if left.minutes and not left.days or not parts:
        parts.append(gettext("%(n)s 分钟", n=left.minutes))
    size = " ".join(parts)
    return gettext("超 %(size)s", size=size) if left.late else gettext("剩 %(size)s", size=size)


@desk.app_template_global()
def amount_text(amount: str) -> str:
    """Write an amount of time, such as `4 wh`, for people."""
    number, _, unit = amount.partition(" ")
    if number == "1" and unit in _ONE:
        return gettext(_ONE[unit])
    written = {
        "wd": lambda: gettext("%(n)s 个工作日", n=number), "wh": lambda: gettext("%(n)s 个工作小时", n=number),
        "wmin": lambda: gettext("%(n)s 个工作分钟", n=number), "d": lambda: gettext("%(n)s 天", n=number),
        "h": lambda: gettext("%(n)s 小时", n=number), "min": lambda: gettext("%(n)s 分钟", n=number),
    }  # fmt: skip
    return written[unit]() if unit in written else amount


@desk.app_template_filter("rule")
def rule_text(cell: str) -> str:
    """Write a cell of a table of limits for people: names instead of words in quotes, amounts of time in full."""
    if cell.strip() in ("", "-"):
        return gettext("不限")
    outside = _NOT.fullmatch(cell.strip())
    if outside:
        return gettext("除%(what)s外", what=rule_text(outside[1]))
    words = _WORDS.findall(cell)
    if not words or _WORDS.sub("", cell).strip(" ,"):
        return cell
    return gettext("、").join(amount_text(word) if _AMOUNT.fullmatch(word) else code_name(word) for word in words)


def starter_text(row: InboxRow) -> str:
    """Say who began a case: the officer, or the channel through which a citizen did."""
    return row.starter or code_name(row.channel)


def shown(row: InboxRow, column: str) -> Any:
    """Write one column of a row for a workbook."""
    written: dict[str, Any] = {
        "node": lambda: named(row), "process": lambda: process_name(row.process), "item": lambda: row.item_name,
        "summary": lambda: row.summary, "starter": lambda: starter_text(row), "opened": lambda: _local(row.opened_at),
        "arrived": lambda: _local(row.created_at), "left": lambda: left_text(row.left),
        "due": lambda: _local(row.due_at), "number": lambda: row.event_no, "role": lambda: role_name(row.role),
        "holder": lambda: row.holder_name, "urgency": lambda: row.urgency, "channel": lambda: code_name(row.channel),
    }  # fmt: skip
    return written[column]()


def _local(value: Any) -> Any:
    return value.astimezone(CITY_ZONE) if value else ""
