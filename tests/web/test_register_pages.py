"""Registers as pages and as an interface: rows with history, forms, files; nobody gets past the declaration."""

import csv
import io
import re
import uuid
from dataclasses import replace

import pytest

from tests.usecases.groves import groves
from tests.web.world import Person, World

STREET, OTHER = "33.02.11.004", "33.02.11.005"
VILLAGE, NEXT = f"{STREET}.001", f"{STREET}.002"


class Groves:
    """A register of its own, and who has to do with it."""

    def __init__(self, world: World) -> None:
        self.world, self.key = world, f"groves_{uuid.uuid4().hex[:8]}"
        declared = replace(groves(), key=self.key)
        vars(world.tools.city)["registers"] = {**world.tools.city.registers, self.key: declared}

    def declare(self, **changes) -> None:
        declared = replace(groves(**changes), key=self.key)
        vars(self.world.tools.city)["registers"] = {**self.world.tools.city.registers, self.key: declared}

    def person(self, role: str, place: str = STREET, *, here: bool = True) -> Person:
        everybody = self.world.accounts.values()
        one = next(one for one in everybody if role in one.roles and one.unit.startswith(place) == here)
        return Person(self.world.app, one.username, one.password, one.unit, self.world.app.test_client())

    def add(self, person: Person, unit: str = VILLAGE, **values):
        return person.api("POST", f"/registers/{self.key}/rows", json={"values": values, "unit": unit})


@pytest.fixture
def kept(world: World):
    before = world.tools.city.registers
    yield Groves(world)
    vars(world.tools.city)["registers"] = before


def test_a_row_is_added_read_changed_and_found(kept: Groves):
    writer, reader = kept.person("street_affairs"), kept.person("street_duty")
    made = kept.add(writer, name="东山", area=0.1, tags=["旧"], seen_on="2026-03-01", state="standing")
    assert made.status_code == 201, made.json
    row = made.json
    assert row["version"] == 1 and row["unit"] == VILLAGE and row["values"]["area"] == 0.1
    kept.add(writer, NEXT, name="西山", area=0.2)
    page = reader.api("GET", f"/registers/{kept.key}").json
    assert [one["values"]["name"] for one in page["rows"]] == ["西山", "东山"]
    assert page["sums"] == {"area": "0.3"} and page["total"] == 2 and page["may_write"] is False
    where = f"/registers/{kept.key}/rows/{row['id']}"
    changed = writer.api("PATCH", where, json={"version": 1, "values": {"area": 2, "tags": None}, "reason": "重测"})
    assert changed.status_code == 200 and changed.json["version"] == 2
    view = reader.api("GET", where).json
    assert view["row"]["values"] == {"name": "东山", "area": 2, "seen_on": "2026-03-01", "state": "standing"}
    assert [one["reason"] for one in view["history"]] == ["重测", ""] and view["may_write"] is False
    assert view["history"][0]["changes"] == {"area": [0.1, 2], "tags": [["旧"], None]}
    assert view["history"][0]["role"] == "street_affairs"
    listed = {one["register"]["key"]: one for one in writer.api("GET", "/registers").json["registers"]}
    assert listed[kept.key]["rows"] == 2 and listed[kept.key]["may_write"]
    assert [one["name"] for one in listed[kept.key]["register"]["fields"]][:2] == ["name", "area"]


