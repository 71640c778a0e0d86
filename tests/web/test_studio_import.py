"""Other tools' diagrams in the studio and over the interface: kept, explained, proposed or dropped."""

import io
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg

from tests.usecases.studio.test_drafts import BPMN, DRAWING

GOOD = f"""<definitions {BPMN} xmlns:x="urn:stranger" id="D"><process id="Imported" isExecutable="true">
<startEvent id="s" name="开始"/><task id="a" name="&lt;b&gt;记录" x:y="1" camunda:priority="3"/>
<sequenceFlow sourceRef="s" targetRef="a"/></process></definitions>""".encode()


def upload(name, content):
    return {"files": (io.BytesIO(content), name), "message": "旧系统"}


def test_a_designer_imports_reads_proposes_and_drops(world):
    designer = world.person("process_designer").sign_in()
    sent = designer.post("/studio/import", data=upload("Good One.bpmn", GOOD))
    assert sent.status_code == 303
    address = sent.headers["Location"]
    page = designer.browser.get(address).text
    assert "草稿" in page and "urn:stranger" in page and "无对应" in page and "执行前须解决" not in page
    assert "&lt;b&gt;记录" in page and "<b>记录" not in page
    assert address in designer.browser.get("/studio/").text
    proposed = designer.post("/studio/process/imported/drafts/1/proposal", data={"message": "导入"})
    assert proposed.headers["Location"].endswith("/studio/process/imported/versions/2")
    assert "待审" in designer.browser.get("/studio/process/imported/versions/2").text
    drawing = designer.post("/studio/import", data=upload("drawing.bpmn", DRAWING)).headers["Location"]
    page = designer.browser.get(drawing).text
    assert "执行前须解决" in page and "y（是）" in page and "executable" in page
    refused = designer.post("/studio/process/drawing/drafts/1/proposal", data={"message": "试"})
    assert refused.headers["Location"] == drawing
    assert designer.post("/studio/process/drawing/drafts/1/drop").headers["Location"] == "/studio/"
    assert drawing not in designer.browser.get("/studio/").text
    broken = designer.post("/studio/import", data=upload("x.bpmn", b"<a"))
    assert broken.status_code == 422 and "x.bpmn" in broken.text


def test_the_editor_keeps_a_draft(world):
    designer = world.person("process_designer").sign_in()
    xml = designer.browser.get("/studio/process/callback/files/1").text.replace("candidateRoles", "candidateRolez", 1)
    kept = designer.post("/studio/process/callback/drafts", json={"xml": xml})
    assert kept.status_code == 201
    assert "candidateRolez" in designer.browser.get(kept.json["location"]).text
    # what new cases use is still the published version
    assert designer.browser.get("/studio/process/callback/versions/1").status_code == 200
    assert designer.post(f"{kept.json['location'].replace('versions', 'drafts')}/drop").status_code == 303


def test_a_designer_begins_a_diagram_from_nothing(world):
    designer = world.person("process_designer").sign_in()
    begun = designer.post("/studio/process", data={"name": "占道<审批>", "key": "road_use"})
    assert begun.headers["Location"] == "/studio/process/road_use/edit?number=1"
    page = designer.browser.get(begun.headers["Location"]).text
    assert "占道&lt;审批&gt;" in page and "<审批>" not in page
    drawn = designer.browser.get("/studio/process/road_use/files/1").text
    assert 'isExecutable="true"' in drawn and "占道&lt;审批&gt;" in drawn
    for key in ("road_use", "callback", "Road Use", "a/b", "../x", ""):
        refused = designer.post("/studio/process", data={"name": "又一个", "key": key})
        assert refused.status_code == 422 and f'value="{key}"' in refused.text, key
    assert "已有这个编码的流程" in designer.post("/studio/process", data={"name": "又", "key": "callback"}).text
    assert designer.post("/studio/process/road_use/drafts/1/drop").status_code == 303


def test_of_two_who_begin_the_same_diagram_at_once_one_is_told(world):
    designers = [world.person("process_designer", nth).sign_in() for nth in range(2)]
    waits = """select count(*) from pg_locks l join pg_database d on d.oid = l.database
        where d.datname = current_database() and l.relation = 'definitions'::regclass and not l.granted"""
    wanted = {"name": "同时", "key": "at_once"}
    address = world.tools.config.database_url
    with ThreadPoolExecutor(2) as both, psycopg.connect(address, autocommit=True) as look:
        with psycopg.connect(address) as first:
            first.execute("lock table definitions in share row exclusive mode")
            sent = [both.submit(one.post, "/studio/process", data=wanted) for one in designers]
            # both have seen that nobody has it before either may write
            end = time.monotonic() + 30
            while look.execute(waits).fetchone() != (2,):
                assert time.monotonic() < end
                time.sleep(0.01)
        answers = sorted((one.result() for one in sent), key=lambda one: one.status_code)
    begun, refused = answers
    assert (begun.status_code, begun.headers["Location"]) == (303, "/studio/process/at_once/edit?number=1")
    assert refused.status_code == 422 and "已有这个编码的流程" in refused.text and 'value="at_once"' in refused.text
    assert designers[0].browser.get("/studio/process/at_once/versions/2").status_code == 404
    assert {one.post("/studio/process/at_once/drafts/1/drop").status_code for one in designers} == {303}


def test_definitions_are_found_by_name_key_and_pack(world):
    designer = world.person("process_designer").sign_in()
    listed = designer.browser.get("/studio/?q=CALLBACK").text
    assert "/studio/process/callback/" in listed and "/studio/process/timed_handling/" not in listed
    assert "/studio/process/callback/" in designer.browser.get("/studio/?q=回访评价").text
    nothing = designer.browser.get("/studio/?q=%3Cb%3E").text
    assert "没有名称、编码或业务包相符" in nothing and "<b>" not in nothing
    assert "/studio/process/callback/" not in nothing


def test_a_program_imports_and_asks_for_the_findings(world):
    designer = world.person("process_designer").sign_in()
    imported = designer.post("/api/v1/processes/import", data=upload("Api Drawing.bpmn", DRAWING))
    assert imported.status_code == 201, imported.text
    assert imported.json["drafts"] == [{"kind": "process", "key": "api_drawing", "number": 1}]
    assert {"severity": "lost", "element": "u", "name": "办理", "rule": "camunda", "file": "api_drawing.bpmn",
            "message": "priority「3」在此没有对应。", "message_en": "priority '3' has no equivalent here."
            } in imported.json["notes"]  # fmt: skip
    asked = designer.browser.get("/api/v1/processes/api_drawing/versions/1/findings").json
    assert asked["findings"] == imported.json["findings"] and {one["rule"] for one in asked["findings"]} >= {
        "executable", "gateway", "roles", "form"}
    listed = designer.browser.get("/api/v1/processes").json["definitions"]
    assert [one["drafts"][0]["number"] for one in listed if one["key"] == "api_drawing"] == [1]
    assert designer.browser.get("/api/v1/processes/api_drawing/versions/9/findings").status_code == 404
    assert designer.post("/studio/process/api_drawing/drafts/1/drop").status_code == 303
