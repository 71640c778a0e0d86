"""A file's name says what it is, or the file is refused."""

import pytest

from app.domain.definition_files import LARGEST, read_name
from app.domain.errors import Invalid


@pytest.mark.parametrize(
    ("filename", "kind", "key", "pack", "name"),
    [
        ("timed_handling.bpmn", "process", "timed_handling", "", "timed_handling.bpmn"),
        ("bpmn/handling/timed_handling.bpmn", "process", "timed_handling", "handling", "timed_handling.bpmn"),
        ("C:\\packs\\intake\\sla.dmn", "decision", "sla", "intake", "sla.dmn"),
        ("intake/accept.form.json", "form", "intake/accept", "intake", "intake/accept.form.json"),
    ],
)
def test_a_name_is_understood(filename: str, kind: str, key: str, pack: str, name: str) -> None:
    found = read_name(filename, b"x")
    assert (found.kind, found.key, found.pack, found.name) == (kind, key, pack, name)


@pytest.mark.parametrize(
    "filename",
    ["", "x.txt", "x.json", "accept.form.json", "../x.bpmn", "X.bpmn", "a b.bpmn", ".bpmn", "x.bpmn\n", "1.dmn",
     "流程.bpmn", "x" * 200 + ".bpmn", "in-take/x.form.json"],
)  # fmt: skip
def test_other_names_are_refused(filename: str) -> None:
    with pytest.raises(Invalid):
        read_name(filename, b"x")


def test_a_file_may_be_as_large_as_the_limit_and_no_larger() -> None:
    assert read_name("x.bpmn", bytes(LARGEST)).content
    with pytest.raises(Invalid, match="larger"):
        read_name("x.bpmn", bytes(LARGEST + 1))


def test_the_same_content_has_the_same_hash() -> None:
    assert read_name("x.bpmn", b"1").sha256 == read_name("a/y.dmn", b"1").sha256 != read_name("x.bpmn", b"2").sha256
