"""Every route, and who may use it; a new route fails here until somebody says who."""

import uuid

import pytest

from app.domain.actor import Actor, Assignment
from app.domain.rights import PUBLIC, RIGHTS, is_allowed
from app.web.identity import permission_of

#: endpoint -> permission; the test below compares this with what the application says
ROUTES = {
    "people.home": "door.open", "people.sign_in_page": "door.open", "people.sign_in_now": "door.open",
    "people.sign_out_now": "door.open", "people.choose_language": "door.open", "people.rights": "account.own",
    "entering.code": "door.open", "entering.enrol": "door.open", "entering.outside": "door.open",
    "entering.back": "door.open", "account.page": "account.own", "account.password": "account.own",
    "account.factor": "account.own", "account.tie": "account.own", "account.untie": "account.own",
    "office.untie": "people.manage", "account.substitutes": "substitute.name", "account.name": "substitute.name",
    "account.end": "substitute.name", "account.approve": "substitute.name",
    "duties.own": "duty.read", "duties.roster": "duty.read",
    "duties.put_on": "duty.write", "duties.take_off": "duty.write", "duties.units": "people.manage",
    "duties.dissolve": "people.manage", "office.people": "people.manage", "office.add": "people.manage",
    "office.person": "people.manage", "office.change": "people.manage", "office.state": "people.manage",
    "office.password": "people.manage", "office.factor": "people.manage", "office.grant": "people.manage",
    "office.revoke": "people.manage", "office.leave": "people.manage", "sheets.take": "people.manage",
    "sheets.bring": "people.manage",
    "health.healthz": "door.open", "health.readyz": "door.open", "health.metrics": "door.open",
    "openapi": "door.open", "static": "door.open",
    "contact.page": "account.own", "contact.change": "account.own", "contact.trial": "account.own",
    "desk.live_ticket": "inbox.read", "phone.page": "report.file", "phone.shell": "door.open", "phone.me": "door.open",
    "phone.track": "register.write", "phone.tracks": "register.read", "phone.looks": "register.read",
    "desk.picker": "inbox.read",
    "phone.worker": "door.open", "phone.manifest": "door.open",
    "desk.inbox": "inbox.read", "desk.notice_read": "inbox.read", "desk.notices_read": "inbox.read",
    "desk.inbox_export": "inbox.read", "desk.columns": "inbox.read", "desk.view_save": "inbox.read",
    "desk.view_drop": "inbox.read", "desk.going_on": "inbox.read",
    "desk.why": "inbox.read", "desk.case_why": "case.read",
    "desk.bulk": "task.work", "desk.bulk_complete": "task.work", "desk.bulk_told": "task.work",
    "desk.copy": "case.copy", "desk.copy_read": "case.watch", "desk.watch": "case.watch",
    "desk.unwatch": "case.watch", "desk_acts.post_bulk": "task.work", "desk_acts.get_limit": "inbox.read",
    "desk_acts.post_copies": "case.copy", "desk_acts.post_read": "case.watch", "desk_acts.put_watch": "case.watch",
    "desk_acts.delete_watch": "case.watch",
    "desk.task": "inbox.read", "desk.claim": "task.work", "desk.release": "task.work",
    "desk.transfer": "task.transfer", "desk.delegate": "task.transfer", "desk.resolve": "task.transfer",
    "desk.recall": "task.transfer", "tasks.takers": "task.transfer", "tasks.transfer": "task.transfer",
    "tasks.delegate": "task.transfer", "tasks.resolve": "task.transfer", "tasks.recall": "task.transfer",
    "desk.complete": "task.work", "desk.draft": "task.work", "desk.act_page": "case.act", "desk.act": "case.act",
    "desk.start": "case.start", "desk.start_page": "case.start", "desk.start_now": "case.start",
    "processes.get_startable": "case.start",
    "desk.cases": "case.read", "desk.case": "case.read", "desk.case_diagram": "case.read",
    "desk.case_position": "case.read", "desk.case_comment": "case.comment", "desk.case_reporter": "reporter.reveal",
    "desk.task_more": "inbox.read", "desk.assign": "task.assign", "desk.sign": "task.sign", "desk.unsign": "task.sign",
    "desk.send_back": "task.return", "desk.urge": "task.urge", "desk.foresee": "task.work",
    "desk.thumbnail": "file.read", "desk.phrases": "task.work", "desk.phrase_list": "task.work",
    "desk.phrase_add": "task.work", "desk.phrase_drop": "task.work",
    "guide.page": "account.own", "desk.whistle": "case.read", "desk.papers": "case.read",
    "desk.paper": "case.read", "desk.paper_preview": "document.issue",
    "desk.paper_issue": "document.issue",
    "desk.case_act": "case.act", "desk.attachment": "file.read", "desk.case_by_number": "case.read",
    "intake.report_page": "report.file", "intake.report_now": "report.file", "intake.upload": "file.attach",
    "intake.affairs": "place.find", "intake.units": "place.find", "intake.items": "place.find",
    "intake.place": "place.find", "intake.areas": "report.public",
    "public.report_page": "report.public", "public.report_now": "report.public",
    "public.suggestions": "report.public", "public.track_page": "report.public",
    "public.track_now": "report.public", "public.tracking": "report.public", "public.tracking_act": "report.public",
    "answers.door": "report.public", "answers.enter": "report.public", "answers.page": "report.public",
    "answers.give": "report.public",
    "studio.definitions": "studio.read", "studio.definition": "studio.read",
    "studio.definition_file": "studio.read", "studio.editor": "studio.propose", "studio.check": "studio.propose",
    "studio.propose": "studio.propose", "studio.upload": "studio.propose", "studio.decide": "studio.decide",
    "studio.draft": "studio.propose", "studio.drop": "studio.propose", "studio.import_files": "studio.propose",
    "studio.propose_draft": "studio.propose", "studio.begin": "studio.propose",
    "processes.post_import": "studio.propose",
    "processes.get_findings": "studio.read",
    "audit.cases": "audit.read", "audit.case": "audit.read", "audit.steps": "audit.read",
    "audit.facts": "audit.read",
    "steer.page": "case.steer", "steer.act": "case.steer", "steer.diagram": "case.steer",
    "steer.position": "case.steer", "steer.withdraw": "task.withdraw", "steering.get_positions": "case.steer",
    "steering.post_preview": "case.steer", "steering.post_move": "case.steer", "steering.post_skip": "case.steer",
    "steering.post_cancellation": "case.steer", "steering.post_suspension": "case.steer",
    "steering.post_resumption": "case.steer", "steering.post_restart": "case.steer",
    "steering.post_participants": "case.steer", "steering.post_limit": "case.steer",
    "steering.post_withdrawal": "task.withdraw", "tables.page": "studio.propose", "tables.change": "studio.propose",
    "migrating.plan": "case.migrate", "migrating.migrate": "case.migrate",
    "migrations.post_plan": "case.migrate", "migrations.post_migrations": "case.migrate",
    "operators.incidents": "incident.read", "operators.note": "incident.work", "operators.retry": "incident.work",
    "operators.retry_several": "incident.work", "operators.messages": "message.sort",
    "operators.assign": "message.sort", "operators.drop": "message.sort", "traffic.get_kept": "message.sort",
    "traffic.post_assigned": "message.sort", "traffic.post_dropped": "message.sort",
    "incidents.get_incidents": "incident.read", "incidents.post_note": "incident.work",
    "incidents.post_retry": "incident.work",
    "registers.index": "register.read", "registers.rows": "register.read", "registers.row": "register.read",
    "registers.export": "register.read", "registers.new": "register.write", "registers.add": "register.write",
    "registers.edit": "register.write", "registers.change": "register.write",
    "registers.import_page": "register.write", "registers.import_file": "register.write",
    "registers.retire": "register.write", "registers.restore": "register.write", "registers.exports": "audit.read",
    "registers.export_workbook": "register.read", "registers.template": "register.write",
    "register_rows.get_named": "register.read",
    "register_rows.get_owners": "register.write", "register_rows.post_retired": "register.write",
    "register_rows.post_restored": "register.write",
    "register_rows.get_registers": "register.read", "register_rows.get_rows": "register.read",
    "register_rows.get_row": "register.read", "register_rows.post_row": "register.write",
    "register_rows.patch_row": "register.write",
    "session.open_session": "door.open", "session.close_session": "door.open",
    "reports.post_report": "report.file", "reports.suggest": "place.find",
    "tasks.list_tasks": "inbox.read", "tasks.count_tasks": "inbox.read", "tasks.get_task": "inbox.read",
    "tasks.claim": "task.work", "tasks.release": "task.work", "tasks.complete": "task.work",
    "tasks.keep_draft": "task.work", "tasks.act": "case.act",
    "task_acts.get_offers": "inbox.read", "task_acts.post_next": "task.work", "task_acts.get_members": "task.assign",
    "task_acts.post_assign": "task.assign", "task_acts.post_return": "task.return",
    "task_acts.post_urge": "task.urge", "task_acts.post_sign": "task.sign", "task_acts.post_unsign": "task.sign",
    "desk_acts.get_recipients": "case.copy", "standing_in.get_substitutes": "substitute.name",
    "standing_in.post_substitute": "substitute.name", "standing_in.post_end": "substitute.name",
    "standing_in.post_approval": "substitute.name",
    "standing_in.get_left": "people.manage", "standing_in.post_leave": "people.manage",
    "cases.get_cases": "case.read", "cases.get_case": "case.read", "cases.get_history": "audit.verify",
    "cases.get_verdict": "audit.verify", "cases.post_comment": "case.comment",
    "processes.get_processes": "studio.read", "processes.post_processes": "studio.propose",
    "processes.post_case": "case.start",
    "traffic.post_message": "message.deliver", "traffic.post_signal": "signal.send", "traffic.post_clock": "clock.move",
    "traffic.post_attachment": "file.attach", "traffic.get_attachment": "file.read",
    "lookups.get_units": "place.find", "lookups.get_items": "place.find", "lookups.get_place": "place.find",
}  # fmt: skip
FILLERS = {
    "seq": 1, "code": "en", "key": "one_task", "kind": "process", "number": 1, "version": 1, "process": "one_task",
    "event_no": "NB-0", "act": "rate", "filename": "favicon.svg",
}  # fmt: skip


