"""Sums of money on paper: with their capital figures, which nobody alters with a stroke of the pen."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")
_CENT = Decimal("0.01")
#: more than any paper names; beyond it the capital figures are left out
_MOST = Decimal(10) ** 12


def amount_of(text: object) -> Decimal | None:
    """Read a sum in yuan, rounded to the cent; None if it is none that can be written."""
    try:
        amount = Decimal(str(text).replace(",", "").strip())
        return amount.quantize(_CENT, ROUND_HALF_UP) if 0 <= amount < _MOST else None
    except InvalidOperation:
        return None


def yuan(text: object, language: str) -> str:
    """Write a sum as a document has it, 3,000 元（叁仟元整）; what is no sum stays as it was said."""
    amount = amount_of(text)
    if amount is None:
        return str(text)
    plain = f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"
    return f"CNY {plain}" if language == "en" else f"{plain} 元（{capitals(amount)}）"


def capitals(amount: Decimal) -> str:
    """Write a sum in capital figures, as banks and courts have them.

    Source: 支付结算办法, annex 1, on writing bills: 元 ends with 整, a gap in the figures is one 零.
    """
    cents = int(amount * 100)
    whole, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    said = _whole(whole) + "元" if whole else ""
    if not jiao and not fen:
        return (said or "零元") + "整"
    said += _DIGITS[jiao] + "角" if jiao else "零" if whole else ""
    return said + (_DIGITS[fen] + "分" if fen else "整")


def _whole(number: int) -> str:
    said, gap = "", False
    for power in range(11, -1, -1):
        digit = number // 10**power % 10
        if digit:
            said += ("零" if gap and said else "") + _DIGITS[digit] + _PLACES[power % 4]
        gap = not digit if digit or said else gap
        if power % 4 == 0 and number // 10**power % 10_000:
            said += _GROUPS[power // 4]
            # a group that ends in nothing before a group that begins in full: 拾万伍仟, without 零
            gap = gap and number % 10**power // 10 ** max(power - 1, 0) == 0
    return said
