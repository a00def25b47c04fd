"""Run the command line as ``python -m jurat``."""

from jurat.cli import main

if __name__ == "__main__":
    main()
