"""Whatever is sent to a form: clean answers or messages per field, nothing else."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.errors import InvalidAnswers
from app.engine import feel
from app.schemas.forms import compile_form, findings

FORMS = sorted((Path(__file__).resolve().parents[2] / "forms").glob("*/*.form.json"))
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from(["accept", "refuse", "pass", "2026-03-02", "2026-03-02T09:00:00+08:00", "U1", "=1"])
    | st.sampled_from(["\x00", "\ud800"])
)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name.removesuffix(".form.json"))
def test_every_form_of_the_city_survives_anything(path):
    form = json.loads(path.read_text(encoding="utf-8"))
    assert findings(form, feel.check) == []
    compiled = compile_form(form, feel.evaluate)

    @given(answers=st.dictionaries(st.sampled_from([*compiled.keys(), "unknown"]), VALUES, max_size=6))
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def send(answers):
        try:
            clean = compiled.load(answers, context={"event": {"urgency": "U3"}}, options={})
        except InvalidAnswers as refused:
            assert refused.errors
            assert all(text for texts in refused.errors.values() for text in texts)
        else:
            assert set(clean) <= set(compiled.keys())
            json.dumps(clean, allow_nan=False).encode()

    send()
    with pytest.raises(InvalidAnswers):
        compiled.load(["not", "an", "object"], context={})
