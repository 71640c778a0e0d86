"""What BPMN lets an author leave out is executed as the standard means it."""

import pytest

from app.domain.errors import InvalidDiagram
from app.engine.parsing import parse_specs
from app.engine.reading import normalise, read_xml
from tests.engine.running import Running, diagram, flow, line, user_task

BARE = '<bpmn:sequenceFlow sourceRef="{}" targetRef="{}"/>'


def bare(*nodes: str) -> str:
    return "".join(BARE.format(a, b) for a, b in zip(nodes, nodes[1:], strict=False))


def script(key: str, text: str) -> str:
    return f'<bpmn:scriptTask id="{key}"><bpmn:script>{text}</bpmn:script></bpmn:scriptTask>'


def passed(running: Running) -> list[str]:
    return [fact.node for fact in running.facts if fact.kind == "StepPassed"]


def test_flows_without_an_id_are_executed_and_get_the_same_ids_each_time() -> None:
    body = f'<bpmn:startEvent id="s"/>{script("a", "x = 1")}<bpmn:endEvent id="e"/>{bare("s", "a", "e")}'
    running = Running().publish("p", body)
    running.start("p")
    assert passed(running) == ["s", "a", "e"]
    ids = [[one.get("id") for one in normalise(read_xml(diagram("p", body)), "p").root.iter("{*}sequenceFlow")]
           for _ in range(2)]
    assert ids[0] == ids[1] == ["s.a", "a.e"]


def test_two_flows_between_the_same_nodes_stay_two() -> None:
    body = f'<bpmn:startEvent id="s"/>{script("a", "counts.a = counts.a + 1")}{bare("s", "a")}{bare("s", "a")}'
    running = Running().publish("p", body)
    running.start("p")
    assert passed(running).count("a") == 2


def test_no_start_event_begins_everything_that_nothing_leads_to() -> None:
    body = f'{script("a", "x = 1")}{script("b", "y = 1")}<bpmn:task/>'
    running = Running().publish("p", body)
    running.start("p")
    assert sorted(passed(running)) == ["a", "b", "task.1"]


def test_several_none_starts_of_a_sub_process_begin_together() -> None:
    inner = (f'<bpmn:startEvent id="i"/><bpmn:startEvent id="j"/>{script("a", "x = 1")}{script("b", "y = 1")}'
             f'{bare("i", "a")}{bare("j", "b")}')
    body = (f'<bpmn:startEvent id="s"/><bpmn:subProcess id="sub">{inner}</bpmn:subProcess><bpmn:endEvent id="e"/>'
            f'{line("s", "sub", "e")}')
    running = Running().publish("p", body)
    running.start("p")
    assert sorted(passed(running)) == ["a", "b", "e", "i", "j", "s", "sub"]


def test_an_empty_sub_process_is_passed() -> None:
    body = f'<bpmn:startEvent id="s"/><bpmn:subProcess id="sub"/><bpmn:endEvent id="e"/>{bare("s", "sub", "e")}'
    running = Running().publish("p", body)
    running.start("p")
    assert passed(running) == ["s", "sub", "e"]


def link(kind: str, key: str, name: str) -> str:
    return (f'<bpmn:intermediate{kind}Event id="{key}"><bpmn:linkEventDefinition name="{name}"/>'
            f"</bpmn:intermediate{kind}Event>")


def test_links_lead_from_every_throw_to_the_one_catch() -> None:
    body = (f'<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="g" default="g_t2"/>'
            f'{link("Throw", "t1", "A")}{link("Throw", "t2", "A")}{link("Catch", "c", "A")}<bpmn:endEvent id="e"/>'
            f'{flow("s", "g")}{flow("g", "t1", "n = 1")}{flow("g", "t2")}{flow("c", "e")}')
    for n, throw in ((1, "t1"), (2, "t2")):
        running = Running().publish("p", body)
        running.start("p", n=n)
        assert passed(running) == ["s", "g", throw, "c", "e"]


@pytest.mark.parametrize(
    "links", [[("Throw", "t", "A")], [("Throw", "t", "A"), ("Catch", "c", "A"), ("Catch", "d", "A")]]
)
def test_an_unmatched_link_is_refused(links: list[tuple[str, str, str]]) -> None:
    body = f'<bpmn:startEvent id="s"/>{"".join(link(*one) for one in links)}{flow("s", "t")}'
    with pytest.raises(InvalidDiagram) as refused:
        parse_specs(diagram("p", body), "p")
    assert refused.value.attributes["rule"] == "link"


