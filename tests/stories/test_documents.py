"""Each document, issued from a real case of its process at the moment when its office needs it, read from its PDF."""

import re
from uuid import UUID

import pytest

from app.domain.errors import Forbidden
from app.usecases import Tools
from app.usecases.desk.issue_document import issue_document
from app.usecases.desk.list_documents import list_documents
from app.usecases.desk.papers import DocumentNotReady, Paper
from app.usecases.desk.save_draft import save_draft
from app.usecases.intake.read_attachment import read_attachment
from tests.stories.cast import ZHUANGSHI
from tests.stories.pdf_text import pdf_text
from tests.stories.telling import Event, Scene
from tests.stories.test_ac8_medical import MEDIATOR, REGISTRAR, agreed
from tests.stories.test_ac10_workshop import CRIME, FIRST, HEAD, OFFICERS, SECOND
from tests.stories.test_fine_waits import investigated, penalised, to_the_decision, transferred
from tests.stories.test_messages import actor_of

Z = ZHUANGSHI
TERMS = "医院分两期支付二万元，双方就本次诊疗再无其他争议。\n逾期不付的，患者一方可以要求一次付清。"
ITEMS = [{"party": "某医院", "what": f"第{number}期赔偿款", "kind": "payment", "amount": 10000.5, "due": due}
         for number, due in ((1, "2026-04-30"), (2, "2026-06-30"))]
FACTS = "经查，当事人未取得许可，在上述地点储存危险化学品一百二十桶，现场无任何安全防护设施，有现实危险。" * 40


def written(tools: Tools, event: Event, by: str, key: str, language: str = "zh") -> tuple[Paper, str]:
    """Issue a document; what stands on it, without the breaks of its lines."""
    paper = issue_document(tools, actor=actor_of(tools, by), case_id=UUID(event.reported.case_id), key=key,
                           language=language)
    _, path = read_attachment(tools, actor=actor_of(tools, by), attachment_id=paper.attachment_id)
    text = re.sub(r"\s", "" if language == "zh" else " ", pdf_text(path.read_bytes()))
    # number and page at the foot of each page stand in the middle of what goes on overleaf
    return paper, re.sub(rf"{re.escape(paper.number)} ?\d+ ?/ ?\d+", "", text)


def typed(tools: Tools, event: Event, by: str, step: str, **values: object) -> None:
    """Claim a step and type into its form, without sending it."""
    task = event.task(by, step)["id"]
    event.desk.claim(by, task)
    save_draft(tools, actor=actor_of(tools, by), task_id=UUID(task), values=values)


def offered(tools: Tools, event: Event, by: str) -> dict[str, str]:
    """List what somebody may issue, and what it waits for."""
    view = list_documents(tools, actor=actor_of(tools, by), case_id=UUID(event.reported.case_id))
    return {one.key: one.missing for one in view.offers if one.may}


def test_a_receipt_and_a_dispatch_sheet(scene: Scene, tools: Tools) -> None:
    scene.at("03-02 09:00")
    event = scene.report(None, "donghai-mingzhu", photos=0, channel="WEB", nature="complaint", item_hint="C14-05",
                         content="小区东门外人行道堆放建筑垃圾多日，影响通行，请尽快清运。",
                         reporter={"name": "群众05", "phone": "13900000005"})
    assert all(offered(tools, event, Z.duty).values())
    scene.at("03-02 09:20")
    event.do(Z.duty, "受理研判", keep=("decision", "item_code", "grid", "urgency"), note="请当日到场")
    assert not any(offered(tools, event, Z.duty).values())
    receipt, text = written(tools, event, Z.duty, "receipt")
    assert receipt.number == f"{event.reported.event_no}-SL-1"
    for said in ("受理回执", "受理时间2026年3月2日09:20", "小区东门外人行道堆放", "信息指挥室（盖章）2026年3月2日"):
        assert said in text, (said, text)
    assert "群众05" not in text and "—" not in text
    _, text = written(tools, event, Z.duty, "dispatch")
    for said in ("事件交办单", "紧急程度一般", "派单时间2026年3月2日09:20", "研判意见请当日到场", "签收人"):
        assert said in text, (said, text)
    _, english = written(tools, event, Z.duty, "receipt", "en")
    assert "Accepted 2 March 2026 09:20" in english and "Chinese text prevails" in english
    event.verified()


