"""What a text holds of a term: by wording, normal form or sound; what it denies; what it says of a figure.

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

from bot.ask.quantities import (
    ASKED_SINCE,
    ASKED_UNTIL,
    DATE,
    HOW_MANY_OF,
    IS_TOPIC,
    NOUN,
    NOUN_PHRASE,
    PARTS,
    PEOPLE,
    Asked,
    Figure,
    figures,
    label_of,
    range_of,
    whole_of,
)  # fmt: skip
from bot.ask.terms import compound_verb, others, pieces
from store.records import Hit, Project
from store.text import lazily
from store.text.asking import DENIES, HELPERS, NOT_ONLY
from store.text.display import Sentence, clauses, display, split
from store.text.morphology import Token, Word, tokenize, units, words
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
    def _words_and_groups(self) -> frozenset[str | int]:
        found = [token.word for token in self._words]
        return frozenset(word.text for word in found).union(*(word.groups for word in found))

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
        if not wanted or self._words_and_groups.isdisjoint((wanted[0].text, *wanted[0].groups)):
            return  # most texts have none of it
        for first, token in enumerate(self._words):
            is_first = _is_same(token.word, wanted[0], by_synonym=in_one)
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
    short. None of a thing is 0 and ゼロ.
    """
    said, above = bag(text), bag(heading)
    says_none = bool(_ZERO.search(text))
    return [
        term
        for term in terms
        if not (says_none and term in ZERO)
        and not (said.holds(term) or above.holds(term) or _is_said_apart(term, said, above))
        and not (is_kana(term) and above.sounds(term))
    ]


ZERO = ("0", "ゼロ", "零")
_ZERO = lazily(
    "(?<![0-9０-９.,．，])[0０](?![0-9０-９.,．，])|(?<![ァ-ヺー])ゼロ(?:(?=[件人回円])|(?![ァ-ヺー一-龥々]))|零(?=[件人回円])"
)


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


# -- what is said of a figure ---------------------------------------------------------------------------


