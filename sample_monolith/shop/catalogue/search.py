"""Search. Twenty-odd products do not need a search engine."""
from sqlalchemy import select

from ..core import db_session
from ..utils.text import words
from .models import Product

SYNONYMS = {"coffee": ["espresso"], "cup": ["mug"], "grinder": ["mill"], "kettle": ["pot"]}

WEIGHTS = {"sku": 10, "name": 5, "category": 3, "description": 1}


def _expand(terms):
    expanded = []
    for term in terms:
        expanded.append((term, 1.0))
        expanded.extend((other, 0.5) for other in SYNONYMS.get(term, ()))
    return expanded


def _score(product: Product, terms) -> float:
    fields = {
        "sku": words(product.sku),
        "name": words(product.name),
        "category": words(product.category.name),
        "description": words(product.description),
    }
    score = 0.0
    for term, factor in terms:
        for field, tokens in fields.items():
            hits = sum(1 for token in tokens if token.startswith(term))
            score += hits * WEIGHTS[field] * factor
    return score


def search(text, limit=10):
    terms = _expand(words(text))
    if not terms:
        return []
    products = db_session.scalars(
        select(Product).where(Product.active.is_(True)).order_by(Product.sku)
    ).unique()
    scored = [(product, _score(product, terms)) for product in products]
    hits = [(product, score) for product, score in scored if score > 0]
    hits.sort(key=lambda hit: (-hit[1], hit[0].sku))
    return hits[:limit]


def suggest(prefix: str, limit=5) -> list[str]:
    prefix = prefix.strip().lower()
    if len(prefix) < 2:
        return []
    names = db_session.scalars(
        select(Product.name).where(Product.active.is_(True)).order_by(Product.name)
    )
    matching = [name for name in names if any(w.startswith(prefix) for w in words(name))]
    return sorted(set(matching))[:limit]
