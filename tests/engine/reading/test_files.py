"""Files as other tools write them: encodings, prefixes, draft namespaces, no drawing, odd numbers in the drawing."""

import pytest
from lxml import etree

from app.domain.errors import InvalidDiagram
from app.engine.lint import executable_keys, lint_process
from app.engine.names import element_names, process_name
from app.engine.parsing import parse_specs
from app.engine.reading import drawn, key_of, prepare, read_xml
from app.engine.reading.xml import DC, DI

NEW = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BODY = ('<process id="p" name="流程"><startEvent id="s"/><task id="a" name="办理"/><sequenceFlow sourceRef="s" '
        'targetRef="a"/></process></definitions>')


def document(encoding: str = "UTF-8", space: str = NEW, body: str = BODY) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?><definitions xmlns="{space}" id="D">{body}'


@pytest.mark.parametrize(
    "content",
    [
        document().encode(), ("\ufeff" + document()).encode(), document("GBK").encode("gbk"),
        document("GB2312").encode("gb2312"), document("gb18030").encode("gb18030"), document("UTF-16").encode("utf-16"),
        document("UTF-16").encode("utf-16-be"), document("Big5").encode("big5", "xmlcharrefreplace"),
        document("ISO-8859-1").encode("latin-1", "xmlcharrefreplace"),
        document(space="http://schema.omg.org/spec/BPMN/2.0").encode(),
        (document().replace("<", "<b:").replace("<b:/", "</b:").replace("<b:?", "<?").replace("xmlns=", "xmlns:b=")
         .encode()),
        document().replace("<process", "<!-- 注 --><?note x?><process").encode(),
    ],
)  # fmt: skip
def test_every_encoding_and_prefix_is_read(content: bytes) -> None:
    spec, _ = parse_specs(content, "p")
    assert [one.name for one in spec.elements] == ["s", "a"]
    assert process_name(content, "p") == ("流程", "")
    assert element_names(content, "p")["a"] == ("办理", "")
    assert executable_keys(content) == ["p"]
    again = drawn(content)
    assert read_xml(again).getroottree().docinfo.encoding == "UTF-8" and "办理" in again.decode()


def test_a_process_is_found_under_its_key_and_its_elements_under_derived_ids() -> None:
    content = document(body='<process id="My-Process" name="N"><task name="T"/></process></definitions>').encode()
    spec, _ = parse_specs(content, "my_process")
    assert [one.name for one in spec.elements] == ["task.1"]
    names = element_names(content, "my_process")
    assert names["task.1"] == ("T", "") and names["my_process"] == ("N", "")
    assert parse_specs(content, "anything")[0].name == "anything"
    with pytest.raises(InvalidDiagram):
        two = document(body='<process id="x"><task id="a"/></process><process id="y"><task id="b"/></process>'
            '</definitions>')
        parse_specs(two.encode(), "anything")


def test_an_element_may_have_the_name_under_which_its_process_is_kept() -> None:
    content = document(body='<process id="Process_1"><task id="order"/></process></definitions>').encode()
    assert [one.name for one in parse_specs(content, "order")[0].elements] == ["order"]
    content = content.replace(b'<task id="order"/>', b'<subProcess id="order"/>')
    with pytest.raises(InvalidDiagram):
        parse_specs(content, "order")


@pytest.mark.parametrize(("name", "key"), [
    ("order", "order"), ("Order-Process", "order_process"), ("Process_1", "process_1"), ("_4a69", "p_4a69"),
    ("12", "p_2b2e"), ("流程", "p_"), ("A" * 200, "a" * 49), ("../x", "x"), ("", "p_"),
])  # fmt: skip
def test_a_key_is_made_of_any_id(name: str, key: str) -> None:
    found = key_of(name)
    assert found == key or found.startswith(key[:2])
    assert found.isascii() and found.replace("_", "a").isalnum() and found[0].isalpha() and len(found) <= 80
    assert key_of(found) == found


