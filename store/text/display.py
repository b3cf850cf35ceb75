"""A published cell as people read it: without markup, its words found in it, cut into sentences. Pure.

A cell is plain text that may hold some HTML, so only real HTML tags and closed entities are taken as markup:
`<AI>`, `a < b` and `R&D` are words. What is stored stays verbatim; `display` is for people and for the index.
`spans` tells where words of the index stand in the original wording, however they are written there.

Sentences and clauses are cut from the cell *as published*, without changing a character:
`cell[s.start:s.end]` is the very slice, and `s.text` that slice too unless markup stands inside it (`<b>`,
`&amp;`); only then is it its display form. Block tags (`<li>`, `<br>`) end a sentence, so a quote is a
substring of the raw cell wherever it holds no HTML itself.
"""

from __future__ import annotations

import html
import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from store.text import lazily
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


_OPEN, _CLOSE = "「『（(［[【〔〈《", "」』）)］]】〕〉》"
_PAIR = dict(zip(_CLOSE, _OPEN, strict=True))
_ENDS = lazily("[。！？!?]+")
_BRACKETS = lazily(f"[{re.escape(_OPEN + _CLOSE)}\n]")
Span = tuple[int, int]
_BULLET = r"[・•●○◎◆◇■□▪▶➢→⇒\uf06c\uf09e\uf0d8]"  # the last three are Symbol-font bullets of old documents
_NUMBERED = r"[①-⑳㉑-㉟]|[(（][0-9０-９]{1,2}[)）]|[0-9０-９]{1,2}[.．)）](?![0-9０-９])"
_LIST_ITEM = lazily(rf"(?:{_BULLET}|{_NUMBERED})(?=\s*\S)")
_LEADING = lazily(rf"(?:[\s　\u200b]|{_BULLET}(?=\s*\S))+")
_GAP = lazily(r"[^\S\n]*[\n\x0b\x0c\r\x85\u2028\u2029][\s　]*|[^\S\n]+")
_KANJI_KANA = "[一-龥々〆ヶァ-ヺーぁ-ん]"
_BEFORE_GAP = lazily(r"[一-龥々ァ-ヺー%％）)」』】〕]$")
_AFTER_GAP = lazily(rf"{_KANJI_KANA}|[「『（(【〔]{_KANJI_KANA}|[0-9０-９]{{1,2}}月")
# `(常時)` or `【委託】` standing alone before a gap labels the words that follow; it is no sentence.
_LABEL = lazily(r"(?:^|[\s　。])[（(【〔<＜][^（()）【】〔〕]*[）)】〕>＞]$")
_LINE_BREAK = lazily(r"[\n\r\x0b\x0c\x85\u2028\u2029]")
_CLAUSE_END = lazily(
    r"[、，；;](?![0-9０-９]{3}(?![0-9０-９]))|※|(?<=[^\x00-\x7f：])[\s　]+(?=\S)"
    r"|(?<=[0-9０-９%％件人名回社台席])・"
)