def test_conditional_ways_out_of_an_activity_are_each_decided() -> None:
    body = (f'<bpmn:startEvent id="s"/>{script("a", "x = n")[:-len("</bpmn:scriptTask>")]}</bpmn:scriptTask>'
            f'{script("b", "y = 1")}{script("c", "y = 2")}{script("d", "y = 3")}'
            f'{flow("s", "a")}{flow("a", "b", "x &gt; 1")}{flow("a", "c", "x &gt; 2")}{flow("a", "d")}')
    for n, wanted in ((1, ["d"]), (2, ["b", "d"]), (3, ["b", "c", "d"])):
        running = Running().publish("p", body)
        running.start("p", n=n)
        assert sorted(passed(running)) == sorted(["s", "a", *wanted])


def test_the_default_way_out_of_an_activity_is_taken_when_no_other_is() -> None:
    body = ('<bpmn:startEvent id="s"/><bpmn:task id="a" default="a_c"/>'
            f'{script("b", "y = 1")}{script("c", "y = 2")}{flow("s", "a")}{flow("a", "b", "n = 1")}{flow("a", "c")}')
    for n, wanted in ((1, "b"), (2, "c")):
        running = Running().publish("p", body)
        running.start("p", n=n)
        assert passed(running) == ["s", "a", wanted]


def test_event_definitions_of_the_root_and_prefixed_references_are_resolved() -> None:
    body = (f'<bpmn:startEvent id="s"/><bpmn:intermediateCatchEvent id="c">'
            '<bpmn:eventDefinitionRef>tns:shared</bpmn:eventDefinitionRef></bpmn:intermediateCatchEvent>'
            f'<bpmn:endEvent id="e"/>{line("s", "c", "e")}')
    more = '<bpmn:messageEventDefinition id="shared" messageRef="tns:m"/><bpmn:message id="m" name="paid"/>'
    running = Running().publish("p", body, more)
    running.start("p")
    assert running.send("paid")
    assert passed(running) == ["s", "c", "e"]


def test_a_message_without_name_goes_by_its_id_and_an_event_without_message_by_its_own_name() -> None:
    body = ('<bpmn:startEvent id="s"/><bpmn:receiveTask id="r" messageRef="m"/><bpmn:intermediateCatchEvent id="c" '
            f'name="Goods came"><bpmn:messageEventDefinition/></bpmn:intermediateCatchEvent>{line("s", "r", "c")}')
    running = Running().publish("p", body, '<bpmn:message id="m"/>')
    running.start("p")
    assert running.send("m") and running.send("Goods came")


def test_a_called_global_task_is_that_task() -> None:
    body = f'<bpmn:startEvent id="s"/><bpmn:callActivity id="call" calledElement="tns:G"/>{line("s", "call")}'
    more = '<bpmn:globalScriptTask id="G"><bpmn:script>event.title = "done"</bpmn:script></bpmn:globalScriptTask>'
    running = Running().publish("p", body, more)
    running.start("p")
    assert running.kinds("RecordChanged")[-1] == {"event": {"title": "done"}}


def test_a_receive_task_that_creates_the_case_is_a_start() -> None:
    body = f'<bpmn:receiveTask id="r" messageRef="m" instantiate="1"/><bpmn:task id="a"/>{line("r", "a")}'
    running = Running().publish("p", body, '<bpmn:message id="m" name="go"/>')
    starts = running.library.process("p").starts
    assert [(one.node, one.kind, one.name) for one in starts] == [("r", "message", "go")]


def test_an_event_gateway_that_creates_the_case_offers_each_of_its_events_as_start() -> None:
    events = "".join(f'<bpmn:intermediateCatchEvent id="{key}"><bpmn:messageEventDefinition messageRef="{key}_m"/>'
                     "</bpmn:intermediateCatchEvent>" for key in ("x", "y"))
    body = (f'<bpmn:eventBasedGateway id="g" instantiate="true"/>{events}<bpmn:task id="a"/>'
            f'{flow("g", "x")}{flow("g", "y")}{flow("x", "a")}{flow("y", "a")}')
    more = '<bpmn:message id="x_m" name="X"/><bpmn:message id="y_m" name="Y"/>'
    running = Running().publish("p", body, more)
    assert [(one.node, one.name) for one in running.library.process("p").starts] == [("x", "X"), ("y", "Y")]


@pytest.mark.parametrize(("names", "taken"), [("Start End Root", "a"), ("StartEventSplit p.EndJoin x.y", "b")])
def test_ids_that_the_library_uses_itself_are_ids_like_others(names: str, taken: str) -> None:
    nodes = names.split()
    body = (f'<bpmn:startEvent id="s"/>{"".join(script(key, f"{taken} = 1") for key in nodes)}{bare("s", *nodes)}')
    running = Running().publish("p", body)
    running.start("p")
    assert passed(running) == ["s", *nodes]


