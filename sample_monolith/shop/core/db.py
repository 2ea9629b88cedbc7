"""Engine, session and the declarative base.

The engine is bound when the application is created; until then ``db_session``
exists but has nothing to talk to.
"""
import warnings
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal

from sqlalchemy import DateTime, Enum, Numeric, create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SAWarning
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, scoped_session, sessionmaker
from sqlalchemy.types import TypeDecorator

from .clock import as_utc, isoformat, utcnow

# SQLite has no decimals; two places survive the trip through a float just fine.
warnings.filterwarnings("ignore", message=r".*does \*not\* support Decimal.*", category=SAWarning)

SessionFactory = sessionmaker(expire_on_commit=False)
db_session = scoped_session(SessionFactory)

Money = Numeric(12, 2)


class UTCDateTime(TypeDecorator):
    """Aware datetimes, stored as UTC (SQLite forgets the zone, we put it back)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        value = as_utc(value)
        if dialect.name == "sqlite":
            return value.replace(tzinfo=None)
        return value

    def process_result_value(self, value, dialect):
        return as_utc(value)


class Base(DeclarativeBase):
    type_annotation_map = {datetime: UTCDateTime(), Decimal: Money}


class TimestampMixin:
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(default=utcnow, onupdate=utcnow)


class SerializerMixin:
    """``to_dict`` over the columns named in ``_public``."""

    _public: tuple = ()

    def to_dict(self, **extra):
        data = {}
        for name in self._public:
            value = getattr(self, name)
            if isinstance(value, Decimal):
                value = str(value)
            elif isinstance(value, datetime):
                value = isoformat(value)
            elif hasattr(value, "value"):
                value = value.value
            data[name] = value
        data.update(extra)
        return data


def enum_column(cls, **kwargs):
    """Enums are stored by value, in plain strings on every database."""
    kind = Enum(cls, native_enum=False, length=20, values_callable=lambda e: [m.value for m in e])
    return mapped_column(kind, **kwargs)


@event.listens_for(Engine, "connect")
def _sqlite_foreign_keys(dbapi_connection, connection_record):
    if type(dbapi_connection).__module__.startswith("sqlite3"):
        cursor = dbapi_connection.cursor()
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()


def init_engine(url: str) -> Engine:
    options: dict = {}
    if url.startswith("sqlite"):
        options["connect_args"] = {"timeout": 30}
    else:
        options["pool_pre_ping"] = True
    engine = create_engine(url, **options)
    db_session.remove()
    SessionFactory.configure(bind=engine)
    return engine


def current_engine() -> Engine:
    return SessionFactory.kw["bind"]


def create_tables():
    # the models have to be imported before create_all knows about them
    from .. import models  # noqa: F401

    Base.metadata.create_all(current_engine())


@contextmanager
def atomic():
    """Commit when the block ends, roll back when it raises."""
    try:
        yield db_session
        db_session.commit()
    except BaseException:
        db_session.rollback()
        raise
