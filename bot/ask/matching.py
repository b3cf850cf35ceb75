"""What a text holds of a term: by wording, normal form, synonym or sound; and what it denies.

A compound is held where its words follow each other, joined by no more than particles (市民が参加する says
市民参加); words scattered over a text are no compound. Only its last word must be the very one: a synonym
of that names another thing (説明責任 is no 説明義務).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

from bot.ask.terms import compound_verb, others, pieces
from store.records import Hit, Project
from store.text import lazily
from store.text.asking import DENIES, HELPERS, NOT_ONLY
from store.text.display import Sentence, display, split
from store.text.morphology import Token, Word, tokenize, words
from store.text.normalize import alnum_key, is_kana, is_latin, kana_key, one_space, sound

SHORTEST_SOUND = 5  # letters of romaji that can be told from an abbreviation
PART = 2  # letters of a word that are still telling within another
PREFIX = 2  # kana that an abbreviation takes of each word at least (オリ・パラ)
JOINT = lazily(r"[^\s、。，．,()（）「」『』【】:：;；※]{0,4}")  # between the words of one compound
COMPOUND = lazily(r"[一-龥々ァ-ヺーA-Za-zＡ-Ｚａ-ｚ0-9０-９・]+")  # one noun of any length


class Bag:
    """What a text holds: its letters, and its words with where they stand.

    Words are cut only when the letters did not settle it: that is a hundred times slower.
    """

    def __init__(self, text: str) -> None:
        self.text, self.letters = text, alnum_key(text)

    @cached_property
    def _tokens(self) -> tuple[Token, ...]:
        return tuple(tokenize(self.text))

    @cached_property
    def _words(self) -> tuple[Token, ...]:
        return tuple(token for token in self._tokens if token.word.content)

    @cached_property
    def words(self) -> frozenset[str]:
        """All its words that carry meaning, in their normal form, and two verbs that are one (見直す)."""
        both = (pair for pair in pairwise(self._tokens) if pair[0].end == pair[1].start)
        verbs = (compound_verb([token.word for token in pair]) for pair in both)
        return frozenset((*(token.word.text for token in self._words), *filter(None, verbs)))

    def spells(self, term: str) -> bool:
        """Whether the text has a term letter for letter, punctuation aside."""
        return _letters(term) in self.letters

    def shows(self, term: str) -> bool:
        """Whether it spells a term of more than one letter: one is within many words."""
        return len(term) > 1 and self.spells(term)

    def holds(self, term: str) -> bool:
        """Whether the text has a term: as it is, or its words next to each other in another spelling."""
        wanted, is_whole = _words_of(term)
        if self.spells(term) and (len(term) > 1 or not wanted):  # one letter is within many words
            return True
        return is_whole and self._has(wanted, in_one=True)

    def has_in_order(self, term: str) -> bool:
        """Whether the text has the words of a term one after the other, whatever is between them."""
        if self._spells_in_order(term) or self.holds(term):
            return True
        wanted, _ = _words_of(term)
        return all(len(word.surface) >= PART for word in wanted) and self._has(wanted, in_one=False)

    def _spells_in_order(self, term: str) -> bool:
        """Whether the words of a term stand in order, as they are or as a part of others (図柄ナンバー)."""
        place = 0
        for word in _chunks(term):
            place = self.letters.find(word, place) + len(word)
            if len(word) < PART or place < len(word):
                return False
        return True

    def shortens_to(self, term: str) -> bool:
        """Whether one noun of the text, of several words, has those of a term in order (AIタクシー)."""
        return any(bag(noun)._spells_in_order(term) for noun in COMPOUND.findall(self.text))

    def sounds(self, term: str) -> bool:
        """Whether words of the text next to each other sound like a term in kana or romaji, or make it up."""
        if is_latin(term):
            key = sound(term)
            return len(key) >= SHORTEST_SOUND and any(key == sound(said) for said in self._sounds(len(term)))
        key = kana_key(term)
        if not is_kana(term) or len(key) <= PREFIX:
            return False
        readings = [kana_key(token.word.reading) for token in self._words]
        is_short = any(_made_of(key, readings[first:], parts=0) for first in range(len(readings)))
        return is_short or any(key == kana_key(said) for said in self._sounds(len(term)))

    def _has(self, wanted: Sequence[Word], *, in_one: bool) -> bool:
        """Whether `wanted` stand in order somewhere; `in_one`: with particles between them at most."""
        return next(self._runs(wanted, in_one=in_one), None) is not None

    def _runs(self, wanted: Sequence[Word], *, in_one: bool) -> Iterator[tuple[int, int]]:
        """The first and the last word of each place where `wanted` stand in order."""
        for first, token in enumerate(self._words):
            is_first = bool(wanted) and _is_same(token.word, wanted[0], by_synonym=in_one)
            if is_first and (last := self._follow(first, wanted[1:], in_one=in_one)) is not None:
                yield first, last

    def _follow(self, place: int, wanted: Sequence[Word], *, in_one: bool) -> int | None:
        """The last of `wanted` that stand in order behind `place`; None when they do not."""
        for count, word in enumerate(wanted, 1):
            found = self._next(place, word, by_synonym=in_one and count < len(wanted), in_one=in_one)
            if found is None:
                return None
            place = found
        return place

    def places(self, term: str, *, by_synonym: bool = True) -> list[tuple[int, int]]:
        """Where the text has a term, letter for letter or, if so wanted, as its words next to each other."""
        spelled = [found.span() for found in re.finditer(re.escape(term), self.text)] if term else []
        wanted, is_whole = _words_of(term)
        runs = self._runs(wanted, in_one=True) if is_whole and by_synonym and not spelled else ()
        return spelled or [(self._words[one].start, self._words[two].end) for one, two in runs]

    def _next(self, place: int, word: Word, *, by_synonym: bool, in_one: bool) -> int | None:
        """Where `word` stands behind `place`: right behind it, or anywhere; None when it does not."""
        for at in range(place + 1, place + 2 if in_one else len(self._words)):
            if at < len(self._words) and _is_same(self._words[at].word, word, by_synonym=by_synonym):
                between = self.text[self._words[place].end : self._words[at].start]
                return at if not in_one or JOINT.fullmatch(between) else None
        return None

    def _sounds(self, most: int) -> Iterator[str]:
        """How each run of adjoining words sounds, none much longer than `most` letters."""
        for first in range(len(self._tokens)):
            said = ""
            for token in self._tokens[first:]:
                if not any(map(str.isalnum, token.word.surface)) or len(said) > 2 * most:
                    break
                said += token.word.reading
                yield said


@lru_cache(maxsize=4_096)
def _letters(term: str) -> str:
    """A term's `alnum_key`: one term is looked for in hundreds of texts."""
    return alnum_key(term)


