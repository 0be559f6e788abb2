"""The bench runs from end to end. What it measures belongs to the machine, so no figure is looked at."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_bench_measures_our_server_and_names_its_aims() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--smoke"], cwd=ROOT, check=False, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    assert "Durable comments" in done.stdout
    assert "cached read / bare route" in done.stdout


def test_bench_of_the_desk_asks_for_every_queue_and_filter() -> None:
    command = [sys.executable, "-m", "bench.desk", "--comments", "2000", "--rounds", "1"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert "held, by section, rule, strength, language" in done.stdout
    assert done.stdout.count("a decision, p95 ms") == 2
