"""What a term may be where the dictionary does not find it: part of a text or word, a sound, beginnings.

Each function gives the phrases of the index that the term may stand for; `expansion.EXPANDERS` says in which
order they are asked, and what a match by them counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from operator import add
from typing import NamedTuple

from rapidfuzz.distance import OSA

from store.database import Database
from store.index import names, synonyms
from store.index.catalog import OF_SECTIONS
from store.index.names import Title
from store.index.snapshot import Memo
from store.index.tuning import TUNING
from store.index.vocabulary import WRITTEN, Written, skeleton
from store.text.display import display
from store.text.morphology import NOTHING, Token, TokenSet, is_word, tokenize, units
from store.text.normalize import (
    alnum_key,
    from_romaji,
    has_kanji,
    hiragana,
    is_kana,
    is_latin,
    katakana,
    letters_of,
    width_fold,
)

_ROWS = """
    SELECT p.name, p.purpose, p.overview, p.outcome FROM projects p
    WHERE p.id IN (SELECT rowid FROM projects_fts WHERE projects_fts MATCH ? ORDER BY rowid DESC LIMIT ?)"""
_TEXTS = """
    SELECT id, lower(name || char(10) || purpose || char(10) || overview || char(10) || outcome || char(10)
        || section || char(10) || department || char(10) || organization) AS t FROM projects"""
_SPELLED = "SELECT rowid FROM projects_fts WHERE projects_fts MATCH ? ORDER BY rowid LIMIT ?"
_COUNTED = "SELECT count(*) FROM (SELECT 1 FROM projects_fts WHERE projects_fts MATCH ? LIMIT 1000)"
_GLIDE = re.compile("(?<=[イィ])[アヤ]")  # ファイヤ, ファイア
_HYPHEN = re.compile("(?<=[ぁ-ゖァ-ヺ])-")
# English letters as they are heard in Japanese, in the letters of `sound`; vowels fall out of both.
_HEARD = [
    (re.compile(pattern), heard)
    for pattern, heard in (
        ("ph", "f"), ("tch|ch", "t"), ("sh|th", "s"), ("qu|ck", "k"), ("x", "ks"), ("c(?=[eiy])", "s"),
        ("c", "k"), (r"(.)\1", r"\1"), ("(?<=[aeiou])r(?![aeiou])", ""), ("l", "r"), ("v", "b"), ("f", "h"),
        ("m(?=[bp])", "n"), ("ts", "t"),
    )
]  # fmt: skip
_SOFT = re.compile("g(?=[eiy])")


def as_it_stands(db: Database, term: str) -> TokenSet:
    """The words, as the projects' texts are cut, that `term` is a part of; none when no text has it."""
    if len(term) < TUNING.expansion.substring or not _may_stand(db, term.lower()):
        return NOTHING
    match = '"' + term.replace("\0", " ").replace('"', '""') + '"'
    rows = db.conn.execute(_ROWS, [match, TUNING.expansion.substring_rows]).fetchall()
    phrases: set[str] = set()
    for cells in zip(*rows, strict=True):  # the names, and only where none has it the purposes …
        phrases = {phrase for cell in cells for phrase in _around(display(cell), width_fold(term))}
        if phrases:
            break
    if not phrases:
        return NOTHING
    (count,) = db.conn.execute(_COUNTED, [match]).fetchone()
    return TokenSet(tuple(sorted(phrases)), count)


def spelled_in(db: Database, term: str, most: int) -> list[int]:
    """The ids of up to `most` projects with a text that has `term` letter for letter, across its words."""
    if len(term) < TUNING.expansion.substring or not _may_stand(db, term.lower()):
        return []
    match = '"' + term.replace("\0", " ").replace('"', '""') + '"'
    return [row[0] for row in db.conn.execute(_SPELLED, [match, most])]


