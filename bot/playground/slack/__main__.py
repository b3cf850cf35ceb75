"""`python -m bot.playground.slack [PORT]`: the loopback Slack in a process of its own; prints its URL.

Switch it over HTTP: POST /_control with JSON {"fail": {"method": …, "kind": …}}, {"heal": true}, or {};
the answer tells what was posted.
"""

import sys
import threading

from bot.playground.slack import SlackServer

with SlackServer(port=int(sys.argv[1]) if len(sys.argv) > 1 else 0) as slack:
    print(slack.url, flush=True)
    threading.Event().wait()
