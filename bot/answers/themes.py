"""The words that mark a set of projects off from all projects. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache

from store.records import Project
from store.text.display import display
from store.text.morphology import tokenize

THEMES = 5
THEME_FIELDS = ("overview", "purpose", "name")
READ = 8_000  # characters of each field, all projects together: what a record is about stands in front
SHORTEST_READ = 60
MARKING = 1.3  # times as common among these projects as among all, from which a word may be a theme
HALF = 0.5  # of all projects: words as common as that mark nothing off
_HIRAGANA_END = re.compile("[ぁ-ん]$")

# The share of all projects, 0 to 1, that have a word (in normal form).
Share = Callable[[str], float]


def themes(projects: Sequence[Project], share: Share) -> tuple[tuple[str, int], ...]:
    """Nouns that several of these projects share, more than all projects do, the commonest first."""
    spread: Counter[str] = Counter()
    written: dict[str, str] = {}
    most = max(SHORTEST_READ, READ // max(len(projects), 1))
    for project in projects:
        found = {
            word: text for name in THEME_FIELDS for word, text in _nouns(getattr(project, name), most).items()
        }
        spread.update(found.keys())
        written.update(found)
    shared = {word: count for word, count in spread.items() if count > 1}
    scores = {word: _marking(count, len(projects), share(word)) for word, count in shared.items()}
    if not any(scores.values()):  # these are all there are: take what is common, though not everywhere
        scores = {word: _marking(count, 1, share(word)) for word, count in shared.items()}
    chosen: list[str] = []
    for word in sorted(scores, key=lambda word: (-scores[word], word)):
        if scores[word] > 0 and not any(word in other or other in word for other in chosen):
            chosen.append(word)
    told = sorted(chosen[:THEMES], key=lambda word: -spread[word])  # of as many, the most telling first
    return tuple((written[word], spread[word]) for word in told)


def _marking(count: int, among: int, share: float) -> float:
    """How much a word in `count` of `among` projects marks them off from all, of which `share` have it."""
    if share >= HALF:
        return 0.0
    lift = count / among / share if share else float(among)
    return count * math.log(lift) if lift > MARKING else 0.0


@lru_cache(maxsize=16_384)
def _nouns(text: str, most: int) -> dict[str, str]:
    """The nouns at the beginning of a text that may be a theme: normal form -> as written."""
    shown = display(text)[:most]
    tokens = ((token.word, shown[token.start : token.end]) for token in tokenize(shown))
    return {word.text: written for word, written in tokens if word.content and _may_be_theme(written)}


def _may_be_theme(surface: str) -> bool:
    return len(surface) > 1 and not surface.isdigit() and not _HIRAGANA_END.search(surface)
