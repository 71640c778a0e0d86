"""The web room put together; the bootstrap calls this once."""

from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app.usecases import Tools
from app.web import (
    account,
    answers,
    api,
    arrival,
    audit,
    contact,
    duties,
    entering,
    errors,
    frame,
    headers,
    health,
    help,
    idempotency,
    identity,
    intake,
    languages,
    migrating,
    office,
    operators,
    people,
    phone,
    public,
    reading,
    register_files,
    registers,
    rooms,
    sheets,
    squeezing,
    steering,
    studio,
    tables,
    tracking,
)
from app.web.desk import (
    acting,
    bulk,
    cases,
    copying,
    desk,
    explaining,
    handing,
    inbox,
    live,
    looks,
    papers,
    phrases,
    starting,
    tasks,
    whistling,
)
from app.web.handover import handing_over
from app.web.house import House

FOLDER = Path(__file__).parent
#: modules that add their views to the desk's blueprint
_DESK = (
    inbox, looks, bulk, tasks, explaining, handing, starting, cases, copying, live, papers, acting, phrases, whistling,
)  # fmt: skip
#: add their views to the blueprints of registers and of citizens
_ADDED = (register_files, tracking)


def assemble(tools: Tools) -> Flask:
    """Make the application that serves pages and the interface."""
    settings = tools.config
    app = House("app.web", root_path=str(FOLDER), template_folder="templates", static_folder="static")
    app.config.update(
        SECRET_KEY=settings.secret_key, TESTING=settings.testing, SESSION_COOKIE_NAME="yongzhi_page",
        SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax", MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        MAX_FORM_PARTS=500, MAX_CONTENT_LENGTH=settings.max_upload_mb * 1024 * 1024,
    )  # fmt: skip
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_prefix=hops)  # type: ignore[method-assign]
    app.wsgi_app = handing_over(app.wsgi_app, settings.live_door)  # type: ignore[method-assign,assignment]
    rooms.furnish(app, tools)
    # the order of these is the order in which a request meets them
    squeezing.install(app)
    health.install(app)
    reading.install(app)
    arrival.install(app)
    identity.install(app)
    languages.install(app)
    idempotency.install(app)
    errors.install(app)
    frame.install(app)
    headers.install(app)
    for blueprint in (
        people.people, entering.entering, account.account, office.office, sheets.sheets, duties.duties,
        contact.contact, phone.phone, desk, intake.intake, public.public, answers.answers, studio.studio, audit.audit,
        operators.operators, help.guide,
        steering.steering, migrating.migrating, tables.tables, registers.registers, health.health,
    ):  # fmt: skip
        app.register_blueprint(blueprint)
    api.install(app)
    return app
