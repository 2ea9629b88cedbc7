"""Field validators. They return the cleaned value or raise ValidationError."""
import re
from functools import partial

from ..core.exceptions import ValidationError
from ..core.money import to_money

_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$", re.I)


def email_address(value, field="email") -> str:
    value = (value or "").strip().lower() if isinstance(value, str) else ""
    if not _EMAIL.match(value) or len(value) > 180:
        raise ValidationError(**{field: "not a mail address"})
    return value


def required_text(value, field, minimum=1, maximum=500):
    if not isinstance(value, str):
        raise ValidationError(**{field: "must be text"})
    value = value.strip()
    if len(value) < minimum:
        raise ValidationError(**{field: "too short"})
    if len(value) > maximum:
        raise ValidationError(**{field: "too long"})
    return value


def integer(value, field, minimum=None, maximum=None):
    # form posts send strings, the API sends numbers
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,9}", value.strip()):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValidationError(**{field: "must be a whole number"})
    if minimum is not None and value < minimum:
        raise ValidationError(**{field: "must be at least %d" % minimum})
    if maximum is not None and value > maximum:
        raise ValidationError(**{field: "must be at most %d" % maximum})
    return value


positive_int = partial(integer, minimum=1, maximum=9999)
non_negative_int = partial(integer, minimum=0, maximum=1_000_000)


def money_amount(value, field):
    try:
        amount = to_money(value)
    except ValueError:
        raise ValidationError(**{field: "not an amount"}) from None
    if amount < 0:
        raise ValidationError(**{field: "must not be negative"})
    return amount


def one_of(value, field, choices):
    if value not in choices:
        raise ValidationError(**{field: "must be one of " + ", ".join(sorted(choices))})
    return value
