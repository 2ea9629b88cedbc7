"""Work after the response: one queue, one daemon thread.

Customers complained that placing an order took as long as the mail server did,
so mails go through here.
"""
import logging
import queue
import threading

from flask import current_app

from .db import db_session

log = logging.getLogger(__name__)

_jobs: queue.Queue = queue.Queue()
_worker = None
_worker_lock = threading.Lock()


def _run_forever():
    while True:
        app, func, args = _jobs.get()
        try:
            with app.app_context():
                func(*args)
        except Exception:
            log.exception("background job %s failed", getattr(func, "__name__", func))
        finally:
            db_session.remove()
            _jobs.task_done()


def _ensure_worker():
    global _worker
    with _worker_lock:
        if _worker is None or not _worker.is_alive():
            _worker = threading.Thread(target=_run_forever, name="shop-background", daemon=True)
            _worker.start()


def run_later(func, *args):
    """Run ``func(*args)`` after the request, or right now with SHOP_BACKGROUND=inline."""
    if current_app.config["SHOP_BACKGROUND"] == "inline":
        func(*args)
        return
    _ensure_worker()
    _jobs.put((current_app._get_current_object(), func, args))


def wait_until_idle():
    """Block until everything queued so far is done."""
    _jobs.join()
