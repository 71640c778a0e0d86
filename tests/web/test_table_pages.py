"""A designer reads a table and a form as people do, changes cells, and another one sees what is new."""

import re

from app.usecases.studio.lay_out import lay_out_fields, lay_out_tables

EDIT = "/studio/tables/urgency/1"


def cells(page):
    """Read what stands in the fields of the page."""
    return dict(re.findall(r'name="(cell\.\d+\.\d+\.\d+)"[^>]*>([^<]*)</textarea>', page))


def test_a_table_is_changed_in_its_cells_and_compared_before_it_is_published(world):
    author, other = (world.person("process_designer").sign_in() for _ in range(2))
    shown = author.browser.get("/studio/decision/urgency/versions/1").text
    assert "第一条符合的规则生效" in shown and "集体信访十人及以上" in shown and EDIT in shown
    before = cells(author.browser.get(EDIT).text)
    assert before["cell.0.3.3"] == "&gt;= 10"
    sent = {name: value.replace("&gt;", ">").replace("&lt;", "<").replace("&#34;", '"').replace("&amp;", "&")
            for name, value in before.items()}  # fmt: skip
    assert author.post(EDIT, data={**sent, "message": "没有改动"}).status_code == 409
    changed = author.post(EDIT, data={**sent, "cell.0.3.3": ">= 12", "message": "改为十二人"})
    assert changed.status_code == 303, changed.text
    address = changed.headers["Location"]
    seen = other.browser.get(address).text
    assert '<del class="was">&gt;= 10</del> <ins>&gt;= 12</ins>' in seen
    assert seen.count("line-changed") == 1 and "line-new" not in seen and "line-gone" not in seen
    # only one cell of the file is another
    old, new = (author.browser.get(f"/studio/decision/urgency/files/{n}").text.splitlines() for n in (1, 2))
    differing = [pair for pair in zip(old, new, strict=True) if pair[0].strip() != pair[1].strip()]
    assert [now.count("&gt;= 12") for _, now in differing if "version=" not in now] == [1]
    assert other.post(f"{address}/decision", data={"approve": "no", "note": "先不改"}).status_code == 303


def test_what_cannot_be_is_shown_again_as_it_was_typed(world):
    designer = world.person("process_designer").sign_in()
    sent = {"cell.0.3.3": ">= = 10", "message": "试"}
    refused = designer.post(EDIT, data=sent)
    assert refused.status_code == 422 and "&gt;= = 10" in refused.text and "alert-danger" in refused.text
    assert designer.post(EDIT, data={"cell.0.3.3": ">= 12", "message": " "}).status_code == 422
    assert designer.post(EDIT, data={"cell.0.999.0": "1", "message": "试"}).status_code == 422
    assert designer.post(EDIT, data={"cell.0.3.3": "\x00", "message": "试"}).status_code == 422
    assert designer.browser.get("/studio/tables/urgency/99").status_code == 404
    assert designer.browser.get("/studio/tables/nothing/1").status_code == 404


def test_a_table_speaks_english_to_english_readers(world):
    designer = world.person("process_designer").sign_in()
    shown, edit = "/studio/decision/urgency/versions/1", EDIT
    assert "<h2>Urgency</h2>" not in designer.browser.get(shown).text
    designer.browser.get("/language/en")
    for page in (designer.browser.get(shown).text, designer.browser.get(edit).text):
        table = page[page.index('<section class="panel laid">'):]
        heads = re.findall(r"<th[ >][^<]*", table[: table.index("</thead>")])
        assert len(heads) > 3 and not any(re.search(r"[\u4e00-\u9fff]", one.rpartition(">")[2]) for one in heads)
        assert "<h2>Urgency</h2>" in page
    designer.browser.get("/language/zh")


NAMED = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:d"
  xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core"><decision id="wage_limits" name="{name}">{own}
  <decisionTable id="t"><input id="i" label="工龄">{first}<inputExpression id="e"><text>person.age</text>
  </inputExpression></input><input id="j" label="Shift"><inputExpression id="f"><text>shift &gt; 2</text>
  </inputExpression></input><input id="k" label="夜班"><inputExpression id="g"><text>shift &gt; 2</text>
  </inputExpression></input><output id="o" name="most_hours" label="时长"/></decisionTable>
  </decision></definitions>"""


def named(name, own="", first=""):
    """Lay out a table whose decision and first column have these English names."""
    english = '<s:properties><s:property name="name_en" value="{}"/></s:properties>'
    words = f"<extensionElements>{english}</extensionElements>"
    given = {key: words.format(said) if said else "" for key, said in (("own", own), ("first", first))}
    (table,) = lay_out_tables(NAMED.format(name=name, **given).encode())
    return table


def test_columns_say_in_english_what_they_are_called_or_what_the_machine_calls_them() -> None:
    table = named("工资", " Wages ", "Years of work")
    assert (table.name, table.name_en) == ("工资", "Wages")
    assert [one.label_en for one in table.inputs] == ["Years of work", "Shift", "shift > 2"]
    assert [(one.label, one.label_en) for one in table.outputs] == [("时长", "Most hours")]
    table = named("工资")
    assert table.name_en == "Wage limits" and table.inputs[0].label_en == "Person age"
    assert named("Wages of all", " ").name_en == "Wages of all"


def test_a_form_is_a_list_of_fields(world):
    designer = world.person("process_designer").sign_in()
    page = designer.browser.get("/studio/form/whistle/ack/versions/1").text
    assert "异议理由" in page and "officers.certificate" in page and "提出异议" in page
    designer.browser.get("/language/en")
    page = designer.browser.get("/studio/form/whistle/ack/versions/1").text
    designer.browser.get("/language/zh")
    assert "Certificate" in page and "Accept, Object" in page


def test_a_form_that_says_nonsense_is_laid_out_as_far_as_it_says_anything() -> None:
    form = (b'{"components": [{"key": "a", "conditional": "x", "validate": [], "properties": 1,'
            b' "values": [3, {"value": []}]},'
            b' {"key": "b", "values": {}, "properties": {"options_en": "[]"}}, 7]}')  # fmt: skip
    for content, keys in ((form, ["a", "b"]), (b"[]", []), (b"7", []), (b"{", [])):
        assert [line.cells[0].said for line in lay_out_fields(content, "en")] == keys