def test_the_pool_that_is_meant_is_chosen_by_its_key_and_the_rest_ignored() -> None:
    other = ('<bpmn:process id="Other-Pool" isExecutable="true"><bpmn:task id="o"/></bpmn:process>'
             '<bpmn:collaboration id="col"><bpmn:participant id="P" processRef="p"/><bpmn:participant id="Q" '
             'name="Customer"/><bpmn:messageFlow id="mf" sourceRef="Q" targetRef="P"/></bpmn:collaboration>')
    running = Running()
    running.shelf.put("process", "other_pool", diagram("p", '<bpmn:task id="a"/>', other))
    running.publish("p", '<bpmn:task id="a"/>', other)
    running.start("p")
    assert passed(running) == ["a"]
    assert set(running.library.process("other_pool").nodes) == {"o"}


def test_a_long_chain_is_read_and_run() -> None:
    nodes = [f"n{n}" for n in range(800)]
    tasks = "".join(f'<bpmn:task id="{node}"/>' for node in nodes)
    body = f'<bpmn:startEvent id="s"/>{tasks}{bare("s", *nodes)}'
    running = Running().publish("p", body)
    running.start("p")
    assert len(passed(running)) == 801


def test_the_stored_file_is_not_changed_by_reading() -> None:
    content = diagram("p", f'<bpmn:task/>{user_task("a")}', "<!-- note -->")
    root = read_xml(content)
    from lxml import etree
    before = etree.tostring(root)
    normalise(root, "p")
    assert etree.tostring(root) == before


def message_names(content: bytes, key: str) -> dict[str, str]:
    """List {id of an event or task: the name of its message}."""
    root = normalise(read_xml(content), key).root
    names = {one.get("id"): str(one.get("name")) for one in root.iter("{*}message")}
    holders = [*root.iter("{*}messageEventDefinition"), *root.iter("{*}receiveTask")]
    return {str((one if one.get("id") else one.getparent()).get("id")): names[one.get("messageRef")]
            for one in holders}


@pytest.mark.parametrize(("flow_says", "sender", "receiver", "name"), [
    ("", "", "", "Ask"), ('name="Question"', "", "", "Question"), ('messageRef="m"', "", "", "Paid"),
    ("", 'messageRef="m"', "", "Paid"), ("", "", 'messageRef="m"', "Paid"),
])  # fmt: skip
def test_both_ends_of_a_message_flow_mean_one_message(flow_says: str, sender: str, receiver: str, name: str) -> None:
    body = ('<bpmn:startEvent id="s"/><bpmn:intermediateThrowEvent id="t" name="Ask"><bpmn:messageEventDefinition '
            f'{sender}/></bpmn:intermediateThrowEvent><bpmn:receiveTask id="r" name="Answered"/>' + bare("s", "t", "r"))
    more = (f'<bpmn:process id="q"><bpmn:startEvent id="b" name="Asked"><bpmn:messageEventDefinition {receiver}/>'
            '</bpmn:startEvent></bpmn:process><bpmn:message id="m" name="Paid"/><bpmn:collaboration id="C">'
            '<bpmn:participant id="P" processRef="p"/><bpmn:participant id="Q" processRef="q"/>'
            f'<bpmn:participant id="N"/><bpmn:messageFlow id="f" sourceRef="t" targetRef="b" {flow_says}/>'
            '<bpmn:messageFlow id="g" sourceRef="N" targetRef="r"/></bpmn:collaboration>')
    content = diagram("p", body, more)
    assert message_names(content, "p") == {"t": name, "r": "Answered"}
    assert message_names(content, "q") == {"b": name}


def test_an_end_of_two_message_flows_keeps_its_own_name() -> None:
    body = ('<bpmn:startEvent id="s"/><bpmn:intermediateCatchEvent id="c" name="Answer"><bpmn:messageEventDefinition/>'
            "</bpmn:intermediateCatchEvent>" + bare("s", "c"))
    flows = "".join(f'<bpmn:messageFlow id="f{n}" sourceRef="e{n}" targetRef="c"/>' for n in (1, 2))
    ends = "".join(f'<bpmn:endEvent id="e{n}" name="Say {n}"><bpmn:messageEventDefinition/></bpmn:endEvent>'
                   for n in (1, 2))
    more = f'<bpmn:process id="q">{ends}</bpmn:process><bpmn:collaboration id="C">{flows}</bpmn:collaboration>'
    assert message_names(diagram("p", body, more), "p") == {"c": "Answer"}
    assert message_names(diagram("p", body, more), "q") == {"e1": "Say 1", "e2": "Say 2"}
