"""What every page has around its content: menu, account, languages, assets, and how things are written."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, request, url_for
from flask_babel import gettext

from app.domain.actor import SYSTEM
from app.domain.city_files import longest_voice
from app.domain.rights import is_allowed
from app.domain.titles import milestones_in_order, title_of
from app.schemas.records import plain
from app.schemas.values import CITY_ZONE, read_moment
from app.usecases.desk.name_process import name_process
from app.web.built import built_entries
from app.web.errors import told
from app.web.languages import language
from app.web.rooms import actor_or_none, config, now, tools

#: (endpoint, permission, text); everybody sees only his own rooms
ROOMS: tuple[tuple[str, str, str], ...] = (
    ("desk.inbox", "inbox.read", "待办"),
    ("intake.report_page", "report.file", "上报"),
    ("desk.start", "case.start", "发起"),
    ("desk.cases", "case.read", "案件"),
    ("registers.index", "register.read", "登记册"),
    ("studio.definitions", "studio.read", "流程工作室"),
    ("audit.cases", "audit.read", "审计"),
    ("operators.incidents", "incident.read", "故障"),
    ("office.people", "people.manage", "人员管理"),
    ("people.rights", "account.own", "权限"),
)


def install(app: Flask) -> None:
    """Give templates what they need."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_frame)
    app.jinja_env.filters.update(
        moment=moment, day=day, remaining=remaining, role=role_name, named=named, plain=plain, code=code_name,
        stamp=stamp, pack=pack_name, kind_name=kind_name, person=person_name,
        status=status_name, process=process_name, in_order=in_order, told=told,
    )
    app.jinja_env.globals.update(built=built_entries(app), may=may, now=now, voice_seconds=voice_seconds)


def may(permission: str) -> bool:
    """Say whether this request's actor holds a permission."""
    return is_allowed(actor_or_none(), permission)


def voice_seconds() -> int:
    """Say how long a voice may be that a page records."""
    return longest_voice(tools().city.folder)


def in_order(reached: Mapping[str, str]) -> list[tuple[str, datetime]]:
    """Sort milestones by their moment."""
    return milestones_in_order(reached, tools().city.names)


def _frame() -> dict[str, Any]:
    """Collect the frame; an error page of a stranger has the same one with less in it."""
    person = actor_or_none()
    here = (request.endpoint or "").partition(".")[0]
    menu = [
        (url_for(endpoint), gettext(text), here == endpoint.partition(".")[0] and _is_here(endpoint))
        for endpoint, permission, text in ROOMS
        if person is not None and may(permission)
    ]
    back = request.full_path.rstrip("?") if request.method == "GET" else "/"
    languages = [
        (url_for("people.choose_language", code=code, next=back), name, language() == code)
        for code, name in (("zh", "中文"), ("en", "English"))
    ]
    account = person and {
        "id": person.id,
        "name": person.name or person.username,
        "post": "、".join(role_name(role) for role in sorted(person.roles)[:2]),
        "links": [
            *([(url_for("phone.page"), gettext("移动工作台"))] if may("report.file") else []),
            (url_for("contact.page"), gettext("通知方式")), (url_for("account.page"), gettext("我的账号")),
            *([(url_for("account.substitutes"), gettext("代理")), (url_for("duties.own"), gettext("值班表"))]
              if may("substitute.name") else []),
            (url_for("people.rights"), gettext("我的权限")), (url_for("guide.page"), gettext("使用指南")),
        ],
        "sign_out_url": url_for("people.sign_out_now"),
    }
    demo = gettext("演示环境：城市、人员与数据均为虚构，请勿填写真实信息。") if config().demo else None
    tag = "en" if language() == "en" else "zh-CN"
    return {"locale": tag, "menu": menu, "languages": languages, "account": account, "demo": demo,
            "outside_sign_in": bool(config().oidc_issuer),
            "in_place_of": person.absent.name or person.absent.username if person and person.absent else ""}


def _is_here(endpoint: str) -> bool:
    view = (request.endpoint or "").partition(".")[2]
    wanted = endpoint.partition(".")[2]
    if endpoint.startswith("desk."):
        return all(view.startswith(room) == wanted.startswith(room) for room in ("case", "start"))
    return True


def moment(value: datetime | None) -> str:
    """Write a moment in the city's time; today's without the date."""
    if value is None:
        return "—"
    local = value.astimezone(CITY_ZONE)
    today = now().astimezone(CITY_ZONE)
    if local.date() == today.date():
        return local.strftime("%H:%M")
    return local.strftime("%m-%d %H:%M" if local.year == today.year else "%Y-%m-%d %H:%M")


def day(value: datetime | None) -> str:
    """Write a moment in full."""
    return value.astimezone(CITY_ZONE).strftime("%Y-%m-%d %H:%M") if value else "—"


def stamp(value: datetime | str | None) -> str:
    """Write a moment in full, also one that is written as text."""
    return day(read_moment(value) if isinstance(value, str) else value)


def remaining(due: datetime | None) -> str:
    """Say how long is left, or how long it is too late."""
    if due is None:
        return ""
    left = due - now()
    size = _size(abs(left))
    return gettext("剩 %(size)s", size=size) if left >= timedelta(0) else gettext("超 %(size)s", size=size)


def _size(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return gettext("%(n)s 分钟", n=minutes)
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return gettext("%(h)s 小时 %(m)s 分", h=hours, m=rest) if rest else gettext("%(h)s 小时", h=hours)
    days, hours = divmod(hours, 24)
    return gettext("%(d)s 天 %(h)s 小时", d=days, h=hours) if hours else gettext("%(d)s 天", d=days)


def role_name(code: str | None) -> str:
    """Name a role in the language of the request."""
    role = tools().city.roles.get(code or "")
    if role is None:
        return code or ""
    return role.en if language() == "en" else role.zh


def named(thing: Any) -> str:
    """Name anything that has a name and an English one."""
    def read(key: str) -> Any:
        return thing.get(key) if isinstance(thing, dict) else getattr(thing, key, None)

    for key in ("name_en", "title_en") if language() == "en" else ():
        if read(key):
            return str(read(key))
    return str(read("name") or read("title") or read("key") or "")


def code_name(value: str | None) -> str:
    """Write one of our fixed words (nature, urgency, status, limit, milestone) for people."""
    if not value:
        return ""
    if "#" in value:
        # the limit of one of several instances
        name, _, instance = value.partition("#")
        return f"{code_name(name)} {instance}"
    known = tools().city.names.get(value)
    if known is not None:
        return known.en[:1].upper() + known.en[1:] if language() == "en" else known.zh
    text = gettext(f"code {value}")
    return value if text == f"code {value}" else text


def pack_name(value: str) -> str:
    """Name a pack of diagrams; one that a department added is shown as it calls itself."""
    text = gettext(f"pack {value}")
    return value if text == f"pack {value}" else text


def process_name(key: str) -> str:
    """Name a process in the language of the request, as its current version calls itself."""
    found = name_process(tools(), process=key)
    return (found[1] if language() == "en" else "") or found[0] or key


def kind_name(fact: Any) -> str:
    """Say in words what kind of fact this is."""
    title = title_of(fact.kind, {}, {})
    return title.en if language() == "en" else title.zh


def person_name(name: str) -> str:
    """Name who acted; what no person did, the system did."""
    return gettext("系统") if name == SYSTEM.name else name


def status_name(value: str | None) -> str:
    """Write where a case stands; some statuses share their code with a limit."""
    text = gettext(f"code {value}")
    return code_name(value) if text == f"code {value}" else text
