"""Killed at any moment, load, backup, restore and migration leave the old state or the new one, whole.

`make crash-store` kills each 200 times, this test once.
"""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.slow  # of these the suite kills a load, in test_load_crash
@pytest.mark.timeout(300)
def test_a_kill_of_each_kind_leaves_nothing_broken() -> None:
    command = [sys.executable, "-m", "bench.store_crash", "--kills", "1", "--rows", "30"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, ""), ran
    assert ran.stdout.count("1 kills within") == 5
    assert ran.stdout.endswith("\n0 broken\n")
