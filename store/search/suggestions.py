"""What may have been meant by words that no record has: another spelling, or a synonym.

A misspelled term gives what it may have been meant to be, look-alikes put right or one edit away. Words that
people asked for in vain give synonyms to be judged: what the records may call the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, groupby, islice, pairwise, product
from typing import NamedTuple

from rapidfuzz.distance import OSA, Levenshtein

from store import projects
from store.database import Database
from store.index import vocabulary
from store.index.meaning import Vector, word_vectors
from store.index.names import Names
from store.index.synonyms import SHORTEST, Suggested
from store.index.tuning import TUNING
from store.index.vocabulary import READ, WRITTEN
from store.records import MatchType, Project, Suggestion
from store.search import meaning, relevance, segmentation
from store.search.expansion import Interpretation, QueryTerm, expand, interpret
from store.search.minimum_should_match import word_by_word
from store.search.segmentation import Edge, Segmentation, is_certain, is_meaningful, lattice, token_sets_of
from store.text.asking import subject_of
from store.text.display import display
from store.text.morphology import Token, Unit, Word, is_word, tokenize, units
from store.text.normalize import has_kanji, is_kana, is_latin, kana_key, katakana, width_fold

_TUNED = TUNING.spelling

_ALIKE = ("一二口力夕工卜八才千三", "ーニロカタエトハオチミ")  # kanji and the kana that look the same
_TO_KANA, _TO_KANJI = str.maketrans(*_ALIKE), str.maketrans(_ALIKE[1], _ALIKE[0])
# Beside katakana; beside hiragana on both sides only, for その一年 and 工夫 are words.
_AMONG_KANA = re.compile(
    f"(?<=[ァ-ヺー])[{_ALIKE[0]}]|[{_ALIKE[0]}](?=[ァ-ヺー])|(?<=[ぁ-ゖ])[{_ALIKE[0]}](?=[ぁ-ゖ])"
)
_AMONG_KANJI = re.compile(f"(?<=[一-鿿])[{_ALIKE[1]}]|[{_ALIKE[1][1:]}](?=[一-鿿])")
TUNED = TUNING.spelling
distance = OSA.distance
Confirmed = Mapping[str, Mapping[tuple[int, str], int]]  # what was typed -> the projects meant -> by how many
# The project that says all of these best, its score, and how it words each.
Best = Callable[[Sequence[QueryTerm]], tuple[Project, float, Sequence[str]] | None]


def corrections(db: Database, term: str, *, most: int) -> list[Interpretation]:
    """What `term` may have been meant to be, among what the projects say, surest first."""
    found: list[Interpretation] = []
    for ways in (look_alikes, _homophones, _one_edit):
        found = found or list(islice(ways(db, term), most))
    return found


def look_alikes(db: Database, term: str) -> Iterator[Interpretation]:
    """What `term` says with kanji read as the kana that look the same, or the other way round."""
    typed = width_fold(term)
    in_kana = typed.replace("ノレ", "ル")
    in_kana = _AMONG_KANA.sub(lambda match: match[0].translate(_TO_KANA), in_kana)
    in_kanji = _AMONG_KANJI.sub(lambda match: match[0].translate(_TO_KANJI), typed)
    for spelling in dict.fromkeys((in_kana, in_kanji)):
        if spelling != typed:
            yield from _of_cuts(db, spelling)


def _homophones(db: Database, term: str) -> Iterator[Interpretation]:
    """Other words that are read alike, some of the kanji right: 制作立案 for 政策立案."""
    kanji = {char for char in term if "一" <= char <= "鿿"}
    if len(kanji) < 2 or not _TUNED.shortest_compound <= len(term) <= TUNING.expansion.longest_word:
        return
    words = [word for unit in units(term) for word in unit.words]
    reading = "".join(word.reading for word in words)
    for interpretation in _word_by_word(db, words, reading) or _of_cuts(db, reading):
        if any(kanji.intersection(phrase) for phrase in interpretation.phrases):
            yield interpretation


def _word_by_word(db: Database, words: Sequence[Word], reading: str) -> list[Interpretation]:
    """Each word as it is, or another one read so: mostly one word is converted wrongly, not cut wrongly."""
    known, among = db.snapshot.lexicon.forms, db.snapshot.project_count
    pieces_of_it = []
    for end, word in zip(accumulate(len(word.reading) for word in words), words, strict=True):
        alike = {*known.written.get(katakana(word.surface), ()), *known.read.get(word.reading, ())}
        meant = [entry for entry in alike if entry.word] if word.content else []
        if word.content and not meant:
            return []
        pieces_of_it.append(_piece(end, meant))
    cut = tuple(pieces_of_it)
    if not is_meaningful(reading, cut):
        return []
    token_sets = segmentation.token_sets(cut)
    interpretation = interpret(
        db, MatchType.EDIT, token_sets, in_titles=lambda: not is_certain(reading, cut, among)
    )
    return [interpretation] if interpretation else []


def _one_edit(db: Database, term: str) -> Iterator[Interpretation]:
    """Known words before and after, and between them one that is an edit away from what was typed."""
    typed = katakana(term)
    if len(kana_key(typed)) < _TUNED.shortest or len(typed) > TUNING.expansion.longest_word:
        return
    native = segmentation.has_hiragana(term)
    by_start = lattice(db, typed, any_script=native, anywhere=True)
    before = segmentation.cheapest_from_start(by_start)
    after = segmentation.cheapest_to_end(by_start)
    spans = {
        (start, end): typed[start:end]
        for start in range(len(typed))
        for end in after
        if start in before
        and start < end <= start + _TUNED.longest_word
        and _may_be_misspelled(typed[start:end])
    }
    by_reading = native and len(kana_key(typed)) >= _TUNED.shortest_reading
    near = db.snapshot.lexicon.near(set(spans.values()), kind=READ if by_reading else WRITTEN)
    cuts = [
        (
            before[start][0] + after[end][0] - _sureness(text),
            (*before[start][1], _piece(end, near[text]), *after[end][1]),
        )
        for (start, end), text in spans.items()
        if near.get(text)
    ]
    yield from _said(db, typed, (cut for _, cut in sorted(cuts, key=lambda each: each[0])))


def _of_cuts(db: Database, spelling: str) -> Iterator[Interpretation]:
    for token_sets, may_be_chance, _ in segmentation.segmentations(db, spelling, loosely=False):
        if interpretation := interpret(db, MatchType.EDIT, token_sets, in_titles=may_be_chance):
            yield interpretation


def _may_be_misspelled(text: str) -> bool:
    """Whether a text may be a word with a slip; a single character may be a slip of any word."""
    return text.isalnum() and len(text) > 1


def _sureness(text: str) -> float:
    """What is taken off the cost of a correction: an edit changes a long word less."""
    return _TUNED.surer_a_character * len(kana_key(text))


def _piece(end: int, words: Iterable[vocabulary.Entry]) -> Edge:
    ordered = tuple(sorted(words, key=lambda entry: (-entry.projects, entry.word)))
    outer, inner = token_sets_of(ordered)
    return Edge(end, ordered, 0.0, outer=outer, inner=inner)


def _said(db: Database, typed: str, cuts: Iterable[Segmentation]) -> Iterator[Interpretation]:
    """The interpretations of those cuts that some project says."""
    among = db.snapshot.project_count
    telling = (cut for cut in cuts if is_meaningful(typed, cut) and is_certain(typed, cut, among))
    for cut in islice(telling, _TUNED.tried):
        if interpretation := interpret(db, MatchType.EDIT, segmentation.token_sets(cut)):
            yield interpretation


class Stretch(NamedTuple):
    """A stretch of a name near to what was typed; the best is the least."""

    edits: int
    lost: int  # characters typed that it lacks
    left_over: int  # characters of the name around it
    row: int
    start: int
    end: int


def near_names(db: Database, typed: str, *, limit: int) -> list[Suggestion]:
    """The stretches of names nearest to `typed`, each with its project; score is their likeness, 0 to 1."""
    folded = "".join(char for char in katakana(typed) if char.isalnum() or char == "ー")
    if not TUNED.name_shortest <= len(folded) <= TUNED.name_longest:
        return []
    names = db.snapshot.names
    found = sorted(set(islice(stretches(names, folded), TUNED.places)))
    whole = (each for each in found if _is_whole(names, each, loosely=len(folded) >= TUNED.loose_end))
    texts: dict[str, Suggestion] = {}
    is_latin_too = _has_latin(folded)
    for each in islice(whole, 4 * limit):
        name, number, year = names.rows[each.row]
        text = name[each.start : each.end]
        if is_latin_too and not _has_latin(text):
            continue  # no slip of the fingers makes 者 of an e
        texts.setdefault(text, Suggestion(text, number, year, likeness(typed, text)))
    return list(texts.values())[:limit]


def _has_latin(text: str) -> bool:
    return any(char.isalpha() for char in width_fold(text) if is_latin(char))


def likeness(typed: str, text: str) -> float:
    """How near two spellings are, 0 to 1; a swapped or missing character is nearer than a wrong one."""
    one, other = kana_key(typed), kana_key(text)
    lost = sum([max(0, one.count(char) - other.count(char)) for char in {*one}])
    return OSA.normalized_similarity(one, other) - TUNED.wrong * lost / max(len(one), 1)


def stretches(names: Names, typed: str) -> Iterator[Stretch]:
    """What is an edit or two away: of edits + 1 parts of what was typed, one must be there as it is.

    An edit loses at most one character: only lines are looked at that lack no more than that.
    """
    edits = 1 if len(typed) < TUNED.two_edits else 2
    size = -(-len(typed) // (edits + 1))
    parts = [(typed[offset : offset + size], offset) for offset in range(0, len(typed), size)]
    # Two characters swapped where the parts meet would spoil both.
    swapped = [typed[: at - 1] + typed[at] + typed[at - 1] + typed[at + 1 :] for _, at in parts[1:]]
    parts += [(each, 0) for each in swapped]
    for row in names.characters.texts_with(typed, lacking=edits):
        for part, offset in parts:
            for at in _places(part, names.lines[row]):
                if best := _best_at(names.lines[row], row, typed, range(at, at + len(part)), offset, edits):
                    yield best


def _places(part: str, line: str) -> Iterator[int]:
    at = line.find(part)
    while at >= 0:
        yield at
        at = line.find(part, at + 1)


def _best_at(line: str, row: int, typed: str, part: range, offset: int, edits: int) -> Stretch | None:
    """The nearest stretch around a `part` of what was typed; it starts or ends there if the part does so."""
    at, shift = part.start, edits if offset else 0
    # A near stretch ends at most `edits` from where it would if nothing were wrong.
    unmoved = line[max(0, at - offset) : max(0, at - offset + len(typed))]
    if distance(typed, unmoved, score_cutoff=2 * edits) > 2 * edits:
        return None
    best: Stretch | None = None
    last = offset + len(part) == len(typed)
    for start in range(max(0, at - offset - shift), min(at, at - offset + shift) + 1):
        ends = range(start + len(typed) - edits, min(len(line), start + len(typed) + edits) + 1)
        for end in (part.stop,) if last else ends:
            text = line[start:end]
            found = distance(typed, text, score_cutoff=edits)
            if found > edits or not (text[:1].isalnum() and text[-1:].isalnum()):
                continue
            lost = sum([char not in text for char in typed])
            # 事業 is not what 事業法 was meant to be, nor is 規格化 what 規格品 was.
            if not lost or not (len(text) < len(typed) < TUNED.two_edits or len(typed) < TUNED.one_wrong):
                each = Stretch(found, lost, len(line) - len(text), row, start, end)
                best = min(best, each) if best else each
    return best


def _is_whole(names: Names, found: Stretch, *, loosely: bool) -> bool:
    """Whether it starts and ends where words of meaning do; `loosely`, either is enough."""
    name = names.rows[found.row][0]
    if loosely and (found.start == 0 or found.end == len(name)):
        return True
    tokens = [token for token in tokenize(name) if token.word.content]
    at_start = found.start in [token.start for token in tokens]
    at_end = found.end in [token.end for token in tokens]
    return (at_start or at_end) if loosely else (at_start and at_end)


def suggest(db: Database, terms: Sequence[QueryTerm], best: Best) -> tuple[Suggestion, ...]:
    """A few guesses, nearest first, each with its best project; none for what resembles nothing."""
    if all(term.interpretations for term in terms):
        return ()  # nothing is misspelled: it is the filters or the exclusions that leave nothing
    typed = "".join(term.text for term in terms)
    if not any(map(str.isalpha, typed)):
        return ()  # another number is another thing
    guesses = near_names(db, typed, limit=TUNING.spelling.guesses)
    if not any(guess.score >= TUNING.spelling.sure for guess in guesses):
        guesses = [*_by_words(db, terms, best), *guesses]
    guesses.sort(key=lambda each: -each.score)
    first: dict[tuple[int, str], Suggestion] = {}
    for each in guesses:
        first.setdefault((each.fiscal_year, each.number), each)
    return tuple(islice(first.values(), TUNING.spelling.guesses))


def _by_words(db: Database, terms: Sequence[QueryTerm], best: Best) -> list[Suggestion]:
    """The query with its unknown words corrected, worded as the project that says so; the nearest first."""
    readings = [_readings(db, term) for term in terms]
    found: list[tuple[float, float, Suggestion]] = []
    for corrected in islice(product(*readings), TUNING.spelling.guesses * TUNING.spelling.corrections):
        if said := best(corrected):
            project, score, wordings = said
            text = " ".join(
                wording if term.interpretations[0].match_type is MatchType.EDIT else term.text
                for term, wording in zip(corrected, wordings, strict=True)
            )
            typed = " ".join(term.text for term in corrected)
            near = _likeness(typed, text)
            if max(near, likeness(_reading(typed), _reading(text))) >= TUNING.spelling.least:
                found.append((near, score, Suggestion(text, project.number, project.fiscal_year, near)))
    return [each for _, _, each in sorted(found, key=lambda each: each[:2], reverse=True)]


def _likeness(typed: str, text: str) -> float:
    one, other = _reading(typed), _reading(text)
    alike = likeness(one, other) if is_kana(katakana(typed)) else float(one == other)
    return max(likeness(typed, text), TUNING.spelling.same_sound * alike)


def _reading(text: str) -> str:
    if is_kana(folded := katakana(text)):
        return folded
    return "".join(word.reading for unit in units(text) for word in unit.words)


def put_right(db: Database, term: QueryTerm, best: Best) -> str:
    """What a term was meant to be, in the words of the records, where it has a slip; else ''.

    What search reads for it by its sound may be one too: パブリクコメント.
    """
    if any(found.match_type is not MatchType.SPELLING for found in term.interpretations):
        return ""
    guesses = suggest(db, (replace(term, interpretations=()),), best)
    return next((guess.text for guess in guesses if is_slip(db, term.text, guess.text)), "")


def is_slip(db: Database, typed: str, meant: str) -> bool:
    """Whether `meant` is typed with a wrong kanji of the same sound, or with a slip in what is no word.

    県道 is no slip for 市道, nor 研修 for 研究: where a whole word is another one, another thing is meant.
    """
    typed, one, other = width_fold(typed), katakana(typed), katakana(meant)
    sounds = _reading(typed), _reading(meant)
    if sounds[0] == sounds[1]:
        return len(one) >= _TUNED.shortest and not {*filter(has_kanji, one)} <= {*other}
    if is_kana(one) and not is_kana(other):  # typed by its sound
        return len(one) >= _TUNED.shortest_reading and distance(*sounds) == 1
    if distance(one, other) > (1 if len(one) < _TUNED.two_edits else 2):
        return False
    tokens = list(tokenize(typed))
    edits = [edit for edit in Levenshtein.opcodes(one, other) if edit.tag != "equal"]
    return all(_is_in_no_word(db, tokens, edit.src_start, edit.src_end) for edit in edits)


def _is_in_no_word(db: Database, tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether a stretch is in a piece of a text that is no word: in 支縁 of 支縁教育, and not in 県道."""
    first = start - (start == end)  # what is missing is missing behind one piece or before the next
    touched = [at for at, t in enumerate(tokens) if t.start < max(end, start + 1) and first < t.end]
    return any(_is_no_word(db, tokens, at) for at in touched)


