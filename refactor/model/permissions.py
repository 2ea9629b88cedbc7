"""Who has to permit what: knowledge of a cloud's library, and what the program needs of it.

Made by ``link`` from ``rules/permissions/*.toml``; an ARN holds ``{partition}``, ``{region}``, ``{account}`` of the
deployment, ``{env:NAME}`` (the value of an environment variable) and ``{last:NAME}`` (the last part of a URL in one).
"""

from msgspec import Struct


class Permission(Struct, frozen=True, forbid_unknown_fields=True):
    """Calls (dotted names after aliases) that need ``allow`` (IAM actions) ``on`` an ARN with the places of arguments.

    ``client``: only of a client of that service; "" of any.
    """

    calls: tuple[str, ...]
    allow: tuple[str, ...]
    on: str
    client: str = ""


class Permissions(Struct, frozen=True, forbid_unknown_fields=True):
    """All that is known; ``free``: calls without a permission of their own, ``*`` for any run of characters."""

    free: tuple[str, ...] = ()
    permission: tuple[Permission, ...] = ()


class Need(Struct, frozen=True, order=True):
    """``symbol`` calls something that ``actions`` have to be allowed for, at ``path:line``.

    ``resource`` is the ARN it is done on; "" when the code does not say, with ``why`` in words. No actions: nobody knows
    which ones ``call`` needs.
    """

    symbol: str
    call: str
    actions: tuple[str, ...]
    resource: str
    path: str
    line: int
    why: str = ""