_FIGURE = lazily("[0-9０-９]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a cell: `text` to quote, and the slice `[start, end)` of the raw cell it came from."""

    text: str
    start: int
    end: int


class _Spans:
    """Spans of a text; of thousands not each is looked at for each place."""

    def __init__(self, spans: Sequence[Span]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._furthest = list(itertools.accumulate((end for _, end in ordered), max))

    def enclose(self, place: int) -> bool:
        """Whether `place` is between the ends of one, neither of them."""
        before = bisect_left(self._starts, place)
        return before > 0 and place < self._furthest[before - 1]

    def hold(self, place: int) -> bool:
        """Whether `place` is in one, its start among it."""
        before = bisect_right(self._starts, place)
        return before > 0 and place < self._furthest[before - 1]


@lru_cache(maxsize=32_768)
def split(cell: str) -> tuple[Sentence, ...]:
    """Sentences of a raw cell in order. 。 inside a closed bracket, `10,000` and mid-word ・ end nothing."""
    closed = _Spans(_closed_brackets(cell))
    edges = sorted({0, len(cell), *_tag_edges(cell), *_stops(cell, closed), *_gap_edges(cell, closed)})
    slices = (_trimmed(cell, start, end) for start, end in itertools.pairwise(edges))
    tags = _Spans(block_tags(cell))
    return tuple(
        Sentence(_quotable(cell[start:end]), start, end)
        for start, end in slices
        if _says_something(cell[start:end]) and not tags.hold(start)
    )


_ROUGH_ENDS = lazily(r"[。！？!?]+|\n|<[^>]*>")


def bare(sentence: str) -> str:
    """A sentence without what ends it, as `bare_sentences` gives it."""
    return sentence.strip().rstrip("。！？!?")


def bare_sentences(cell: str) -> Iterator[str]:
    """The sentences of a cell, cut roughly: of a whole list `split` takes ten times as long."""
    return filter(None, (bare(text) for text in _ROUGH_ENDS.split(cell)))


@dataclass(frozen=True, slots=True)
class Enumeration:
    """Items that stand one below the other in a cell, and the sentence before them, None where none is."""

    lead: Sentence | None
    items: tuple[Sentence, ...]


def enumerations(cell: str) -> tuple[Enumeration, ...]:
    """What a cell lists: sentences in a row that are numbered or that no 。 ends, two at least."""
    every = split(cell)
    runs = itertools.groupby(range(len(every)), key=lambda at: _is_item(every[at].text))
    found = [list(run) for is_item, run in runs if is_item]
    return tuple(
        Enumeration(every[run[0] - 1] if run[0] else None, tuple(every[at] for at in run))
        for run in found
        if len(run) > 1
    )


def _is_item(text: str) -> bool:
    return bool(_LIST_ITEM.match(text)) or not _ENDS.search(text[-1:])


def clauses(sentence: str) -> tuple[tuple[int, int], ...]:
    """Spans of a sentence's clauses: cut at 、, ※, gaps, and ・ between figures; never inside `10,000`.

    A remark in brackets （つくば市、大阪市） is of the clause it stands in, unless it gives figures itself.
    """
    closed = _closed_brackets(sentence)
    whole = _Spans([span for span in closed if not _FIGURE.search(sentence[slice(*span)])])
    cuts = [m.span() for m in _CLAUSE_END.finditer(sentence) if not whole.enclose(m.start())]
    starts = [0, *(start if sentence[start] == "※" else end for start, end in cuts)]
    ends = [*(start for start, _ in cuts), len(sentence)]
    return tuple((start, end) for start, end in zip(starts, ends, strict=True) if start < end)


def _quotable(piece: str) -> str:
    return display(piece) if has_markup(piece) else piece


def _says_something(piece: str) -> bool:
    return any(character.isalnum() for character in piece)


def _trimmed(cell: str, start: int, end: int) -> tuple[int, int]:
    if leading := _LEADING.match(cell, start, end):
        start = leading.end()
    return start, start + len(cell[start:end].rstrip())


def _tag_edges(cell: str) -> list[int]:
    return [edge for span in block_tags(cell) for edge in span]


def _stops(cell: str, closed: _Spans) -> list[int]:
    """Positions after each 。 (or run of them) that stands outside closed brackets."""
    return [stop.end() for stop in _ENDS.finditer(cell) if not closed.enclose(stop.start())]


def _closed_brackets(cell: str) -> list[Span]:
    """Where brackets open and close again on their line; an unclosed one counts for nothing."""
    closed, opened = list[Span](), list[int]()
    for mark in _BRACKETS.finditer(cell):
        if mark[0] == "\n":
            opened.clear()
        elif mark[0] in _OPEN:
            opened.append(mark.start())
        elif opened and cell[opened[-1]] == _PAIR[mark[0]]:
            closed.append((opened.pop(), mark.start()))
    return closed


def _gap_edges(cell: str, closed: _Spans) -> list[int]:
    """Where white space ends a sentence: line breaks, items, and gaps where the published page broke."""
    gaps = _GAP.finditer(cell)
    return [gap.end() for gap in gaps if _breaks(cell, gap, inside=closed.enclose(gap.start()))]


def _breaks(cell: str, gap: re.Match[str], *, inside: bool) -> bool:
    if _LINE_BREAK.search(gap[0]):
        return True
    if inside:
        return False
    before, after = cell[max(0, gap.start() - 40) : gap.start()], cell[gap.end() : gap.end() + 6]
    if _LIST_ITEM.match(after):
        return True
    return bool(_BEFORE_GAP.search(before) and _AFTER_GAP.match(after) and not _LABEL.search(before))
