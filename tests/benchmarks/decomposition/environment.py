"""The benchmark's own environment: what the product must not depend on (Infomap is GPL) lives there and nowhere else."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from .systems import cache_folder

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]


def enter(module: str, arguments: list[str]) -> None:
    """Go on in the benchmark's own environment, made once; nothing when we are in one that has everything."""
    if find_spec("infomap"):
        return
    place = cache_folder() / "venv"
    python = place / "bin" / "python"
    lock = (HERE / "lock.txt").read_text("utf-8")
    ready = place / "ready"
    if not ready.is_file() or ready.read_text("utf-8") != lock:
        print("making the benchmark's own environment (once) ...", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        pip = [str(python), "-m", "pip", "install", "-q"]
        subprocess.run([*pip, "-e", str(ROOT), "-r", str(HERE / "lock.txt")], check=True)
        ready.write_text(lock, "utf-8")
    search = os.pathsep.join(filter(None, [str(HERE.parent), os.environ.get("PYTHONPATH", "")]))
    os.execve(str(python), [str(python), "-m", module, *arguments], {**os.environ, "PYTHONPATH": search})
