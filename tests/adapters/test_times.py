"""Times of change go with files that come unchanged."""

import os
from pathlib import Path

from refactor.adapters.times import keep_times


def plant(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("x")


def test_files_that_came_unchanged_keep_their_time(tmp_path: Path) -> None:
    plant(tmp_path, "old/shop/a.css", "old/shop/gone.css")
    plant(tmp_path, "new/src/a.css", "new/src/gone.css", "new/src/b.css")
    for place in ("new/src/a.css", "new/src/gone.css", "new/src/b.css"):
        os.utime(tmp_path / place, (7, 7))
    os.utime(tmp_path / "old/shop/a.css", ns=(5_000, 1_234_567_890))
    (tmp_path / "old/shop/gone.css").unlink()
    keep_times(tmp_path / "new", tmp_path / "old", {"src/a.css": "shop/a.css", "src/gone.css": "shop/gone.css"})
    times = [(tmp_path / "new/src" / name).stat().st_mtime_ns for name in ("a.css", "gone.css", "b.css")]
    assert times == [1_234_567_890, 7_000_000_000, 7_000_000_000]
