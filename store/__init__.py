"""Lists, Japanese text and SQLite; nothing of Slack or of the clock."""

import os

# A product of a list's vectors and a question's takes a quarter of a millisecond; shared among threads it
# costs many times as much, for they wait for each other in loops.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
