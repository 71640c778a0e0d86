"""Who may do what: the whole table, on one page.

A permission opens a door; which rows lie behind it is decided by visibility in the store's queries (unit path,
excluded people and units, confidential cases), never here and never in a template.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.actor import Actor

#: stands in place of role codes
PUBLIC = frozenset({"*public"})
SIGNED_IN = frozenset({"*signed-in"})

_GRID = {"contact_member", "micro_grid_leader", "grid_member", "grid_leader"}
_VILLAGE = {
    "community_police", "village_secretary", "village_mediator", "village_talk_clerk", "village_moral_exec",
    "village_moral_review", "legal_adviser", "village_supervision",
}  # fmt: skip
_COMMAND = {
    "street_duty", "street_affairs", "street_enforce_coord", "street_command_duty", "street_command_director",
}  # fmt: skip
_PLATFORMS = {"platform_public_order", "platform_market", "platform_enforce", "platform_service"}
_STREET = {
    "dept_station_officer", "police_station", "justice_office", "contractor", "unit_leader",
}  # fmt: skip
_COUNTY = {
    "county_duty", "county_dispatcher", "county_director", "county_dept_contact", "county_dept_leader",
    "county_mediator", "mediation_registrar", "mediation_director", "court_confirm_clerk", "court_judge",
    "arbitration_clerk", "notary", "petition_office", "discipline_officer", "law_reviewer", "case_handler",
    "agency_head", "police_legal", "procurator",
}  # fmt: skip
_CITY = {"city_duty", "city_director", "city_dept_contact"}
_SUPERVISORS = {"supervisor_county", "supervisor_city", "assessment_admin"}

DUTY = frozenset({"street_duty", "street_command_duty", "county_duty", "county_dispatcher", "city_duty"})
#: everybody whose work is cases
OFFICERS = frozenset(_GRID | _VILLAGE | _COMMAND | _PLATFORMS | _STREET | _COUNTY | _CITY | _SUPERVISORS)
#: the command room on duty, and who looks after the machines
STEERS = frozenset(
    {"street_command_duty", "street_command_director", "county_duty", "county_director", "city_duty", "city_director",
     "sys_admin"}
)  # fmt: skip
#: roles in which another may stand in: whoever designs, administers or audits has no substitute
STOOD_IN_FOR = OFFICERS
#: posts whose acceptance opens confidential cases, and those of discipline, police and justice: who stands in there,
#: named by somebody else than the officer himself, needs a second approval. Our own list
SENSITIVE = frozenset(
    {"street_duty", "county_duty", "city_duty", "discipline_officer", "petition_office", "community_police",
     "police_station", "police_legal", "procurator", "court_judge"}
)  # fmt: skip
#: look after the people of their part of the tree; the county's one does nothing else
KEEPERS = frozenset({"sys_admin", "county_admin"})
READERS = OFFICERS | {"auditor", "sys_admin"}


@dataclass(frozen=True)
class Right:
    """One permission and who holds it."""

    #: role codes, or PUBLIC, or SIGNED_IN
    holders: frozenset[str]
    zh: str
    en: str


RIGHTS: dict[str, Right] = {
    "door.open": Right(PUBLIC, "登录、选择语言、查看服务状态", "Sign in, choose the language, see whether it runs"),
    "report.public": Right(PUBLIC, "群众上报事件，凭编号和查询码跟踪、补充、撤回、评价",
                           "Report as a citizen; follow, add to, withdraw and rate by number and tracking code"),
    "account.own": Right(SIGNED_IN, "退出登录、修改密码、设置第二因素、查看权限表",
                         "Sign out, change one's password, set up the second factor, see this table"),
    "substitute.name": Right(OFFICERS | KEEPERS, "指定、结束代理（本人的；负责人与管理员对所辖人员）",
                             "Name and end substitutes, for oneself; leaders and administrators for their people"),
    "duty.read": Right(OFFICERS | KEEPERS, "查看本单位的值班表", "Read the duty rosters of one's units"),
    "duty.write": Right(OFFICERS | KEEPERS, "排班、撤班（负责人与管理员对所辖单位）",
                        "Put people on and off duty; leaders and administrators in their units"),
    "people.manage": Right(KEEPERS, "管理所辖单位的人员、岗位与单位（每次留痕，不得给自己授权）",
                           "Look after the people, roles and units of one's part of the tree; every change is recorded,"
                           " and nobody gives himself anything"),
    "report.file": Right(OFFICERS | {"citizen", "sys_admin"}, "以本人账号上报或转录事件",
                         "Report, or enter a report for others, under one's own name"),
    "place.find": Right(SIGNED_IN, "查找单位、事项、网格与位置", "Look up units, items, grids and places"),
    "file.attach": Right(OFFICERS | {"citizen", "sys_admin"}, "上传附件", "Upload files"),
    "file.read": Right(SIGNED_IN, "查看可见案件的附件", "Read the files of cases that one may see"),
    "inbox.read": Right(OFFICERS | {"citizen"}, "查看本岗位的待办", "Read the inbox of one's own roles"),
    "task.work": Right(OFFICERS | {"citizen"}, "签收、退还、办结任务，保存草稿",
                       "Claim, release and complete tasks, keep drafts"),
    "task.transfer": Right(OFFICERS, "转交、委派任务，退回或收回委派",
                           "Transfer and delegate tasks, give back or take back what was delegated"),
    "task.assign": Right(OFFICERS, "把本单位的任务指派给成员（限负责人）",
                         "Assign tasks of one's unit to its members; leaders only"),
    "task.return": Right(OFFICERS, "把任务退回上一步的经办人（限上一步尚未产生外部影响）",
                         "Return a task to whoever did the step before, while that has had no effect outside"),
    "task.urge": Right(OFFICERS, "催办可见的任务", "Urge tasks that one may see"),
    "task.sign": Right(OFFICERS, "会签中加签、减签本人加的人",
                       "Add people to a joint decision, and remove those whom one added"),
    "case.read": Right(READERS, "查看可见的案件", "Read the cases that one may see"),
    "case.act": Right(OFFICERS | {"citizen"}, "在案件上行使已开放的动作", "Perform the acts that a case offers"),
    "case.comment": Right(OFFICERS, "在案件上留言", "Comment on a case"),
    "document.issue": Right(OFFICERS, "出具回执、交办单、移送书等文书（按文书写明的角色，每次编号留痕）",
                            "Issue receipts, dispatch sheets, letters of transfer and other documents, where the"
                            " document names one's role; each is numbered and recorded"),
    "case.copy": Right(OFFICERS, "把可见的案件抄送他人或单位（保密案件除外，每次留痕）",
                       "Show cases that one may see to others for their knowledge, confidential ones never; recorded"),
    "case.watch": Right(READERS, "关注可见的案件，标记抄送已阅",
                        "Watch cases that one may see, note that one has read what was copied to one"),
    "case.start": Right(OFFICERS | {"sys_admin"}, "直接启动流程", "Start a process directly"),
    "task.withdraw": Right(OFFICERS, "撤回本人刚办结、下一步尚无人签领的任务",
                           "Take back what one has just completed, while nobody has claimed what follows"),
    "case.steer": Right(STEERS, "调度本辖区案件：跳转、跳过、取消、挂起、重启、调整会签人与时限（每次须写明理由）",
                        "Steer the cases of one's place: move, skip, cancel, suspend, restart, change participants and"
                        " limits, each with a reason"),
    "register.read": Right(READERS, "查看登记册中本岗位、本辖区可见的记录",
                           "Read the rows of registers that one's roles and place show"),
    "register.write": Right(OFFICERS | {"sys_admin"}, "登记、修改、导入本辖区的记录（按登记册写明的角色，每次留痕）",
                            "Add, change and import rows of one's place, where the register names one's role; every"
                            " change is kept"),
    "reporter.reveal": Right(OFFICERS, "查看本人任务所需的诉求人信息（每次留痕）",
                             "See the reporter's details where one's task needs them; every look is recorded"),
    "message.deliver": Right(DUTY | {"sys_admin"}, "向案件投递外部消息", "Deliver an outside message to a case"),
    "signal.send": Right(frozenset({"sys_admin"}), "向所有案件广播外部信号", "Send an outside signal to all cases"),
    "studio.read": Right(frozenset({"process_designer", "auditor"}), "查看流程、决策表与表单的各个版本",
                         "Read every version of processes, tables and forms"),
    "studio.propose": Right(frozenset({"process_designer"}), "编辑并提交新版本", "Edit and propose new versions"),
    "studio.decide": Right(frozenset({"process_designer"}), "审核他人提交的版本（不得审核本人的）",
                           "Approve or refuse somebody else's version, never one's own"),
    "case.migrate": Right(frozenset({"process_designer", "sys_admin"}), "把正在办理的案件迁移到流程的另一版本",
                          "Take running cases over to another version of their process"),
    "audit.read": Right(frozenset({"auditor"}), "逐步回放案件，核验哈希链与重演结果",
                        "Step through cases, verify the hash chain and the re-execution"),
    "audit.verify": Right(READERS, "查看可见案件的原始记录并核验",
                          "Read and verify the records of cases that one may see"),
    "incident.read": Right(frozenset({"sys_admin", "process_designer"}), "查看自动步骤的故障",
                           "See what the machines could not do"),
    "incident.work": Right(frozenset({"sys_admin", "process_designer"}), "为故障备注，安排重试",
                           "Note what one found out about an incident, have it tried again"),
    "message.sort": Right(frozenset({"sys_admin"}), "查看无人接收的消息，交给案件或作废",
                          "See the messages that nobody waits for, give them to a case or drop them"),
    "clock.move": Right(SIGNED_IN, "拨动时钟（仅演示与测试服务器，正式服务器一律拒绝）",
                        "Move the clock; rehearsal servers only, a production server always refuses"),
}  # fmt: skip


#: channels that anybody may name, also a citizen without account
OPEN_CHANNELS = frozenset({"WEB", "CITY_APP", "WECHAT"})
#: who may say so in a report; machines may say everything
CLAIMS: dict[str, Right] = {
    "channel": Right(OFFICERS | {"sys_admin"}, "网页、城市应用、微信以外的渠道由工作人员转录",
                     "Channels other than the web, the city's app and WeChat are entered by officers"),
    "channel.GRID": Right(DUTY | _GRID | {"sys_admin"}, "网格渠道由网格人员或值班人员上报",
                          "The grid channel belongs to grid workers and duty officers"),
    "self_handled": Right(frozenset(_GRID), "只有网格人员经网格渠道上报的事件可以自行处置",
                          "Only grid workers handle on the spot, and only what they report through the grid"),
    "source_id": Right(DUTY | {"sys_admin"}, "来源编号由外部系统或值班人员填写",
                       "Numbers of other systems come from programs and duty officers"),
}  # fmt: skip


def false_claims(actor: Actor | None, report: Mapping[str, Any]) -> dict[str, Right]:
    """Find what a report says that its sender may not say: {field: who may}."""
    if actor is not None and actor.machine:
        return {}
    roles = actor.roles if actor else frozenset()
    channel = str(report.get("channel") or "WEB")
    found: dict[str, Right] = {}
    if channel not in OPEN_CHANNELS:
        needed = CLAIMS.get(f"channel.{channel}", CLAIMS["channel"])
        if needed.holders.isdisjoint(roles):
            found["channel"] = needed
    if report.get("self_handled") and (channel != "GRID" or CLAIMS["self_handled"].holders.isdisjoint(roles)):
        found["self_handled"] = CLAIMS["self_handled"]
    for name in ("source_system", "source_id"):
        if report.get(name) and CLAIMS["source_id"].holders.isdisjoint(roles):
            found[name] = CLAIMS["source_id"]
    return found


def is_allowed(actor: Actor | None, permission: str) -> bool:
    """Say whether somebody, or nobody in particular, may go through a door.

    Raises:
        KeyError: there is no such permission.
    """
    holders = RIGHTS[permission].holders
    if holders is PUBLIC:
        return True
    if actor is None:
        return False
    return holders is SIGNED_IN or actor.machine or not holders.isdisjoint(actor.roles)
