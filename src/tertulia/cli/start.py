"""Where every process begins: before anything of ours is imported."""

import sys


def main() -> None:
    """Run the command line."""
    _import_structlog_alone()
    # What it imports would import structlog.
    from tertulia.cli.main import main as run  # noqa: PLC0415

    run()


def _import_structlog_alone() -> None:
    """Import structlog as if rich were not installed: it would load it for tracebacks that our logs do not have.

    3.6 MB of every server's memory. Commands that show progress import rich themselves, afterwards.
    """
    unseen = "rich"
    if unseen in sys.modules:
        return
    sys.modules[unseen] = None  # type: ignore[assignment]  # so Python says that there is none
    try:
        import structlog  # noqa: F401, PLC0415
    finally:
        del sys.modules[unseen]
