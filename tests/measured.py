"""`python -m tests.measured FILE …`: `jigyo …`, which writes into the file its MB and seconds of CPU."""

import atexit
import re
import resource
import sys
from pathlib import Path

from bot.cli import main


def tell(file: Path) -> None:
    """Write the most resident memory, of this process or one that it started, and the CPU of all."""
    # ru_maxrss of the process itself would be that of who started it, too.
    own = re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text(encoding="utf-8"))
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    seconds = sum(each.ru_utime + each.ru_stime for each in used)
    file.write_text(f"{max(int(own[1]) if own else 0, used[1].ru_maxrss) // 1024} {seconds}")


if __name__ == "__main__":
    atexit.register(tell, Path(sys.argv.pop(1)))
    main()
