"""When a clock runs something, as a text: ``every 300 seconds`` or the five fields of cron."""

import re

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import External, Literal, Values
from refactor.link.stages.assembly import Assembly

CRON = re.compile(r"[\d*/,\-]+( [\w*/,\-]+){4}")
UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400, "weeks": 604800, "interval": 1, "every": 1}
FIELDS = {
    "minute": 0, "hour": 1, "day_of_month": 2, "day": 2, "month_of_year": 3, "month": 3, "day_of_week": 4,
}  # fmt: skip
ORDERS = {
    "celery.schedules.crontab()": ("minute", "hour", "day_of_week", "day_of_month", "month_of_year"),
    "huey.crontab()": ("minute", "hour", "day", "month", "day_of_week"),
    "datetime.timedelta()": ("days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"),
    "apscheduler.triggers.cron.CronTrigger()": ("year", "month", "day", "week", "day_of_week", "hour", "minute"),
    "apscheduler.triggers.interval.IntervalTrigger()": ("weeks", "days", "hours", "minutes", "seconds"),
    "apscheduler.triggers.cron.CronTrigger.from_crontab()": ("cron",),
    "celery.schedules.schedule()": ("seconds",),
}
FLOORED = ("apscheduler", "flask_apscheduler")
"""Libraries in which a field finer than the given ones means its least value, not any."""
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def time_of(assembly: Assembly, record: CallRecord, callee: External | None = None) -> str:
    """The time that a call names; "" when it is not known."""
    callees = [callee] if callee else assembly.externals(record.callees)
    name = callees[0].name if callees else ""
    if name.startswith("schedule.every()"):
        return _chain(assembly, callees[0])
    order = ORDERS.get(f"{name}()", ())
    named = {**dict(zip(order, record.args, strict=False)), **record.keywords}
    return _keywords(assembly, named, name) or _values(assembly, (*record.args, *record.keywords.values()))


def _keywords(assembly: Assembly, named: dict[str, Values], library: str) -> str:
    """``minute=0, hour=3`` or ``minutes=5``."""
    fields = {FIELDS[name]: _constant(assembly, values) for name, values in named.items() if name in FIELDS}
    if fields:
        if "" in fields.values():
            return ""
        floored = library.startswith(FLOORED)
        finest = min(fields)
        least = {0: "0", 1: "0"}
        return " ".join(fields.get(at) or (least[at] if floored and at < finest else "*") for at in range(5))
    amounts = {name: _number(assembly, values) for name, values in named.items() if name in UNITS}
    total = sum(UNITS[name] * amount for name, amount in amounts.items() if amount is not None)
    return f"every {int(total)} seconds" if total >= 1 and None not in amounts.values() else ""


def _values(assembly: Assembly, given: tuple[Values, ...]) -> str:
    """A cron text, a number of seconds, or something made by ``crontab()`` or ``timedelta()``."""
    for values in given:
        for value in assembly.machine.pool.each(values):
            if text := text_of(assembly, value):
                return text
    return ""


def text_of(assembly: Assembly, value: object) -> str:
    """What one value says about the time."""
    if isinstance(value, External) and value.name in ORDERS:
        made = assembly.made(value)
        return time_of(assembly, made) if made else ""
    if not isinstance(value, Literal) or isinstance(value.value, bool):
        return ""
    if isinstance(value.value, str):
        return value.value if CRON.fullmatch(value.value) else ""
    return f"every {int(value.value)} seconds" if isinstance(value.value, int | float) and value.value >= 1 else ""


def _constant(assembly: Assembly, values: Values) -> str:
    texts = [str(value.value) for value in assembly.machine.pool.each(values) if isinstance(value, Literal)]
    return texts[0] if len(texts) == 1 else ""


def _number(assembly: Assembly, values: Values) -> float | None:
    for value in assembly.machine.pool.each(values):
        if isinstance(value, Literal) and isinstance(value.value, int | float):
            return float(value.value)
    return None


def _chain(assembly: Assembly, callee: External) -> str:
    """``schedule.every(10).minutes.do(f)``, ``schedule.every().day.at("10:30").do(f)``."""
    words = callee.name.removesuffix(".do").split(".")[2:]
    amount, clock = 1.0, ""
    value: object = callee
    while isinstance(value, External):
        made = assembly.made(value)
        if made and value.name == "schedule.every()":
            amount = _number(assembly, made.argument(0, "interval")) or 1.0
        elif made and value.name.endswith(".at()"):
            clock = _constant(assembly, made.argument(0, "time_str"))
        value = assembly.machine.pool[value.base] if value.base >= 0 else None
    unit = next((word for word in words if word != "at()"), "")
    hour, _, minute = clock.partition(":")
    if unit in DAYS or (clock and unit in ("day", "days")):
        weekday = str((DAYS.index(unit) + 1) % 7) if unit in DAYS else "*"
        return f"{int(minute or 0)} {int(hour or 0)} * * {weekday}"
    seconds = UNITS.get(unit if unit.endswith("s") else f"{unit}s")
    return f"every {int(amount * seconds)} seconds" if seconds else ""
