"""``python -m refactor``."""

import os
import sys

if __name__ == "__main__":
    # ``-m`` puts the working folder first, and what lies in an analysed project must not be imported.
    own = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - pathlib could be shadowed
    sys.path[:] = [place for place in sys.path if place == own or place not in ("", os.getcwd())]  # noqa: PTH109
    from refactor.cli import main

    main()
