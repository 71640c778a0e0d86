"""How one wants to be told what happens: addresses, kinds, ways, quiet hours."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.contact import KINDS, WAYS
from app.domain.errors import Invalid
from app.usecases.people.change_contact import change_contact
from app.usecases.people.read_contact import read_contact
from app.usecases.people.send_trial import send_trial
from app.web.identity import allow
from app.web.rooms import actor, tools

contact = Blueprint("contact", __name__)
#: (kind, text, what it is)
KIND_TEXTS = (
    ("urgent", "特急任务", "紧急程度为特急（U1）的任务。免打扰时段内也会送达。"),
    ("notice", "通知", "催办、督办、转交、抄送等通知。"),
    ("task", "新任务", "派到您岗位的每一项新任务。"),
    ("report", "我的上报", "您本人上报事项的受理、进展与结果。"),
)
WAY_TEXTS = (("mail", "邮件"), ("gateway", "短信或消息"))
assert {kind for kind, _, _ in KIND_TEXTS} == set(KINDS) and {way for way, _ in WAY_TEXTS} == set(WAYS)


@contact.get("/contact")
@allow("account.own")
def page() -> str:
    """Show what one has chosen."""
    found = read_contact(tools(), actor=actor())
    person = found.person
    chosen = {"choices": {kind: person.preferences.ways(kind) for kind in KINDS}, "mail": person.mail,
              "phone": person.phone, "quiet_from": person.preferences.quiet_from,
              "quiet_to": person.preferences.quiet_to}  # fmt: skip
    return _page(chosen, {})


def _page(chosen: dict[str, Any], errors: Any) -> str:
    ways = read_contact(tools(), actor=actor()).ways
    return render_template(
        "contact.html", chosen=chosen, errors=errors, kinds=KIND_TEXTS, ways=WAY_TEXTS, open_ways=ways
    )


@contact.post("/contact")
@allow("account.own")
def change() -> AnyResponse | tuple[str, int]:
    """Keep what one has chosen."""
    form = request.form
    sent: dict[str, Any] = {name: form.get(name, "").strip() for name in ("mail", "phone", "quiet_from", "quiet_to")}
    sent["choices"] = {kind: form.getlist(f"choices.{kind}") for kind in KINDS}
    try:
        change_contact(tools(), actor=actor(), sent=sent)
    except Invalid as refused:
        return _page(sent, refused.errors), 422
    flash(gettext("已保存。"), "success")
    return redirect(url_for("contact.page"), 303)


@contact.post("/contact/trial")
@allow("account.own")
def trial() -> AnyResponse:
    """Send a trial message to one's own addresses."""
    if send_trial(tools(), actor=actor()):
        flash(gettext("测试消息已发出，请查收。"), "success")
    else:
        flash(gettext("没有可用的地址，或本系统未配置邮件与消息网关。"), "warning")
    return redirect(url_for("contact.page"), 303)
