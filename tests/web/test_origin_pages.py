"""Where a case comes from, on its page and over the interface."""

import uuid

import pytest

from tests.web.world import REPORT, World


@pytest.fixture
def family(world: World):
    """A duty officer, the case of a report, and one that names it as its origin."""
    duty = world.person("sys_admin")
    cases = []
    for place in (29.912, 29.9301):
        body = {**REPORT, "lat": place, "content": f"路口有流动摊贩占道经营{uuid.uuid4().hex[:8]}", "channel": "WEB"}
        cases.append(duty.api("POST", "/reports", json=body).json)
    whole, piece = cases
    with world.tools.store.unit_of_work() as uow:
        uow._tx.write(
            "update cases set origin_no = %(no)s, record = record || jsonb_build_object('origin_no', %(no)s::text)"
            " where id = %(id)s", {"no": whole["event_no"], "id": piece["case_id"]},
        )  # fmt: skip
        uow.commit()
    return duty, whole, piece


def test_both_name_each_other(family):
    duty, whole, piece = family
    above = duty.api("GET", f"/cases/{whole['case_id']}").json
    (below,) = above["offspring"]
    assert above["origin"] is None and below["case_id"] == piece["case_id"]
    assert below["event_no"] == piece["event_no"] and below["process"] == "event_lifecycle" and below["status"]
    origin = duty.api("GET", f"/cases/{piece['case_id']}").json["origin"]
    assert origin["case_id"] == whole["case_id"] and origin["title"]
    duty.sign_in()
    page = duty.browser.get(f"/cases/{whole['case_id']}").text
    assert "关联案件" in page and "衍生" in page and f'href="/cases/{piece["case_id"]}"' in page
    page = duty.browser.get(f"/cases/{piece['case_id']}").text
    assert "来源" in page and f'href="/cases/{whole["case_id"]}"' in page
    duty.browser.get("/language/en?next=/cases")
    assert "Comes from" in duty.browser.get(f"/cases/{piece['case_id']}").text
    duty.browser.get("/language/zh?next=/cases")
