"""What was done to people, units and rosters, in words."""

from flask_babel import gettext, ngettext

from app.domain.facts import Fact
from app.schemas.values import read_moment
from app.web.frame import day, role_name
from app.web.languages import language
from app.web.rooms import tools

_PLAIN = {
    "PersonAdded": "新增账号", "PersonClosed": "停用账号", "PersonOpened": "启用账号", "PasswordReset": "重置密码",
    "PasswordChanged": "本人修改密码", "FactorEnrolled": "启用第二因素", "FactorReset": "重置第二因素",
    "RecoveryCodeUsed": "使用恢复码登录", "IdentityLinked": "绑定统一身份", "IdentityUnlinked": "解除统一身份绑定",
    "UnitAdded": "新增单位", "UnitDissolved": "撤销单位", "UnitChanged": "修改单位名称",
}  # fmt: skip


def fact_text(fact: Fact) -> str:
    """Say what a fact of an office says."""
    body = fact.content
    role = role_name(str(body.get("role") or ""))
    if fact.kind in _PLAIN:
        return gettext(_PLAIN[fact.kind])
    if fact.kind == "PersonChanged":
        return gettext("修改资料：%(what)s", what="、".join(gettext(f"field {name}") for name in body["changes"]))
    if fact.kind == "RoleGranted":
        return gettext("授予岗位：%(role)s（%(unit)s）", role=role, unit=body["unit"])
    if fact.kind == "RoleRevoked":
        return gettext("撤销岗位：%(role)s（%(unit)s）", role=role, unit=body["unit"])
    if fact.kind == "MessageDropped":
        return gettext("作废该账号发来的消息%(message)s：%(reason)s", message=body["message"], reason=body["reason"])
    if fact.kind == "PeopleExported":
        return ngettext("导出人员 %(n)s 名", "导出人员 %(n)s 名", body["people"], n=body["people"])
    if fact.kind == "SubstituteNamed":
        return gettext("指定%(name)s代理：%(start)s 至 %(end)s，%(reason)s", name=body["substitute_name"],
                       start=_day(body["from"]), end=_day(body["until"]), reason=body["reason"])  # fmt: skip
    if fact.kind == "SubstituteApproved":
        return gettext("批准%(name)s代理（%(by)s指定）", name=body["substitute_name"], by=body["named_name"])
    if fact.kind == "SubstituteEnded":
        return gettext("提前结束%(name)s的代理", name=body["substitute_name"])
    if fact.kind in ("DutyAdded", "DutyDropped"):
        text = gettext("排班") if fact.kind == "DutyAdded" else gettext("撤班")
        return f"{text} · {role} · {_day(body['from'])} – {_day(body['to'])}"
    return fact.kind


def look_text(fact: Fact) -> str:
    """Say which rows about a person somebody looked at."""
    body = fact.content
    days = body["from"] if body["from"] == body["until"] else f"{body['from']} – {body['until']}"
    where = {"map": gettext("走访地图"), "export": gettext("导出")}.get(body["how"], gettext("登记册"))
    register = tools().city.registers.get(body["register"])
    what = (register.en if language() == "en" else register.zh) if register else body["register"]
    said = {"where": where, "days": days, "what": what, "n": body["rows"]}
    return ngettext(
        "%(where)s：%(days)s 的%(what)s %(n)s 条", "%(where)s：%(days)s 的%(what)s %(n)s 条", body["rows"], **said
    )


def _day(text: str) -> str:
    return day(read_moment(text))