def test_the_agreement_is_printed_for_its_signatures(scene: Scene, tools: Tools) -> None:
    """Its step wants the signed paper, so the paper is made of what has been typed there and not been sent."""
    case = agreed(scene, tools)
    assert offered(tools, case, MEDIATOR)["mediation_agreement"]
    typed(tools, case, MEDIATOR, "调解协议", form="written", terms=TERMS, items=ITEMS)
    assert offered(tools, case, MEDIATOR) == {"mediation_agreement": ""}
    # another mediator's draft is not his
    with pytest.raises((DocumentNotReady, Forbidden)):
        written(tools, case, REGISTRAR, "mediation_agreement")
    _, text = written(tools, case, MEDIATOR, "mediation_agreement")
    for said in ("人民调解协议书", "纠纷类型医疗", "患者家属", "某医院", "给付金钱", "2026年4月30日", "壹万元伍角整",
                 "逾期不付的，患者一方可以要求一次付清。", "调解委员会（盖章）"):
        assert said in text, (said, text)
    case.do(MEDIATOR, "调解协议", form="written", terms=TERMS, items=ITEMS, effective_at="2026-03-13T10:30",
            signatures=[case.paper(MEDIATOR, "agreement")])
    _, later = written(tools, case, MEDIATOR, "mediation_agreement")
    assert "逾期不付的" in later and later != text
    case.verified()


def test_the_notice_is_printed_before_it_is_served(scene: Scene, tools: Tools) -> None:
    scene.at("03-02 09:00")
    case = penalised(scene, tools)
    assert offered(tools, case, FIRST)["penalty_notice"]
    investigated(case)
    typed(tools, case, FIRST, "告知权利", grounds="依据《危险化学品安全管理条例》第七十七条，应予处罚。")
    paper, text = written(tools, case, FIRST, "penalty_notice")
    for said in ("行政处罚事先告知书", "某企业：", "拟罚款3,000元（叁仟元整）", "现场检查属实", "三、理由和依据",
                 "第七十七条", "有权进行陈述和申辩", "受送达人"):
        assert said in text, (said, text)
    assert "拟没收" not in text, "nothing is taken, so nothing is said of it"
    assert paper.sheet.organ == "镇海区应急管理局"
    to_the_decision(case)
    _, text = written(tools, case, FIRST, "penalty_notice")
    assert "事实、理由、依据如下" in text
    case.verified()


def test_the_letter_of_transfer(scene: Scene, tools: Tools) -> None:
    scene.at("03-02 09:00")
    transfer = transferred(scene, tools, "NB-11-4")
    transfer.do(FIRST, "核实，写移送报告", officers=OFFICERS, report=FACTS, evidence_list="现场照片、询问笔录、清单",
                finding="crime", **CRIME)
    transfer.do(SECOND, "第二人核实签字", second_decision="agree", certificate="33020002")
    assert offered(tools, transfer, HEAD)["transfer_letter"]
    transfer.do(HEAD, "负责人批准", head_decision="approve", note="事实清楚，应当移送")
    paper, text = written(tools, transfer, FIRST, "transfer_letter")
    for said in ("涉嫌犯罪案件移送书", "违法类型危险化学品", "涉案数额120,000元（壹拾贰万元整）", "后果现实危险",
                 "批准移送。事实清楚，应当移送", "接收机关（盖章）"):
        assert said in text, (said, text)
    assert text.startswith("镇海区应急管理局"), "the organ whose case it is, of several for which he works"
    assert text.count("有现实危险。") == 40, "over two pages, and nothing of it is lost"
    assert paper.number.endswith("-YS-1")
    _, english = written(tools, transfer, FIRST, "transfer_letter", "en")
    assert "CNY 120,000" in english
    transfer.verified()
