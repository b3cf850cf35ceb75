"""A published list, whatever its form, as projects: `parse_list(bytes) -> ParsedList`."""

from store.lists.limits import LIMITS, Limits, ListError, NotAListError, path_text, read_file
from store.lists.parsing import ParsedList, parse_list
from store.lists.settings import Settings, read_mapping, read_settings, read_settings_file

__all__ = [
    "LIMITS", "Limits", "ListError", "NotAListError", "ParsedList", "Settings", "parse_list", "path_text",
    "read_file", "read_mapping", "read_settings", "read_settings_file",
]  # fmt: skip
