"""A published list, whatever its form, as projects: `parse_list(bytes) -> ParsedList`."""

from store.lists.headers import read_mapping
from store.lists.limits import LIMITS, Limits, ListError, NotAListError
from store.lists.parsing import ParsedList, parse_list, path_text, read_file

__all__ = [
    "LIMITS", "Limits", "ListError", "NotAListError", "ParsedList", "parse_list", "path_text", "read_file",
    "read_mapping",
]  # fmt: skip