def test_positions_that_are_no_numbers_do_not_hinder() -> None:
    di = (f'<d:BPMNDiagram xmlns:d="{DI}" xmlns:c="{DC}"><d:BPMNPlane bpmnElement="p"><d:BPMNShape bpmnElement="s">'
          '<c:Bounds x="1,5" y="nan" width="inf" height="x"/></d:BPMNShape><d:BPMNShape bpmnElement="a"/>'
          "</d:BPMNPlane></d:BPMNDiagram>")
    content = document(body=BODY.replace("</definitions>", di + "</definitions>")).encode()
    assert [one.name for one in parse_specs(content, "p")[0].elements] == ["s", "a"]
    drawn(content)


def shapes(content: bytes) -> tuple[dict[str, tuple[float, ...]], set[str]]:
    root = read_xml(content)
    found = {}
    for shape in root.iter(f"{{{DI}}}BPMNShape"):
        bounds = shape.find(f"{{{DC}}}Bounds")
        assert bounds is not None
        found[str(shape.get("bpmnElement"))] = tuple(float(bounds.get(n, "")) for n in ("x", "y", "width", "height"))
    return found, {str(edge.get("bpmnElement")) for edge in root.iter(f"{{{DI}}}BPMNEdge")}


def test_a_file_without_drawing_gets_one_in_which_nothing_overlaps() -> None:
    inner = '<startEvent id="i"/><task id="j"/><sequenceFlow id="ij" sourceRef="i" targetRef="j"/>'
    body = (f'<process id="p"><startEvent id="s"/><exclusiveGateway id="g"/><task id="a"/><subProcess id="b">{inner}'
            '</subProcess><boundaryEvent id="t" attachedToRef="a"/><endEvent id="e"/>'
            + "".join(f'<sequenceFlow sourceRef="{x}" targetRef="{y}"/>' for x, y in
                      ("sg", "ga", "gb", "ae", "be", "te", "bg")) + "</process></definitions>")
    content = document(body=body).encode()
    placed, ways = shapes(drawn(content))
    assert set(placed) == set("sgabijte") and ways == {"s.g", "g.a", "g.b", "a.e", "b.e", "t.e", "b.g", "ij"}
    for one in "sgabe":
        for other in "sgabe":
            (x, y, w, h), (u, v, k, m) = placed[one], placed[other]
            assert one == other or x + w <= u or u + k <= x or y + h <= v or v + m <= y
    x, y, w, h = placed["b"]
    assert all(x <= placed[n][0] and placed[n][0] + placed[n][2] <= x + w and y <= placed[n][1] for n in "ij")
    assert drawn(drawn(content)) == drawn(content)
    spec, _ = parse_specs(drawn(content), "p")
    assert {one.id for node in spec.elements for one in node.flows} == ways - {"ij"}


def test_pools_without_drawing_are_drawn_below_each_other() -> None:
    body = ('<collaboration id="c"><participant id="P" processRef="p"/><participant id="Q" name="Customer"/>'
            '<messageFlow id="m" sourceRef="Q" targetRef="a"/></collaboration>')
    placed, ways = shapes(drawn(document(body=body + BODY).encode()))
    assert set(placed) == {"P", "Q", "s", "a"} and ways == {"s.a", "m"}
    assert placed["P"][1] + placed["P"][3] <= placed["Q"][1]


def test_flows_without_an_id_are_drawn_where_the_rest_is() -> None:
    first = drawn(document().encode())
    root = read_xml(first)
    for edge in list(root.iter(f"{{{DI}}}BPMNEdge")):
        parent = edge.getparent()
        assert parent is not None
        parent.remove(edge)
    for flow in root.iter(f"{{{NEW}}}sequenceFlow"):
        del flow.attrib["id"]
    assert shapes(drawn(etree.tostring(root)))[1] == {"s.a"}


def test_references_with_a_prefix_are_sent_without_it() -> None:
    body = BODY.replace('sourceRef="s"', 'sourceRef="tns:s"').replace(
        "</process>", '<receiveTask id="r" messageRef="t:m"/></process><message id="m"/>')
    sent = drawn(document(body=body).encode()).decode()
    assert 'messageRef="m"' in sent and 'sourceRef="s"' in sent


def test_a_drawn_file_is_sent_as_it_is() -> None:
    content = drawn(document().encode())
    assert drawn(content) is content