def routes(app):
    """List (endpoint, method, address) of every route with a plausible address."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        words = {name: FILLERS.get(name, uuid.UUID(int=7)) for name in rule.arguments}
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, adapter.build(rule.endpoint, words, method=method)


def test_the_list_is_what_the_application_says(world):
    said = {endpoint: permission_of(world.app, endpoint) for endpoint, _, _ in routes(world.app)}
    assert said == ROUTES


def test_a_stranger_gets_no_further_than_the_public_doors(world):
    for endpoint, method, address in routes(world.app):
        answer = world.app.test_client().open(address, method=method, headers={"Accept": "application/json"})
        answer.close()
        if RIGHTS[ROUTES[endpoint]].holders is PUBLIC:
            assert answer.status_code != 401 or endpoint == "session.open_session", address
        else:
            assert answer.status_code == 401, (method, address, answer.status_code)


@pytest.mark.parametrize("role", ["auditor", "process_designer", "grid_member", "sys_admin"])
def test_a_wrong_role_is_refused_before_anything_is_looked_at(world, role):
    person = world.person(role).sign_in()
    actor = Actor(id="x", username="x", assignments=(Assignment(role, "33.02"),))
    for endpoint, method, address in routes(world.app):
        if endpoint == "people.sign_out_now" or is_allowed(actor, ROUTES[endpoint]):
            continue
        answer = person.post(address, method=method)
        assert answer.status_code == 403, (method, address, answer.status_code)
        assert answer.json["type"] == "urn:yongzhi:problem:role-missing"


@pytest.mark.parametrize("role", ["auditor", "process_designer", "grid_member", "street_duty"])
def test_the_menu_shows_only_ones_own_rooms(world, role):
    person = world.person(role).sign_in()
    page = person.browser.get("/rights").text
    for address in ("/inbox", "/report", "/cases", "/studio/", "/audit/"):
        shown = f'<a href="{address}"' in page
        reachable = person.browser.get(address).status_code == 200
        assert shown == reachable, address


def test_a_view_without_permission_is_closed_to_everybody(world):
    from app.bootstrap import create_app

    app = create_app(world.tools.config, world.tools)
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert app.test_client().get("/forgotten", headers={"Accept": "application/json"}).status_code == 401
