"""From a designer's file to the version that new cases use: checked, decided by somebody else, all or nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.domain.actor import SYSTEM, Actor
from app.domain.errors import Conflict, DefinitionNotFound, Forbidden, Invalid, InvalidDiagram
from app.usecases import Tools
from app.usecases.studio.check_diagram import check_diagram
from app.usecases.studio.decide_version import AlreadyDecided, OwnVersion, decide_version
from app.usecases.studio.list_processes import list_processes
from app.usecases.studio.propose_version import NothingNew, propose_version
from app.usecases.studio.publish_files import publish_files
from app.usecases.studio.read_definition import read_definition

AddPerson = Callable[..., Actor]

TASK = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="d" targetNamespace="urn:test">
 <bpmn:process id="{key}" name="{name}" isExecutable="true">
  <bpmn:startEvent id="start" name="开始"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
  <bpmn:userTask id="work" name="办理">
   <bpmn:extensionElements><spiffworkflow:properties>
    <spiffworkflow:property name="candidateRoles" value="street_duty"/>
    <spiffworkflow:property name="orgScope" value="command_room"/>
    <spiffworkflow:property name="form" value="{form}"/>
   </spiffworkflow:properties></bpmn:extensionElements>
   <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing>
  </bpmn:userTask>
  <bpmn:endEvent id="end" name="结束"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>
  <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="work"/>
  <bpmn:sequenceFlow id="f2" sourceRef="work" targetRef="end"/>
 </bpmn:process>
</bpmn:definitions>"""
FORM = b'{"type": "default", "components": [{"type": "textfield", "key": "note", "id": "f", "label": "N"}]}'


def diagram(key: str = "small", name: str = "小流程", form: str = "test/note") -> bytes:
    return TASK.format(key=key, name=name, form=form).encode()


def pack(name: str = "小流程") -> list[tuple[str, bytes]]:
    return [("test/small.bpmn", diagram(name=name)), ("test/note.form.json", FORM)]


@pytest.fixture
def author(add_person: AddPerson) -> Actor:
    return add_person("designer", "process_designer")


@pytest.fixture
def second(add_person: AddPerson) -> Actor:
    return add_person("designer2", "process_designer")


def folders(tmp_path: Path, name: str = "小流程") -> tuple[Path, Path]:
    bpmn, forms = tmp_path / "bpmn", tmp_path / "forms"
    for folder in (bpmn, forms):
        (folder / "test").mkdir(parents=True, exist_ok=True)
    (bpmn / "test" / "small.bpmn").write_bytes(diagram(name=name))
    (forms / "test" / "note.form.json").write_bytes(FORM)
    return bpmn, forms


def test_a_pack_whose_files_need_each_other_is_proposed_and_published_together(
    tools: Tools, author: Actor, second: Actor
) -> None:
    proposed = propose_version(tools, actor=author, files=pack(), message="新流程")
    assert set(proposed.versions) == {("process", "small", 1), ("form", "test/note", 1)}
    assert tools.library.keys("process") == []
    row = decide_version(tools, actor=second, kind="process", key="small", number=1, approve=True, note="好")
    assert (row.current, row.name, row.pack, row.proposals) == (1, "小流程", "test", ())
    # no second look is needed for the form: it was decided with its diagram
    assert tools.library.form_number("test/note") == 1
    assert tools.library.process("small").number == 1
    view = read_definition(tools, actor=author, kind="process", key="small")
    assert view.content == diagram()
    assert (view.version.author, view.version.decided_by, view.version.note) == ("designer", "designer2", "好")


def test_nobody_decides_his_own_version(tools: Tools, author: Actor) -> None:
    propose_version(tools, actor=author, files=pack(), message="")
    for approve in (True, False):
        with pytest.raises(OwnVersion):
            decide_version(tools, actor=author, kind="process", key="small", number=1, approve=approve, note="x")
    assert tools.library.keys("process") == []


