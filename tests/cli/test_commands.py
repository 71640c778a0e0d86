"""The operators' commands: one line when it worked, one line and an exit code when it did not."""

import csv
import json
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app.bootstrap import create_app
from app.config import Config
from app.usecases import Tools
from app.usecases.opening import open_tools
from tests.hashes import cheap_hashes

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def _quickly() -> Iterator[None]:
    with cheap_hashes():
        yield


@pytest.fixture
def tools(config: Config) -> Iterator[Tools]:
    """The tools of a demo server with a migrated, empty database."""
    made = open_tools(replace(config, demo=True))
    yield made
    made.store.dispose()


@pytest.fixture
def run(tools: Tools) -> Run:
    app: Flask = create_app(tools.config, tools)
    runner = app.test_cli_runner()

    def invoke(*words: str, code: int = 0, typed: str | None = None) -> Result:
        result = runner.invoke(args=list(words), input=typed)
        assert result.exit_code == code, (result.output, result.stderr, result.exception)
        return result

    return invoke


def small(tmp_path: Path) -> tuple[str, str]:
    """Make folders with one form and no diagram."""
    for folder in ("bpmn/test", "forms/test"):
        (tmp_path / folder).mkdir(parents=True)
    form = '{"components": [{"type": "textfield", "key": "note", "id": "f", "label": "N"}]}'
    (tmp_path / "forms/test/note.form.json").write_text(form)
    return str(tmp_path / "bpmn"), str(tmp_path / "forms")


def test_every_command_explains_itself(run: Run) -> None:
    listed = run("--help").output
    for name in ("db-upgrade", "check", "publish", "city", "intake", "tick", "verify", "calendar", "person"):
        assert name in listed
        assert run(name, "--help").output


def test_an_installation_is_brought_up_step_by_step(
    make_config: Callable[..., Config], empty_database_url: str, tmp_path: Path
) -> None:
    config = make_config(database_url=empty_database_url, demo=True)
    tools = open_tools(config)
    runner = create_app(config, tools).test_cli_runner()
    before = runner.invoke(args=["check"])
    assert (before.exit_code, "migration none" in before.stderr) == (3, True)
    first = runner.invoke(args=["db-upgrade"])
    assert first.exit_code == 0 and "was empty" in first.output
    assert "was" not in runner.invoke(args=["db-upgrade"]).output
    unpublished = runner.invoke(args=["check"])
    assert (unpublished.exit_code, "No process is published" in unpublished.stderr) == (4, True)
    published = runner.invoke(args=["publish", str(ROOT / "bpmn"), str(ROOT / "forms")])
    assert published.exit_code == 0, published.output
    assert runner.invoke(args=["publish", str(ROOT / "bpmn"), str(ROOT / "forms")]).output.startswith("Published 0,")
    ready = runner.invoke(args=["check"])
    assert (ready.exit_code, ready.output) == (0, "Ready: database, migrations, processes.\n")
    tools.store.dispose()


def test_a_database_that_is_away_is_said(make_config: Callable[..., Config]) -> None:
    config = make_config(database_url="postgresql://nobody:x@127.0.0.1:1/none")
    runner = create_app(config, open_tools(config)).test_cli_runner()
    for words in (["check"], ["db-upgrade"], ["tick"], ["city", "load"]):
        result = runner.invoke(args=words)
        assert result.exit_code == 2, result.output
        assert "does not answer" in result.stderr and "Traceback" not in result.stderr


def test_findings_are_listed_and_nothing_is_published(run: Run, tmp_path: Path) -> None:
    bpmn, forms = small(tmp_path)
    (tmp_path / "bpmn/test/broken.bpmn").write_text("<no")
    said = run("publish", bpmn, forms, code=1).stderr
    assert "broken.bpmn" in said and "[xml]" in said
    (tmp_path / "bpmn/test/broken.bpmn").unlink()
    assert run("publish", bpmn, forms).output == "Published 1, unchanged 0.\n"


def test_the_city_is_loaded_and_its_accounts_written_for_the_owner_only(run: Run, tools: Tools) -> None:
    said = run("city", "load").output
    path = tools.config.var_dir / "demo-accounts.json"
    assert str(path) in said and "new" in said
    accounts = json.loads(path.read_text(encoding="utf-8"))
    assert len(accounts) > 150
    assert all(set(one) == {"username", "password", "roles", "unit"} and one["password"] for one in accounts)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    assert ", 0 of them new" in run("city", "load").output
    assert path.read_bytes() == before


def test_the_areas_are_checked(run: Run) -> None:
    assert "without gap or overlap" in run("city", "check").output


