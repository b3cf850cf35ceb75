"""One tick: settle what was left unconfirmed, see what is due, and for each message claim, post, confirm.

Any number of processes may tick on one database. The order of the steps keeps the promise: the claim is
committed before the post, so that nothing is posted twice; it is released only when Slack certainly does not
have the message, so that nothing is lost. What lies between (a time-out, a crash) is looked up in the
channel's history.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from bot.delivery.dispatcher import Poster, Result, deliver_all
from bot.delivery.outbox import due, of_notices, of_reminder, open_now
from bot.delivery.reconcile import Finding, reconcile
from store.evaluation import deliveries, delivery_state
from store.evaluation.deliveries import Owner, stamp, sweep

ROUNDS = 4  # chief, channel, secretariat, and once more


@dataclass(frozen=True, slots=True)
class TickReport:
    """What one tick did: messages by result, and unconfirmed posts by what the channel's history said."""

    results: Counter[Result]
    looked_up: Counter[Finding]

    @property
    def counts(self) -> dict[str, int]:
        """Both together, by name."""
        return {str(what): count for side in (self.results, self.looked_up) for what, count in side.items()}


def tick(poster: Poster, *, at: datetime | None = None) -> TickReport:
    """Look up what is unconfirmed, deliver what is due (`at` another time than now), tell the secretariat.

    A recipient that turns its message away changes the plan: the next round asks the next one on the route.
    """
    db, path = poster.context.databases.get(), poster.context.databases.path
    results: Counter[Result] = Counter()
    with Owner(path) as owner:
        looked_up = reconcile(poster, owner)
        for _ in range(ROUNDS):
            now = poster.context.clock()
            gone = {"", *delivery_state.unreachable(db, stamp(now))}
            reminders = [each for each in due(poster.context, at or now) if each.recipient not in gone]
            poster.step("planned")
            outcome = deliver_all(poster, owner, (of_reminder(each, poster.context) for each in reminders))
            results += outcome
            if not outcome["turned away"]:
                break
        results += tell(poster, owner)
        poster.step("told")
    sweep(path, (row.owner for row in deliveries.in_states(db, ("claimed",))))
    return TickReport(results, looked_up)


def tell(poster: Poster, owner: Owner) -> Counter[Result]:
    """Send the lines noted for the secretariat and for others, one message to each."""
    db, now = poster.context.databases.get(), poster.context.clock()
    if not open_now(poster.context, now):
        return Counter()
    delivery_state.bundle(db, stamp(now))
    gone = delivery_state.unreachable(db, stamp(now))
    secretariat = poster.context.settings.jigyo_secretariat
    addressed = ((bundle.recipient or secretariat, bundle) for bundle in delivery_state.bundles(db))
    return deliver_all(
        poster,
        owner,
        [of_notices(bundle, to, now) for to, bundle in addressed if to and to not in gone],
    )
