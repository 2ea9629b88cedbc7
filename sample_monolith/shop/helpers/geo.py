"""Countries, zones and tax rates, from package data."""
import json
from decimal import Decimal
from functools import lru_cache
from importlib import resources

from ..core.exceptions import ValidationError


@lru_cache(maxsize=1)
def countries() -> dict:
    source = resources.files("shop").joinpath("data/countries.json")
    return json.loads(source.read_text(encoding="utf-8"))


def check_country(code: str) -> str:
    code = code.upper()
    if code not in countries():
        raise ValidationError(country="we do not ship there")
    return code


def zone_of(code: str) -> str:
    return countries()[code]["zone"]


@lru_cache(maxsize=64)
def tax_rate(code: str) -> Decimal:
    return Decimal(countries()[code]["tax"])
