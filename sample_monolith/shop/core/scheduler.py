"""A very small cron. Good enough for two jobs."""
import logging
import threading
import time

from .db import db_session

log = logging.getLogger(__name__)

FIRST_TICK = 300.0
TICK = 60.0

JOBS: dict = {}
_last_run: dict[str, float] = {}
_thread: threading.Thread | None = None


def scheduled(name, every):
    """Register a function as a job that runs every ``every`` seconds."""

    def register(func):
        JOBS[name] = (func, every)
        return func

    return register


def run_job(name: str):
    func, _ = JOBS[name]
    return func()


def run_pending(app, now=None):
    now = time.monotonic() if now is None else now
    done = []
    for name, (func, every) in sorted(JOBS.items()):
        if now - _last_run.get(name, float("-inf")) < every:
            continue
        _last_run[name] = now
        try:
            with app.app_context():
                func()
            done.append(name)
        except Exception:
            log.exception("job %s failed", name)
        finally:
            db_session.remove()
    return done


def _loop(app):
    time.sleep(FIRST_TICK)
    while True:
        run_pending(app)
        time.sleep(TICK)


def start(app):
    global _thread
    if _thread is not None and _thread.is_alive():
        return
    _thread = threading.Thread(target=_loop, args=(app,), name="shop-scheduler", daemon=True)
    _thread.start()
