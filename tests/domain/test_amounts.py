"""Sums of money on paper: every gap in the figures, cents, and what is no sum."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.amounts import amount_of, capitals, yuan

_DIGITS = "零壹贰叁肆伍陆柒捌玖"


@pytest.mark.parametrize(("amount", "said"), [
    ("0", "零元整"), ("0.05", "伍分"), ("0.5", "伍角整"), ("10", "壹拾元整"), ("101", "壹佰零壹元整"),
    ("1010", "壹仟零壹拾元整"), ("100000", "壹拾万元整"), ("105000", "壹拾万伍仟元整"), ("100500", "壹拾万零伍佰元整"),
    ("10010001", "壹仟零壹万零壹元整"), ("100000001", "壹亿零壹元整"), ("100050000", "壹亿零伍万元整"),
    ("1680.32", "壹仟陆佰捌拾元叁角贰分"), ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
    ("107000.53", "壹拾万柒仟元伍角叁分"),
])  # fmt: skip
def test_capital_figures(amount: str, said: str) -> None:
    assert capitals(Decimal(amount)) == said


def read_back(said: str) -> int:
    """Read capital figures, in cents."""
    whole, _, rest = said.rpartition("元") if "元" in said else ("", "", said)
    total = group = digit = 0
    for sign in whole:
        if sign in _DIGITS:
            digit = _DIGITS.index(sign)
        elif sign in "拾佰仟":
            group, digit = group + digit * 10 ** (1 + "拾佰仟".index(sign)), 0
        else:
            total, group, digit = total + (group + digit) * 10 ** (4 if sign == "万" else 8), 0, 0
    cents = 100 * (total + group + digit)
    for sign, worth in (("角", 10), ("分", 1)):
        cents += _DIGITS.index(rest[rest.index(sign) - 1]) * worth if sign in rest else 0
    return cents


@given(st.integers(0, 10**14 - 1))
def test_they_say_the_amount_and_never_two_naughts_at_once(cents: int) -> None:
    said = capitals(Decimal(cents) / 100)
    assert read_back(said) == cents and "零零" not in said


def test_in_both_languages_and_what_is_no_sum_stays() -> None:
    assert yuan("3000", "zh") == "3,000 元（叁仟元整）" and yuan(3000.5, "en") == "CNY 3,000.50"
    for other in ("约三千", "", "-1", "NaN", "Infinity", "1e30", "1" * 5000):
        assert yuan(other, "zh") == other and amount_of(other) is None