@lru_cache(maxsize=512)
def _words_of(term: str) -> tuple[tuple[Word, ...], bool]:
    """The words of a term that carry meaning, and whether they are all of it: 対象物 is more than 対象."""
    found = tuple(words(term))
    return found, sum(len(word.surface) for word in found) == len(term)


@lru_cache(maxsize=512)
def _chunks(term: str) -> list[str]:
    """The words of a term, one of a single letter with the word before it (調査員)."""
    chunks: list[str] = []
    for word in (alnum_key(token.word.surface) for token in tokenize(term)):
        if len(word) == 1 and chunks:
            chunks[-1] += word
        else:
            chunks.append(word)
    return chunks


def _is_same(said: Word, word: Word, *, by_synonym: bool) -> bool:
    if said.text == word.text:
        return True
    # 名 of 19名 is no 名前.
    return by_synonym and len(said.surface) > 1 and not set(said.groups).isdisjoint(word.groups)


def _made_of(key: str, readings: Sequence[str], *, parts: int) -> bool:
    """Whether `key` is made of beginnings of the first readings, two of them at least."""
    if not key:
        return parts > 1
    return bool(readings) and any(
        key[:size] == readings[0][:size] and _made_of(key[size:], readings[1:], parts=parts + 1)
        for size in range(PREFIX, min(len(key), len(readings[0])) + 1)
    )


@lru_cache(maxsize=16_384)
def bag(text: str) -> Bag:
    """The bag of a text."""
    return Bag(text)


TEXT_FIELDS = ("outcome", "overview", "purpose")  # where sentences stand, the most telling first


def says(hit: Hit, term: str) -> bool:
    """Whether a project that was found says a term: its name the words in order, any text as one thing.

    Only where search saw the words are they looked at: to cut whole records into words takes far longer.
    """
    project = hit.project
    said = [bag(display(text)) for text in texts(project) if text]
    if _letters(term) == _letters(project.number) or (
        len(term) > 1 and any(one.spells(term) for one in said)
    ):
        return True
    if said[0].has_in_order(term):
        return True
    parts = pieces((term,))  # 東京オリパラ
    if any(map(is_kana, parts)) and all(
        len(part) > 1 and (said[0].spells(part) or said[0].sounds(part)) for part in parts
    ):
        return True
    each = dict.fromkeys(found_in(hit))  # a word may stand hundreds of times in a record
    return any(_is_said(bag(found), term) for found in each)


