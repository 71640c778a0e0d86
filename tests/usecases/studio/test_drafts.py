"""A drawing is kept as a draft with all its reasons; only what is to be executed is refused."""

from collections.abc import Callable

import pytest

from app.domain.actor import Actor
from app.domain.errors import Conflict, DefinitionNotFound, Forbidden, Invalid, InvalidDiagram
from app.usecases import Tools
from app.usecases.studio.decide_version import AlreadyDecided, decide_version
from app.usecases.studio.drop_draft import NoDraft, drop_draft
from app.usecases.studio.explain_version import explain_version
from app.usecases.studio.import_diagrams import import_diagrams
from app.usecases.studio.keep_draft import keep_draft
from app.usecases.studio.list_processes import list_processes
from app.usecases.studio.propose_version import propose_version
from app.usecases.studio.read_definition import read_definition
from tests.usecases.studio.test_versions import FORM, diagram

AddPerson = Callable[..., Actor]
BPMN = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
DRAWING = f"""<?xml version="1.0" encoding="GBK"?><definitions {BPMN} id="D">
<collaboration id="c"><participant id="P" name="窗口" processRef="Process_1"/></collaboration>
<process id="Process_1" isExecutable="false"><startEvent id="s"/><exclusiveGateway id="g" name="同意?"/>
<userTask id="u" name="办理" camunda:candidateGroups="sales" camunda:priority="3"/><endEvent id="e"/>
<sequenceFlow sourceRef="s" targetRef="g"/><sequenceFlow id="y" name="是" sourceRef="g" targetRef="u"/>
<sequenceFlow id="n" name="否" sourceRef="g" targetRef="e"/></process></definitions>""".encode("gbk")
TWO = f"""<definitions {BPMN} id="D"><process id="Order-Pool" isExecutable="true"><task id="a"/></process>
<process id="Supplier" isExecutable="true"><task id="b"/></process><process id="Empty"/></definitions>""".encode()


@pytest.fixture
def author(add_person: AddPerson) -> Actor:
    return add_person("designer", "process_designer")


@pytest.fixture
def second(add_person: AddPerson) -> Actor:
    return add_person("designer2", "process_designer")


def test_a_drawing_is_kept_with_every_reason_and_every_conversion(tools: Tools, author: Actor) -> None:
    done = import_diagrams(tools, actor=author, files=[("Auftrag (2).bpmn", DRAWING)], message="旧系统")
    assert done.drafts == (("process", "auftrag_2", 1),)
    reasons = {(one.element, one.name, one.rule) for one in done.findings}
    assert {("Process_1", "", "executable"), ("y", "是", "gateway"), ("n", "否", "gateway"),
            ("u", "办理", "roles"), ("u", "办理", "scope"), ("u", "办理", "form")} <= reasons
    assert {(one.severity, one.rule, one.element) for one in done.notes} == {
        ("converted", "camunda", "u"), ("lost", "camunda", "u")}
    row = list_processes(tools, actor=author)[0]
    assert (row.name, row.current, row.proposals, [one.number for one in row.drafts]) == ("窗口", None, (), [1])
    assert read_definition(tools, actor=author, kind="process", key="auftrag_2").content == DRAWING
    again = explain_version(tools, actor=author, kind="process", key="auftrag_2", number=1)
    assert (again.findings, again.notes) == (done.findings, done.notes)
    assert tools.library.keys("process") == []
    assert import_diagrams(tools, actor=author, files=[("Auftrag (2).bpmn", DRAWING)]).drafts == done.drafts


def test_a_draft_is_refused_only_when_it_is_to_be_executed_with_every_reason(tools: Tools, author: Actor) -> None:
    import_diagrams(tools, actor=author, files=[("x.bpmn", DRAWING)])
    with pytest.raises(InvalidDiagram) as refused:
        propose_version(tools, actor=author, files=[("x.bpmn", DRAWING)], message="")
    text = " ".join(refused.value.errors["x.bpmn"])
    assert all(word in text for word in ("y(是) gateway", "n(否) gateway", "u(办理) form", "executable"))
    with pytest.raises(AlreadyDecided):
        decide_version(tools, actor=author, kind="process", key="x", number=1, approve=True)


@pytest.mark.parametrize(("name", "key", "wanted"), [
    ("a.bpmn", "Process_0ab1c2d", "a"), ("a.bpmn", "invoice", "invoice"), ("a.bpmn", "Process_1", "a"),
    ("a.bpmn", "Invoice-Process", "invoice_process"), ("流程.bpmn", "_3f2504e04f8911d39a0c0305e82c3301", None),
    ("../../etc/Passwd.xml", "Process", "passwd"), ("a.bpmn", "process_invoice", "process_invoice"),
])  # fmt: skip
def test_a_process_goes_by_its_id_unless_a_tool_gave_it(
    tools: Tools, author: Actor, name: str, key: str, wanted: str | None
) -> None:
    content = f'<definitions {BPMN}><process id="{key}"><task id="a"/></process></definitions>'.encode()
    ((_, found, _),) = import_diagrams(tools, actor=author, files=[(name, content)]).drafts
    assert found == wanted if wanted else found.startswith("p_")