def _is_no_word(db: Database, tokens: Sequence[Token], at: int) -> bool:
    """Whether the dictionary has no such word, or cut kanji one by one that nobody knows together."""
    word, said = tokens[at].word, tokens[at].word.surface
    if is_kana(katakana(said)) and katakana(said) != said:  # of hiragana it makes rare words: ふれい is 不例
        return not db.snapshot.lexicon.counts.get(word.text)
    if len(said) > 1 or not has_kanji(said):
        return not is_word(said)
    beside = [token.word.surface for token in tokens[max(0, at - 1) : at + 2]]
    if any(len(one + two) == 2 and is_word(one + two) for one, two in pairwise(beside)):
        return False  # 団員 of 消防|団|員
    return said not in _SETS_APART and sum(len(each) == 1 and has_kanji(each) for each in beside) > 1


# Of like things one is told from the other by these: 東小学校, 新庁舎, 市道.
_SETS_APART = frozenset(
    "東西南北中大小高新旧上下前後左右内外男女老幼国都道府県市区町村部課室係局初第一二三四五六七八九十"
)


def _readings(db: Database, term: QueryTerm) -> list[QueryTerm]:
    if term.interpretations:
        return [term]
    return [
        replace(term, interpretations=(interpretation,))
        for interpretation in corrections(db, term.text, most=TUNING.spelling.corrections)
    ]


