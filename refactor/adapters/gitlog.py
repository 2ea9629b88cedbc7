"""What changed together: the commits of the repository that holds the monolith.

Comes in: the folder of source. Goes out: ``History``. Must not: run anything that the repository brings along (hooks,
monitors, filters, signature checks, transports), read a person's settings of git, or fail: without git, without a
repository, or when git takes too long, there are no commits and a note that says why.

Only git's plumbing is asked, which heeds no setting of how a log looks: ``rev-list`` for the commits, ``diff-tree`` for
what they touched. Merges are left out, renames are followed.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from refactor.model.observed import History

MOST_COMMITS = 10_000
"""So many of the newest commits are read; what is older says little about the code of today."""

WIDEST = 200
"""A commit of more files than this moves or formats everything; it is not even kept."""

PATIENCE_SECONDS = 60
LARGEST_BYTES = 512 * 1024 * 1024

# The repository is hostile: nothing that it configures may run, and its owner may be another user.
_SETTINGS = (
    "core.fsmonitor=false", "core.hooksPath=/dev/null", "core.pager=cat", "core.attributesFile=/dev/null",
    "log.showSignature=false", "protocol.allow=never", "safe.directory=*", "safe.bareRepository=explicit",
)  # fmt: skip
_RENAMED = ("R", "C")


def read_history(folder: Path, environment: Mapping[str, str] = os.environ) -> History:
    """The commits that touched the folder, newest first; none, with a note, where there is no telling."""
    try:
        with tempfile.TemporaryFile() as output:
            ids = _git(
                folder, environment, ["rev-list", "--no-merges", f"--max-count={MOST_COMMITS}", "HEAD", "--", "."]
            )
            compare = ["diff-tree", "--stdin", "--root", "-r", "-z", "--relative", "--name-status", "-M", "-l200"]
            _git(folder, environment, [*compare, "--no-ext-diff", "--no-textconv"], given=ids, output=output)
            if os.fstat(output.fileno()).st_size > LARGEST_BYTES:
                return History(note="its history is too large to read")
            output.seek(0)
            return History(_followed(_commits(output)))
    except FileNotFoundError:
        return History(note="git is not installed")
    except subprocess.TimeoutExpired:
        return History(note=f"git took more than {PATIENCE_SECONDS} s")
    except (subprocess.CalledProcessError, OSError):
        return History(note="the folder is in no git repository, or one without commits")


def _git(
    folder: Path,
    environment: Mapping[str, str],
    arguments: list[str],
    *,
    given: bytes = b"",
    output: IO[bytes] | int = subprocess.PIPE,
) -> bytes:
    command = ["git", "--no-pager", "--literal-pathspecs"]
    for setting in _SETTINGS:
        command += ["-c", setting]
    return subprocess.run(
        [*command, *arguments],
        check=True,
        cwd=folder,
        env=_bare(environment),
        input=given,
        stdout=output,
        stderr=subprocess.DEVNULL,
        timeout=PATIENCE_SECONDS,
    ).stdout


def _bare(environment: Mapping[str, str]) -> dict[str, str]:
    """The search path and nothing else: no GIT_DIR of a hook that we run in, no person's settings, no transport."""
    return {
        "PATH": environment.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": os.devnull,
        "XDG_CONFIG_HOME": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
    }


def _commits(output: IO[bytes]) -> Iterator[list[tuple[str, str, str]]]:
    """Per commit: (status, old path, path). ``diff-tree -z`` says: id, then status and one or two paths, each with a NUL."""
    found: list[tuple[str, str, str]] | None = None
    words = _words(output)
    for word in words:
        if len(word) >= 40:
            if found is not None:
                yield found
            found = []
        elif found is not None:
            old = next(words, "")
            found.append((word[:1], old, next(words, "") if word[:1] in _RENAMED else old))
    if found is not None:
        yield found


def _words(output: IO[bytes]) -> Iterator[str]:
    left = b""
    while block := output.read(1 << 20):
        *whole, left = (left + block).split(b"\0")
        yield from (os.fsdecode(word).lstrip("\n") for word in whole)
    if left:
        yield os.fsdecode(left)


def _followed(commits: Iterator[list[tuple[str, str, str]]]) -> tuple[tuple[str, ...], ...]:
    """The paths of each commit by their present names: newest first, so a rename names everything older anew."""
    present: dict[str, str] = {}
    found = []
    for changes in commits:
        touched = {present.get(path, path) for _, _, path in changes} - {""}
        if 0 < len(changes) <= WIDEST:
            found.append(tuple(sorted(touched)))
        renamed = {old: present.get(path, path) for status, old, path in changes if status == "R"}
        # What bore the new name before the rename was another file, which is gone.
        present |= {path: "" for status, _, path in changes if status == "R"} | renamed
    return tuple(commit for commit in found if commit)
