"""The state of a case keeps every value as it is, whatever it is called."""

import base64
import json
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import msgpack
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.errors import StepFailed
from app.engine import state
from tests.engine.corpus.ours import Ours
from tests.engine.corpus.reading import words
from tests.engine.golden.keeping import paths

FORK = "start s\nand f\nuser a\nsub S {\nstart t\nuser b\nend u\nt > b > u\n}\nend e\ns > f > a > e\nf > S > e"
WORDS = ("typename", "__class__", "__type__", "task", "data", "id", "parent", "children", "$", "", "é", "名", "_", "0")
ZONES = [timezone(timedelta(hours=hours)) for hours in (-5, 0, 8)]

leaves = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(allow_nan=False), st.text(max_size=8),
    st.binary(max_size=8), st.dates(), st.datetimes(timezones=st.sampled_from(ZONES)), st.datetimes(), st.times(),
    st.timedeltas(), st.decimals(allow_nan=False), st.uuids(),
)  # fmt: skip
names = st.sampled_from(WORDS) | st.text(max_size=6)
values = st.recursive(leaves, lambda inside: st.lists(inside, max_size=3) | st.dictionaries(names, inside, max_size=3)
                      | st.tuples(inside, inside) | st.frozensets(st.integers(0, 9), max_size=3), max_leaves=8)
variables = st.dictionaries(names, values, max_size=5)


def flow_of(engine: Ours) -> Any:
    return state.load(engine.case.state, engine.case.world, engine.case.by())


def exact(value: Any) -> Any:
    """Make values comparable with their types: True is not 1."""
    if isinstance(value, dict):
        return {name: exact(inside) for name, inside in value.items()}
    if isinstance(value, list | tuple):
        return type(value).__name__, [exact(inside) for inside in value]
    return type(value).__name__, str(value) if isinstance(value, float | Decimal) else value


@pytest.fixture(scope="module")
def begun() -> Ours:
    engine = Ours(FORK)
    engine.act(*words("start base=1 deep={}"))
    return engine


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(one=variables, two=variables, inner=variables)
def test_every_value_survives_in_every_scope(begun: Ours, one: Any, two: Any, inner: Any) -> None:
    flow = flow_of(begun)
    tokens = [token for scope in (flow, *flow.subprocesses.values()) for token in scope.tasks.values()]
    assert len(tokens) == 3
    for token, found in zip(tokens, (one, two, inner), strict=True):
        token.data = dict(found)
    saved = state.dump(flow)
    again = state.load(saved, begun.case.world, begun.case.by())
    seen = {token.id: token.data for scope in (again, *again.subprocesses.values()) for token in scope.tasks.values()}
    assert {number: exact(found) for number, found in seen.items()} == {t.id: exact(t.data) for t in tokens}
    written = state.dump(again)
    # the order of names may change once: what a scope has from around comes first
    assert state.dump(state.load(written, begun.case.world, begun.case.by())) == written


@pytest.mark.parametrize("value", [
    date(2026, 3, 1), datetime(2026, 3, 1, 9, tzinfo=ZONES[2]), time(9, 30), timedelta(days=2, hours=3),
    Decimal("0.10"), b"\x00\xff", UUID(int=7), (1, [2]), frozenset({1}), 2**63, -1, 1e300, "", "😀",
], ids=lambda value: type(value).__name__)  # fmt: skip
def test_a_value_keeps_its_type(begun: Ours, value: Any) -> None:
    flow = flow_of(begun)
    token = next(iter(flow.tasks.values()))
    token.data["value"] = value
    again = state.load(state.dump(flow), begun.case.world, begun.case.by())
    found = again.tasks[token.id].data["value"]
    assert found == value and type(found) is type(value)


def test_a_large_state_is_compressed_and_survives(begun: Ours) -> None:
    flow = flow_of(begun)
    token = next(iter(flow.tasks.values()))
    token.data["value"] = "长" * state.WORTH_SQUEEZING
    saved = state.dump(flow)
    assert saved[0] == state.SQUEEZED and len(saved) < state.WORTH_SQUEEZING
    again = state.load(saved, begun.case.world, begun.case.by())
    assert again.tasks[token.id].data == token.data and state.dump(again) == saved


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.stem)
def test_a_state_of_an_earlier_codec_is_written_in_the_new_one(path: Path) -> None:
    kept = json.loads(path.read_text(encoding="utf-8"))
    case = Ours("", files={key: text.encode() for key, text in kept["files"].items()}).case
    saved = base64.b64decode(kept["state"])
    written = state.dump(state.load(saved, case.world, case.by()))
    assert written[0] == state.PLAIN and state.dump(state.load(written, case.world, case.by())) == written
    if saved[0] == 2:
        squeezed = b"\3" + zstandard.ZstdCompressor().compress(saved[1:])
        assert state.dump(state.load(squeezed, case.world, case.by())) == written
    else:
        assert written == saved


def damaged(saved: bytes) -> list[bytes]:
    """Tear a state that is not compressed, and write others that only look like one."""
    packed = saved[1:]
    parts = msgpack.unpackb(packed, strict_map_key=False, ext_hook=lambda *_: None)
    rows = [*parts[:12], [[1, 77, "s", 16, 0, 0, None, 0, {}]], parts[13]]
    nowhere = [*parts[:12], [[1, None, "nowhere", 16, 0, 0, None, 0, {}]], []]
    several = [parts[:5], {}, 7, [*parts[:2], *[None] * 12], rows, nowhere]
    made = [msgpack.packb(one) for one in several]
    made += [packed[:n] for n in (0, 1, len(packed) // 2, len(packed) - 1)] + [packed + b"\0"]
    made += [b"\xc7\x03\x01abc", b"\xc7\x01\x63a", b"\xc7\x03\x03abc", b"\x81\x90\x01"]
    squeezed = zstandard.ZstdCompressor().compress(packed)
    made = [b"\4" + one for one in made]
    return [*made, b"\2" + packed, b"\5" + packed, b"\5" + squeezed[:-3], b"\5", b"\3" + squeezed]


def test_a_damaged_state_fails_the_step_and_nothing_else(begun: Ours) -> None:
    saved = state.dump(flow_of(begun))
    assert saved[0] == state.PLAIN
    for one in damaged(saved):
        with pytest.raises(StepFailed):
            state.load(one, begun.case.world, begun.case.by())


@pytest.mark.parametrize("saved", [b"", b"\x00", b"\x01older", b"\xff\xff\xff", b"{}"])
def test_a_state_of_another_codec_is_refused(begun: Ours, saved: bytes) -> None:
    with pytest.raises(StepFailed):
        state.load(saved, begun.case.world, begun.case.by())
