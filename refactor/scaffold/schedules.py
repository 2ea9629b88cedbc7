"""Schedule texts -> EventBridge Scheduler expressions.

Comes in: what the monolith says (``every 300 seconds``, ``0 3 * * 1``, ``@daily``). Goes out: ``rate(...)`` or
``cron(...)``, or nothing when the text cannot be said that way. Must not: guess.
"""

import re

_SECONDS = {"s": 1, "sec": 1, "second": 1, "m": 60, "min": 60, "minute": 60, "h": 3600, "hour": 3600}
_SECONDS |= {"d": 86400, "day": 86400, "w": 604800, "week": 604800}
_NICKNAMES = {
    "@hourly": "cron(0 * * * ? *)",
    "@daily": "cron(0 0 * * ? *)",
    "@midnight": "cron(0 0 * * ? *)",
    "@weekly": "cron(0 0 ? * SUN *)",
    "@monthly": "cron(0 0 1 * ? *)",
    "@yearly": "cron(0 0 1 1 ? *)",
    "@annually": "cron(0 0 1 1 ? *)",
}
_EVERY = re.compile(r"(?:every|rate\()?\s*(\d+(?:\.\d+)?)?\s*([a-z]*?)s?\s*\)?")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


def expression_of(text: str) -> str:
    """The expression for a schedule text; "" when it is unknown or has no exact counterpart."""
    text = " ".join(text.split())
    if re.fullmatch(r"cron\([\w ,\-*/?#]+\)", text) and len(text[5:-1].split()) == 6:
        return text
    bare = text[5:-1] if re.fullmatch(r"cron\(.*\)", text) else text
    if len(bare.split()) == 5:
        return _cron(*bare.split())
    return _NICKNAMES.get(bare.lower()) or _rate(bare.lower())


def _rate(text: str) -> str:
    found = _EVERY.fullmatch(text)
    if found is None or not (found[1] or found[2]):
        return ""
    unit = 1 if not found[2] else _SECONDS.get(found[2])
    if unit is None:
        return ""
    minutes, rest = divmod(float(found[1] or 1) * unit, 60)
    if rest or minutes < 1:
        return ""
    for size, word in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes % size == 0:
            count = int(minutes // size)
            return f"rate({count} {word}{'s' if count > 1 else ''})"
    return ""


def _cron(minute: str, hour: str, day: str, month: str, weekday: str) -> str:
    fields = (minute, hour, day, month, weekday)
    if not all(re.fullmatch(r"[\w,\-*/]+", field) for field in fields):
        return ""
    if day != "*" and weekday != "*":  # cron means "or" here, EventBridge cannot say that
        return ""
    days, weekdays = (_from(day, 1), "?") if weekday == "*" else ("?", _weekdays(weekday))
    return f"cron({_from(minute, 0)} {_from(hour, 0)} {days} {_from(month, 1)} {weekdays} *)" if weekdays else ""


def _from(field: str, first: int) -> str:
    return re.sub(r"^\*/", f"{first}/", field)


def _weekdays(field: str) -> str:
    """Cron counts from Sunday = 0, EventBridge from Sunday = 1: names are the same in both."""
    if "/" in field:
        return ""
    return re.sub(r"\b[0-7]\b", lambda found: _DAYS[int(found[0])], field).upper()
