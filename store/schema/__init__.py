"""Every migration set, in the order they apply. A landed migration never changes; add another below it."""

from store.schema.conversations import conversations
from store.schema.deliveries import deliveries
from store.schema.lists import lists
from store.schema.search import search
from store.schema.sheets import sheets
from store.schema.slack import slack

MIGRATIONS = (lists, search, slack, sheets, deliveries, conversations)
