"""A published cell as people should see it: lists as lists, no markup, one kind of space, the same words.

A cell is plain text that may hold some HTML, so only real HTML tags and closed entities are taken as markup:
`<AI>`, `a < b` and `R&D` are words. What is stored stays verbatim; this form is for people and for the index.
`spans` tells where words of the index stand in the original wording, however they are written there. Pure.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice

from store.text.normalize import hiragana, katakana, width_fold

_INLINE = "a|abbr|b|big|cite|code|del|em|font|i|ins|mark|s|small|span|strong|sub|sup|u|wbr"
_BLOCK = (
    "article|blockquote|br|center|dd|div|dl|dt|figure|footer|h[1-6]|header|hr|li|main|ol|p|pre|section"
    "|table|tbody|td|tfoot|th|thead|tr|ul"
)
_TAG = re.compile(rf"<(/?)({_BLOCK}|{_INLINE})((?:\s[^<>]*)?)/?>", re.IGNORECASE)
_UNSEEN_STARTS = re.compile(r"<!--|<(script|style)\b[^<>]*>", re.IGNORECASE)
_UNSEEN_ENDS = {
    "": re.compile("-->"),
    "script": re.compile(r"</script\s*>", re.IGNORECASE),
    "style": re.compile(r"</style\s*>", re.IGNORECASE),
}
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_CONTROL = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # Unicode's C0 and C1, without tabs and ends of lines
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_NO_WIDTH = re.compile(f"[{_CONTROL}{_BIDI}\xad\u200b\u2060\ufeff]")
_ORDERS = re.compile(f"[{_CONTROL}{_BIDI}]")  # what gives a screen or a terminal an order
_HALVES = re.compile("[\ud800-\udfff]")  # of pairs: one alone has no UTF-8
HARMFUL = re.compile(f"[{_CONTROL}{_BIDI}\r\v\f\x85\u2028\u2029\ud800-\udfff]")
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")

# A space before an item's mark is where the published page broke the line.
_ITEM = re.compile(r" (?=[・•●○◎◆◇■□▪]\S|[\u2460-\u2473]|[(（][0-9０-９]{1,2}[)）])")
_DOUBLE_MARK = re.compile(r"^(?:・|\d+\. )\s*(?=[・•●○◎◆◇■□▪\u2460-\u2473])", re.MULTILINE)
_BLANK_LINES = re.compile(r" ?\n\s*")


@lru_cache(maxsize=16_384)
def display(text: str) -> str:
    """Return `text` without markup: `<li>` as `・…` lines, entities as characters, odd spaces as one."""
    if "<" in text:
        text = _without_tags(_without_unseen(text))
    if "&" in text:
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    text = _SPACES.sub(" ", _NO_WIDTH.sub("", _LINE_ENDS.sub("\n", text)))
    text = _BLANK_LINES.sub("\n", _ITEM.sub("\n", text))
    return _DOUBLE_MARK.sub("", text).strip()


def harmless(text: str) -> str:
    """Return `text` without what gives a screen or a terminal an order; all that one can read stays.

    Control and bidi characters go, a lone surrogate (and what has nothing else) becomes U+FFFD, every kind of
    line end a newline. For what others typed or stored, on its way to Slack, a terminal or a spreadsheet.
    """
    if text.isprintable() or not HARMFUL.search(text):
        return text
    return _HALVES.sub("\ufffd", _ORDERS.sub("", _LINE_ENDS.sub("\n", text))) or "\ufffd"


def has_markup(text: str) -> bool:
    """Whether a text holds a tag, a comment or an entity; `R&D` and `a < b` are words."""
    return ("<" in text and bool(_TAG.search(text) or any(_unseen(text)))) or (
        "&" in text and bool(_ENTITY.search(text))
    )


def block_tags(text: str) -> tuple[tuple[int, int], ...]:
    """Spans of what breaks a line in the markup of `text`: `<li>`, `</p>`, `<br>` …, comments and scripts."""
    if "<" not in text:
        return ()
    tags = (tag.span() for tag in _TAG.finditer(text) if not re.fullmatch(_INLINE, tag[2].lower()))
    return (*tags, *_unseen(text))


def _unseen(text: str) -> Iterator[tuple[int, int]]:
    """Spans of comments, scripts and styles that end; what doesn't end is looked through only once."""
    position, endless = 0, set[str]()
    for start in _UNSEEN_STARTS.finditer(text):
        kind = (start[1] or "").lower()
        if start.start() < position or kind in endless:
            continue
        if end := _UNSEEN_ENDS[kind].search(text, start.end()):
            position = end.end()
            yield start.start(), position
        else:
            endless.add(kind)


def _without_unseen(text: str) -> str:
    kept, position = [], 0
    for start, end in _unseen(text):
        kept.append(text[position:start])
        position = end
    return "".join((*kept, text[position:]))


