"""Joint enforcement: street whistles, departments report; every way through the diagrams."""

from typing import Any

from app.engine import commands
from tests.stories.flow.flow_case import GRID, PHOTO, FlowCase
from tests.stories.flow.scenarios_handling import verify

STREET, COUNTY = "33.02.11.004", "33.02.11"
SQUAD, MARKET, POLICE = f"{STREET}.s-enforce", f"{STREET}.s-market", f"{STREET}.s-police"
LAND, WATER = f"{COUNTY}.d-land", f"{COUNTY}.d-water"
HERE = {"lat": 29.9, "lon": 121.6}
OFFICERS = [{"name": "执法人员01", "certificate": "33020001"}, {"name": "执法人员02", "certificate": "33020002"}]
DONE = "街道已两次劝离并张贴告示，夜间仍反复出摊，难以根治"


def _key(case: FlowCase, node: str, unit: str = "") -> str:
    """Key of the open task of a department."""
    found = [key for key, task in case.open.items()
             if task.node == node and (not unit or any(at == unit for _, at in task.candidates))]
    assert found, f"{node} of {unit} is not open; open are {sorted(case.open)}"
    return found[0]


def _do(case: FlowCase, node: str, unit: str = "", by: str = "officer", **answers: Any) -> None:
    case.do(_key(case, node, unit), by=by, **answers)


def _thrown(case: FlowCase, message: str) -> list[dict[str, Any]]:
    """What messages of this name carried."""
    return [body["payload"] for body in case.kinds("MessageThrown") if body["name"] == message]


#: what the street's form asks for when a whistle is begun without a report
BEGUN = {"title": "夜宵摊占道", "content": "东海明珠周边夜宵摊占道，油烟扰民", "item_code": "C12-01", "urgency": "U3",
         "grid": GRID, "address_text": "东海明珠", **HERE}


def _event(node: str = "start", *, kind: type[FlowCase] = FlowCase, **given: Any) -> FlowCase:
    """A whistle that waits for the coordinator's draft."""
    case = kind()
    case.begin("whistle_case", node, **{**BEGUN, **given})
    return case


def _drafted(kind: str = "hard", departments: tuple[str, ...] = (SQUAD, MARKET, POLICE), by: str = "coord",
             case: FlowCase | None = None, **given: Any) -> FlowCase:
    case = case or _event()
    case.do("draft_whistle", by=by, **{
        "kind": kind, "problems": ["stall", "unlicensed"], "departments": list(departments), "lead": departments[0],
        "street_done": DONE, "appointed_at": "2026-03-03T09:00:00+08:00", "place_lat": 29.9, "place_lon": 121.6,
        **given})
    return case


def _sounded(kind: str = "hard", departments: tuple[str, ...] = (SQUAD, MARKET, POLICE), **given: Any) -> FlowCase:
    case = _drafted(kind, departments, **given)
    case.do("approve_whistle", by="director", decision="approve", kind=kind)
    return case


def _acknowledged(case: FlowCase, *units: str) -> FlowCase:
    for unit in units:
        _do(case, "ack", unit, decision="accept", officers=OFFICERS, arrive_at="2026-03-03T09:30:00+08:00")
    return case


def _gathered(**given: Any) -> FlowCase:
    """Everybody has checked in; the director consults."""
    case = _acknowledged(_sounded(**given), SQUAD, MARKET, POLICE)
    case.wait(hours=23.7)
    for unit in (SQUAD, MARKET, POLICE):
        _do(case, "check_in", unit, **HERE, officers=OFFICERS)
    case.wait(hours=0.4)
    return case


PRESENT = [{"unit": unit, "name": "01"} for unit in
           (SQUAD, f"{STREET}.p-enforce", f"{STREET}.p-market", f"{STREET}.p-order")]


