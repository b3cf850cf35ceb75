"""`python -m tests.short_limits serve …`: `jigyo` with its limits of time a third of what they are.

For tests that wait for one of them to pass; what happens then is the same. INTERACTIVE_SECONDS is for a test
in which calls are to hang until all others are answered.
"""

import os
from datetime import timedelta

from bot import gateway
from bot.slack import exchange, observing, server
from store import database

gateway.CALL_SECONDS = exchange.CALL_SECONDS = 3
gateway.INTERACTIVE_SECONDS = observing.INTERACTIVE_SECONDS = 2
exchange.WITH_RETRIES = 12.0
observing.ASK_IN_TROUBLE = timedelta(seconds=1)
server.STOP_WITHIN, server.BEHIND_WITHIN, server.TELL_WITHIN, server.GIVE_UP_AFTER = 5, 4, 2, 12.0
database.BUSY_TIMEOUT_MS = 3_000

if __name__ == "__main__":
    gateway.INTERACTIVE_SECONDS = float(os.environ.get("INTERACTIVE_SECONDS", gateway.INTERACTIVE_SECONDS))
    from bot.cli import main

    main()