class Reach:
    """What a sentence says of one of its figures; each part is read when a check first asks for it."""

    def __init__(self, text: str, value: Figure) -> None:
        self.text, self.value, self.unit = text, value, value.unit
        self.before, self.behind = text[: value.start], text[value.end :]
        self.clause = text[slice(*value.clause)]
        self.rest = text[value.end : value.clause[1]]

    @cached_property
    def label(self) -> str:
        """The noun that the figure stands right behind."""
        return label_of(self.text, self.value)

    @cached_property
    def others(self) -> list[Figure]:
        """The other figures of its sentence in its unit."""
        return [f for f in figures(self.text) if f.unit == self.unit and f.start != self.value.start]

    @cached_property
    def said(self) -> str:
        """What of the sentence is said of it: its clause, what leads to that, the topic; no remark of it."""
        start, end = self.value.clause
        before = [self.text[slice(*span)] for span in clauses(self.text) if span[1] <= start]
        led = [part if self._is_above(part) else _led_by(part) for part in before]
        remark = _REMARK.match(self.behind)
        opens = max(self.before.rfind("("), self.before.rfind("（"))
        if opens > max(self.before.rfind(")"), self.before.rfind("）")):
            led.append(re.split("[。、]", self.text[:opens])[-1])  # 提出のあった案（①図案3件、②標語17件）
        rest = self.text[self.value.end + (remark.end() if remark else 0) : end]
        return "、".join((*led, self.text[start : self.value.end], rest))

    def _is_above(self, part: str) -> bool:
        """Whether a clause says what those behind it are of: a topic, or what was done for it."""
        has_its_own = any(f.unit == self.unit for f in figures(part))
        return bool(_TOPIC_ENDS.search(part)) or not (has_its_own or _ITS_OWN.search(part))

    @cached_property
    def bracket(self) -> list[Figure]:
        """The figures in the brackets that it stands in: 提案（①事務事業提案3件、②身近な提案17件）."""
        spans = (found.span() for found in _BRACKETED.finditer(self.text))
        inside = next((span for span in spans if span[0] < self.value.start < span[1]), (0, 0))
        return [f for f in figures(self.text) if inside[0] <= f.start < inside[1]]

    @cached_property
    def part_of(self) -> str | None:
        """What stands between 「このうち」 and a figure of some of those told before; None for any other."""
        found = _OF_THESE.search(self.before)
        return found["what"] if found else None

    @cached_property
    def row(self) -> list[Figure]:
        """The others of its unit that it stands in a row with, each with its name: 東側20台、西側15台."""
        start, end = self.value.start, self.value.end
        between = (
            self.text[f.end : start] if f.end <= start else self.text[end : f.start] for f in self.others
        )
        return [f for f, text in zip(self.others, between, strict=True) if _JOINED.search(text)]

    @cached_property
    def chain(self) -> str:
        """The nouns that follow it and are of it: の手続, 及び機器の更新."""
        found = _CHAIN.match(self.behind)
        return found[0] if found else ""

    def does(self, noun: str) -> bool:
        """Whether a noun is what was done to those counted (6件を採択し), and not what they are."""
        return noun in self.rest[len(self.chain) :]

    def kind_of(self, noun: str, said: str) -> str:
        """What kind a sentence has of a noun, where it has no other (サポートランナー) and none is `said`."""
        kinds = re.findall(rf"({NOUN}*){re.escape(noun)}", self.text)
        is_special = all(len(k) > 1 and not any(part in said for part in pieces((k,))) for k in kinds)
        return f"{kinds[0]}{noun}" if kinds and is_special else ""

    def some_of(self, noun: str, which: str) -> Iterator[str]:
        """What tells that those counted are some of a noun: of what kind, which, what was done to them.

        12件の手続についてサポートした are not all 手続, nor 研究者10人のロールモデル all 研究者. `which`
        is what a question says of it (選ばれた手続, 審査会の手続).
        """
        is_label, is_behind = self.label.endswith(noun), noun in f"{self.value.text}{self.chain}"
        if _attributive(which):
            return
        head = self.chain.rpartition("の")[2] if is_label or is_behind else ""
        if head and not head.endswith(noun):
            own = head.partition(noun)[2] or head
            yield "" if NEUTRAL.intersection((own, *pieces((own,))[-1:])) else own
        before = self.text[self.value.clause[0] : self.value.start - (len(self.label) if is_label else 0)]
        if noun not in before and (not which or OF_ALL.search(which)):
            yield _attributive(before)
        works = re.search(
            rf"{re.escape(noun)}(?:の({NOUN}{{2,}}))?[^、。0-9０-９]*を[^、。0-9０-９]*$", self.before
        )
        if works:
            yield works[1] or ""
        if takes := _TAKES.match(self.behind, len(self.chain)) if is_label or is_behind else None:
            yield _deed(self.behind[takes.end() :] if takes["about"] else self.rest[takes.end() :])
        elif works and not self.chain:
            yield _deed(self.rest)

    def happened_to(self, noun: str) -> str:
        """What a clause tells that some of a noun did or underwent, which are those counted.

        25人に対応した, 1つの自治会で組織が設立された and 127人が参加した count no 児童生徒, 自治会 or 住民
        that there are. What a noun is called by (111人の受講者が受講し) is no more than that.
        """
        found = _HAPPENS.match(self.rest, len(self.chain))
        if found is None or not (self.chain or self.value.text).endswith((noun, self.value.text)):
            return ""
        if found["from"]:  # 20人の生徒から応募があり
            behind = tokenize(self.rest[found.end() :])
            return next((token.word.text for token in behind if token.word.content), "")
        if found["at"] and not _ANOTHER_DOES.match(self.rest, found.end()):
            return ""  # 4か所のセンターで支援を行う: so they all do
        said = _deed(self.rest[found.end() :], _COME_TO if found["to"] else _STAY)
        return "" if said in noun else said