def test_a_file_without_process_is_still_a_file() -> None:
    content = f'<definitions xmlns="{NEW}"><choreography id="c"/></definitions>'.encode()
    assert drawn(content) == content and executable_keys(content) == []
    assert [one.rule for one in lint_process(content, file="x.bpmn", forms=(), decisions={}, roles=(), processes=())
            ] == ["process-id"]


def test_a_loop_of_a_thousand_elements_is_placed() -> None:
    tasks = "".join(f'<task id="n{n}"/>' for n in range(1000))
    flows = "".join(f'<sequenceFlow sourceRef="n{n}" targetRef="n{(n + 1) % 1000}"/>' for n in range(1000))
    content = document(body=f'<process id="p">{tasks}{flows}</process></definitions>')
    placed, ways = shapes(drawn(content.encode()))
    assert len(placed) == len(ways) == 1000


def test_processes_whose_ids_make_one_key_are_kept_apart_and_called_apart() -> None:
    """A draft of one must not hide the other."""
    body = "".join(f'<process id="{key}"><startEvent id="{start}"/>{call}</process>' for key, start, call in (
        ("pay-out", "s1", ""), ("Pay.Out", "s2", ""), ("main", "s3", '<callActivity id="c" calledElement="Pay.Out"/>')))
    content = document(body=f"{body}</definitions>").encode()
    first, second, caller = executable_keys(content)
    assert (first, caller) == ("pay_out", "main") and second.startswith("pay_out_") and key_of(second) == second
    starts = [[one.get("id") for one in prepare(read_xml(content), key).root.iter("{*}startEvent")]
              for key in (first, second)]
    assert starts == [["s1"], ["s2"]]
    called = prepare(read_xml(content), caller).root.find(".//{*}callActivity")
    assert called is not None and called.get("calledElement") == second


def test_processes_without_an_id_are_kept_apart() -> None:
    body = "".join(f'<process name="{name}" {more}><startEvent id="{name}"/></process>' for name, more in (
        ("one", 'isExecutable="false"'), ("two", ""), ("three", 'id="process_1"')))
    content = document(body=f"{body}</definitions>").encode()
    keys = executable_keys(content)
    assert keys == ["process_2", "process_1", "process_3"]
    for seen in (content, drawn(content, "process_3")):
        assert [process_name(seen, key)[0] for key in keys] == ["two", "three", "one"]
        assert [parse_specs(seen, key)[0].elements[0].name for key in keys] == ["two", "three", "one"]


def first_plane(content: bytes) -> tuple[str, set[str]]:
    """Tell what the first drawing shows: its plane and its shapes."""
    plane = next(read_xml(content).iter(f"{{{DI}}}BPMNPlane"))
    return str(plane.get("bpmnElement")), {str(one.get("bpmnElement")) for one in plane.iter(f"{{{DI}}}BPMNShape")}


def test_a_file_of_several_processes_opens_with_the_drawing_of_the_one_that_is_asked_for() -> None:
    body = ('<process id="one"><startEvent id="a"/><subProcess id="sub"><task id="i"/><task id="j"/></subProcess>'
            '</process><process id="two"><startEvent id="b"/></process><process id="hidden"><startEvent id="c"/>'
            "</process></definitions>")

    def plane(shown: str, *elements: str) -> str:
        rows = "".join(f'<d:BPMNShape bpmnElement="{one}"><c:Bounds x="9" y="9" width="9" height="9"/></d:BPMNShape>'
                       for one in elements)
        return (f'<d:BPMNDiagram xmlns:d="{DI}" xmlns:c="{DC}"><d:BPMNPlane bpmnElement="{shown}">{rows}'
                "</d:BPMNPlane></d:BPMNDiagram>")

    planes = plane("one", "a", "sub") + plane("sub", "i", "j") + plane("two", "b")
    content = document(body=body.replace("</definitions>", planes + "</definitions>")).encode()
    assert drawn(content, "one") is content
    assert first_plane(drawn(content, "two")) == ("two", {"b"})
    assert first_plane(drawn(content, "hidden")) == ("hidden", {"c"})
    assert executable_keys(drawn(content, "two")) == ["one", "two", "hidden"]