def test_filters_sorts_and_pages_are_those_of_the_register(kept: Groves):
    writer = kept.person("street_affairs")
    for number in range(5):
        kept.add(writer, name=f"{number} 号", area=number, state="felled" if number % 2 else "standing")

    def listed(query: str) -> list[str]:
        answer = writer.api("GET", f"/registers/{kept.key}?{query}")
        assert answer.status_code == 200, answer.json
        return [one["values"]["name"][0] for one in answer.json["rows"]]

    assert listed("area_from=1&area_until=3") == ["3", "2", "1"] and listed("state=felled&sort=area") == ["1", "3"]
    assert listed("area=1&area=4") == ["4", "1"] and listed("q=2%20") == ["2"] and listed("sort=-name") == list("43210")
    assert listed(f"unit_within={STREET}&sort=-&limit=2") == ["4", "3"] and listed(f"unit={NEXT}") == []
    first = writer.api("GET", f"/registers/{kept.key}?sort=area&limit=3").json
    rest = writer.api("GET", f"/registers/{kept.key}?sort=area&limit=3&after={first['next']}").json
    assert [one["values"]["area"] for one in first["rows"] + rest["rows"]] == [0, 1, 2, 3, 4] and rest["next"] is None
    for query in ("height=1", "area=tall", "sort=survey", "sort=height", "survey=1", "name_from=a&name_from=b",
                  "after=x", "unit=x", "id=x", "limit=0", "limit=201", "q=%00", "name=%00", "protected_from=true"):
        assert writer.api("GET", f"/registers/{kept.key}?{query}").status_code == 422, query


def test_of_two_hands_the_second_hears_409(kept: Groves):
    writer = kept.person("street_affairs")
    row = kept.add(writer, name="东山").json
    where = f"/registers/{kept.key}/rows/{row['id']}"
    sent = {"version": 1, "values": {"area": 1}, "reason": "测"}
    assert writer.api("PATCH", where, json=sent).status_code == 200
    late = writer.api("PATCH", where, json=sent)
    assert late.status_code == 409 and late.json["type"].endswith("stale-row")
    # the same request under the same key is answered again and done once
    key = {"Idempotency-Key": uuid.uuid4().hex}
    again = {"version": 2, "values": {"area": 2}, "reason": "再测"}
    assert writer.api("PATCH", where, json=again, headers=key).json["version"] == 3
    assert writer.api("PATCH", where, json=again, headers=key).json["version"] == 3
    # a page that was opened before says so, keeps what was typed, and changes nothing
    page = writer.sign_in().browser.post(f"/registers/{kept.key}/rows/{row['id']}/edit", data={
        "csrf_token": writer.csrf, "version": "1", "f.name": "南山", "unit": VILLAGE, "reason": "改名"})
    assert page.status_code == 409 and "南山" in page.text and "已被修改" in page.text
    assert writer.api("GET", where).json["row"]["values"] == {"name": "东山", "area": 2}


WRONG = [
    ({"values": {}}, "name"), ({"values": {"name": ""}}, "name"), ({"values": {"name": "a\u0000"}}, "values"),
    ({"values": {"name": "东" * 61}}, "name"), ({"values": {"name": "a\nb"}}, "name"),
    ({"values": {"name": 3}}, "name"),
    ({"values": {"name": "a", "area": "3"}}, "area"), ({"values": {"name": "a", "area": 0.001}}, "area"),
    ({"values": {"name": "a", "area": -1}}, "area"), ({"values": {"name": "a", "area": 1001}}, "area"),
    ({"values": {"name": "a", "area": True}}, "area"), ({"values": {"name": "a", "state": "burnt"}}, "state"),
    ({"values": {"name": "a", "seen_on": "2026-02-30"}}, "seen_on"),
    ({"values": {"name": "a", "owner": "no"}}, "owner"),
    ({"values": {"name": "a", "office": "33.02.99"}}, "office"),
    ({"values": {"name": "a", "office": "x'"}}, "office"),
    ({"values": {"name": "a", "tags": "x"}}, "tags"), ({"values": {"name": "a", "tags": [{}]}}, "tags"),
    ({"values": {"name": "a", "survey": [1]}}, "survey"), ({"values": {"name": "a", "height": 1}}, "height"),
    ({"values": {"name": "a", "id": "x"}}, "id"), ({"values": []}, "row"), ({"values": "x"}, "row"), ({}, "values"),
    ({"values": {"name": "a"}, "unit": "33.02.11"}, "unit"), ({"values": {"name": "a"}, "unit": "x"}, "unit"),
    ({"values": {"name": "a"}, "unit": f"{STREET}.999"}, "unit"), ({"values": {"name": "a"}, "unit": None}, "unit"),
    ({"values": {"name": "a"}, "unit": f"{OTHER}.001"}, "unit"), ({"values": {"name": "a"}, "version": 1}, "version"),
    ({"values": {"name": "a"}, "reason": "x" * 501}, "reason"),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "field"), WRONG)
