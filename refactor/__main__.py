"""``python -m refactor``."""

from refactor.cli import main

if __name__ == "__main__":
    main()
