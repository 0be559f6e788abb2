"""`make bench`: measure Tertulia, Isso and a bare route, and print tables. Takes a few minutes, ends by itself.

The servers run on one core and what asks them on another, over the loopback. Nothing is asserted: a figure belongs
to the machine it was taken on.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import isso, ours, postgres, processes, reading, rules, samples, table, writing
from bench.reading import Plan

SIZES = (100, 1_000, 10_000)
SMOKE_SIZES = (20, 40, 80)


def main() -> None:
    """Measure what was asked for."""
    asked = _arguments()
    # What an operator set on this machine is not what is measured.
    for name in [name for name in os.environ if name.startswith("TERTULIA_")]:
        del os.environ[name]
    cores = processes.cores()
    folder = Path(tempfile.mkdtemp(prefix="tertulia-bench-", dir=_disk()))
    folder.chmod(0o755)  # PostgreSQL, which root may not run, reaches its own folder inside
    os.sched_setaffinity(0, {cores.load})
    began = time.monotonic()
    _introduce(cores, folder)
    try:
        _measure(asked, folder, cores.server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"\n{time.monotonic() - began:.0f} seconds in all; load {os.getloadavg()[0]:.1f} at the end.")


def _measure(asked: argparse.Namespace, folder: Path, core: int) -> None:
    plan = Plan(
        folder=folder,
        stories=[samples.story(size) for size in (SMOKE_SIZES if asked.smoke else SIZES)],
        seconds=0.1 if asked.smoke else asked.seconds,
        rounds=1 if asked.smoke else 5,
        core=core,
    )
    with_isso = not asked.smoke and "isso" not in asked.without
    installation = ours.install(folder / "reading", list(plan.stories))
    aims, first = reading.cached(plan, installation)
    aims += reading.uncached(plan, installation)
    if with_isso:
        aims += reading.of_isso(plan, first)
    aims += writing.durable(
        plan, with_isso=with_isso, with_postgres=not asked.smoke and "postgresql" not in asked.without
    )
    aims += rules.main(times=1 if asked.smoke else 400)
    table.aims(aims)
    if not asked.smoke:
        print(flush=True)
        subprocess.run([sys.executable, "-m", "bench.listeners"], check=False)
        without = ["--without-postgresql"] if "postgresql" in asked.without else []
        subprocess.run([sys.executable, "-m", "bench.desk", *without], check=False)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench BENCH=…", description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.5, help="length of one round of one row (1.5)")
    parser.add_argument(
        "--without", action="append", default=[], choices=["isso", "postgresql"], help="leave one out"
    )
    parser.add_argument(
        "--smoke", action="store_true", help="only see that the bench works: tiny, ours alone"
    )
    asked = parser.parse_args()
    if not asked.smoke:
        _require(asked)
    return asked


def _require(asked: argparse.Namespace) -> None:
    if "isso" not in asked.without and not isso.PROGRAM.exists():
        raise SystemExit("bench: Isso is not there: run `make bench`, or give --without isso")
    if "postgresql" not in asked.without and postgres.programs() is None:
        raise SystemExit(
            "bench: no PostgreSQL: sudo apt-get install postgresql, or give --without postgresql"
        )


def _disk() -> str | None:
    """Choose where databases lie: /tmp is memory on many machines, where a flush costs nothing."""
    return "/var/tmp" if os.access("/var/tmp", os.W_OK) and "TMPDIR" not in os.environ else None


def _introduce(cores: processes.Cores, folder: Path) -> None:
    apart = "" if cores.are_apart else " (there is only one: figures are too low)"
    print(
        f"Python {platform.python_version()}, {_processor()}, load {os.getloadavg()[0]:.1f} before it began"
    )
    print(
        f"servers on core {cores.server}, asking from core {cores.load}{apart}; databases in {folder.parent}"
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


if __name__ == "__main__":
    main()
