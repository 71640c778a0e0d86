"""What is read ahead is not read again, and one definition that cannot be parsed keeps none of the others back."""

import pytest

from app.domain.errors import InvalidDiagram
from app.engine.library import PublishedLibrary, read_ahead
from tests.engine.running import Shelf, diagram, line, user_task


class _Counted(Shelf):
    """A shelf that notes what is taken from it."""

    def content(self, kind: str, key: str, number: int) -> bytes:
        self.taken.append(key)
        return super().content(kind, key, number)


def test_what_is_published_is_parsed_before_anybody_asks_and_only_once() -> None:
    shelf = _Counted()
    shelf.taken = []
    good = f'<bpmn:startEvent id="s"/>{user_task("t")}<bpmn:endEvent id="e"/>{line("s", "t", "e")}'
    for key, body in (("first", good), ("second", '<bpmn:userTask id="'), ("third", good)):
        shelf.put("process", key, diagram(key, body))
    library = PublishedLibrary(shelf)
    read_ahead(library)
    assert sorted(shelf.taken) == ["first", "second", "third"]
    assert {one.key for one in (library.process("first"), library.process("third"))} == {"first", "third"}
    assert sorted(shelf.taken) == ["first", "second", "third"]
    with pytest.raises(InvalidDiagram):
        library.process("second")