def with_letters(db: Database, forms: Sequence[str]) -> Sequence[int]:
    """The ids of the projects that may have one of these forms (kana in katakana) in a text or an office.

    Of a list that is kept in memory all of them, else those that have one as it stands or in hiragana.
    """
    if (every := db.snapshot.all_projects) is not None:
        return [*every]
    written = dict.fromkeys(way for form in forms for way in (form, hiragana(form)))
    has = " OR ".join(["instr(t, ?)"] * len(written))
    return [row[0] for row in db.conn.execute(f"SELECT id FROM ({_TEXTS}) WHERE {has}", [*written])]


def _may_stand(db: Database, term: str) -> bool:
    """Whether each two of its neighbouring characters stand side by side somewhere, where that is kept."""
    known = db.snapshot.character_pairs
    return known is None or known.issuperset(map(add, term, term[1:]))


def _around(text: str, term: str) -> Iterator[str]:
    """The words of meaning that `term`'s first place in `text` touches."""
    folded = width_fold(text)
    start = folded.find(term) if len(folded) == len(text) else text.find(term)
    if start < 0:
        return
    touched = [
        token.word.text
        for token in tokenize(text)
        if token.word.content and token.start < start + len(term) and token.end > start
    ]
    if touched:
        yield " ".join(touched)


def part_of_a_word(db: Database, text: str) -> TokenSet:
    """The words that 懇談 is a part of (懇談会): one or two kanji anywhere in it, more at its beginning."""
    typed = width_fold(text)
    is_short = is_kana(typed) and len(typed) < TUNING.expansion.part_in_kana
    if is_short or not typed.isalnum() or typed.isascii():
        return NOTHING
    if len(typed) <= 2:
        entries = db.snapshot.lexicon.containing(typed)
    else:
        entries = [entry for entry, _ in db.snapshot.lexicon.starting(katakana(typed))]
    projects = sum(entry.projects for entry in entries)
    return TokenSet(tuple(entry.word for entry in entries) if projects else (), projects)


def in_katakana(db: Database, term: str) -> Iterator[list[TokenSet]]:
    """The words in katakana, one or two in a row, with the consonants of `term`, an English word."""
    typed = width_fold(term)
    if not (
        typed.isascii() and typed.isalpha() and len(typed) <= TUNING.expansion.longest_word
    ) or from_romaji(typed):
        return
    lexicon = db.snapshot.lexicon
    if lexicon.near([typed], kind=WRITTEN):
        return  # a word that is written in Latin letters is misspelled
    words = lexicon.consonants
    for letters in dict.fromkeys((_heard(typed), _heard(_SOFT.sub("j", typed)))):
        bones = skeleton(letters)
        if len(bones) < TUNING.expansion.consonants:
            continue
        ways: list[list[Sequence[Written]]] = [[_alike(letters, words.get(bones, ()))]]
        ways += [[words.get(bones[:at], ()), words.get(bones[at:], ())] for at in range(2, len(bones) - 1)]
        for way in ways:
            token_sets = [_slot(written) for written in way]
            if all(token_set.phrases for token_set in token_sets):
                yield token_sets


def _heard(latin: str) -> str:
    """An English word as it is heard in Japanese, its vowels as they are."""
    for pattern, heard in _HEARD:
        latin = pattern.sub(heard, latin)
    return latin


def _alike(letters: str, written: Sequence[Written]) -> list[Written]:
    """The words that sound most like it; none where their vowels differ too much."""
    near = {each: OSA.normalized_similarity(letters, each.sound) for each in written}
    return [
        each
        for each in written
        if near[each] >= TUNING.expansion.vowels_alike and near[each] == max(near.values())
    ]


def _slot(written: Sequence[Written]) -> TokenSet:
    return TokenSet(
        tuple(dict.fromkeys(each.word for each in written)), sum(each.projects for each in written)
    )


