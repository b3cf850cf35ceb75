"""A process that loads a list and says how far it is, so that a test can kill it."""

import sys
from pathlib import Path

from store.database import open_database
from store.lists import parse_list
from store.loader import store_list


def main(db: str, listed: str) -> None:
    """Load the list; a line on standard output after each step within the transaction."""
    store_list(
        open_database(db),
        parse_list(Path(listed).read_bytes()),
        source_name="list.tsv",
        now="2026-11-23T00:00:00+00:00",
        progress=lambda done, total: print(done, total, flush=True),
    )
    print("committed", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
