"""`make oracle`: random seasons, planned by `bot.reminders.plan` and by the plain oracle, compared.

SEASONS (10,000) and FIRST (0) in the environment choose the seeds. Exit status 1 on any difference or double.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.reminder_schedules import compare

CHUNK = 100


def main() -> int:
    """Play the seasons on every core and print what was seen."""
    seasons, first = int(os.environ.get("SEASONS", "10000")), int(os.environ.get("FIRST", "0"))
    started, found, looks, rules = time.monotonic(), [], 0, Counter[str]()
    with ProcessPoolExecutor() as pool:
        for played in pool.map(compare, range(first, first + seasons), chunksize=CHUNK):
            found += played.differences
            looks += played.looks
            rules.update(played.rules)
    for line in found[:5]:
        print(line)
    print(f"{seasons:,} seasons, {looks:,} looks at the clock, {rules.total():,} keys sent")
    print("  ".join(f"{rule} {count:,}" for rule, count in rules.most_common()))
    print(f"differences and doubles: {len(found)} ({time.monotonic() - started:.0f} s)")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