def named_so(db: Database, term: str) -> TokenSet:
    """The names that sound like `term`, typed in kana or Latin letters; none for other scripts."""
    found = [] if has_kanji(term) else names.names_sounding(db, term, among=db.snapshot.sounds)
    phrases = tuple(_phrase(display(name)) for name in found)
    return TokenSet(phrases, len(phrases))


def _phrase(name: str) -> str:
    return " ".join(unit.phrase for unit in units(name) if unit.phrase)


def abbreviated(db: Database, term: str) -> TokenSet:
    """The names of projects and offices, else neighbours in texts, that it is made of the beginnings of."""
    typed = _key(term)
    if not typed or not _may_be_one(db, typed):
        return NOTHING
    known = not is_kana(typed) and len(list(units(term))) == 1  # 企画課 is a word; which office's, is not
    skip = int(is_kana(typed) or db.snapshot.project_count <= TUNING.candidates.small_list)
    titles = db.snapshot.titles
    ways = (
        " ".join(title.words[at:end])
        for title in map(titles.every.__getitem__, titles.characters.texts_with(typed))
        for at in range(len(title.words))
        if (
            end := (0 if known else _end(typed, title, at, skip=skip))
            or (_end(typed, title, at, skip=len(title.words), to_last=True) if title.office else 0)
        )
        and _length(title, at, end) >= len(typed) + TUNING.abbreviating.left_out
    )
    phrases = tuple(dict.fromkeys(ways))[: TUNING.abbreviating.names]
    if phrases or known or len(typed) < TUNING.abbreviating.shortest_in_long_list:
        return TokenSet(phrases, len(phrases))
    return _beginnings_of_neighbours(db, typed)


def _beginnings_of_neighbours(db: Database, typed: str) -> TokenSet:
    """The two words next to each other in texts that it is the beginnings of: デジ田 is デジタル田園.

    Where more than a few are, it may be any of them.
    """
    found: dict[str, int] = {}
    for at in range(1, len(typed)):
        parts = typed[:at], typed[at:]
        if all(has_kanji(part) or len(part) >= TUNING.abbreviating.part for part in parts):
            words = [*takewhile(_has_phrases, (_longer(db, part) for part in parts))]
            if len(words) == len(parts):
                few = TUNING.abbreviating.in_texts
                found |= db.snapshot.bigrams.ways(words, titles_only=False, most_ways=few + 1)
    is_one = 0 < len(found) <= TUNING.abbreviating.in_texts
    return TokenSet(tuple(found), sum(found.values())) if is_one else NOTHING


def _has_phrases(word: TokenSet) -> bool:
    return bool(word.phrases)


def _longer(db: Database, beginning: str) -> TokenSet:
    """The words that begin so and go on."""
    starting = db.snapshot.lexicon.starting(beginning)
    entries = [entry for entry, form in starting if len(form) > len(beginning)]
    return TokenSet(tuple(dict.fromkeys(e.word for e in entries)), sum(e.projects for e in entries))


def _length(title: Title, at: int, end: int) -> int:
    """How many characters the words have."""
    return sum(min(map(len, forms)) for forms in title.forms[at:end])


def _key(term: str) -> str:
    letters = from_romaji(term) if is_latin(term) else katakana(term)
    return "".join(char for char in letters if char.isalnum() or char == "ー")


def _may_be_one(db: Database, typed: str) -> bool:
    """Whether a term is neither too short nor too long for an abbreviation."""
    if is_kana(typed):
        return TUNING.abbreviating.shortest_in_kana <= len(typed) <= TUNING.abbreviating.longest
    among = db.snapshot.project_count
    shortest = (
        TUNING.abbreviating.shortest
        if among <= TUNING.candidates.small_list
        else TUNING.abbreviating.shortest_in_long_list
    )
    return has_kanji(typed) and shortest <= len(typed) <= TUNING.abbreviating.longest


