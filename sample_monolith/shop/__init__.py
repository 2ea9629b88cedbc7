"""The shop."""
from datetime import datetime
from decimal import Decimal
from enum import Enum

from flask import Flask, jsonify
from flask.json.provider import DefaultJSONProvider
from sqlalchemy import text

from .config import load_settings
from .version import __version__

__all__ = ["create_app", "__version__"]


class ShopJSONProvider(DefaultJSONProvider):
    """Money as strings, times in UTC, enums by value."""

    @staticmethod
    def default(value):
        from .core.clock import isoformat

        if isinstance(value, Decimal):
            return str(value)
        if isinstance(value, datetime):
            return isoformat(value)
        if isinstance(value, Enum):
            return value.value
        return DefaultJSONProvider.default(value)


def create_app(overrides: dict | None = None) -> Flask:
    app = Flask(__name__)
    app.config.from_mapping(load_settings(overrides))
    app.json = ShopJSONProvider(app)

    from . import cli, errors, hooks
    from .core.db import db_session, init_engine
    from .core.money import format_money

    init_engine(app.config["DATABASE_URL"])
    app.add_template_filter(format_money, "money")
    hooks.register(app)
    errors.register(app)
    cli.register(app)
    register_blueprints(app)
    connect_receivers()

    @app.route("/health")
    def health():
        db_session.execute(text("SELECT 1"))
        return jsonify(status="ok", version=__version__)

    return app


def register_blueprints(app):
    from .admin.views import bp as admin
    from .catalogue.views import bp as catalogue
    from .checkout.views import cart_bp, checkout_bp, orders_bp
    from .customers.views import bp as account
    from .promotions.views import bp as promotions
    from .reporting.views import bp as reports
    from .shipping.views import bp as shipping
    from .views import misc, pages

    for blueprint in (
        catalogue, account, cart_bp, checkout_bp, orders_bp, shipping, promotions, reports, admin,
    ):
        app.register_blueprint(blueprint)
    app.register_blueprint(pages.bp)
    app.register_blueprint(misc.bp)
    app.add_url_rule("/", "index", misc.index)


def connect_receivers():
    """Importing is connecting."""
    from . import jobs  # noqa: F401
    from .catalogue import stock  # noqa: F401
    from .customers import accounts  # noqa: F401
    from .notifications import receivers  # noqa: F401
    from .reporting import reports  # noqa: F401
    from .services import fulfilment  # noqa: F401
