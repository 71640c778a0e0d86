"""What a fact says to people: one sentence in Chinese and one in English.

`{node}` is the element's name on the diagram; other words in braces come from the fact's own content.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Title:
    """One sentence in both languages."""

    zh: str
    en: str


TITLES: Mapping[str, Title] = {
    "CaseStarted": Title("登记立案", "Case opened"),
    "CaseClosed": Title("办结归档", "Case closed"),
    "CaseMigrated": Title("迁移到新版流程", "Moved to a new version"),
    "TaskOpened": Title("待办：{node}", "Task opened: {node}"),
    "TaskClaimed": Title("签领：{node}", "Claimed: {node}"),
    "TaskReleased": Title("放回待办：{node}", "Released: {node}"),
    "TaskCompleted": Title("办理完成：{node}", "Completed: {node}"),
    "TaskCancelled": Title("任务取消：{node}", "Task cancelled: {node}"),
    "TimerFired": Title("到时：{node}", "Time reached: {node}"),
    "MessageReceived": Title("收到：{node}", "Received: {node}"),
    "StepPassed": Title("经过：{node}", "Passed: {node}"),
    "ProcessCalled": Title("进入子流程：{node}", "Called process: {node}"),
    "DecisionMade": Title("决策表判定：{node}", "Decided by table: {node}"),
    "OperationDone": Title("系统执行：{node}", "Done by the system: {node}"),
    "RecordChanged": Title("事件信息更新", "Event record changed"),
    "MilestoneReached": Title("里程碑：{milestone}", "Milestone: {milestone}"),
    "LimitStarted": Title("开始计时：{limit}", "Limit started: {limit}"),
    "LimitEnded": Title("结束计时：{limit}", "Limit ended: {limit}"),
    "LimitMoved": Title("时限变动：{limit}", "Limit changed: {limit}"),
    "CommentAdded": Title("补充意见", "Comment added"),
    "AttachmentAdded": Title("上传附件：{name}", "Attachment added: {name}"),
    "ConfidentialViewed": Title("查看保密信息", "Confidential data viewed"),
}

#: how a limit changed
MOVED: Mapping[str, Title] = {
    "extend": Title("准予延期：{limit}", "Extended: {limit}"),
    "pause": Title("暂停计时：{limit}", "Clock paused: {limit}"),
    "resume": Title("恢复计时：{limit}", "Clock resumed: {limit}"),
    "stop": Title("停止计时：{limit}", "Clock stopped: {limit}"),
}

#: names of limits and milestones that the city's diagrams use; others are shown as they are
NAMES: Mapping[str, Title] = {
    "business": Title("全程时限", "whole event"),
    "acceptance": Title("受理", "acceptance"),
    "dispatch": Title("派单", "dispatch"),
    "sign": Title("签收", "sign-off"),
    "contact": Title("首次联系", "first contact"),
    "handling": Title("处置", "handling"),
    "assist": Title("协办", "assistance"),
    "review": Title("结果审核", "review"),
    "extension": Title("延期审批", "extension"),
    "verification": Title("网格验收", "grid verification"),
    "callback": Title("回访", "call-back"),
    "consult": Title("咨询答复", "consultation"),
    "reported_at": Title("上报", "reported"),
    "accepted_at": Title("受理", "accepted"),
    "dispatched_at": Title("派单", "dispatched"),
    "signed_at": Title("签收", "signed"),
    "contacted_at": Title("联系反映人", "reporter contacted"),
    "handled_at": Title("处置完成", "handled"),
    "reviewed_at": Title("审核通过", "reviewed"),
    "verified_at": Title("验收通过", "verified"),
    "called_back_at": Title("回访完成", "called back"),
    "closed_at": Title("办结", "closed"),
}

_UNKNOWN = Title("{kind}", "{kind}")
_BLANK = re.compile(r"\{([a-z_]+)\}")
_EMPTY_END = re.compile(r"[:：]\s*$")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def title_of(kind: str, content: Mapping[str, Any], *, node: str = "", node_en: str = "") -> Title:
    """Say what a fact means.

    Args:
        kind: the fact's kind. A fact that a diagram recorded (`Noted`) says itself what it is, by `title`
            and `title_en` or else by its own `kind`.
        content: the fact's body.
        node: the element's name on the diagram.
        node_en: its English name; without one the Chinese name stands in both sentences.
    """
    pattern = _pattern(kind, content)
    own = str(content.get("kind") or kind) if kind == "Noted" else kind
    words = {key: str(value) for key, value in content.items() if isinstance(value, str | int | float)}
    name = NAMES.get(words.get("limit") or words.get("milestone") or words.get("name") or "")
    zh, en = dict(words), dict(words)
    if "limit" not in words and "name" in words:
        zh["limit"] = en["limit"] = words["name"]
    for key in ("limit", "milestone"):
        if name is not None and key in zh:
            zh[key], en[key] = name.zh, name.en
    return Title(
        _filled(pattern.zh, {**zh, "node": node, "kind": own}),
        _filled(pattern.en, {**en, "node": node_en or node, "kind": _HUMP.sub(" ", own)}),
    )


def _pattern(kind: str, content: Mapping[str, Any]) -> Title:
    if kind == "LimitMoved":
        return MOVED.get(str(content.get("change")), TITLES[kind])
    if kind != "Noted":
        return TITLES.get(kind, _UNKNOWN)
    own = str(content.get("title") or "")
    return Title(own, str(content.get("title_en") or own)) if own else _UNKNOWN


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    """Fill in what is known; a sentence that would end in a colon ends before it."""
    return _EMPTY_END.sub("", _BLANK.sub(lambda blank: words.get(blank[1], ""), pattern)).strip()