def _end(typed: str, title: Title, at: int, *, skip: int, to_last: bool = False) -> int:
    """Where the words of a title end, from `at` on, whose beginnings make up `typed`; 0 when there are none.

    `skip` words in a row may be left out. `to_last`: the last one stands in full (室 of 統計室).
    """
    for form in title.forms[at]:
        if form[:1] != typed[0]:
            continue
        for part in _beginnings(typed, form):
            rest = typed[len(part) :]
            if not rest and (not to_last or (at + 1 == len(title.words) and part == form)):
                return at + 1
            nexts = range(at + 1, min(at + 2 + skip, len(title.words))) if rest else ()
            ends = (_end(rest, title, each, skip=skip, to_last=to_last) for each in nexts)
            if end := next(filter(None, ends), 0):
                return end
    return 0


def _beginnings(typed: str, form: str) -> Iterator[str]:
    """The beginnings of `form` that `typed` begins with, longest first."""
    same = next((at for at, (a, b) in enumerate(zip(typed, form, strict=False)) if a != b), None)
    longest = min(len(typed), len(form)) if same is None else same
    shortest = 1 if has_kanji(form[:1]) else min(TUNING.abbreviating.part, len(form))
    yield from (form[:length] for length in range(longest, shortest - 1, -1))


def spellings(term: str) -> list[str]:
    """How else it may be written: ー for -, no ・, letters for イービーピーエム, no plural, イア for イヤ."""
    folded = width_fold(term)
    bare = "".join(char for char in term if char.isalnum() or char == "ー")
    singular = (
        folded.removesuffix("s") if folded.isascii() and len(folded) >= TUNING.expansion.with_plural else ""
    )
    glide = _GLIDE.sub(lambda match: "ア" if match[0] == "ヤ" else "ヤ", folded)
    others = (_HYPHEN.sub("ー", folded), bare, letters_of(term), singular, glide)
    return [other for other in dict.fromkeys(others) if other and other != folded]


class Short(NamedTuple):
    """What is typed in short at `[start, end)` of a text, and the stretch of a record that it stands for."""

    start: int
    end: int
    full: str


class _Shorts(Memo[str, tuple[Short, ...]]):
    """What was last read so: an answer asks for it several times."""

    most = 50


_NOUN = re.compile(r"[一-龥々ぁ-んァ-ヺーA-Za-z0-9.]+")
_YEAR = re.compile("[RHrh]?[0-9.]+")
_BETWEEN = frozenset(("助詞", "助動詞", "代名詞", "形容詞", "感動詞", "連体詞", "接続詞"))
# The sounds that an English word may begin with that is written with this letter: C of センター.
_SOUNDS = {
    "a": "アエ", "b": "バビブベボ", "c": "カキクケコサシセスチ", "d": "ダヂデド", "e": "エイ", "f": "フハ",
    "g": "ガギグゲゴジ", "h": "ハヒフヘホ", "i": "イア", "j": "ジ", "k": "カキクケコ", "l": "ラリルレロ",
    "m": "マミムメモ", "n": "ナニヌネノ", "o": "オ", "p": "パピプペポ", "q": "ク", "r": "ラリルレロ",
    "s": "サシスセソ", "t": "タチツテト", "u": "アウユ", "v": "バビブベボヴ", "w": "ワウ", "y": "ヤユヨ",
    "z": "ザジズゼゾ",
}  # fmt: skip
_CLIPPED = re.compile("[a-z]{3,}")  # sys, mtg: in small letters, and of these the consonants


class _Part(NamedTuple):
    """A word of a record: as it is compared, and its place."""

    text: str
    start: int
    end: int


def in_full(db: Database, text: str) -> tuple[Short, ...]:
    """What of a text is the beginnings of words of records, or Latin letters for such, and of no others.

    産振C is 産業振興センター, 幸せL is 幸せリーグ, つくチャレ is つくばチャレンジ. Looked for is what nobody
    writes so and the dictionary does not know as a word.
    """
    if db.snapshot.all_projects is None or len(text) > TUNING.abbreviating.longest_text:
        return ()
    kept = db.snapshot.memo(_Shorts)
    if (known := kept.get(text)) is not None:
        return known
    found = (_in_full(db, *span) for span in _maybe_short(db, text))
    return kept.keep(text, tuple(each for each in found if each))


