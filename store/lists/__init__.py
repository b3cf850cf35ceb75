"""A published list, whatever its form, as projects: `parse_list(bytes) -> ParsedList`. Pure."""

from store.lists.errors import ListError, NotAListError
from store.lists.headers import read_mapping
from store.lists.parsing import ParsedList, parse_list

__all__ = ["ListError", "NotAListError", "ParsedList", "parse_list", "read_mapping"]
