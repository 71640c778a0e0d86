"""What goes over the line: pages and built files squeezed for who takes it, the same for everybody else."""

import gzip
import json
import re

import pytest

from app.web.squeezing import SMALLEST, squeezed
from tests.web.test_assets import DIST
from tests.web.world import World

GZIP = {"Accept-Encoding": "gzip, deflate"}


def test_a_page_is_squeezed_for_who_takes_it(world: World) -> None:
    person = world.person("street_duty").sign_in()
    plain = person.browser.get("/rights")
    small = person.browser.get("/rights", headers=GZIP)
    assert "Content-Encoding" not in plain.headers and small.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small.headers["Vary"]
    assert len(small.data) < len(plain.data) / 2 and int(small.headers["Content-Length"]) == len(small.data)
    # a token is written anew each time
    hidden = re.compile(r'(csrf[-_]token"[^>]*(?:content|value)=")[^"]+')
    assert hidden.sub(r"\1", gzip.decompress(small.data).decode()) == hidden.sub(r"\1", plain.text)
    refused = person.browser.get("/rights", headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers


def test_small_answers_and_pictures_stay_as_they_are(world: World) -> None:
    person = world.person("street_duty").sign_in()
    assert "Content-Encoding" not in person.browser.get("/healthz", headers=GZIP).headers
    icon = person.browser.get("/static/icons/192.png", headers=GZIP, buffered=True)
    assert icon.status_code == 200 and "Content-Encoding" not in icon.headers


def test_a_repeated_request_gets_its_answer_whole(world: World) -> None:
    person = world.person("street_duty").sign_in()
    head = {**GZIP, "Idempotency-Key": "squeezed-1"}
    sent = {"json": {"variables": {"title": "长" * 1200}}, "headers": head}
    first, second = (person.api("POST", "/processes/one_task/cases", **sent) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert second.headers["Idempotency-Replayed"] == "true" and first.data == second.data


def test_length_does_not_tell_what_a_page_holds() -> None:
    content = json.dumps({"token": "x" * 40}).encode() * 100
    sizes = {len(squeezed(content)) for _ in range(200)}
    assert len(sizes) > 20
    assert all(gzip.decompress(squeezed(content)) == content for _ in range(20))
    assert len(content) > SMALLEST


@pytest.mark.parametrize(("taken", "ending", "name"), [("gzip, deflate, br", ".br", "br"), ("gzip", ".gz", "gzip")])
def test_built_files_go_out_as_they_lie_there(world: World, taken: str, ending: str, name: str) -> None:
    browser = world.person("street_duty").browser
    script = json.loads((DIST / "built.json").read_text())["app"]["script"]
    sent = browser.get(f"/static/dist/{script}", headers={"Accept-Encoding": taken}, buffered=True)
    assert sent.headers["Content-Encoding"] == name and "Accept-Encoding" in sent.headers["Vary"]
    assert sent.data == (DIST / f"{script}{ending}").read_bytes()
    assert sent.headers["Content-Type"].startswith("text/javascript")
    assert sent.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    plain = browser.get(f"/static/dist/{script}", buffered=True)
    assert plain.data == (DIST / script).read_bytes() and "Content-Encoding" not in plain.headers


def test_a_page_names_what_its_script_imports(world: World) -> None:
    page = world.person("street_duty").sign_in().browser.get("/inbox").text
    files = json.loads((DIST / "built.json").read_text())["app"]
    assert f'src="/static/dist/{files["script"]}"' in page and f'href="/static/dist/{files["style"]}"' in page
    assert re.findall(r'modulepreload" href="/static/dist/([^"]+)"', page) == files["pieces"]


def test_nobody_leaves_the_folder_of_built_files(world: World) -> None:
    browser = world.person("street_duty").browser
    for path in ("../../../config.py", "..%2f..%2fassembly.py", "nothing.js", "app"):
        assert browser.get(f"/static/dist/{path}", headers=GZIP).status_code == 404
