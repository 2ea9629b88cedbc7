"""Request and response helpers."""
from flask import request
from sqlalchemy import func, select

from ..core import BadRequest, ValidationError, db_session

MAX_PER_PAGE = 100


def json_body(required=()):
    """The JSON object of the request; complains like the rest of the API does."""
    data = request.get_json(silent=True)
    if data is None:
        raise BadRequest("The body is not JSON")
    if not isinstance(data, dict):
        raise BadRequest("The body must be a JSON object")
    missing = [name for name in required if data.get(name) in (None, "")]
    if missing:
        raise ValidationError("Missing fields", missing=sorted(missing))
    return data


def wants_html() -> bool:
    best = request.accept_mimetypes.best_match(["application/json", "text/html"])
    return best == "text/html" or request.path.startswith("/shop/")


def _page_argument(name, default, highest):
    raw = request.args.get(name, "")
    if not raw:
        return default
    if not raw.isdigit() or int(raw) < 1:
        raise ValidationError("Bad paging argument", **{name: "must be a positive number"})
    return min(int(raw), highest)


def paginate(statement, serialise):
    """Run a select with ``page``/``per_page`` from the query string."""
    page = _page_argument("page", 1, 10_000)
    per_page = _page_argument("per_page", 20, MAX_PER_PAGE)
    total = db_session.scalar(select(func.count()).select_from(statement.order_by(None).subquery()))
    rows = db_session.scalars(statement.limit(per_page).offset((page - 1) * per_page)).unique().all()
    return {
        "items": [serialise(row) for row in rows],
        "page": page,
        "per_page": per_page,
        "total": total,
        "pages": (total + per_page - 1) // per_page,
    }