_REMARK = lazily("[（(※][^（）()]*[）)]?")
# A clause of its own: it adds (とともに), contrasts (一方) or tells how a thing is (最も多く).
_ITS_OWN = lazily(
    "(?:ととも|ほか|他|一方で?|ものの|けれど|けれども|が|また|[^ぁ-ん][くし]く|[多少高低]く|あり|おり)に?$"
)
_TOPIC_IN = lazily("[^0-9０-９]*[：:]|「[^」]+」|[^0-9０-９]*?(?:は|にて|について|における|において)")
_TOPIC_ENDS = lazily("(?:は|にて|について|に関して|における|において|として)$")
_BRACKETED = lazily("[（(][^（）()]*(?:[（(][^（）()]*[）)][^（）()]*)*[）)]")
_OF_THESE = lazily("(?:この|その|、|^)うち(?P<what>[^、。]*)$")
_JOINED = lazily(rf"^(?:の{NOUN}+)?(?:、|・|と|及び|や){NOUN}*(?:の{NOUN}+)*[でがは]?$")
ITEM_NOUN = f"{NOUN}+(?:[きけしりえれみち](?=[はがをのもにでとや、。]|って|$))?"
# What follows a figure and is of it: の手続, 及び機器の更新.
_CHAIN = lazily(rf"(?:(?:及び|並びに|や|・|と)(?:{ITEM_NOUN}))*(?:の{ITEM_NOUN})*")
OF_ALL = lazily("^.{1,3}内の$")  # 市内の中学生: whichever there are
_TAKES = lazily("(?:等|など)?(?:を|(?P<about>について|に対し)|に(?!関)|への)")
# What those do or undergo who are counted all the same: they are there, come, are had or take place.
_ARE_ALL_THE_SAME = (
    "有る 出来る 成る 遣る 行う 行く 実施 開催 開く 開設 達する 上る 昇る 超える 越える 得る 受ける 受付",
    "受け付ける 受け入れる 迎える 集める 集まる 寄せる 持つ 保つ 有する 対応 応じる 置く 配置 配備 運行",
    "運営 管理 維持 構成 締結 登録 来る 来場 来館 来訪 参加 参画 出席 出る 届く 利用 応募 回答 加入 入会",
    "結ぶ 獲得 確保 実現 達成 記録 発生 発信 発行 抱える 把握 増加 増える 減少 減る 推移 留まる 見込む",
    "数える 合わせる 含める 加える 除く 進める 終える 完了 者 数 件数 人数 等",
)
NEUTRAL = frozenset(" ".join(_ARE_ALL_THE_SAME).split())
# Of these some tell what some did or had done to them, where a noun says what they are: 児童, 自治会.
_SOME_DO = (
    "遣る 行う 行く 実施 得る 受ける 受付 受け付ける 集まる 寄せる 対応 応じる 来る 来場 来館 来訪 参加 参画"
    " 出席 出る 届く 利用 応募 回答"
)
_STAY = NEUTRAL.difference(_SOME_DO.split())
# What a number itself does: 270人に達し, 10人に増え.
_NUMBERS_DO = (
    "達する 上る 昇る 超える 越える 成る 増加 増える 減少 減る 増 減 推移 留まる 見込む 及ぶ 至る 限る"
)
_COME_TO = frozenset(_NUMBERS_DO.split())
_HAPPENS = lazily(
    r"(?:等|など)?(?:(?P<to>に(?:対して|対し、?|ついて)?|へ)|(?P<at>で)|(?P<from>から(?![0-9０-９]))|[がをはも])"
)
_ANOTHER_DOES = lazily("[^をは、]*が")