def _maybe_short(db: Database, text: str) -> Iterator[tuple[int, str, tuple[tuple[int, int], ...]]]:
    """The nouns of a text with a word in them that no record has: where, and the stretches to try."""
    counts = db.snapshot.lexicon.counts
    for noun in _NOUN.finditer(text):
        every = [*tokenize(noun[0])]
        stretches: list[list[Token]] = [[]]
        for token in every:
            if token.word.kind in _BETWEEN:
                stretches.append([])
            else:
                stretches[-1].append(token)
        for stretch in filter(None, stretches):
            odd = [at for at, token in enumerate(stretch) if _is_odd(token, counts)]
            whole = noun[0][stretch[0].start : stretch[-1].end]
            if not odd or _YEAR.fullmatch(whole) or _is_said(db, whole):
                continue
            spans = [
                (stretch[first].start, stretch[last].end)
                for first in range(odd[0] + 1)
                for last in range(len(stretch) - 1, odd[-1] - 1, -1)
            ]
            spans.sort(key=lambda span: span[0] - span[1])
            yield noun.start(), noun[0], tuple(spans)


def _is_odd(token: Token, counts: Mapping[str, int]) -> bool:
    """Whether a word may be the beginning of another: no record has it, or it is one letter."""
    return len(token.word.surface) == 1 or token.word.text not in counts


def _is_said(db: Database, text: str) -> bool:
    return bool(spelled_in(db, text, 1)) or text.lower() in db.snapshot.lexicon.counts


def _in_full(db: Database, at: int, noun: str, spans: Sequence[tuple[int, int]]) -> Short | None:
    whole = spans[0]
    for start, end in spans:
        typed = noun[start:end]
        is_part = (start, end) != whole
        if not _may_be_short(typed, is_part=is_part) or _is_said(db, typed):
            continue
        if full := _stands_for(db, typed):
            return Short(at + start, at + end, full)
    return None


def _may_be_short(typed: str, *, is_part: bool) -> bool:
    """Whether a word may be one in short: it is none of the dictionary's, nor listed as itself."""
    if len(typed) < TUNING.abbreviating.shortest or len(typed) > TUNING.abbreviating.longest:
        return False
    if is_part and not any(is_kana(char) or is_latin(char) for char in typed):
        return False  # the beginning of a compound in kanji is a word
    if is_kana(katakana(typed)) and len(typed) < TUNING.abbreviating.clipped:
        return False
    if _YEAR.fullmatch(typed) or synonyms.group_of(typed):
        return False
    if is_latin(typed):
        return not (typed.islower() and from_romaji(typed))  # mizu is 水
    return not is_word(typed)


def _stands_for(db: Database, typed: str) -> str:
    """The one stretch of names, else of texts, that it is the beginnings of; '' for none or several."""
    entries = db.snapshot.catalog.entries
    names = {name for entry in entries for name in (entry.name, entry.section, entry.department)}
    for skip in (0, 1):
        if found := _among(names, typed, skip=skip):
            return found.popitem()[1] if len(found) == 1 else ""
    if len(typed) < TUNING.abbreviating.shortest_in_long_list and not is_latin(typed):
        return ""
    every = (db.snapshot.all_projects or {}).values()
    found = _among((text for p in every for text in (p.purpose, p.overview, p.outcome)), typed, skip=0)
    return found.popitem()[1] if len(found) == 1 else ""