def test_a_row_that_does_not_fit_is_refused_field_by_field(kept: Groves, sent, field):
    writer = kept.person("street_affairs")
    answer = writer.api("POST", f"/registers/{kept.key}/rows", json={"unit": VILLAGE, **sent})
    assert answer.status_code == 422 and list(answer.json["errors"]) == [field], answer.json
    assert writer.api("GET", f"/registers/{kept.key}").json["total"] == 0


def test_a_unit_below_is_lifted_and_a_key_is_taken_once(kept: Groves):
    writer = kept.person("street_affairs")
    assert kept.add(writer, f"{VILLAGE}.001", name="东山").json["unit"] == VILLAGE
    taken = kept.add(writer, name="东山")
    assert taken.status_code == 422 and set(taken.json["errors"]) == {"unit", "name"}
    assert taken.json["type"].endswith("row-taken")


def test_rows_of_another_street_are_neither_seen_nor_written(kept: Groves):
    writer, elsewhere = kept.person("street_affairs"), kept.person("street_affairs", here=False)
    row = kept.add(writer, name="东山").json
    where = f"/registers/{kept.key}/rows/{row['id']}"
    assert elsewhere.api("GET", f"/registers/{kept.key}").json["rows"] == []
    assert elsewhere.api("GET", where).status_code == 404
    sent = {"version": 1, "values": {"area": 1}, "reason": "x"}
    assert elsewhere.api("PATCH", where, json=sent).status_code == 404
    elsewhere.sign_in()
    for path in (f"/rows/{row['id']}", f"/rows/{row['id']}/edit"):
        assert elsewhere.browser.get(f"/registers/{kept.key}{path}").status_code == 404
    assert "东山" not in elsewhere.browser.get(f"/registers/{kept.key}").text
    assert "东山" not in elsewhere.browser.get(f"/registers/{kept.key}/export.csv").text
    # nor can a row be moved to where one does not write
    moved = writer.api("PATCH", where, json={"version": 1, "unit": f"{OTHER}.001", "reason": "x"})
    assert moved.status_code == 422 and "unit" in moved.json["errors"]


def test_who_reads_does_not_write_and_who_has_no_part_knows_of_nothing(kept: Groves):
    writer, reader, stranger = kept.person("street_affairs"), kept.person("street_duty"), kept.person("police_station")
    row = kept.add(writer, name="东山").json
    where = f"/registers/{kept.key}/rows/{row['id']}"
    sent = {"version": 1, "values": {}, "reason": "x"}
    assert kept.add(reader, name="西山").status_code == 404
    assert reader.api("PATCH", where, json=sent).status_code == 404
    reader.sign_in()
    for path in ("/new", "/import"):
        assert reader.browser.get(f"/registers/{kept.key}{path}").status_code == 404
        assert reader.post(f"/registers/{kept.key}{path}").status_code == 404
    page = reader.browser.get(f"/registers/{kept.key}").text
    assert "东山" in page and "登记一条" not in page
    for path in ("", f"/rows/{row['id']}", "?height=1"):
        assert stranger.api("GET", f"/registers/{kept.key}{path}").status_code == 404
    listed = stranger.api("GET", "/registers").json["registers"]
    assert kept.key not in [one["register"]["key"] for one in listed]
    citizen = kept.person("citizen", "")
    assert citizen.api("GET", "/registers").status_code == 403
    assert stranger.api("GET", "/registers/no_such").status_code == 404
    assert stranger.api("GET", f"/registers/knowledge_articles/rows/{row['id']}").status_code == 404