def _deed(text: str, neutral: frozenset[str] = NEUTRAL) -> str:
    """The first thing that a text says was done, '' where it only tells that it is so or took place."""
    tokens = [token.word for token in tokenize(text)]
    for at, (word, behind) in enumerate(zip(tokens, [*tokens, None][1:], strict=True)):
        is_noun = (word.noun or word.kind == "接尾辞") and (
            behind is None or behind.text in ("為る", "出来る") or behind.surface in "。、"
        )
        if is_noun or (word.kind == "動詞" and word.content):
            said = f"{tokens[at - 1].surface}{word.surface}" if word.kind == "接尾辞" and at else word.text
            said = (behind and compound_verb([word, behind])) or said  # 受け入れる
            if said in _LIGHT and at > 1 and tokens[at - 1].surface == "を":
                said = tokens[at - 2].text  # サポートを行った
            return "" if said in neutral else said
    return ""


_LIGHT = frozenset(("行う", "行く", "実施", "進める", "図る"))


def _attributive(text: str) -> str:
    """What a clause says was done that ends right before a noun, and tells which of them: 選出した."""
    tokens = [token.word for token in tokenize(text)]
    if not tokens or not (tokens[-1].surface in ("た", "だ", "ない") or tokens[-1].kind == "動詞"):
        return ""
    said = next((word.text for word in reversed(tokens) if word.content), "")
    return "" if said in NEUTRAL else said


def _led_by(part: str) -> str:
    """The topic of a clause that tells something of its own: 窓口にて of 窓口にて50件に応じ."""
    found = _TOPIC_IN.match(part)
    return found[0] if found else ""


# -- what a figure counts -----------------------------------------------------------------------------

_AND = "及び|および|並びに|ならびに|又は|または|・|と|や|＋|\\+"
_ALIKE_LISTED = lazily(rf"^(?:{_AND}|、)")
# 教員・児童, 補修及び除草; with a comma only where more tells that it is a list (会議、研修など).
_JOINED_NOUNS = lazily(rf"{NOUN}+(?:(?:{_AND}|、)(?!協力|連携|協働|共同|共催){NOUN}+)+(?:など|等)?")
_IS_LIST = lazily(rf"(?:{_AND})|など$|等$")
_PERSONS = lazily("[者人員生児童民客親]$")
_DONE_BEFORE = lazily(
    "(?:[一-龥]{2}(?:し|され)|[れけせえげべめて])(?:た|ていた|てい?る)(?=[一-龥ァ-ヺA-Za-z「])"
)


def counts_other(sentence: str, figure: Figure, asked: Asked, nouns: Sequence[str]) -> str:
    """What a figure counts, where that is none of `nouns`, those of the question; '' where it may be one.

    A noun that has a figure of its own, or stands behind a list's next item, is not what this one counts.
    """
    said = [noun for noun in nouns if noun in sentence]
    if not asked.unit and nouns and not _says_part(nouns, sentence[slice(*figure.clause)]):
        return figure.text  # 設置数, of what the clause does not speak of
    if (thing := _thing_asked(asked, nouns)) and not _stands_with(sentence, figure, thing):
        return figure.text  # 教室の数, of which 588人 is none
    ends = range_of(sentence, figure)
    label = label_of(sentence, ends[0] if ends else figure)
    is_own = any(noun in label or (label and _is_head(label, noun)) for noun in nouns)
    if figure.unit == DATE:
        is_end = ASKED_UNTIL.search(asked.question) or ASKED_SINCE.search(asked.question)
        return label if is_end and label and not is_own else _done_before(sentence, figure, said)
    every = [each for each in figures(sentence) if each != figure]
    if both := counted_together(sentence, figure, asked, nouns):
        return both
    if any(
        re.search(rf"{re.escape(noun)}(?:など|等)[^、。]{{0,3}}$", sentence[: figure.start])
        for noun in said
        if f"{noun}等" not in asked.question
    ):
        return label
    if not label or is_own:
        return ""
    if any(noun.startswith(label) for noun in nouns):
        return label  # 児童25人, of 児童支援員
    among = [each for each in every if each.unit == figure.unit]
    if figure.unit not in (PEOPLE, *(each.unit for each in among)) and any(
        noun in label_of(sentence, each) for each in every for noun in said
    ):
        return label  # 視察 of イベント72回、視察303人 was not 72 times
    if whole_of(sentence, figure, among):
        return ""
    if any(label_of(sentence, each).endswith(noun) for each in among for noun in said if len(noun) > 1):
        return label
    if any(_ends_alike(noun, label) for noun in nouns):
        return ""
    if any(only_in_remark(noun, sentence, figure) for noun in nouns):
        return label
    behind = [noun for noun in said if noun not in sentence[: figure.end]]
    if behind and behind == said and _ALIKE_LISTED.match(sentence[figure.end :]):
        return label
    return ""