def test_only_designers_propose_check_and_decide(tools: Tools, author: Actor, add_person: AddPerson) -> None:
    propose_version(tools, actor=author, files=pack(), message="")
    for role in ("street_duty", "auditor", "sys_admin"):
        other = add_person(f"x.{role}", role)
        with pytest.raises(Forbidden):
            propose_version(tools, actor=other, files=pack("B"), message="")
        with pytest.raises(Forbidden):
            check_diagram(tools, actor=other, kind="process", key="small", content=diagram())
        with pytest.raises(Forbidden):
            decide_version(tools, actor=other, kind="process", key="small", number=1, approve=True)


def test_a_version_is_decided_once(tools: Tools, author: Actor, second: Actor) -> None:
    propose_version(tools, actor=author, files=pack(), message="")
    with pytest.raises(Invalid):
        decide_version(tools, actor=second, kind="process", key="small", number=1, approve=False, note=" ")
    refused = decide_version(tools, actor=second, kind="form", key="test/note", number=1, approve=False, note="不妥")
    assert refused.current is None
    for approve in (True, False):
        with pytest.raises(AlreadyDecided):
            decide_version(tools, actor=second, kind="process", key="small", number=1, approve=approve, note="x")
    with pytest.raises(DefinitionNotFound):
        decide_version(tools, actor=second, kind="process", key="small", number=9, approve=True)


def test_two_who_decide_at_once_get_one_decision(tools: Tools, author: Actor, add_person: AddPerson) -> None:
    propose_version(tools, actor=author, files=pack(), message="")
    others = [add_person(f"other{n}", "process_designer") for n in range(4)]

    def decide(actor: Actor) -> str:
        try:
            decide_version(tools, actor=actor, kind="process", key="small", number=1, approve=True)
        except Conflict:
            return "late"
        return "done"

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(decide, others)) == ["done", "late", "late", "late"]
    assert len(read_definition(tools, actor=author, kind="process", key="small").versions) == 1


def test_errors_refuse_the_whole_deployment_and_name_file_and_element(tools: Tools, author: Actor) -> None:
    files = [("small.bpmn", diagram(form="test/missing")), ("test/note.form.json", FORM)]
    with pytest.raises(InvalidDiagram) as refused:
        propose_version(tools, actor=author, files=files, message="")
    found = refused.value.attributes["findings"]
    assert [(one.file, one.element, one.rule) for one in found] == [("small.bpmn", "work", "form")]
    assert found[0].message and found[0].message_en
    assert list(refused.value.errors) == ["small.bpmn"]
    assert list_processes(tools, actor=author) == ()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("small.bpmn", b""),
        ("small.bpmn", b"<xml"),
        ("small.bpmn", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
        ("other.bpmn", diagram()),
        ("small.dmn", b"<definitions/>"),
        ("small.dmn", diagram()),
        ("test/x.form.json", b"{"),
        ("test/x.form.json", b"[]"),
        ("test/x.form.json", b'{"components": [{"type": "html", "content": "<script>"}]}'),
        ("test/x.form.json", b"\xff\xfe"),
    ],
)
def test_rubbish_is_refused_in_words(tools: Tools, author: Actor, name: str, content: bytes) -> None:
    with pytest.raises(InvalidDiagram) as refused:
        propose_version(tools, actor=author, files=[(name, content)], message="")
    assert all(one.message and one.message_en for one in refused.value.attributes["findings"])


@pytest.mark.parametrize(
    "files", [[], [("x.txt", b"x")], [("note.form.json", FORM)], [("a.bpmn", b"x"), ("b/a.bpmn", b"x")]]
)
def test_what_is_no_deployment_is_refused(tools: Tools, author: Actor, files: list[tuple[str, bytes]]) -> None:
    with pytest.raises(Invalid):
        propose_version(tools, actor=author, files=files, message="")


def test_what_is_published_already_is_nothing_new(tools: Tools, author: Actor, tmp_path: Path) -> None:
    bpmn, forms = folders(tmp_path)
    publish_files(tools, actor=SYSTEM, bpmn=bpmn, forms=forms)
    with pytest.raises(NothingNew):
        propose_version(tools, actor=author, files=pack(), message="")
    changed = propose_version(tools, actor=author, files=pack("新名"), message="")
    assert changed.versions == (("process", "small", 2),)


