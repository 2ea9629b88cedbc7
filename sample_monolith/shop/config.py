"""Settings come from the environment when the application is created."""
import os

from .core.exceptions import ShopError

DEFAULTS = {
    "DATABASE_URL": "sqlite:///shop.db",
    "SHOP_STATE": "memory",
    "SHOP_FILES": "disk",
    "SHOP_BUCKET_DIR": "bucket",
    "SHOP_BACKGROUND": "thread",
    "SHOP_SCHEDULER": "on",
    "SHOP_PAYMENT_PROVIDER": "shop.payments.providers:CardProvider",
    "SHOP_REPORT_DELAY": "0",
    "SHOP_ADMIN_TOKEN": "backoffice-token",
    "SHOP_CARRIER_TOKEN": "carrier-token",
    "SHOP_MAIL_FROM": "shop@example.org",
    "SHOP_ADMIN_MAIL": "admin@example.org",
}

CHOICES = {
    "SHOP_STATE": ("memory", "database"),
    "SHOP_FILES": ("disk", "bucket"),
    "SHOP_BACKGROUND": ("thread", "inline"),
    "SHOP_SCHEDULER": ("on", "off"),
}

# Not worth an environment variable (yet).
CART_MAX_AGE_HOURS = 48


class ConfigurationError(ShopError):
    status = 500
    code = "configuration"


def normalise_database_url(url: str) -> str:
    """Accept the URLs that hosting providers hand out."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url[len(prefix):]
    return url


def load_settings(overrides=None, environ=None):
    environ = os.environ if environ is None else environ
    settings = {name: environ.get(name) or default for name, default in DEFAULTS.items()}
    settings.update(overrides or {})
    for name, allowed in CHOICES.items():
        if settings[name] not in allowed:
            raise ConfigurationError("%s must be one of %s" % (name, ", ".join(allowed)))
    settings["DATABASE_URL"] = normalise_database_url(settings["DATABASE_URL"])
    settings["SHOP_BUCKET_DIR"] = os.path.abspath(settings["SHOP_BUCKET_DIR"])
    settings.setdefault("SHOP_VAR_DIR", os.path.abspath("var"))
    settings["SHOP_REPORT_DELAY"] = float(settings["SHOP_REPORT_DELAY"])
    return settings