_NUMBER_OF = lazily("数|いくつ|個$|つ$")
_IS_OF = lazily("(?:の|は|が|って)+$")


def _thing_asked(asked: Asked, nouns: Sequence[str]) -> str:
    """The noun whose number is asked for in no counter (教室の数, 教室はいくつ), '' where there is none."""
    if asked.unit or not _NUMBER_OF.search(asked.counter) or HOW_MANY_OF.search(asked.question):
        return ""
    before = _IS_OF.sub("", asked.question[: asked.span[0]])
    return max((noun for noun in nouns if before.endswith(noun)), key=len, default="")


_UP_TO_FIGURE = lazily(
    "[者員人]?(?:の?総?数)?[（(：:]?[はがをもで]?[、,]?(?:の|から|より|約|延べ|のべ|計|合計|合わせて|全|年間?|月|新たに|新規に|現在|度|末|時点)*$"
)


def _stands_with(sentence: str, figure: Figure, thing: str) -> bool:
    """Whether a figure stands with a thing as its number: 36の教室, 教室を36室; no works done on it are."""
    head = (pieces((thing,)) or (thing,))[-1]
    behind = NOUN_PHRASE.match(sentence, figure.end)
    if head in figure.text or (behind and re.search(rf"{re.escape(head)}[者員人]?$", behind[1])):
        return True
    if re.search(
        rf"{re.escape(head)}(?:(?:{_AND}){NOUN}+)?(?:し|する|され)", sentence[figure.end : figure.clause[1]]
    ):
        return True  # 6件を採択し, of 採択数
    before = sentence[: figure.start]
    for each in reversed([each for each in figures(sentence) if each.end <= figure.start]):
        before = before[: each.start] + before[each.end :]
    return any(_UP_TO_FIGURE.match(before, found.end()) for found in re.finditer(re.escape(head), before))


def _is_head(label: str, noun: str) -> bool:
    """Whether a label is the end of a noun, but for a suffix: 参加 of 参加者, and not 児童 of 児童支援員."""
    return label in noun and len(noun) - noun.rfind(label) - len(label) <= 1


def counted_together(sentence: str, figure: Figure, asked: Asked, nouns: Sequence[str]) -> str:
    """The nouns joined beside a figure of which a question names some: 教員・児童, 小中学校 of 中学校.

    A figure of both is none of one. Where all have the noun asked for at their end (料理教室・書道教室) it is
    of that. A dot between what people came for is one kind of thing: 視察・内覧303人 are visitors.
    """
    start, end = figure.clause
    told = sentence[: figure.start] + "0" * len(figure.text) + sentence[figure.end : end]
    for found in _JOINED_NOUNS.finditer(told):
        items = _BETWEEN_ITEMS.split(found[0])
        is_head = any(items[-1].endswith(noun) and items[-1] != noun for noun in nouns)
        is_done = _IS_DONE.match(told, found.end())  # 採択及び支援した: both to the same
        if is_head or is_done or not _IS_LIST.search(found[0]):
            continue
        items = [item.removesuffix("など").removesuffix("等") for item in items]
        is_named = any(noun in item or item in noun for noun in nouns for item in items)
        named = [item for item in items if any(item.endswith(noun) or item in noun for noun in nouns)]
        is_one_kind = found.end() == figure.start and figure.unit == PEOPLE
        is_one_kind = is_one_kind and not any(map(_PERSONS.search, items))
        is_of_it = found.start() >= start or (
            not IS_TOPIC.search(told[: told.find("、", found.end())])
            and any(noun in found[0] and listed_beside(noun, told) for noun in nouns)
        )
        is_known = is_one_kind and not _NO_OTHER.search(asked.question)
        if is_of_it and is_named and len(named) < len(items) and not is_known:
            return found[0]
    return next(filter(None, (_in_short(noun, told) for noun in nouns)), "")


