"""The operators' room, as a browser without scripts and as a program use it."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from tests.web.world import World


@pytest.fixture
def failed(world: World):
    """A case with an incident that a machine opened, and the one who looks after the machines."""
    duty = world.person("street_duty")
    case_id = duty.api("POST", "/processes/one_task/cases", json={"variables": {}}).json["case_id"]
    with world.tools.store.unit_of_work() as uow:
        incident = uow.incidents.open(
            UUID(case_id), "task", "one_task/work#1", "work", "<b>of the case</b>", datetime.now(UTC),
            process="one_task",
        )  # fmt: skip
        uow.commit()
    return world.person("sys_admin"), duty, case_id, str(incident)


def test_the_list_says_what_failed_why_and_where(failed, world):
    admin, duty, case_id, incident = failed
    with world.tools.store.unit_of_work() as uow:
        uow.incidents.open(None, "start", "begin|1", "start", "<b>no answer</b>", datetime.now(UTC), process="one_task")
        uow.commit()
    page = admin.sign_in().browser.get("/incidents").text
    assert "事件故障" in page and "&lt;b&gt;no answer&lt;/b&gt;" in page and "办理" in page
    # what it says of a case is for those who may open the case
    assert "您无权查看此案" in page and "of the case" not in page
    assert incident in admin.browser.get("/incidents?kind=task").text
    assert incident not in admin.browser.get("/incidents?kind=timer").text
    assert admin.browser.get("/incidents?kind=x").status_code == 422
    # the officer reads on the case that it waits, and does not get into the room
    shown = duty.sign_in().browser.get(f"/cases/{case_id}").text
    assert "失败，案件在此等待" in shown and "/incidents" not in shown
    assert duty.browser.get("/incidents").status_code == 403
    english = admin.browser.get("/incidents", headers={"Cookie": "", "Accept-Language": "en"})
    assert english.status_code in (200, 303)


def test_a_note_is_kept_and_what_is_gone_is_said(failed):
    admin, _, _, incident = failed
    admin.sign_in()
    kept = admin.browser.post(f"/incidents/{incident}/note", data={"csrf_token": admin.csrf, "text": "对方停机<i>"})
    assert kept.status_code == 303 and "对方停机&lt;i&gt;" in admin.browser.get("/incidents").text
    none = admin.browser.post(f"/incidents/{incident}/note", data={"csrf_token": admin.csrf, "text": " "})
    assert none.status_code == 422
    assert admin.browser.post(f"/incidents/{incident}/note", data={"text": "x"}).status_code in (400, 403)
    # nothing is left to be done again: the retry closes the incident
    done = admin.browser.post(f"/incidents/{incident}/retry", data={"csrf_token": admin.csrf})
    assert done.status_code == 303
    assert "故障已解除" in admin.browser.get("/incidents").text
    late = admin.browser.post(f"/incidents/{incident}/retry", data={"csrf_token": admin.csrf})
    assert late.status_code == 303 and "该故障已解除" in admin.browser.get("/incidents").text


def test_a_whole_page_is_tried_again_at_once(failed, world):
    admin, _, case_id, incident = failed
    with world.tools.store.unit_of_work() as uow:
        other = uow.incidents.open(UUID(case_id), "task", "one_task/work#2", "work", "boom", datetime.now(UTC))
        uow.commit()
    page = admin.sign_in().browser.get("/incidents").text
    assert f'name="incident" value="{incident}"' in page and f'name="incident" value="{other}"' in page
    sent = {"csrf_token": admin.csrf, "incident": [incident, str(other), str(UUID(int=7)), "nonsense"]}
    assert admin.browser.post("/incidents/retry", data=sent).status_code == 303
    page = admin.browser.get("/incidents").text
    assert "已安排 2 项重试" in page and incident not in page and str(other) not in page


def test_programs_list_note_and_retry(failed):
    admin, duty, case_id, incident = failed
    listed = admin.api("GET", "/incidents?kind=task&limit=200").json
    (one,) = [each for each in listed["incidents"] if each["id"] == incident]
    assert (one["kind"], one["process"], one["node"], one["name"]) == ("task", "one_task", "work", "办理")
    assert (one["cause"], one["state"], one["attempts"]) == ("", "open", 1)
    assert admin.api("POST", f"/incidents/{incident}/note", json={"text": "x"}).json["note"] == "x"
    assert admin.api("POST", f"/incidents/{incident}/note", json={"text": ""}).status_code == 422
    assert admin.api("POST", f"/incidents/{incident}/retry").json["state"] == "resolved"
    assert admin.api("POST", f"/incidents/{incident}/retry").status_code == 409
    assert admin.api("POST", f"/incidents/{UUID(int=7)}/retry").status_code == 404
    assert admin.api("GET", "/incidents?after=nonsense").status_code == 422
    assert duty.api("GET", "/incidents").status_code == 403
    assert [each["kind"] for each in duty.api("GET", f"/cases/{case_id}").json["incidents"]] == []


def test_the_figures_count_what_is_open(failed, world):
    text = world.app.test_client().get("/metrics").text
    assert "yongzhi_incidents_open " in text and "yongzhi_incidents_open 0.0" not in text


def test_a_cause_is_said_in_the_language_of_who_reads_it_and_has_a_code(world):
    admin = world.person("sys_admin")
    causes = {"no-way": "At Gate no condition holds and no default way is drawn.",
              "call-timeout": "permit.ask: http.timeout There was no answer within 20 seconds.", "": "Something else."}
    with world.tools.store.unit_of_work() as uow:
        made = {code: str(uow.incidents.open(None, "start", f"begin|{code}", "start", cause, datetime.now(UTC)))
                for code, cause in causes.items()}  # fmt: skip
        uow.commit()
    listed = {one["id"]: one for one in admin.api("GET", "/incidents?kind=start&limit=200").json["incidents"]}
    assert {code: (listed[one]["code"], listed[one]["cause"]) for code, one in made.items()} == {
        code: (code, cause) for code, cause in causes.items()}  # fmt: skip
    assert listed[made["no-way"]]["cause_zh"] == "在「Gate」处没有任何条件成立，也没有画默认路径。"
    assert listed[made[""]]["cause_zh"] == "Something else."
    page = admin.sign_in().browser.get("/incidents").text
    assert "在「Gate」处没有任何条件成立" in page and "20 秒内没有答复" in page and "Something else." in page
    admin.browser.get("/language/en?next=/")
    page = admin.browser.get("/incidents").text
    admin.browser.get("/language/zh?next=/")
    assert "At Gate no condition holds" in page and "没有任何条件" not in page
