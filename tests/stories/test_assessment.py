"""K: a quarter of the real county: what recorded facts cost is gathered, told to each, appealed against and signed."""

from typing import Any

from app.usecases import Tools
from app.usecases.registers.list_rows import list_rows
from tests.stories.cast import ZHUANGSHI
from tests.stories.telling import Event, Scene
from tests.stories.test_ac10_workshop import CRIME, EMERGENCY, FIRST, OFFICERS, SECOND, begun
from tests.stories.test_fine_waits import transferred
from tests.stories.test_messages import actor_of

Z = ZHUANGSHI
ADMIN, LEADER = "assess.zh", "dept.lead.zh"


def rows(tools: Tools, register: str, **where: Any) -> list[dict[str, Any]]:
    """Read rows of a register as the administrator of assessments does."""
    page = list_rows(tools, actor=actor_of(tools, ADMIN), key=register, where=where)
    return [{"id": str(row.id), **row.data} for row in page.rows]


def cost_of(tools: Tools) -> dict[str, Any]:
    """Find what the late step itself cost the bureau; the supervision that nobody answered cost more."""
    found = [row for row in rows(tools, "assessment_deductions", owner=EMERGENCY) if row["fact"].endswith("transfer")]
    assert len(found) == 1 < len(rows(tools, "assessment_deductions", owner=EMERGENCY))
    return found[0]


def spoken_of(scene: Scene, tools: Tools) -> None:
    """01-15 to 17: three events speak of the same; a word of two is chance."""
    for day in (15, 16, 17):
        scene.at(f"01-{day} 09:00")
        scene.report(Z.worker, "river-wall", content=f"消防栓漏水第{day}次" if day < 17 else "消防栓漏水，井盖松动")


def drafted(scene: Scene, tools: Tools) -> Event:
    """03-05: the bureau lets the three days of a transfer pass; 04-01: the quarter is gathered, and told to each."""
    scene.at("03-02 09:00")
    transfer = transferred(scene, tools, "NB-11-3")
    transfer.do(FIRST, "核实，写移送报告", officers=OFFICERS, report="擅自储存危险化学品，情况属实",
                evidence_list="清单", finding="crime", **CRIME)
    transfer.do(SECOND, "第二人核实签字", second_decision="agree", certificate="33020002")
    scene.at("03-05 09:01")
    scene.at("04-01 09:00")
    cycle = begun(scene, tools, ADMIN, "assessment_cycle", period="2026-Q1", standard_version="2026-01")
    cost = cost_of(tools)
    assert (cost["indicator"], cost["points"], cost["state"]) == ("超期", 0.2, "open")
    assert cost["fact"].startswith(transfer.reported.event_no) and cost["source"].startswith(transfer.reported.case_id)
    cycle.do(ADMIN, "提出剔除", excluded=[])
    assert set(cycle.nodes) == {"look"}
    return cycle


def test_the_assessed_appeal_themselves_and_the_score_comes_back(scene: Scene, tools: Tools) -> None:
    spoken_of(scene, tools)
    cycle = drafted(scene, tools)
    found = {row["word"]: (row["events"], row.get("growth")) for row in rows(tools, "hot_words", period="2026-Q1")}
    assert found["消防栓"] == (3, None) and "井盖" not in found
    scene.at("04-02 10:00")
    cycle.do(LEADER, "核对草案，提出申诉", about=EMERGENCY, objection="appeal",
             appeals=[{"fact": cost_of(tools)["id"], "ground": "公安机关要求补充材料，非本机关拖延"}])
    scene.at("04-02 14:00")
    cycle.do(Z.county_director, "申诉裁定", appeal_decision="uphold", appeal_points=0.2, note="情况属实")
    assert cost_of(tools)["state"] == "revoked"
    scene.at("04-10 09:00")
    assert cycle.nodes == ["confirm"], "silence of all others is no objection"
    cycle.do(Z.county_director, "签发", decision="sign")
    (score,) = rows(tools, "assessment_scores", owner=EMERGENCY)
    left = sum(row["points"] for row in rows(tools, "assessment_deductions", owner=EMERGENCY)
               if row["state"] != "revoked")
    assert (score["score"], score["state"]) == (100 - left, "final") and cycle.status == "closed"
    # a second run of the same quarter enters no fact twice, and what was taken back stays so
    scene.at("04-10 10:00")
    again = begun(scene, tools, ADMIN, "assessment_cycle", period="2026-Q1", standard_version="2026-01")
    assert cost_of(tools)["state"] == "revoked" and again.nodes == ["exclude"]
    cycle.verified()
