"""What a term may be where the dictionary does not find it: part of a text or word, a sound, beginnings.

Each function gives the phrases of the index that the term may stand for; `expansion.EXPANDERS` says in which
order they are asked, and what a match by them counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from operator import add

from rapidfuzz.distance import OSA

from store.database import Database
from store.index import names
from store.index.names import Title
from store.index.tuning import TUNING
from store.index.vocabulary import WRITTEN, Written, skeleton
from store.text.display import display
from store.text.morphology import NOTHING, TokenSet, tokenize, units
from store.text.normalize import from_romaji, has_kanji, is_kana, is_latin, katakana, letters_of, width_fold

_ROWS = """
    SELECT p.name, p.purpose, p.overview, p.outcome FROM projects p
    WHERE p.id IN (SELECT rowid FROM projects_fts WHERE projects_fts MATCH ? ORDER BY rowid DESC LIMIT ?)"""
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