def test_the_form_is_the_declaration(kept: Groves):
    writer = kept.person("street_affairs").sign_in()
    form = writer.browser.get(f"/registers/{kept.key}/new").text
    for field in groves().fields:
        assert field.zh in form and f'name="f.{field.name}"' in form
    typed = {"csrf_token": writer.csrf, "unit": VILLAGE, "f.name": "<b>东山</b>", "f.area": "1.50", "f.state": "felled",
             "f.seen_on": "2026-03-01", "f.seen_at": "2026-03-01T08:30", "f.protected": "true",
             "f.tags": "旧\r\n高\r\n", "f.survey": '{"a": 1}', "f.note": "第一行\r\n第二行"}  # fmt: skip
    refused = writer.browser.post(f"/registers/{kept.key}/new", data={**typed, "f.area": "很大", "f.survey": "{"})
    assert refused.status_code == 422 and "&lt;b&gt;东山" in refused.text and "应为数字" in refused.text
    assert writer.browser.post(f"/registers/{kept.key}/new", data={**typed, "csrf_token": ""}).status_code in (400, 403)
    done = writer.browser.post(f"/registers/{kept.key}/new", data=typed)
    assert done.status_code == 303, done.text
    page = writer.browser.get(done.headers["Location"]).text
    assert "&lt;b&gt;东山&lt;/b&gt;" in page and "<b>东山" not in page and "已采伐" in page and "旧、高" in page
    row = writer.api("GET", f"/registers/{kept.key}").json["rows"][0]["values"]
    assert row["area"] == 1.5 and row["seen_at"] == "2026-03-01T08:30:00+08:00" and row["protected"] is True
    assert row["tags"] == ["旧", "高"] and row["survey"] == {"a": 1}
    # what the form shows comes back as the same: only what was changed is a change
    address = done.headers["Location"] + "/edit"
    edit = writer.browser.get(address).text
    values = dict(re.findall(r'name="(f\.\w+|version|unit)"[^>]* value="([^"]*)"', edit))
    sent = {**typed, **{name: value for name, value in values.items() if name in ("version", "unit", "f.seen_at")},
            "f.area": "2", "reason": ""}
    assert writer.browser.post(address, data=sent).status_code == 422
    assert writer.browser.post(address, data={**sent, "reason": "重测"}).status_code == 303
    history = writer.api("GET", done.headers["Location"]).json["history"]
    assert history[0]["changes"] == {"area": [1.5, 2]} and history[0]["reason"] == "重测"
    shown = writer.browser.get(done.headers["Location"]).text
    assert "1.5 → 2" in shown and "重测" in shown