def test_every_process_of_a_file_that_may_run_is_a_draft_of_its_own(tools: Tools, author: Actor, second: Actor) -> None:
    done = import_diagrams(tools, actor=author, files=[("pools.bpmn20.xml", TWO)])
    assert [key for _, key, _ in done.drafts] == ["order_pool", "supplier"]
    assert done.findings == ()
    files = [("order_pool.bpmn", TWO), ("supplier.bpmn", TWO)]
    propose_version(tools, actor=author, files=files, message="")
    decide_version(tools, actor=second, kind="process", key="order_pool", number=2, approve=True)
    assert {one: set(tools.library.process(one).nodes) for one in ("order_pool", "supplier")} == {
        "order_pool": {"a"}, "supplier": {"b"}}


def test_what_is_proposed_word_for_word_is_no_draft_any_more(tools: Tools, author: Actor, second: Actor) -> None:
    number = keep_draft(tools, actor=author, key="small", content=diagram(), message="")
    assert number == 1
    proposed = propose_version(
        tools, actor=author, files=[("small.bpmn", diagram()), ("test/note.form.json", FORM)], message="")
    assert ("process", "small", 2) in proposed.versions
    row = decide_version(tools, actor=second, kind="process", key="small", number=2, approve=True)
    assert (row.current, row.drafts) == (2, ())


def test_a_draft_in_the_editor_may_be_anything_that_is_xml(tools: Tools, author: Actor) -> None:
    assert keep_draft(tools, actor=author, key="half", content=b"<definitions/>") == 1
    for content in (b"", b"<a", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'):
        with pytest.raises(InvalidDiagram):
            keep_draft(tools, actor=author, key="half", content=content)
    with pytest.raises(Invalid):
        keep_draft(tools, actor=author, key="Half Done", content=b"<definitions/>")


def test_only_its_author_drops_a_draft_once(tools: Tools, author: Actor, second: Actor) -> None:
    keep_draft(tools, actor=author, key="small", content=diagram())
    with pytest.raises(Forbidden):
        drop_draft(tools, actor=second, kind="process", key="small", number=1)
    drop_draft(tools, actor=author, kind="process", key="small", number=1)
    with pytest.raises(NoDraft):
        drop_draft(tools, actor=author, kind="process", key="small", number=1)
    assert list_processes(tools, actor=author) == ()
    with pytest.raises(DefinitionNotFound):
        drop_draft(tools, actor=author, kind="process", key="small", number=2)


def test_drafts_are_the_designers_alone(tools: Tools, author: Actor, add_person: AddPerson) -> None:
    import_diagrams(tools, actor=author, files=[("x.bpmn", DRAWING)])
    officer = add_person("duty", "street_duty")
    assert list_processes(tools, actor=officer) == ()
    for ask in (lambda: read_definition(tools, actor=officer, kind="process", key="x", number=1),
                lambda: explain_version(tools, actor=officer, kind="process", key="x", number=1)):
        with pytest.raises(DefinitionNotFound):
            ask()
    for do in (lambda: import_diagrams(tools, actor=officer, files=[("y.bpmn", DRAWING)]),
               lambda: keep_draft(tools, actor=officer, key="y", content=DRAWING),
               lambda: drop_draft(tools, actor=officer, kind="process", key="x", number=1)):
        with pytest.raises(Forbidden):
            do()


def test_what_cannot_be_read_is_refused_by_file_and_nothing_is_kept(tools: Tools, author: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        files = [("good.bpmn", DRAWING), ("bad.bpmn", b"<a"), ("big.xml", b" " * 3_000_000)]
        import_diagrams(tools, actor=author, files=files)
    assert set(refused.value.errors) == {"bad.bpmn", "big.xml"}
    for files in ([], [("a.bpmn", DRAWING)] * 300):
        with pytest.raises(Invalid):
            import_diagrams(tools, actor=author, files=files)
    assert list_processes(tools, actor=author) == ()


def test_no_version_is_dropped_and_no_draft_published(tools: Tools, author: Actor) -> None:
    files = [("small.bpmn", diagram()), ("test/note.form.json", FORM)]
    propose_version(tools, actor=author, files=files, message="")
    with pytest.raises(NoDraft):
        drop_draft(tools, actor=author, kind="process", key="small", number=1)
    keep_draft(tools, actor=author, key="small", content=diagram(name="新"))
    with tools.store.unit_of_work() as uow, pytest.raises(Conflict):
        uow.definitions.decide("process", "small", 2, publish=True, by="x", at=tools.clock.now())
