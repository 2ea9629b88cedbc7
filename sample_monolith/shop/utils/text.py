"""String odds and ends."""
import re
import unicodedata

__all__ = ["slugify", "mask_card"]

_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def slugify(value: str) -> str:
    plain = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode()
    return _NOT_SLUG.sub("-", plain.lower()).strip("-")


def mask_card(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    return "**** " + digits[-4:]
