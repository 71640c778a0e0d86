"""What the browser gets: built entries, a lockfile without hosts, templates that the policy allows."""

import gzip
import json
import re
from pathlib import Path

import pytest

from app.engine import vocabulary

WEB = Path(__file__).parents[2] / "app" / "web"
FRONTEND = WEB / "frontend"
DIST = WEB / "static" / "dist"
SOURCES = sorted((FRONTEND / "src").rglob("*.js"))
BUILD = (FRONTEND / "build.mjs").read_text(encoding="utf-8")
ENTRIES = re.findall(r"'(\w+)'", BUILD.partition("ENTRIES = [")[2].partition("]")[0])


def test_there_are_entries() -> None:
    assert "app" in ENTRIES and len(ENTRIES) >= 6


@pytest.mark.parametrize("entry", ENTRIES)
def test_entry_is_built(entry: str) -> None:
    assert (DIST / "built.json").exists(), "build the front end first (make assets)"
    files = json.loads((DIST / "built.json").read_text())[entry]
    assert (DIST / files["style"]).stat().st_size > 500
    script = (DIST / files["script"]).read_text(encoding="utf-8")
    for piece in re.findall(r'(?:from|import)"\./(chunks/[\w-]+\.js)"', script):
        assert piece in files["pieces"] and (DIST / piece).exists()


def test_the_inbox_loads_one_piece_and_nothing_of_forms_and_maps() -> None:
    files = json.loads((DIST / "built.json").read_text())
    assert len(files["app"]["pieces"]) == 1
    loaded = [files["app"]["script"], *files["app"]["pieces"]]
    text = "".join((DIST / name).read_text(encoding="utf-8") for name in loaded)
    assert "htmx" in text
    assert not [word for word in ("fjs-form", "leaflet", "bpmn:Process", "lezer") if word in text]


def test_what_is_built_lies_squeezed_beside_it() -> None:
    texts = [path for path in DIST.rglob("*") if path.suffix in (".js", ".css")]
    assert texts
    for path in texts:
        assert gzip.decompress(path.with_name(f"{path.name}.gz").read_bytes()) == path.read_bytes()
        assert path.with_name(f"{path.name}.br").stat().st_size <= path.stat().st_size


def test_lockfile_names_no_registry() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text())
    packages = [one for path, one in lock["packages"].items() if path]
    assert packages and all(one.get("integrity") for one in packages)
    assert not [one for one in packages if "resolved" in one]


def test_exact_versions() -> None:
    package = json.loads((FRONTEND / "package.json").read_text())
    versions = {**package["dependencies"], **package["devDependencies"]}
    assert not [name for name, version in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)]


@pytest.mark.parametrize("template", sorted((WEB / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_template_obeys_the_policy(template: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", template.read_text(encoding="utf-8"), flags=re.S)
    assert not re.search(r"<style[\s>]", text), "styles live in frontend/src"
    assert not re.search(r"\son[a-z]+\s*=|\shx-on|javascript:|[\"']js:", text, re.I), "no code in attributes"
    assert not re.search(r"(?:src|href|action)=[\"'](?:https?:)?//", text), "no page needs the internet"
    for tag in re.findall(r"<script\b[^>]*>", text):
        assert " src=" in tag or 'type="application/json"' in tag, "no inline script"


def test_sources_never_write_markup() -> None:
    risky = re.compile(r"\.innerHTML|insertAdjacentHTML|document\.write\b|\beval\(|new Function")
    assert not [path.name for path in SOURCES if risky.search(path.read_text(encoding="utf-8"))]


def test_every_text_exists_in_both_languages() -> None:
    texts = (FRONTEND / "src" / "lib" / "texts.js").read_text(encoding="utf-8")
    known = set(re.findall(r"^  (\w+): \[('|\").+\2, ('|\").+\3\],$", texts, re.M))
    names = {name for name, *_ in known}
    code = "".join(path.read_text(encoding="utf-8") for path in SOURCES)
    used = set(re.findall(r"\bt\('(\w+)'", code))
    assert used and used <= names


def test_properties_panel_knows_the_whole_vocabulary() -> None:
    table = (FRONTEND / "src" / "modeler" / "vocabulary.js").read_text(encoding="utf-8")
    drawn = set(re.findall(r"\{ name: '(\w+)', on:", table))
    assert drawn == set(vocabulary.PROPERTIES)
