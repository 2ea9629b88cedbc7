"""Files: labels, receipts, uploads, the mail outbox.

On disk they live under ``var/``; with SHOP_FILES=bucket under the folder which
all the web processes mount.
"""
import os
import posixpath

from flask import current_app

from .exceptions import NotFound


def storage_root() -> str:
    if current_app.config["SHOP_FILES"] == "bucket":
        return current_app.config["SHOP_BUCKET_DIR"]
    return current_app.config["SHOP_VAR_DIR"]


def _path(key):
    clean = posixpath.normpath(key)
    if clean.startswith(("/", "..")):
        raise NotFound("No such file")
    return os.path.join(storage_root(), *clean.split("/"))


def put(key: str, data: bytes | str) -> str:
    """Write a file, creating folders on the way, and return its key."""
    if isinstance(data, str):
        data = data.encode("utf-8")
    path = _path(key)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    temporary = "%s.%d.part" % (path, os.getpid())
    with open(temporary, "wb") as handle:
        handle.write(data)
    os.replace(temporary, path)
    return key


def get(key: str) -> bytes:
    try:
        with open(_path(key), "rb") as handle:
            return handle.read()
    except (FileNotFoundError, IsADirectoryError):
        raise NotFound("No such file", file=posixpath.basename(key)) from None


def delete(key):
    try:
        os.remove(_path(key))
    except FileNotFoundError:
        pass