def test_an_import_shows_every_line_and_keeps_all_or_nothing(kept: Groves):
    writer = kept.person("street_affairs").sign_in()
    kept.add(writer, name="老山")
    address = f"/registers/{kept.key}/import"

    def check(text: str | bytes):
        content = text if isinstance(text, bytes) else text.encode()
        return writer.browser.post(address, data={"csrf_token": writer.csrf,
                                                  "file": (io.BytesIO(content), "rows.csv")})

    wrong = check(f"unit,name,area,state\n{VILLAGE},东山,很多,standing\n{VILLAGE},西山,1,烧毁\n{VILLAGE},老山,1,\n"
                  f"{OTHER}.001,别街,1,\n{VILLAGE},南山,1,已采伐\n{VILLAGE},南山,2,\n,无单位,1,\n")
    assert wrong.status_code == 200 and "6 行不符合要求" in wrong.text and 'name="upload"' not in wrong.text
    for said in ("应为数字", "不在可选范围内", "已有相同的记录", "没有登记权限"):
        assert said in wrong.text
    text = f"\ufeffunit,name,area,tags,survey\r\n{VILLAGE},东山,1.5,旧|高,\"{{\"\"a\"\": 1}}\"\r\n{NEXT},'=1+1,2,,\r\n"
    good = check(text)
    assert "2 行都可以导入" in good.text and writer.api("GET", f"/registers/{kept.key}").json["total"] == 1
    sent = {"csrf_token": writer.csrf, "upload": re.findall(r'name="upload" value="([^"]+)"', good.text)[0]}
    # somebody else was first with one of the rows
    other = kept.add(writer, name="东山").json
    bad = writer.browser.post(address, data=sent)
    assert bad.status_code == 422 and writer.api("GET", f"/registers/{kept.key}").json["total"] == 2
    renamed = {"version": 1, "values": {"name": "老东山"}, "reason": "x"}
    assert writer.api("PATCH", f"/registers/{kept.key}/rows/{other['id']}", json=renamed).status_code == 200
    for upload, status in (("x", 422), (str(uuid.uuid4()), 409)):
        assert writer.browser.post(address, data={**sent, "upload": upload}).status_code == status
    done = writer.browser.post(address, data=sent)
    assert done.status_code == 303
    # it is used up
    assert writer.browser.post(address, data=sent).status_code == 409
    rows = writer.api("GET", f"/registers/{kept.key}?sort=area&area_from=0").json["rows"]
    assert [one["values"] for one in rows] == [{"name": "东山", "area": 1.5, "tags": ["旧", "高"], "survey": {"a": 1}},
                                               {"name": "=1+1", "area": 2}]
    # what goes out comes in again, and a table program runs nothing of it
    sent = writer.browser.get(f"/registers/{kept.key}/export.csv?area_from=0")
    assert sent.mimetype == "text/csv" and "attachment" in sent.headers["Content-Disposition"]
    table = list(csv.DictReader(io.StringIO(sent.text.removeprefix("\ufeff"))))
    assert [one["name"] for one in table] == ["东山", "'=1+1"] and table[0]["tags"] == "旧|高"
    again = check(sent.text.replace("东山", "东山二").replace("'=1+1", "'=1+2"))
    assert "2 行都可以导入" in again.text
    chinese = check(f"unit,name\n{VILLAGE},北山\n".encode("gb18030"))
    assert "1 行都可以导入" in chinese.text and "北山" in chinese.text


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"nonsense", b"name,name\na,b\n", b"name\n\"a\n",
                                     b"name\na\x00b\n", b"name,height\na,1\n", b"\n\n", b"name\n" + b"a\n" * 5001])
def test_a_file_that_is_none_is_refused(kept: Groves, content: bytes):
    writer = kept.person("street_affairs").sign_in()
    answer = writer.browser.post(f"/registers/{kept.key}/import", data={
        "csrf_token": writer.csrf, "file": (io.BytesIO(content), "rows.csv")})
    assert answer.status_code == 422 and 'name="upload"' not in answer.text


def test_every_page_speaks_english_too(kept: Groves):
    writer = kept.person("street_affairs").sign_in()
    row = kept.add(writer, name="东山", state="felled", protected=True).json
    writer.browser.get("/language/en?next=/")
    for path, said in (("", "Bamboo groves"), (f"/{kept.key}", "Newest first"), (f"/{kept.key}/new", "Survey"),
                       (f"/{kept.key}/rows/{row['id']}", "Felled"), (f"/{kept.key}/import", "CSV")):
        page = writer.browser.get(f"/registers{path}")
        assert page.status_code == 200 and said in page.text
    writer.browser.get("/language/zh?next=/")


