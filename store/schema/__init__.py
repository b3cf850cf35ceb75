"""The migration sets, in the order in which they are applied.

A landed migration is never changed: add a new one below it.
"""

from store.schema.evaluation import deliveries, sheets
from store.schema.lists import lists
from store.schema.search import search
from store.schema.talk import conversations, slack

MIGRATIONS = (lists, search, slack, sheets, deliveries, conversations)