def test_a_restart_does_not_undo_what_designers_published(
    tools: Tools, author: Actor, second: Actor, tmp_path: Path
) -> None:
    bpmn, forms = folders(tmp_path)
    assert publish_files(tools, actor=SYSTEM, bpmn=bpmn, forms=forms).count == 2
    propose_version(tools, actor=author, files=pack("设计员的版本"), message="")
    decide_version(tools, actor=second, kind="process", key="small", number=2, approve=True)
    again = publish_files(tools, actor=SYSTEM, bpmn=bpmn, forms=forms)
    assert (again.count, again.unchanged) == (0, 2)
    assert tools.library.process("small").number == 2
    folders(tmp_path, "发布的新版")
    assert publish_files(tools, actor=SYSTEM, bpmn=bpmn, forms=forms).count == 1
    assert tools.library.process("small").number == 3


def test_a_broken_folder_publishes_nothing(tools: Tools, tmp_path: Path) -> None:
    bpmn, forms = folders(tmp_path)
    (bpmn / "test" / "small.bpmn").write_bytes(diagram(form="test/missing"))
    with pytest.raises(InvalidDiagram):
        publish_files(tools, actor=SYSTEM, bpmn=bpmn, forms=forms)
    assert tools.library.keys("form") == []
    with pytest.raises(Invalid):
        publish_files(tools, actor=SYSTEM, bpmn=tmp_path / "no", forms=tmp_path / "no")


def test_people_cannot_publish_past_the_second_pair_of_eyes(tools: Tools, author: Actor, tmp_path: Path) -> None:
    bpmn, forms = folders(tmp_path)
    with pytest.raises(Forbidden):
        publish_files(tools, actor=author, bpmn=bpmn, forms=forms)


def test_proposals_are_for_designers_and_auditors(tools: Tools, author: Actor, add_person: AddPerson) -> None:
    propose_version(tools, actor=author, files=pack(), message="草案")
    officer, auditor = add_person("duty", "street_duty"), add_person("auditor", "auditor")
    assert list_processes(tools, actor=officer) == ()
    with pytest.raises(DefinitionNotFound):
        read_definition(tools, actor=officer, kind="process", key="small", number=1)
    rows = list_processes(tools, actor=auditor)
    assert [(row.kind, row.key, row.current, row.proposals[0].message) for row in rows] == [
        ("process", "small", None, "草案"),
        ("form", "test/note", None, "草案"),
    ]
    assert [row.key for row in list_processes(tools, actor=auditor, kind="form")] == ["test/note"]
    assert read_definition(tools, actor=auditor, kind="process", key="small").version.state == "proposed"


def test_a_check_keeps_nothing_and_finds_the_same(tools: Tools, author: Actor) -> None:
    found = check_diagram(tools, actor=author, kind="process", key="small", content=diagram())
    assert [(one.element, one.rule) for one in found] == [("work", "form")]
    assert list_processes(tools, actor=author) == ()
    with pytest.raises(Invalid):
        check_diagram(tools, actor=author, kind="poem", key="small", content=b"")
    with pytest.raises(Invalid):
        check_diagram(tools, actor=author, kind="process", key="../small", content=b"")


