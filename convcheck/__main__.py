"""``python -m convcheck`` is ``convcheck``."""

from convcheck.cli import main

if __name__ == "__main__":
    main()
