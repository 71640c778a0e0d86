"""The front end is built once for the same sources, with the machine's Node or the wheel's."""

import importlib.util
import os
import stat
import subprocess
import sys

import pytest

from tests.conftest import ROOT

SCRIPT = ROOT / "app/web/frontend/build.py"
NODE = """#!/bin/sh
if [ "$1" = --version ]; then echo "$FAKE_VERSION"; exit; fi
mkdir -p ../static/dist && echo built >> ../static/dist/app.js
"""
NPM = '#!/bin/sh\necho npm "$@" >> npm.log\n[ -z "$FAKE_FAILURE" ]\n'


@pytest.fixture
def frontend(tmp_path):
    """A front end of one file, with a Node that only writes down what it was asked."""
    here = tmp_path / "app/web/frontend"
    (here / "src").mkdir(parents=True)
    for name in ("package.json", "package-lock.json", "build.mjs", "sfnt.mjs", "src/app.js"):
        (here / name).write_text(name)
    (here / "build.py").write_text(SCRIPT.read_text())
    for name, text in (("node", NODE), ("npm", NPM)):
        tool = tmp_path / "bin" / name
        tool.parent.mkdir(exist_ok=True)
        tool.write_text(text)
        tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    return here


@pytest.fixture
def build(frontend, tmp_path):
    def run(*words, version="v20.1.0", failure=""):
        tools = {"PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"}
        environ = {**os.environ, **tools, "FAKE_VERSION": version, "FAKE_FAILURE": failure}
        order = [sys.executable, str(frontend / "build.py"), *words]
        return subprocess.run(order, env=environ, capture_output=True, text=True, check=False)

    return run


def times_built(frontend):
    return (frontend.parent / "static/dist/app.js").read_text().count("built")


def test_unchanged_sources_are_not_built_again(frontend, build):
    assert build().returncode == 0 and times_built(frontend) == 1
    assert "--ignore-scripts" in (frontend / "npm.log").read_text()
    assert build().stdout == "" and times_built(frontend) == 1
    assert build("--force").returncode == 0 and times_built(frontend) == 2
    (frontend / "src/more.js").touch()
    assert build().returncode == 0 and times_built(frontend) == 3


def test_a_failed_installation_is_said_and_done_again(frontend, build):
    failed = build(failure="yes")
    assert failed.returncode == 1 and "The front end was not built" in failed.stderr
    assert not (frontend.parent / "static/dist").exists()
    assert build().returncode == 0 and times_built(frontend) == 1


def test_an_old_node_is_passed_over(monkeypatch, tmp_path, build):
    assert build().returncode == 0
    spec = importlib.util.spec_from_file_location("frontend_build", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    monkeypatch.setenv("FAKE_VERSION", "v18.20.0")
    monkeypatch.setattr(script.importlib.util, "find_spec", lambda name: None)
    assert script.find_tools() is None
    monkeypatch.setenv("FAKE_VERSION", "v22.1.0")
    assert script.find_tools() == (str(tmp_path / "bin/node"), [str(tmp_path / "bin/npm")])