def _in_short(noun: str, text: str) -> str:
    """The word of a text that is a noun and its sister in one, wherever the noun stands there: 小中学校."""
    both = {found[0] for found in re.finditer(f"[一-龥]?{re.escape(noun)}", text)} if len(noun) > 2 else set()
    sisters = {each: each[0] + noun[1:] for each in both}
    is_short = all(each != noun and len(units(one)) == 1 == len(units(each)) for each, one in sisters.items())
    return next(iter(both), "") if is_short else ""


def listed_beside(noun: str, text: str) -> bool:
    """Whether a noun stands in a text as one item of several alone: 手すりや標識, 標識など."""
    places = list(re.finditer(re.escape(noun), text))
    return bool(places) and all(
        _ITEM_ENDS.match(text, place.end())
        or (_ITEM_BEGINS.search(text[: place.start()]) and not _IN_NOUN.match(text, place.end()))
        for place in places
    )


_NOT_TOGETHER = "(?!協力|連携|協働|共同|共催|とも|共に)"
_ITEM_ENDS = lazily(rf"(?:など|等)(?!し)|(?:{_AND}){_NOT_TOGETHER}{NOUN}")
_ITEM_BEGINS = lazily(rf"(?:{_AND}){NOUN}*$")
_IN_NOUN = lazily(NOUN)
_BETWEEN_ITEMS = lazily(f"{_AND}|、")
_IS_DONE = lazily("し|する|され")


def _says_part(nouns: Sequence[str], clause: str) -> bool:
    """Whether a clause has the beginning or the end of a word of the nouns: 利用した of 利用者."""
    parts = [part for noun in nouns for part in PARTS.findall(noun)]
    return not parts or any(part[:2] in clause or part[-2:] in clause for part in parts)


_NO_OTHER = lazily("だけ|のみ|単独")
_INCLUDES = lazily("(?:※|[（(]うち)[^。]*|[（(][^（）()]{1,20}含[むみめ][^（）()]{0,6}[）)]")


def only_in_remark(asked: str, sentence: str, figure: Figure) -> str:
    """The noun asked of that only the remark behind a figure says: it is counted in with others."""
    remark = _INCLUDES.match(sentence, figure.end)
    if remark is None:
        return ""
    rest = sentence[: figure.end] + sentence[remark.end() :]
    return next((part for part in PARTS.findall(asked) if part in remark[0] and part not in rest), "")


def _ends_alike(one: str, two: str) -> bool:
    """Whether two nouns have the same head: 庁内パソコン and 接続系パソコン."""
    return len(one) > 1 < len(two) and one[-2:] == two[-2:]


def _done_before(sentence: str, figure: Figure, said: Sequence[str]) -> str:
    """What a date is of, where that was done before what is asked: 4月に設置した協議会を開催."""
    clause = sentence[figure.end : figure.clause[1]]
    found = _DONE_BEFORE.search(clause)
    if found is None:
        return ""
    is_behind = any(
        re.search(rf"{re.escape(noun)}(?:を?し|を?する|され|、|。|$)", clause[found.end() :]) for noun in said
    )
    is_done = any(noun in found[0] for noun in said)
    return clause[: found.end()].lstrip("にのは") if is_behind and not is_done else ""