def is_spelled(project: Project, term: str) -> bool:
    """Whether any text of a project has a term letter for letter."""
    return any(bag(display(text)).spells(term) for text in texts(project) if text)


def _is_said(found: Bag, term: str) -> bool:
    """Whether what was found is the term: as one, by its sound, or as a longer compound cut short."""
    by_sound = is_kana(term) or is_latin(term)
    return found.holds(term) or found.shortens_to(term) or (by_sound and found.sounds(term))


def found_in(hit: Hit) -> Iterator[str]:
    """What search found in a project, pieces of one phrase together."""
    for field, spans in hit.highlights.items():
        text = display(getattr(hit.project, field))
        start, end = spans[0]
        for next_start, next_end in spans[1:]:
            between = text[end:next_start]
            if not (JOINT.fullmatch(between) or COMPOUND.fullmatch(between)):
                yield text[start:end]
                start = next_start
            end = next_end
        yield text[start:end]


def name_share(project: Project, terms: Sequence[str]) -> float:
    """The share of `terms` that a project's name holds, 0 to 1."""
    name = bag(display(project.name))
    return sum(name.has_in_order(term) for term in terms) / len(terms) if terms else 0.0


def texts(project: Project) -> tuple[str, ...]:
    """Every text of a project that a question may speak of, its name first."""
    return (
        project.name, project.overview, project.outcome, project.purpose, project.section,
        project.section_canonical, project.department, project.organization,
    )  # fmt: skip


def sentences(project: Project, fields: Sequence[str] = TEXT_FIELDS) -> tuple[tuple[str, Sentence], ...]:
    """Every sentence of a project with its field, the first fields first."""
    return tuple((field, sentence) for field in fields for sentence in split(getattr(project, field)))


@lru_cache(maxsize=4_096)
def reading(text: str) -> str:
    """How a text is read, in katakana."""
    return "".join(token.word.reading for token in tokenize(text))


def lacking(terms: Sequence[str], text: str, heading: str) -> list[str]:
    """The terms that neither a text nor what stands above it says.

    A term is said as one, or word by word, each in any wording of its own: 開いた by 開催した; a name also in
    short.
    """
    said, above = bag(text), bag(heading)
    return [
        term
        for term in terms
        if not (said.holds(term) or above.holds(term) or _is_said_apart(term, said, above))
        and not (is_kana(term) and above.sounds(term))
    ]


def _is_said_apart(term: str, said: Bag, above: Bag) -> bool:
    parts = _parts(term)
    if any(part.surface == _WHO for part in parts) and not _WHO_ALONE.search(said.text):
        return False  # 者 of 来館者 is not that of 参加者, though 参加 stand there
    if len(parts) > 1 and _is_said_by_verb(compound_verb(parts), said, above):
        return True
    return bool(parts) and all(
        said.holds(part.surface) or above.holds(part.surface) or _is_said_by_verb(part.text, said, above)
        for part in parts
    )


_WHO, _WHO_ALONE = "者", lazily("(?<![一-龥々ァ-ヺー])者")


@lru_cache(maxsize=512)
def _parts(term: str) -> tuple[Word, ...]:
    """The words of a term that carry meaning, each once: one may stand a thousand times in a long text."""
    told = _EACH.sub("", term) + _PAST.get(term[-1:], "")  # へっ alone is no form of 減る
    return tuple(dict.fromkeys(token.word for token in tokenize(told) if token.word.content))


_EACH = lazily("(?<=.)(?:ごと|毎)$")  # 部局ごと says 部局
_PAST = {"っ": "た", "ん": "だ"}


def _is_said_by_verb(word: str, said: Bag, above: Bag) -> bool:
    forms = _other_forms(word)
    ways = others(word).union(forms, *map(others, forms))
    return not (ways.isdisjoint(said.words) and ways.isdisjoint(above.words))


def _other_forms(word: str) -> tuple[str, ...]:
    """A verb's noun and a noun's verb, where they end so: 手渡す and 手渡し, 取り替える and 取り替え."""
    if len(word) < SHORTEST_STEM or not is_kana(word[-1]):
        return ()
    of_one = (word[:-1] + _FORMS[word[-1]],) if word[-1] in _FORMS else ()
    return (*of_one, word[:-1] if word.endswith("る") else f"{word}る")


SHORTEST_STEM = 3  # letters of a verb from which its noun is no other word
_FORMS = {
    **dict(zip("うくぐすつぬぶむる", "いきぎしちにびみり", strict=True)),
    **dict(zip("いきぎしちにびみり", "うくぐすつぬぶむる", strict=True)),
}