def test_reports_are_imported_and_refused_rows_written(
    with_city: None, run: Run, tools: Tools, tmp_path: Path
) -> None:
    mapping = ROOT / "city/imports/boston311.yaml"
    file, refused = tmp_path / "rows.csv", tmp_path / "refused.csv"
    names = ["case_enquiry_id", "open_dt", "type", "reason", "case_title", "neighborhood", "location_street_name",
             "latitude", "longitude"]  # fmt: skip
    good = [
        "1",
        "2015-06-01T06:22:00",
        "Bed Bugs",
        "Housing",
        "Bed bugs",
        "Dorchester",
        "10 Pleasant St",
        "42.31",
        "-71.06",
    ]
    odd = ["=2+2", *good[1:2], "Unheard Of", *good[3:]]
    with file.open("w", encoding="utf-8-sig", newline="") as lines:
        csv.writer(lines).writerows([names, good, odd])
    words = ["intake", "import", str(file), "--mapping", str(mapping), "--refused", str(refused)]
    assert run(*words).stdout.startswith("Accepted 1, known 0, refused 1 in ")
    assert run(*words).stdout.startswith("Accepted 0, known 1, refused 1 in ")
    with refused.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    assert rows[0] == ["line", "id", "reason", "reason_en"]
    # what would be a formula in a spreadsheet is text
    assert rows[1][:2] == ["3", "'=2+2"] and "Unheard Of" in rows[1][3]
    assert run(*words, "--limit", "1").stdout.startswith("Accepted 0, known 1, refused 0")
    with tools.store.engine.connect() as link:
        number = link.exec_driver_sql("select event_no from cases").scalar()
    said = run("verify", number).output
    assert "Hash chain: holds" in said and "Re-execution: equal" in said
    assert run("tick").output.startswith("Fired ")


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", b"only,a,header\n", b'"open quote\n' * 3])
def test_a_file_without_the_columns_is_refused(run: Run, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(content)
    said = run("intake", "import", str(file), "--mapping", str(ROOT / "city/imports/boston311.yaml"), code=1)
    assert "no column case_enquiry_id" in said.stderr


def test_a_mapping_that_makes_no_sense_is_refused(run: Run, tmp_path: Path) -> None:
    mapping, file = tmp_path / "m.yaml", tmp_path / "rows.csv"
    file.write_text("a,b\n1,2\n")
    mapping.write_text("channel: [")
    run("intake", "import", str(file), "--mapping", str(mapping), code=1)
    mapping.write_text("channel: X")
    assert "mapping" in run("intake", "import", str(file), "--mapping", str(mapping), code=1).stderr
    run("intake", "import", str(file), "--mapping", "no-such-file", code=2)


def test_an_unknown_case_is_not_verified(run: Run) -> None:
    assert "no such case" in run("verify", "NB-330211-20260101-000001", code=1).stderr
    run("verify", "01a2026f-be0a-7029-800b-127cae81e0ee", code=1)


def test_a_day_is_set(run: Run, tools: Tools) -> None:
    from datetime import date

    assert not tools.city.calendar.is_workday(date(2026, 10, 4))
    assert "working day" in run("calendar", "set", "2026-10-04", "--workday", "调休").output
    assert tools.city.calendar.is_workday(date(2026, 10, 4))
    run("calendar", "set", "2026-10-04", "--holiday")
    assert not tools.city.calendar.is_workday(date(2026, 10, 4))
    run("calendar", "set", "2026-13-01", "--workday", code=2)
    run("calendar", "set", "2026-10-04", code=2)


def test_people_are_added_and_given_roles(run: Run, tools: Tools) -> None:
    run("city", "load")
    run("person", "add", "new.officer", "新指挥岗", typed="a long password\na long password\n")
    assert "已有" in run("person", "add", "new.officer", "X", "--no-password", code=1).stderr
    for username, name in (("Bad Name", "X"), ("x", "X"), ("fine", ""), ("fine", "a\nb")):
        run("person", "add", username, name, "--no-password", code=1)
    assert "12" in run("person", "add", "short", "X", typed="short\nshort\n", code=1).stderr
    for _ in range(2):
        run("person", "grant", "new.officer", "street_duty", "33.02.11.004.cmd")
    run("person", "grant", "new.officer", "king", "33.02.11.004.cmd", code=1)
    run("person", "grant", "new.officer", "street_duty", "33.02.11.999.cmd", code=1)
    run("person", "grant", "nobody", "street_duty", "33.02.11.004.cmd", code=1)
    from app.usecases.people.sign_in import sign_in

    signed = sign_in(tools, username="new.officer", password="a long password", address="", kind="cookie")
    assert [(one.role, one.unit) for one in signed.actor.assignments] == [("street_duty", "33.02.11.004.cmd")]
