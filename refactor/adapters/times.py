"""When files changed, as the disk says.

Comes in: two folders and pairs of paths. Goes out: times of change, on disk. Must not: touch what files say.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from refactor.adapters.disk import safe_path


def keep_times(root: Path, origin: Path, paths: Mapping[str, str]) -> None:
    """Give files below ``root`` the time of change of files below ``origin``: some libraries put it into links and names.

    ``paths``: from a path below ``root`` to one below ``origin``. What isn't there any more keeps its own.
    """
    for path, from_path in paths.items():
        with suppress(OSError):
            times = (origin / from_path).stat()
            os.utime(root / safe_path(path), ns=(times.st_atime_ns, times.st_mtime_ns), follow_symlinks=False)