_PREFIXES = frozenset(("不", "未", "非", "無"))
_ABLE = "出来る"  # 実施できなかった denies 実施
# A request or a guess in the form of a denial: 教えてくれませんか, ありませんか, 違うかもしれない.
_POLITE = frozenset(
    ("呉れる", "貰う", "頂く", "下さる", "有る", "知れる", "違う", "宜しい", "教える", "すむ", "済む")
)
# Between a word and what denies it: 採択-さ-れ-なかっ, and まだ実施できていない.
_SKIPPED = frozenset(("助動詞", "助詞", "副詞"))
VERBAL = ("動詞", "形容詞")
_QUOTES = frozenset("「」『』")
_SIGNS = frozenset("〓◎◇■▲●")  # of a skeleton, each for a noun


class Denial(NamedTuple):
    """A word that a text denies, in its normal form, and where what denies it stands."""

    word: str
    start: int
    end: int


@lru_cache(maxsize=2_048)
def denials(text: str) -> tuple[Denial, ...]:
    """What a text (in one space) denies: 採択 of 不採択 and of 採択されなかった, a sign of 〓ではない."""
    tokens = list(tokenize(text))
    found = [Denial(b.word.text, a.start, a.end) for a, b in pairwise(tokens) if _is_prefix(a, b)]
    for at, (token, behind) in enumerate(zip(tokens, [*tokens, None][1:], strict=True)):
        if (_denies(token, behind) or _is_no_such(tokens, at)) and (word := _denied_by(tokens, at)):
            prefix = tokens[tokens.index(word) - 1] if tokens.index(word) else None
            is_no_no = prefix is not None and _is_prefix(prefix, word)  # 不登校でない is no 登校しない
            said = f"{prefix.word.surface}{word.word.text}" if prefix and is_no_no else word.word.text
            found.append(Denial(said, token.start, token.end))
    return tuple(found)


def denied(text: str) -> tuple[str, ...]:
    """The words of a text that it denies, in their normal form."""
    return tuple(dict.fromkeys(each.word for each in denials(one_space(text))))


def _is_prefix(before: Token, after: Token) -> bool:
    return before.word.kind == "接頭辞" and before.word.surface in _PREFIXES and after.word.noun


def _denies(token: Token, behind: Token | None) -> bool:
    """Whether a word denies what stands before it: ない of しない, and of 効果がなかった取組."""
    if token.word.kind == "形容詞":
        tells = behind is not None and (behind.word.noun or behind.word.surface == "た")
        return token.word.text == "無い" and tells
    return token.word.kind == "助動詞" and token.word.text in DENIES


def _is_no_such(tokens: list[Token], at: int) -> bool:
    """Whether ない says what a thing is not: 講座でもない, 委託ではない, 委託でなく."""
    before = "".join(token.word.surface for token in tokens[max(0, at - 2) : at])
    is_copula = before.endswith(("でも", "では", "じゃ")) or (at and tokens[at - 1].word.text == "だ")
    is_only = tokens[max(0, at - 2)].word.surface in NOT_ONLY
    return bool(tokens[at].word.text == "無い" and is_copula and not is_only)


def _denied_by(tokens: list[Token], at: int) -> Token | None:
    """The word that the denial at a place is of, none for a polite request, or for what has to be."""
    able = None
    if _HAS_TO.match("".join(token.word.surface for token in tokens[at : at + 5])):
        return None
    for index in range(at - 1, -1, -1):
        token = tokens[index]
        word, before = token.word, "".join(each.word.surface for each in tokens[max(0, index - 2) : index])
        if word.kind in _SKIPPED or word.text in HELPERS or word.surface in _QUOTES or word.surface == "こと":
            if word.surface in ("なけれ", "なく"):
                return None  # the second of なければならない
            continue
        if word.text == "有る" and before.endswith(("では", "でも", "じゃ", "で")):
            continue
        if word.text == _ABLE and able is None:
            if _may_be_request(tokens[at:]):
                return None
            able = token
            continue
        return token if (word.content and word.text not in _POLITE) or word.surface in _SIGNS else able
    return able


_HAS_TO = lazily("な(?:けれ|く).{1,2}(?:なら|いけ)|ないと(?:いけ|なら)|ねばなら")


def _may_be_request(tokens: Sequence[Token]) -> bool:
    """Whether a denial of what can be done may ask for it: できませんか, できないでしょうか."""
    behind = [each.word.surface for each in tokens[1:]]
    asks = behind[-1] in ("か", "?", "？") if behind else tokens[0].word.surface == "ん"
    return asks and set(behind) <= {"です", "でしょう", "か", "ね", "?", "？"}
