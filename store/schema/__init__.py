"""Every migration set, in the order they apply. A landed migration never changes; add another below it."""

from store.schema.evaluation import deliveries, sheets
from store.schema.lists import lists
from store.schema.search import search
from store.schema.talk import conversations, slack

MIGRATIONS = (lists, search, slack, sheets, deliveries, conversations)
