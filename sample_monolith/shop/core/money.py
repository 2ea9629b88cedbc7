"""Money helpers. All amounts are Decimal with two places."""
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

__all__ = ["ZERO", "to_money", "format_money", "money_text", "apply_percent", "split_tax"]

CENT = Decimal("0.01")
ZERO = Decimal("0.00")

_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£"}


def to_money(value) -> Decimal:
    """Anything money-like (str, int, float from the driver, Decimal) to Decimal."""
    if value is None:
        return ZERO
    if isinstance(value, float):
        value = repr(value)
    try:
        amount = Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        raise ValueError("not an amount: %r" % (value,)) from None
    if not amount.is_finite():
        raise ValueError("not an amount: %r" % (value,))
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def money_text(amount: Decimal, currency: str = "EUR") -> str:
    """An amount with its currency, as it stands in mails and on pages."""
    return "%s%s" % (_SYMBOLS.get(currency, currency + " "), amount)


def format_money(amount, currency: str = "EUR") -> str:
    return money_text(to_money(amount), currency)


def apply_percent(amount: Decimal, percent) -> Decimal:
    """The part of ``amount`` that ``percent`` per cent stands for."""
    return to_money(amount * Decimal(percent) / Decimal(100))


def split_tax(gross: Decimal, rate_percent: Decimal) -> tuple[Decimal, Decimal]:
    """Split a gross amount into (net, tax). Prices in the shop include tax."""
    net = to_money(gross / (Decimal(1) + Decimal(rate_percent) / Decimal(100)))
    return net, to_money(gross - net)
