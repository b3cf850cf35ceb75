"""A published list, whatever its form, as projects: `parse_list(bytes) -> ParsedList`.

What parses lists is imported when it is asked for: to search one does not take it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from store.lists.limits import LIMITS, Limits, ListError, NotAListError, path_text, read_file

if TYPE_CHECKING:
    from store.lists.parsing import ParsedList, parse_list
    from store.lists.roles import Settings, read_mapping, read_settings, read_settings_file

__all__ = [
    "LIMITS", "Limits", "ListError", "NotAListError", "ParsedList", "Settings", "parse_list", "path_text",
    "read_file", "read_mapping", "read_settings", "read_settings_file",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    module = "parsing" if name in ("ParsedList", "parse_list") else "roles"
    return getattr(import_module(f"store.lists.{module}"), name)