def _message(case: FlowCase, name: str, /, **carried: Any) -> None:
    """A department's own system sends a message: who it is for stands beside what it says."""
    asked = {key: carried.pop(key) for key in ("dept", "row") if key in carried}
    command = case.by("system")
    found = commands.deliver(case.world, command, case.state, name, carried,
                             correlation={"event_no": case.event["event_no"], **asked})
    assert found, f"nobody waits for {name}"
    case._keep(found, command)


def _row(lead: str = SQUAD, **more: Any) -> dict[str, Any]:
    return {"problem": "占摊经营", "measure": "清理取缔", "lead": lead, **more}


def _consulted(case: FlowCase, *rows: dict[str, Any], **more: Any) -> FlowCase:
    case.do("consult", by="director", **{"consult_result": "go", "attendees": PRESENT, "rows": list(rows or (_row(),)),
                                        "minutes": "会商纪要", **more})
    return case


def _signed(case: FlowCase, unit: str = SQUAD) -> None:
    _do(case, "sign_task", unit, contact_person="承办人01")
    if any(task.node == "plan" for task in case.open.values()):
        _do(case, "plan", unit, plan="分三组夜间清理")


def _worked(case: FlowCase, unit: str = SQUAD, outcome: str = "corrected", by: str = "officer", **more: Any) -> None:
    """Work of a department and its leader's review."""
    done = {"on_site_at": "2026-03-05T10:00:00+08:00", **HERE, "action": "已清理取缔并登记经营户",
            "row_outcome": outcome, "officers": OFFICERS, "after_photos": [PHOTO]}
    _do(case, "work", unit, by=by, **{**done, **more})
    _do(case, "task_review", unit, by="leader", decision="accept")


def _verified(case: FlowCase, decision: str = "cleared") -> None:
    """The grid leader and the coordinator look at the place; either finds what the other may not."""
    note = {} if decision == "cleared" else {"note": "两摊移到六十米外"}
    case.do("verify_row", by="gridleader", decision=decision, **HERE, photos=[PHOTO], **note)
    assert {"id-gridleader", "id-coord"} <= set(case.open[_key(case, "cosign_row")].excluded_people)
    case.do("cosign_row", by="deputy", decision="cleared", **HERE)


def _cleared(case: FlowCase, unit: str = SQUAD) -> None:
    _signed(case, unit)
    _worked(case, unit)
    case.do("street_check", by="coord", decision="pass")
    _verified(case)


def _solved(case: FlowCase) -> FlowCase:
    case.do("conclude", by="director", decision="solved", conclusion="问题全部消除")
    assert case.event["result"] == "solved" and len(_thrown(case, "whistle.concluded")) == 1
    verify(case)
    assert case.progress and case.progress.closed and case.event["close_reason"] == "solved"
    return case


# --- the plain way ---------------------------------------------------------------------------------


def a_hard_whistle_is_answered_and_solved() -> FlowCase:
    case = _event()
    assert case.nodes == {"draft_whistle"} and case.event["status"] == "joint"
    _drafted(case=case)
    case.do("approve_whistle", by="director", decision="approve", kind="hard")
    assert case.event["lead_unit"] == SQUAD and len(case.open) == 3
    _acknowledged(case, SQUAD, MARKET, POLICE)
    assert not case.nodes
    case.wait(hours=23.7)
    assert case.nodes == {"check_in"} and len(case.open) == 3
    for unit in (SQUAD, MARKET, POLICE):
        _do(case, "check_in", unit, **HERE, officers=OFFICERS)
    case.wait(hours=0.4)
    _consulted(case, _row(), _row(MARKET, problem="无证经营", assists=[POLICE], due="2026-03-20"))
    assert case.nodes == {"conclude", "sign_task"} and case.record["counts"]["rows_open"] == 2
    _signed(case, SQUAD)
    _signed(case, MARKET)
    assert case.nodes == {"conclude", "work", "assist"}
    _do(case, "assist", POLICE, opinion="维持秩序")
    for unit in (SQUAD, MARKET):
        _worked(case, unit)
        case.do("street_check", by="coord", decision="pass")
        _verified(case)
    return _solved(case)
