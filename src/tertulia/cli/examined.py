"""What each of `doctor`'s checks gives."""

from dataclasses import dataclass

PATIENCE_SECONDS = 5
"""How long a server that is asked may take."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Examined:
    """One thing looked at. `advice` says how to mend it; empty when nothing is to be done."""

    what: str
    found: str
    advice: str = ""
    is_fault: bool = False


def is_here(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")
