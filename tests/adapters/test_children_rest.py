"""A process that is about to be frozen is given the time to rest."""

import os
import sys
import time
from pathlib import Path

import pytest

from refactor.adapters.children import Child

WORKS = """\
import pathlib, time
pathlib.Path("begun").touch()
end = time.monotonic() + 0.4
while time.monotonic() < end:
    pass
pathlib.Path("done").touch()
time.sleep(60)
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads tell their state on Linux only")
def test_rest_waits_for_work_and_no_longer_than_it_may(tmp_path: Path) -> None:
    child = Child([sys.executable, "-c", WORKS], tmp_path, dict(os.environ), tmp_path / "log")
    try:
        while not (tmp_path / "begun").exists():
            time.sleep(0.005)
        child.rest(0.05)
        assert not (tmp_path / "done").exists()
        child.rest(30)
        assert (tmp_path / "done").exists()
        assert child.ended is None
    finally:
        child.stop()
