"""A small city with its processes, made once for all tests of pages and interface, and people who use it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.bootstrap import create_app
from app.config import Config
from app.domain.actor import SYSTEM
from app.usecases import Tools
from app.usecases.opening import open_tools
from app.usecases.people.load_city import load_city
from app.usecases.studio.publish_files import publish_files
from tests.databases import Databases
from tests.hashes import cheap_hashes

ROOT = Path(__file__).resolve().parents[2]
REPORT = {
    "channel": "GRID", "nature": "patrol", "content": "路口有流动摊贩占道经营，油烟扰民", "lat": 29.912, "lon": 121.582,
    "address": "东海明珠门口",
}  # fmt: skip
#: one user task, nothing else: what the interface is tested on without the city's processes
REST = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test"
 xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="d">
 <process id="one_task" name="一项任务" isExecutable="true">
  <startEvent id="start" name="开始"><outgoing>a</outgoing></startEvent>
  <sequenceFlow id="a" sourceRef="start" targetRef="work"/>
  <userTask id="work" name="办理"><extensionElements><spiffworkflow:properties>
    <spiffworkflow:property name="candidateRoles" value="street_duty"/>
    <spiffworkflow:property name="orgScope" value="command_room"/>
    <spiffworkflow:property name="form" value="event/withdraw_decide"/>
  </spiffworkflow:properties></extensionElements><incoming>a</incoming><outgoing>b</outgoing></userTask>
  <sequenceFlow id="b" sourceRef="work" targetRef="end"/>
  <endEvent id="end" name="结束"><incoming>b</incoming></endEvent>
 </process></definitions>
"""


@dataclass
class Person:
    """Somebody with a browser and a program."""

    app: Flask
    username: str
    password: str
    unit: str
    browser: FlaskClient
    csrf: str = ""
    token: str = ""

    def sign_in(self) -> "Person":
        """Sign in with the browser."""
        self.csrf = read_csrf(self.browser.get("/sign-in").text)
        answer = self.browser.post(
            "/sign-in", data={"csrf_token": self.csrf, "username": self.username, "password": self.password}
        )
        assert answer.status_code == 303, answer.text
        self.csrf = read_csrf(self.browser.get("/rights").text)
        return self

    def api(self, method: str, path: str, **more: Any) -> Any:
        """Send a request as a program with a bearer token."""
        program = self.app.test_client(use_cookies=False)
        if not self.token:
            names = {"username": self.username, "password": self.password}
            self.token = program.post("/api/v1/session", json=names).json["token"]
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return program.open(f"/api/v1{path}", method=method, headers=headers, **more)

    def post(self, path: str, **more: Any) -> Any:
        """Send a writing request as a script of the page does."""
        headers = {"X-CSRFToken": self.csrf, **more.pop("headers", {})}
        return self.browser.open(path, method=more.pop("method", "POST"), headers=headers, **more)


def read_csrf(page: str) -> str:
    """Find the token of a page."""
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found
    return found[1]


@dataclass
class World:
    """The city, its server, and everybody's password."""

    app: Flask
    tools: Tools
    accounts: dict[str, Any]

    def person(self, role: str, nth: int = 0) -> Person:
        """Find somebody with a role."""
        one = [one for one in self.accounts.values() if role in one.roles][nth]
        return Person(self.app, one.username, one.password, one.unit, self.app.test_client())


def make_world(url: str, var: Path) -> Iterator[World]:
    """Run a copy of the city: give everybody a password, and add what the interface is tested on."""
    config = Config(
        secret_key="a key that only tests use, forty letters", data_key=bytes(range(32)), testing=True,
        movable_clock=True, demo=True, var_dir=var, bpmn_dir=ROOT / "bpmn", forms_dir=ROOT / "forms",
        city_dir=ROOT / "city", database_url=url,
    )  # fmt: skip
    tools = open_tools(config)
    drawn = var / "bpmn" / "test"
    drawn.mkdir(parents=True)
    (drawn / "one_task.bpmn").write_text(REST, encoding="utf-8")
    publish_files(tools, actor=SYSTEM, bpmn=var / "bpmn", forms=config.forms_dir)
    with cheap_hashes():
        loaded = load_city(tools, demo_passwords=True)
    app = create_app(config, tools)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield World(app, tools, {one.username: one for one in loaded.accounts})
    tools.store.dispose()


@pytest.fixture(scope="session")
def world(databases: Databases, city_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The city that all tests of this run share; no test may rely on its being empty."""
    url = databases.copy(city_template)
    yield from make_world(url, tmp_path_factory.mktemp("web"))
    databases.drop(url)