def suggest_synonyms(
    db: Database, questions: Iterable[str], confirmed: Confirmed | None = None, *, most: int = 100
) -> list[Suggested]:
    """Synonyms that the records bear out, for words in `questions` that none of them has; most asked first.

    Before them what people have `confirmed`: that they meant a project which does not have their words. A
    word is left out where no project is near to it in meaning. Inside `db.reading()`.
    """
    asked = Counter(word for question in questions for word in dict.fromkeys(_nouns(question)))
    sure = confirmed or {}
    words = [*sure, *(word for word, _ in asked.most_common() if word not in sure)]
    unsaid = [word for word in words if _is_unsaid_word(db, word)]
    found = (_nearest(db, word, asked[word], sure.get(word, {})) for word in unsaid)
    return [each for each in found if each][:most]


def _is_unsaid_word(db: Database, word: str) -> bool:
    term = expand(db, word)
    return not term.interpretations and not term.sentence


def _nouns(question: str) -> Iterator[str]:
    """The compounds of a question, without the words that ask."""
    subject = subject_of(question)
    for compound in _compounds(subject.text if subject else question):
        text = "".join(map(_surface, compound))
        if len(text) >= SHORTEST and any(word.noun for unit in compound for word in unit.words):
            yield text


def _compounds(text: str) -> Iterator[Sequence[Unit]]:
    """The stretches of dictionary words of meaning that stand side by side."""
    for has_meaning, stretch in groupby(units(text), key=lambda unit: bool(unit.phrase)):
        if has_meaning:
            yield list(stretch)


