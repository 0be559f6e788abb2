"""Commands: parse, call, print. Exit codes: 0 done, 1 failed with a reason, 2 wrong call."""

from tertulia.cli.start import main

__all__ = ["main"]
