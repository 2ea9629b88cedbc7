"""The mouth: arguments in, text and an exit code out.

One module a command. ``running`` starts and ends them and is the only place that shows an error; ``terminal`` knows
the streams. Must not: know what a program is, or load what a command does not need.
"""

import sys


def main() -> None:
    """The console script ``refactor``."""
    from refactor.cli.running import run

    sys.exit(run(sys.argv[1:]))
