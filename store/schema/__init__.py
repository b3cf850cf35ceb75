"""The migration sets, in the order in which they are applied.

A landed migration is never changed: add a new one below it.
"""

from store.schema.lists import lists, search
from store.schema.state import conversations, deliveries, sheets, slack

MIGRATIONS = (lists, search, slack, sheets, deliveries, conversations)