def test_an_approval_is_checked_against_what_is_published_then(
    tools: Tools, author: Actor, second: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    propose_version(tools, actor=author, files=pack(), message="")
    # a role that existed when the version was proposed has been taken out of the city since
    roles = {code: role for code, role in tools.city.roles.items() if code != "street_duty"}
    monkeypatch.setitem(vars(tools.city), "roles", roles)
    with pytest.raises(InvalidDiagram):
        decide_version(tools, actor=second, kind="process", key="small", number=1, approve=True)
    assert list_processes(tools, actor=author)[0].proposals


def test_everything_in_the_release_publishes(tools: Tools) -> None:
    done = publish_files(tools, actor=SYSTEM, bpmn=tools.config.bpmn_dir, forms=tools.config.forms_dir)
    assert done.count > 20 and done.unchanged == 0
    rows = list_processes(tools, actor=SYSTEM)
    assert all(row.name and row.pack and row.current == 1 for row in rows)


DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def rates(number: int, key: str = "rate") -> bytes:
    return (f'<definitions xmlns="{DMN}" id="d" name="rates" namespace="urn:rates"><decision id="{key}" name="rate">'
            f"<literalExpression><text>{number}</text></literalExpression></decision></definitions>").encode()


FEES = (f'<definitions xmlns="{DMN}" id="d" name="fees" namespace="urn:fees"><import name="r" namespace="urn:rates" '
        f'importType="{DMN}"/><decision id="fee" name="收费"><informationRequirement><requiredDecision '
        'href="urn:rates#rate"/></informationRequirement><literalExpression><text>r.rate + 1</text>'
        "</literalExpression></decision></definitions>").encode()  # fmt: skip


def approve(tools: Tools, second: Actor, key: str, number: int = 1) -> None:
    decide_version(tools, actor=second, kind="decision", key=key, number=number, approve=True)


def test_a_table_is_kept_with_those_that_it_imports(tools: Tools, author: Actor, second: Actor) -> None:
    with pytest.raises(InvalidDiagram, match=r"(?s)."):
        propose_version(tools, actor=author, files=[("test/fee.dmn", FEES)], message="")
    files = [("test/fee.dmn", FEES), ("test/rate.dmn", rates(5))]
    assert {key for _, key, _ in propose_version(tools, actor=author, files=files, message="").versions} == {
        "fee", "rate"}  # fmt: skip
    approve(tools, second, "fee")
    assert tools.library.decision("fee")[1].decide("fee", {}).outputs == 6
    # what is published does not change with what it imported, until it is proposed again
    propose_version(tools, actor=author, files=[("test/rate.dmn", rates(7))], message="")
    approve(tools, second, "rate", 2)
    assert tools.library.decision("fee")[1].decide("fee", {}).outputs == 6
    assert not check_diagram(tools, actor=author, kind="decision", key="fee", content=FEES)
    propose_version(tools, actor=author, files=[("test/fee.dmn", FEES)], message="")
    approve(tools, second, "fee", 2)
    assert tools.library.decision("fee")[1].decide("fee", {}).outputs == 8
    with pytest.raises(NothingNew):
        propose_version(tools, actor=author, files=[("test/fee.dmn", FEES)], message="")


def test_a_table_that_is_only_imported_is_a_part_of_the_others(
    tools: Tools, author: Actor, second: Actor, tmp_path: Path
) -> None:
    files = [("test/fee.dmn", FEES), ("test/shared.dmn", rates(5))]
    assert propose_version(tools, actor=author, files=files, message="").versions == (("decision", "fee", 1),)
    bpmn, forms = folders(tmp_path)
    for name, content in files:
        (bpmn / name).write_bytes(content)
    for count in (3, 0):
        assert publish_files(tools, actor=SYSTEM, bpmn=bpmn, forms=forms).count == count
    assert tools.library.keys("decision") == ["fee"]


def test_a_table_of_another_tool_is_kept_under_the_keys_of_its_decisions(
    tools: Tools, author: Actor, second: Actor
) -> None:
    files = [("Meine Tabellen/Fee-Rules.dmn", rates(5, "Fee-Rate")), ("x/total.DMN", rates(7, "_0b1c-22"))]
    assert set(propose_version(tools, actor=author, files=files, message="").versions) == {
        ("decision", "fee_rate", 1), ("decision", "rate", 1)}  # fmt: skip
    approve(tools, second, "fee_rate")
    assert [tools.library.decision(key)[1].decide(key, {}).outputs for key in ("fee_rate", "rate")] == [5, 7]
    assert read_definition(tools, actor=author, kind="decision", key="fee_rate").content == rates(5, "Fee-Rate")
    # a table of ours with another id is a mistake, and one without a decision says so under its own name
    empty = rates(5).replace(b"decision", b"inputData")
    for name, content in (("fee.dmn", rates(5, "fees")), ("Fee Table.dmn", empty)):
        with pytest.raises(InvalidDiagram) as refused:
            propose_version(tools, actor=author, files=[(name, content)], message="")
        assert list(refused.value.errors) == [f"{name.split('.')[0].lower().replace(' ', '_')}.dmn"]
