"""Settings for a django-oscar that lives in memory (its distribution ships no tests; ``oscar_shop.py`` drives it)."""

import tempfile

from oscar.defaults import *  # noqa: F403

SECRET_KEY = "not secret"
DEBUG = False
ALLOWED_HOSTS = ["*"]
SITE_ID = 1
USE_TZ = True
USE_I18N = True
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
ROOT_URLCONF = "oscar_urls"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
AUTHENTICATION_BACKENDS = (
    "oscar.apps.customer.auth_backends.EmailBackend",
    "django.contrib.auth.backends.ModelBackend",
)
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}
STATIC_URL = "/static/"
MEDIA_URL = "/media/"
MEDIA_ROOT = tempfile.mkdtemp()
LOGGING = {"version": 1, "disable_existing_loggers": True}
OSCAR_ALLOW_ANON_CHECKOUT = True
OSCAR_INITIAL_ORDER_STATUS = "Pending"
OSCAR_INITIAL_LINE_STATUS = "Pending"
OSCAR_ORDER_STATUS_PIPELINE = {"Pending": ("Shipped", "Cancelled"), "Shipped": (), "Cancelled": ()}
OSCAR_LINE_STATUS_PIPELINE = OSCAR_ORDER_STATUS_PIPELINE

_OSCAR = """
    config.Shop apps.analytics.apps.AnalyticsConfig apps.checkout.apps.CheckoutConfig apps.address.apps.AddressConfig
    apps.shipping.apps.ShippingConfig apps.catalogue.apps.CatalogueConfig
    apps.catalogue.reviews.apps.CatalogueReviewsConfig apps.communication.apps.CommunicationConfig
    apps.partner.apps.PartnerConfig apps.basket.apps.BasketConfig apps.payment.apps.PaymentConfig
    apps.offer.apps.OfferConfig apps.order.apps.OrderConfig apps.customer.apps.CustomerConfig
    apps.search.apps.SearchConfig apps.voucher.apps.VoucherConfig apps.wishlists.apps.WishlistsConfig
    apps.dashboard.apps.DashboardConfig apps.dashboard.reports.apps.ReportsDashboardConfig
    apps.dashboard.users.apps.UsersDashboardConfig apps.dashboard.orders.apps.OrdersDashboardConfig
    apps.dashboard.catalogue.apps.CatalogueDashboardConfig apps.dashboard.offers.apps.OffersDashboardConfig
    apps.dashboard.partners.apps.PartnersDashboardConfig apps.dashboard.pages.apps.PagesDashboardConfig
    apps.dashboard.ranges.apps.RangesDashboardConfig apps.dashboard.reviews.apps.ReviewsDashboardConfig
    apps.dashboard.vouchers.apps.VouchersDashboardConfig
    apps.dashboard.communications.apps.CommunicationsDashboardConfig
    apps.dashboard.shipping.apps.ShippingDashboardConfig
""".split()

INSTALLED_APPS = [
    *(
        f"django.contrib.{one}"
        for one in "admin auth contenttypes sessions messages staticfiles sites flatpages".split()
    ),
    *(f"oscar.{one}" for one in _OSCAR),
    *"widget_tweaks haystack treebeard django_tables2 sorl.thumbnail".split(),
]
MIGRATION_MODULES = {
    name.rpartition(".apps.")[0].rpartition(".")[2]: None for name in INSTALLED_APPS if ".apps." in name
}
MIGRATION_MODULES |= dict.fromkeys("auth contenttypes sessions sites flatpages admin reviews_dashboard".split())

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.contrib.flatpages.middleware.FlatpageFallbackMiddleware",
    "oscar.apps.basket.middleware.BasketMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "oscar.apps.search.context_processors.search_form",
                "oscar.apps.checkout.context_processors.checkout",
                "oscar.apps.communication.notifications.context_processors.notifications",
                "oscar.core.context_processors.metadata",
            ]
        },
    }
]
