"""What a fact says to people: one sentence in Chinese and one in English.

`{node}` is the element's name on the diagram; other words in braces come from the fact's own content.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Title:
    """One sentence in both languages."""

    zh: str
    en: str


TITLES: Mapping[str, Title] = {
    "CaseStarted": Title("登记立案", "Case opened"),
    "CaseClosed": Title("办结归档", "Case closed"),
    "CaseMigrated": Title("迁移到流程第 {to} 版", "Moved to version {to} of the process"),
    "CaseSuspended": Title("案件挂起", "Case suspended"),
    "CaseResumed": Title("案件恢复办理", "Case resumed"),
    "CaseCancelled": Title("案件取消", "Case cancelled"),
    "CaseRestarted": Title("从头重新办理", "Case restarted from the beginning"),
    "TokenMoved": Title("跳转：{node} → {target_name}", "Moved: {node} to {target_name}"),
    "TokenSkipped": Title("跳过：{node}", "Skipped: {node}"),
    "BranchCancelled": Title("取消分支：{node}", "Branch cancelled: {node}"),
    "ParticipantsChanged": Title("调整会签人：{node}", "Participants changed: {node}"),
    "LimitChanged": Title("人工调整时限：{limit}", "Limit changed by hand: {limit}"),
    "TaskOpened": Title("待办：{node}", "Task opened: {node}"),
    "TaskClaimed": Title("签领：{node}", "Claimed: {node}"),
    "TaskReleased": Title("放回待办：{node}", "Released: {node}"),
    "TaskTransferred": Title("转交给{to_name}：{node}", "Transferred to {to_name}: {node}"),
    "TaskDelegated": Title("委派给{to_name}：{node}", "Delegated to {to_name}: {node}"),
    "DelegationReturned": Title("委派结束：{node}", "Delegation ended: {node}"),
    "TaskCompleted": Title("办理完成：{node}", "Completed: {node}"),
    "TaskCancelled": Title("任务取消：{node}", "Task cancelled: {node}"),
    "TimerFired": Title("到时：{node}", "Time reached: {node}"),
    "MessageReceived": Title("收到：{node}", "Received: {node}"),
    "SignalReceived": Title("收到信号：{node}", "Signal received: {node}"),
    "MessageThrown": Title("发出消息：{node}", "Message sent: {node}"),
    "SignalThrown": Title("发出信号：{node}", "Signal sent: {node}"),
    "CallRequested": Title("请求外部系统：{node}", "Outside call: {node}"),
    "CallAnswered": Title("外部系统答复：{node}", "Outside call answered: {node}"),
    "CallFailed": Title("外部系统未办成：{node}", "Outside call failed: {node}"),
    "OperationFailed": Title("系统执行未成：{node}", "Operation failed: {node}"),
    "ErrorThrown": Title("流程错误：{node}", "Error: {node}"),
    "EscalationThrown": Title("升级上报：{node}", "Escalation: {node}"),
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
    "IncidentOpened": Title("自动执行失败：{node}", "Incident: {node}"),
    "IncidentNoted": Title("故障备注：{node}", "Incident noted: {node}"),
    "IncidentRetried": Title("安排重试：{node}", "Tried again: {node}"),
    "IncidentResolved": Title("故障解除：{node}", "Incident resolved: {node}"),
    "MessageAssigned": Title("指派消息到本案：{message}", "Message assigned to this case: {message}"),
    "MessageDropped": Title("作废无人接收的消息：{message}", "Message that nobody took dropped: {message}"),
    "CaseCopied": Title("抄送：{to_name}", "Copied: {to_name}"),
    "CopyRead": Title("抄送已阅", "Copy read"),
    "WatchStarted": Title("关注案件", "Began to watch the case"),
    "WatchEnded": Title("取消关注", "No longer watches the case"),
    "AttachmentAdded": Title("上传附件：{name}", "Attachment added: {name}"),
    "DocumentIssued": Title("出具{title}：{number}", "{title_en} issued: {number}"),
    "TaskUrged": Title("催办：{node}", "Urged: {node}"),
    "ConfidentialViewed": Title("查看保密信息", "Confidential data viewed"),
}

#: how a limit changed
MOVED: Mapping[str, Title] = {
    "extend": Title("准予延期：{limit}", "Extended: {limit}"),
    "pause": Title("暂停计时：{limit}", "Clock paused: {limit}"),
    "resume": Title("恢复计时：{limit}", "Clock resumed: {limit}"),
    "stop": Title("停止计时：{limit}", "Clock stopped: {limit}"),
}

#: how participants changed
PARTICIPANTS: Mapping[str, Title] = {
    "add": Title("增加会签人：{node}", "Participant added: {node}"),
    "remove": Title("减少会签人：{node}", "Participant removed: {node}"),
    "order": Title("调整会签次序：{node}", "Order of participants changed: {node}"),
    "rule": Title("调整会签完成条件：{node}", "Rule of the joint decision changed: {node}"),
    "vote": Title("调整表决规则：{node}", "Rule of the vote changed: {node}"),
}

#: how a task came into other hands
HANDED: Mapping[str, Title] = {
    "assigned": Title("指派给{to_name}：{node}", "Assigned to {to_name}: {node}"),
    "unit_gone": Title("单位撤并，移交{to_name}：{node}", "The unit is gone, handed to {to_name}: {node}"),
    "returned": Title("退回给{to_name}：{node}", "Returned to {to_name}: {node}"),
}

#: how a delegation ended
RETURNED: Mapping[str, Title] = {
    "opinion": Title("附意见退回委派：{node}", "Given back with an opinion: {node}"),
    "recalled": Title("收回委派：{node}", "Delegation taken back: {node}"),
}

#: what diagrams note, by the kind that they give it
NOTED: Mapping[str, Title] = {
    "yellow": Title("亮黄灯", "Yellow light"),
    "red": Title("亮红灯", "Red light"),
    "yellow_card": Title("发黄牌", "Yellow card"),
    "red_card": Title("发红牌", "Red card"),
    "black_card": Title("发黑牌", "Black card"),
    "auto_signed": Title("超时自动签收", "Signed automatically"),
    "emergency_told": Title("已告知紧急求助电话", "Emergency number told"),
    "extension_refused": Title("不予延期", "Extension refused"),
    "suspension_refused": Title("不予挂起", "Suspension refused"),
    "rework": Title("退回重办", "Sent back for rework"),
    "progress": Title("办理进展", "Progress"),
    "consult_late": Title("咨询超时", "Consultation late"),
    "reporter_withdrew": Title("反映人撤回", "Reporter withdrew"),
    "knowledge_proposed": Title("建议纳入知识库", "Knowledge article proposed"),
    "penalty_proposed": Title("建议立案处罚", "Penalty case proposed"),
}

#: what the city calls its limits and milestones: {short word in the diagrams: title}
Names = Mapping[str, Title]

_UNKNOWN = Title("{kind}", "{kind}")
_BLANK = re.compile(r"\{([a-z_]+)\}")
_EMPTY_END = re.compile(r"[:：]\s*$")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def milestones_in_order(reached: Mapping[str, str], names: Names) -> list[tuple[str, datetime]]:
    """Sort milestones by their moment; those of one moment in the order in which a case goes through them.

    Args:
        reached: {name: moment as ISO text}.
        names: in the order in which a case usually goes through them.
    """
    usual = {name: at for at, name in enumerate(names)}
    moments = [(name, datetime.fromisoformat(at)) for name, at in reached.items()]
    return sorted(moments, key=lambda one: (one[1], usual.get(one[0], len(usual))))


#: what an element says of its own limit or milestone
_OF_THE_ELEMENT = frozenset({"LimitStarted", "LimitEnded", "MilestoneReached"})


def title_of(
    kind: str,
    content: Mapping[str, Any],
    names: Names,
    *,
    node: str = "",
    node_en: str = "",
    target: tuple[str, str] = ("", ""),
) -> Title:
    """Say what a fact means.

    Args:
        kind: the fact's kind. A fact that a diagram recorded (`Noted`) says itself what it is, by `title`
            and `title_en` or else by its own `kind`.
        content: the fact's body.
        names: of limits and milestones; others are shown as they are.
        node: the element's name on the diagram.
        node_en: its English name; without one the Chinese name stands in both sentences.
        target: the names of the element that a token was moved to; without one its id is shown.
    """
    if kind == "LimitChanged":
        content = {**content, **(content.get("params") or {})}
    pattern = _pattern(kind, content)
    own = str(content.get("kind") or kind) if kind == "Noted" else kind
    words = {key: str(value) for key, value in content.items() if isinstance(value, str | int | float)}
    own_name, _, instance = (words.get("limit") or words.get("milestone") or words.get("name") or "").partition("#")
    name = names.get(own_name)
    zh, en = dict(words), dict(words)
    if "limit" not in words and "name" in words:
        zh["limit"] = en["limit"] = words["name"]
    for key in ("limit", "milestone"):
        if name is not None and key in zh:
            zh[key], en[key] = (f"{one} {instance}".strip() for one in (name.zh, name.en))
    if name is None and own_name and node and kind in _OF_THE_ELEMENT:
        # a limit or milestone that no table knows is called like the element that carries it
        for key in ("limit", "milestone"):
            if key in zh:
                zh[key], en[key] = node, node_en or node
    there = target[0] or words.get("target", "")
    zh |= {"node": node, "kind": own, "target_name": there}
    en |= {"node": node_en or node, "kind": _HUMP.sub(" ", own), "target_name": target[1] or there}
    return Title(_filled(pattern.zh, zh), _filled(pattern.en, en))


def _pattern(kind: str, content: Mapping[str, Any]) -> Title:
    if kind == "LimitMoved":
        return MOVED.get(str(content.get("change")), TITLES[kind])
    if kind == "ParticipantsChanged":
        return PARTICIPANTS.get(str(content.get("change")), TITLES[kind])
    if kind == "TaskTransferred":
        return HANDED.get(str(content.get("how")), TITLES[kind])
    if kind == "DelegationReturned":
        return RETURNED.get(str(content.get("how")), TITLES[kind])
    if kind != "Noted":
        return TITLES.get(kind, _UNKNOWN)
    own = str(content.get("title") or "")
    if own:
        return Title(own, str(content.get("title_en") or own))
    return NOTED.get(str(content.get("kind")), _UNKNOWN)


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    """Fill in what is known; a sentence that would end in a colon ends before it."""
    return _EMPTY_END.sub("", _BLANK.sub(lambda blank: words.get(blank[1], ""), pattern)).strip()