def _nearest(db: Database, word: str, asked: int, meant: Mapping[tuple[int, str], int]) -> Suggested | None:
    near = _ids(db, meant) or relevance.nearness(db, word, word_by_word([expand(db, word)])).offered()
    direction = word_vectors().of_text(word)
    if not near or direction is None:
        return None
    likeness, synonym, best = max(
        (
            (likeness, synonym, each)
            for each in meaning.sentences_of(db, word, near)
            for likeness, synonym in _likenesses(each.project, each.text, direction)
            if synonym not in word  # 調査 is no other word for 人口動態調査
        ),
        key=lambda each: each[0],
        default=(0.0, "", None),
    )
    if best is None or (likeness < TUNING.meaning.proposed_from and not meant):
        return None
    project = f"{best.project.number} {display(best.project.name)}"
    return Suggested(word, synonym, project, best.text, asked, meant.get(best.project.key, 0))


def _ids(db: Database, keys: Iterable[tuple[int, str]]) -> list[int]:
    found = (projects.get(db, *key) for key in keys)
    return [project.id for project in found if project]


def _likenesses(project: Project, sentence: str, direction: Vector) -> Iterator[tuple[float, str]]:
    """How near each compound of a project's name and of the sentence is to a word."""
    vectors = word_vectors()
    for text in (display(project.name), sentence):
        for compound in _compounds(text):
            for start in range(len(compound)):
                for end in range(start + 1, min(start + TUNING.meaning.proposed_words, len(compound)) + 1):
                    part = compound[start:end]
                    words = "".join(map(_surface, part))
                    of_part = vectors.of_units(part)
                    if of_part is not None and len(words) >= SHORTEST:
                        yield float(direction @ of_part), words


def _surface(unit: Unit) -> str:
    return "".join(word.surface for word in unit.words)