def _among(texts: Iterable[str], typed: str, *, skip: int) -> dict[str, str]:
    """The stretches of these texts that it may stand for, by what they are folded."""
    may_be = re.compile(_letters(typed, gap=_GAP * (1 + skip)))
    shortest = len(re.sub("[A-Za-z]+", ".", typed)) + TUNING.abbreviating.left_out
    found: dict[str, str] = {}
    for text in texts:
        shown = display(text)
        folded = katakana(shown)
        for sentence in {_around_place(shown, m.start()) for m in may_be.finditer(folded)} if folded else ():
            for full in _made_of(sentence, typed, skip=skip):
                if len(full) >= shortest:
                    found.setdefault(alnum_key(full), full)
    return found


_GAP = 8  # letters of a word behind its beginning, at most


def _letters(typed: str, *, gap: int) -> str:
    """A pattern for texts, folded, that may have words with these beginnings: it is quick, and no more."""
    clipped = re.sub(_CLIPPED, lambda found: found[0][0] + re.sub("[aiueoy]", "", found[0][1:]), typed)
    each = (f"[{re.escape(char)}{_SOUNDS.get(char, '')}]" for char in katakana(clipped))
    return f"[^。\\n]{{0,{gap}}}?".join(each)


def _around_place(text: str, at: int) -> str:
    """The sentence of a text that has this place."""
    start = max(text.rfind(mark, 0, at) for mark in "。\n") + 1
    ends = [end for mark in "。\n" if (end := text.find(mark, at)) >= 0]
    return text[start : min(ends, default=len(text))]


def _made_of(text: str, typed: str, *, skip: int) -> Iterator[str]:
    parts = [
        _Part(katakana(token.word.surface), token.start, token.end)
        for token in tokenize(text)
        if token.word.content
    ]
    least = 1 if typed.endswith(OF_SECTIONS) else TUNING.abbreviating.part
    for at, part in enumerate(parts):
        if end := _through(typed, parts, at, skip=skip, least=least):
            yield text[part.start : parts[end - 1].end]


def _through(typed: str, parts: Sequence[_Part], at: int, *, skip: int, least: int) -> int:
    """Where the words end, from `at` on, of which a text is beginnings; 0 where it is none."""
    for length in _taken(typed, parts[at].text, least):
        rest = typed[length:]
        if not rest:
            return at + 1
        for following in range(at + 1, min(at + 2 + skip, len(parts))):
            is_next = skip or parts[following].start == parts[at].end
            if is_next and (end := _through(rest, parts, following, skip=skip, least=least)):
                return end
    return 0


def _taken(typed: str, word: str, least: int) -> Iterator[int]:
    """How many characters of a text may stand for a word, most first: of one in katakana Latin letters too.

    `least` are those of a beginning in kana.
    """
    folded = katakana(typed)
    same = next((at for at, (a, b) in enumerate(zip(folded, word, strict=False)) if a != b), None)
    longest = min(len(folded), len(word)) if same is None else same
    is_whole_only = word[:1].isdecimal()
    for length in range(longest, 0, -1):
        if length == len(word) or not (is_whole_only or (is_kana(word[:1]) and length < least)):
            yield length
    if is_kana(word[:1]) and typed[:1].isascii() and typed[:1].isalpha():
        letters = re.match("[A-Za-z]+", typed)
        most = len(letters[0]) if letters else 0
        yield from (length for length in range(most, 0, -1) if _are_heard(typed[:length], word))


def _are_heard(letters: str, word: str) -> bool:
    """Whether a word in katakana begins with the first of some Latin letters and has the others in order."""
    if _CLIPPED.fullmatch(letters):
        letters = letters[0] + re.sub("[aiueoy]", "", letters[1:])
    if word[0] not in _SOUNDS.get(letters[0].lower(), ""):
        return False
    at = 0
    for letter in letters[1:].lower():
        later = (place for place in range(at + 1, len(word) - 1) if word[place] in _SOUNDS.get(letter, ""))
        if (at := next(later, 0)) == 0:
            return False
    return True