def test_a_large_file_is_confirmed_without_being_sent_back(kept: Groves):
    writer = kept.person("street_affairs").sign_in()
    address = f"/registers/{kept.key}/import"
    # letters of three bytes, which a form field writes as nine
    text = "unit,name,note\n" + "".join(f"{VILLAGE},山{n},{'山' * 900}\n" for n in range(1000))
    assert 2_500_000 < len(text.encode()) < 3_000_000

    def check(content: bytes):
        # written by hand: the client keeps large ones in a file that it forgets to close
        parts = [f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{writer.csrf}\r\n'.encode(),
                 b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n', content, b"\r\n--b--"]
        return writer.browser.post(address, data=b"".join(parts), content_type="multipart/form-data; boundary=b")

    good = check(text.encode())
    assert good.status_code == 200 and "1000 行都可以导入" in good.text and len(good.text) < 2_000_000
    upload = re.findall(r'name="upload" value="([^"]+)"', good.text)[0]
    done = writer.browser.post(address, data={"csrf_token": writer.csrf, "upload": upload})
    assert done.status_code == 303 and writer.api("GET", f"/registers/{kept.key}").json["total"] == 1000
    late = check(text.encode() * 2)
    assert late.status_code == 422 and "3 MB" in late.text


def test_nobody_confirms_the_file_of_another(kept: Groves):
    writer = kept.person("street_affairs").sign_in()
    other = Person(kept.world.app, *_second(kept, "village_secretary"), kept.world.app.test_client()).sign_in()
    address = f"/registers/{kept.key}/import"
    sent = {"csrf_token": writer.csrf, "file": (io.BytesIO(f"unit,name\n{VILLAGE},东山\n".encode()), "a.csv")}
    upload = re.findall(r'name="upload" value="([^"]+)"', writer.browser.post(address, data=sent).text)[0]
    refused = other.browser.post(address, data={"csrf_token": other.csrf, "upload": upload})
    assert refused.status_code == 409 and "重新检查" in refused.text
    assert writer.api("GET", f"/registers/{kept.key}").json["total"] == 0


def _second(kept: Groves, role: str):
    one = kept.person(role)
    return one.username, one.password, one.unit


def test_a_row_is_taken_out_of_use_by_whom_the_register_names(kept: Groves):
    writer, reader = kept.person("street_affairs").sign_in(), kept.person("street_duty").sign_in()
    kept.declare(rights={"read": ["street_duty"], "write": ["street_affairs"], "retire": ["street_duty"]})
    row = kept.add(writer, name="东山", area=1).json
    where = f"/registers/{kept.key}/rows/{row['id']}"
    assert "撤下这条记录" not in writer.browser.get(where).text
    assert writer.api("POST", f"{where}/retire", json={"version": 1, "reason": "x"}).status_code == 403
    page = reader.browser.get(where).text
    assert "撤下这条记录" in page and reader.api("GET", where).json["may_retire"] is True
    assert reader.api("POST", f"{where}/retire", json={"version": 1, "reason": ""}).status_code == 422
    assert reader.api("POST", f"{where}/retire", json={"version": 7, "reason": "x"}).status_code == 409
    typed = {"csrf_token": reader.csrf, "version": "1", "reason": "已无此林"}
    done = reader.browser.post(f"{where}/retire", data=typed)
    assert done.status_code == 303
    assert reader.api("GET", f"/registers/{kept.key}").json["total"] == 0
    gone = reader.api("GET", f"/registers/{kept.key}?retired=true").json["rows"]
    assert [one["values"]["name"] for one in gone] == ["东山"] and gone[0]["retired_at"]
    page = reader.browser.get(where).text
    assert "已于" in page and "已无此林" in page and "撤下这条记录" not in page
    # it is read, and changed no more
    changed = {"version": 2, "values": {"area": 2}, "reason": "x"}
    late = writer.api("PATCH", where, json=changed)
    assert late.status_code == 409 and late.json["type"].endswith("row-retired")
    again = reader.api("POST", f"{where}/retire", json={"version": 2, "reason": "x"})
    assert again.status_code == 409 and again.json["type"].endswith("row-retired")
    assert kept.add(writer, name="东山").status_code == 201


def test_a_row_comes_back_as_it_was_unless_another_has_its_values(kept: Groves):
    writer, keeper = kept.person("street_affairs").sign_in(), kept.person("street_duty").sign_in()
    kept.declare(rights={"read": ["street_duty"], "write": ["street_affairs"], "retire": ["street_duty"]})
    row = kept.add(writer, name="东山", area=1).json
    where = f"/registers/{kept.key}/rows/{row['id']}"
    back = {"version": 2, "reason": "误撤"}
    early = keeper.api("POST", f"{where}/restore", json={"version": 1, "reason": "x"})
    assert early.status_code == 409 and early.json["type"].endswith("row-in-use")
    assert keeper.api("POST", f"{where}/retire", json={"version": 1, "reason": "x"}).status_code == 200
    assert writer.api("POST", f"{where}/restore", json=back).status_code == 403
    assert "重新启用这条记录" not in writer.browser.get(where).text
    assert keeper.api("POST", f"{where}/restore", json={**back, "reason": " "}).status_code == 422
    assert keeper.api("POST", f"{where}/restore", json={**back, "version": 1}).status_code == 409
    # its name was given away, and is free again
    other = kept.add(writer, name="东山").json
    taken = keeper.api("POST", f"{where}/restore", json=back)
    assert taken.status_code == 422 and "name" in taken.json["errors"]
    assert keeper.api("GET", where).json["row"]["retired_at"]
    gone = f"/registers/{kept.key}/rows/{other['id']}/retire"
    assert keeper.api("POST", gone, json={"version": 1, "reason": "x"}).status_code == 200
    seen = keeper.api("GET", where).json
    assert seen["may_restore"] is True and seen["may_retire"] is False
    assert "重新启用这条记录" in keeper.browser.get(where).text
    typed = {"csrf_token": keeper.csrf, "version": "2", "reason": "误撤"}
    assert keeper.browser.post(f"{where}/restore", data=typed).status_code == 303
    page = keeper.browser.get(where).text
    assert "已于" not in page and "误撤" in page and "重新启用这条记录" not in page
    now = keeper.api("GET", f"/registers/{kept.key}").json
    assert now["total"] == 1 and now["rows"][0]["values"] == {"name": "东山", "area": 1}
    assert now["rows"][0]["retired_at"] is None and now["rows"][0]["version"] == 3
    # it has its name for itself again
    assert kept.add(writer, name="东山").status_code == 422
    assert writer.api("PATCH", where, json={"version": 3, "values": {"area": 2}, "reason": "x"}).status_code == 200


def test_rows_of_a_register_that_names_nobody_for_it_stay_in_use(kept: Groves):
    writer = kept.person("street_affairs")
    row = kept.add(writer, name="东山").json
    where = f"/registers/{kept.key}/rows/{row['id']}/retire"
    assert writer.api("POST", where, json={"version": 1, "reason": "x"}).status_code == 404


def test_an_export_is_recorded_and_a_longer_one_refused(kept: Groves, monkeypatch: pytest.MonkeyPatch):
    writer, auditor = kept.person("street_affairs").sign_in(), kept.person("auditor", "33.02").sign_in()
    for number in range(3):
        kept.add(writer, name=f"{number} 山", area=number)
    sent = writer.browser.get(f"/registers/{kept.key}/export.csv?area_from=1&q=山")
    assert sent.status_code == 200 and len(sent.text.splitlines()) == 3
    page = auditor.browser.get(f"/registers/{kept.key}/exports").text
    assert "面积 ≥ 1" in page and "搜索：山" in page and 'class="num">2' in page.replace("\n", "")
    assert writer.browser.get(f"/registers/{kept.key}/exports").status_code == 403
    monkeypatch.setattr("app.usecases.register_leaving.MOST", 2)
    monkeypatch.setattr("app.web.registers.MOST", 2)
    refused = writer.browser.get(f"/registers/{kept.key}/export.csv")
    assert refused.status_code == 422 and "共 3 条，一次至多导出 2 条" in refused.text
    listed = writer.browser.get(f"/registers/{kept.key}").text
    assert "一次至多导出 2 条" in listed and "/export." not in listed
    assert auditor.browser.get(f"/registers/{kept.key}/exports").text.count("面积 ≥ 1") == 1


def test_units_are_offered_a_page_at_a_time_and_by_their_words(kept: Groves):
    writer = kept.person("street_affairs")
    everything = writer.api("GET", f"/registers/{kept.key}/units").json["units"]
    assert VILLAGE in [one["code"] for one in everything] and len(everything) > 1
    assert all(one["code"].startswith(STREET) for one in everything)
    assert len(writer.api("GET", f"/registers/{kept.key}/units?limit=1").json["units"]) == 1
    by_name = writer.api("GET", f"/registers/{kept.key}/units?q={everything[-1]['name']}").json["units"]
    assert everything[-1] in by_name and len(by_name) < len(everything)
    assert kept.person("street_duty").api("GET", f"/registers/{kept.key}/units").status_code == 404
    assert writer.api("GET", f"/registers/{kept.key}/units?limit=201").status_code == 422