def _without_tags(text: str) -> str:
    """Replace each HTML tag by what it looks like: a line break, an item's mark, a cell's gap, or nothing."""
    counters: list[int | None] = []  # one a list we are in: the last number of an <ol>, None for a <ul>

    def shown(tag: re.Match[str]) -> str:
        closing, name = bool(tag[1]), tag[2].lower()
        if name in ("ul", "ol"):
            _enter_or_leave(counters, closing=closing, numbered=name == "ol")
        if name == "li" and not closing:
            return "\n" + _item_mark(counters)
        if name in ("td", "th"):
            return " "
        return "" if re.fullmatch(_INLINE, name) else "\n"

    return _TAG.sub(shown, text)


def _enter_or_leave(counters: list[int | None], *, closing: bool, numbered: bool) -> None:
    if not closing:
        counters.append(0 if numbered else None)
    elif counters:
        counters.pop()


def _item_mark(counters: list[int | None]) -> str:
    if not counters or (count := counters[-1]) is None:
        return "・"
    counters[-1] = count + 1
    return f"{count + 1}. "


Forms = Mapping[str, tuple[str, ...]]  # word -> how it is written, folded, hiragana as katakana
LONGEST = 20  # words of a phrase that are looked for: where these stand, the others follow
MOST = (
    500  # places of a phrase's first word that are looked at; a text of one word over and over has thousands
)
Spans = tuple[tuple[int, int], ...]


def spans(text: str, phrases: Iterable[str], forms: Forms, *, gap: int) -> Spans:
    """(start, end) of every occurrence of `phrases` (words separated by spaces) in `text`, merged.

    Between two words of a phrase may stand `gap` characters that the index leaves out: particles, ・, 「.
    """
    words = [phrase.split() for phrase in phrases]
    either = {word: _in_both_kana(forms.get(word, (word,))) for phrase in words for word in phrase}
    # The second, slower, for a word in which the two kana are mixed.
    for spelled, fold_one in ((either, width_fold), (forms, katakana)):
        folded, offsets = _folded(text, fold_one)
        if found := [span for phrase in words for span in _occurrences(folded, phrase, spelled, gap)]:
            return tuple([(offsets[start], offsets[end - 1] + 1) for start, end in _merge(found)])
    return ()


@lru_cache(maxsize=8192)
def _in_both_kana(forms: tuple[str, ...]) -> tuple[str, ...]:
    """Forms as they stand with hiragana written as katakana, and with katakana written as hiragana."""
    return tuple(dict.fromkeys(form for each in forms for form in (each, hiragana(each))))


@lru_cache(maxsize=8192)
def _folded(text: str, fold_one: Callable[[str], str]) -> tuple[str, Sequence[int]]:
    """`text` folded, and for each of its characters the place of the original one."""
    folded = fold_one(text)
    if len(folded) == len(text):
        return folded, range(len(text))
    clusters: list[tuple[int, str]] = []
    for at, char in enumerate(text):
        if char in "ﾞﾟ\u3099\u309a" and clusters:
            start, cluster = clusters.pop()
            clusters.append((start, cluster + char))
        else:
            clusters.append((at, char))
    pieces = [(at, fold_one(cluster)) for at, cluster in clusters]
    return "".join(piece for _, piece in pieces), [at for at, piece in pieces for _ in piece]


def _occurrences(folded: str, words: Sequence[str], forms: Forms, gap: int) -> list[tuple[int, int]]:
    """Where `words` follow each other; a lone character counts only where it is not part of a longer word."""
    if not words:
        return []
    first, *rest = words[:LONGEST]
    found = _places(folded, forms.get(first, (first,)))
    if rest:
        followed = islice(found, MOST)
        return [(start, end) for start, stop in followed if (end := _end_of(folded, stop, rest, forms, gap))]
    if all(end - start == 1 for start, end in found):
        return [span for span in found if _stands_alone(folded, *span)] or found
    return found


def _places(folded: str, forms: Iterable[str]) -> list[tuple[int, int]]:
    found = []
    for form in filter(None, forms):
        at = folded.find(form)
        while at >= 0:
            found.append((at, at + len(form)))
            at = folded.find(form, at + len(form))
    return found


def _end_of(folded: str, end: int, words: Sequence[str], forms: Forms, gap: int) -> int:
    """Where the rest of a phrase ends that goes on at `end`; 0 when it does not go on."""
    for word in words:
        nexts = [
            (at, -len(form))
            for form in forms.get(word, (word,))
            if (at := folded.find(form, end, end + gap + len(form))) >= 0
        ]
        if not nexts:
            return 0
        at, length = min(nexts)
        end = at - length
    return end


def _stands_alone(folded: str, start: int, end: int) -> bool:
    around = folded[max(0, start - 1) : start] + folded[end : end + 1]
    return not any("一" <= char <= "鿿" for char in around)


def _merge(found: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
