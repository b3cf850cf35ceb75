"""Projects that a question may mean, and which of them it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import NamedTuple

from bot.ask import wording
from bot.ask.answers import Key
from bot.ask.matching import ZERO, bag, is_spelled, name_share, says, sentences, texts
from bot.ask.question import Request
from bot.ask.terms import is_light, names, pieces, written_for
from bot.ask.terms import terms as words_of
from bot.ask.wording import Say
from store import projects
from store.database import Database
from store.index import synonyms
from store.index.catalog import NamedOffice
from store.index.meaning import word_vectors
from store.index.snapshot import Memo
from store.records import Hit, Project, Query, SearchResult, Suggestion, TermMatch
from store.search.pipeline import search
from store.search.query import parse
from store.search.variants import with_letters
from store.text import lazily
from store.text.display import display
from store.text.morphology import tokenize, words
from store.text.normalize import (
    aligned_fold,
    alnum_key,
    hiragana,
    is_kana,
    katakana,
    nfkc,
    one_space,
    width_fold,
)  # fmt: skip

CLEARLY = 0.3  # by how much of the words one name must do better than the next


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project that may be meant: the share of the question's words in its name, and what it lacks.

    `older` are earlier fiscal years of the same project, which a question without a year does not mean.
    """

    project: Project
    named: float
    missing: tuple[str, ...]
    why: Say
    older: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """Candidates, the best first, none when nothing fits. `near` are projects that hold some of the words.

    `is_sure`: the first candidate is meant and no other. `is_named`: by its number or full name.
    `also` are projects that only mention it, where others bear it in their names.
    `guess` is a spelling that is like the question's, of the projects that are `near`.
    """

    candidates: tuple[Candidate, ...] = ()
    is_sure: bool = False
    is_named: bool = False
    near: tuple[Project, ...] = ()
    also: tuple[Project, ...] = ()
    guess: str = ""

    @property
    def projects(self) -> tuple[Project, ...]:
        """The candidates' projects."""
        return tuple(candidate.project for candidate in self.candidates)


def newest(found: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Each project once, in its newest fiscal year, where the first of its years stood."""
    groups: list[list[Candidate]] = []
    for candidate in found:
        same = (group for group in groups if any(_is_same(candidate, other) for other in group))
        group = next(same, None)
        if group is None:
            groups.append([candidate])
        else:
            group.append(candidate)
    return tuple(map(_newest_of, groups))


def _newest_of(group: Sequence[Candidate]) -> Candidate:
    best = max(group, key=lambda candidate: candidate.project.fiscal_year)
    years = {candidate.project.fiscal_year for candidate in group} - {best.project.fiscal_year}
    return replace(best, named=max(c.named for c in group), older=tuple(sorted(years, reverse=True)))


def _is_same(one: Candidate, other: Candidate) -> bool:
    """Whether two records are one project in different years."""
    a, b = one.project, other.project
    return a.fiscal_year != b.fiscal_year and (a.number == b.number or a.name == b.name)


def stands_out(whole: Sequence[Candidate]) -> bool:
    """Whether the first is meant and no other."""
    return len(whole) == 1 or (len(whole) > 1 and whole[0].named - whole[1].named >= CLEARLY)


NEAR = 3  # projects named where none holds all words
LOOKED_AT = 10  # hits held against the question's words
EVERY = 2_000  # hits looked through for those of an organization
COMMON = 0.2  # a word in more of the records than this may be missing from the one that is meant
TELLING = 3  # letters from which a word is more than an ordinary one (学校)
ALIKE = 0.8  # similarity from which a misspelling is worth a guess, 0 to 1
SPELLED = 4  # letters from which a name that has them is meant
_CITY = lazily(".+?[市区町村]")
_PLACE = lazily(  # and not 都市, 本市, 市町村
    "^(?![本当同各][市町村県]$)(?!.*(?:都市|市町村?|国県)$).*(?:.[市町村県]|東京都|京都府|大阪府|北海道)$"
)


class _Searched(Memo[tuple[Query, bool], SearchResult]):
    """What was found for the words of a question: several steps of an answer ask for the same."""

    most = 100


class _Meant(Memo[tuple[tuple[str, ...], tuple[NamedOffice, ...], tuple[int, ...], bool], Subject]):
    """What words are about among offices and years: intents, sentences and refusals ask for the same."""

    most = 20


def find(db: Database, request: Request) -> Subject:
    """What a request is about: the projects named in it, else those that hold its words."""
    if not request.named:
        return by_words(db, request, request.terms)
    found = projects.by_ids(db, [entry.id for group in request.named for entry in group])
    if _is_elsewhere(db, request, found):
        return Subject(near=tuple(found), is_named=True)
    meant = newest([Candidate(project, 1.0, (), wording.NAMED_OUTRIGHT) for project in found])
    return Subject(meant, len(meant) == 1, is_named=True)


def of_statement(db: Database, text: str, told: Request) -> tuple[Key | None, bool]:
    """The project that a statement means (絵の入ったプレートがありますよね), and whether it names it.

    What no name tells is what says its words, or some of them, else what is nearest to it in meaning.
    """
    found = find(db, told)
    if found.is_sure:
        return found.projects[0].key, found.candidates[0].named >= CLEARLY
    each = (by_words(db, told, (term,), whole=True) for term in told.terms if names(term))
    named = {one.projects[0].key for one in each if one.is_sure and one.candidates[0].named == 1}
    if len(named) == 1:
        return named.pop(), True
    if said := (*found.projects, *found.near):
        return said[0].key, False
    offered = search(db, parse(text)).suggestions
    return next(((each.fiscal_year, each.number) for each in offered), None), False


def _is_elsewhere(db: Database, request: Request, found: Sequence[Project]) -> bool:
    """Whether a question asks of another place's project of that name (水戸市の行政評価事業)."""
    return any(
        not any(is_spelled(project, place) for project in found) for place in other_places(db, request)
    )


def other_places(db: Database, request: Request) -> list[str]:
    """The places that a question names, but for the city whose list it is."""
    return [term for term in request.terms if _PLACE.search(term) and not is_own_city(db, term)]


def is_own_city(db: Database, word: str) -> bool:
    """Whether a word is the place that most records speak of: it leaves none out."""
    if not _PLACE.search(word):
        return word in _THIS_CITY
    return all(is_common(db, part) for part in pieces((word,))) or _own_city(db) == nfkc(word)[:-1]


_THIS_CITY = ("本市", "当市")


class _OwnCity(Memo[str, str]):
    """The city that the records of this version of the lists name most, without 市."""


_OF_OWN_CITY = lazily(
    r"(?<![^\s、。])(?:(?P<of>[一-龥々ヶ]{2,5}?|[ぁ-ん]{2,5}?)[市町村]|[本当]市)(?:内|全体)?(?:では|には|[のではに])"
)


def without_own_city(db: Database, text: str) -> str:
    """A text (in NFKC) without 本市の, or the same with the name of the list's own city."""
    if not _OF_OWN_CITY.search(text):
        return text
    own = (None, _own_city(db))
    return _OF_OWN_CITY.sub(lambda said: "" if said["of"] in own else said[0], text)


_NAMED_CITY = lazily(
    "(?<![一-龥々ァ-ヺーぁ-ん])(?P<of>[一-龥々ヶ]{2,5}?|[ぁ-ん]{2,5}?)(?:(?<![都他])市(?!町村)|町(?!村)|村)"
)
_OFTEN, _AHEAD = 3, 2  # records that name the list's own city at least, and times as many as another


def _own_city(db: Database) -> str:
    """The city that some records name, and no other nearly as many of them; '' for none."""
    kept = db.snapshot.memo(_OwnCity)
    if (known := kept.get("")) is not None:
        return known
    every = db.snapshot.projects([entry.id for entry in db.snapshot.catalog.entries]).values()
    found = (
        {place["of"] for text in texts(each) if text for place in _NAMED_CITY.finditer(nfkc(text))}
        for each in every
    )
    ranked = [*Counter(place for places in found for place in places).most_common(2), ("", 0), ("", 0)]
    (city, records), (_, of_next) = ranked[:2]
    return kept.keep("", city if records >= max(_OFTEN, _AHEAD * of_next) else "")


def by_words(db: Database, request: Request, terms: Sequence[str], *, whole: bool = False) -> Subject:
    """Projects that hold all of `terms`; sure when it is one alone, or when one name clearly does better.

    `whole`: what is near to some of them is of no use, nor what may have been meant. That is what takes long.
    """
    kept, key = db.snapshot.memo(_Meant), (tuple(terms), request.offices, request.years, whole)
    return kept.get(key) or kept.keep(key, _by_words(db, request, terms, whole=whole))


def _by_words(db: Database, request: Request, terms: Sequence[str], *, whole: bool) -> Subject:
    found = _by_search(db, request, terms, whole=whole)
    if found.candidates and found.candidates[0].named == 1:
        return found
    if spelled := _spelled_in_names(db, request, terms):
        return Subject(spelled, stands_out(spelled))
    return found


def _by_search(db: Database, request: Request, terms: Sequence[str], *, whole: bool) -> Subject:
    candidates: list[Candidate] = []
    wordings = [*dict.fromkeys((tuple(terms), pieces(tuple(terms))))] if terms else []
    for spelled in wordings:
        result = within(db, spelled, request, limit=LOOKED_AT, whole=whole or spelled is not wordings[-1])
        if not result.hits and result.suggestions and result.suggestions[0].score >= ALIKE:
            return _guessed(db, result.suggestions)
        candidates = [_candidate(db, hit, terms) for hit in result.hits] or candidates
        if saying := newest(
            sorted((c for c in candidates if not c.missing), key=lambda c: -round(c.named, 1))
        ):
            best = saying[0].named  # once some names hold the words, what only mentions them is not meant
            meant = tuple(c for c in saying if best < CLEARLY or c.named > best - CLEARLY)
            also = tuple(candidate.project for candidate in saying if candidate not in meant)
            return Subject(meant, stands_out(saying), also=also)
    near = sorted(candidates, key=lambda c: -c.named)[:NEAR]
    return Subject(near=tuple(candidate.project for candidate in near))


def _spelled_in_names(db: Database, request: Request, terms: Sequence[str]) -> tuple[Candidate, ...]:
    """Projects whose names spell the terms, however the dictionary cuts them (Society5.0社会実装)."""
    wanted = [alnum_key(term) for term in terms]
    if not wanted or min(map(len, wanted)) < SPELLED or request.offices:
        return ()
    held = db.snapshot.catalog
    entries = (entry for name in held.names.with_all(wanted) for entry in held.by_name[name])
    ids = [entry.id for entry in entries if not request.years or entry.fiscal_year in request.years]
    found = projects.by_ids(db, ids[:LOOKED_AT])
    return newest([Candidate(project, 1.0, (), wording.SPELLED_IN_NAME) for project in found])


def within(
    db: Database, words: Sequence[str], request: Request, *, limit: int, whole: bool = False
) -> SearchResult:
    """Search for words among the sections, departments, organizations and years that the question names."""
    organizations = {office.name for office in request.offices if office.kind == "organization"}
    query = narrowed(parse(" ".join(words), limit=EVERY if organizations else limit), request)
    kept, key = db.snapshot.memo(_Searched), (query, whole)
    result = kept.get(key) or kept.keep(key, search(db, query, offers_near=False, whole=whole))
    if not organizations:
        return result
    # Search knows sections and departments only.
    hits = tuple(hit for hit in result.hits if hit.project.organization in organizations)
    return replace(result, hits=hits[:limit], total=len(hits))


def wordings(db: Database, word: str) -> tuple[str, ...]:
    """A word, and what the city or the thesaurus lists as the same: HP of ホームページ, but no loan word."""
    group = synonyms.group_of(word)
    same = group.terms if group and not group.reason.startswith("外来語") else ()
    is_off = not db.snapshot.thesaurus_off.isdisjoint(map(katakana, same))  # the city switched it off
    own = synonyms.rewordings(db, word) if db.snapshot.has_synonyms else ()
    return tuple(dict.fromkeys((word, *(() if is_off else same), *own)))


def in_the_citys_words(db: Database, question: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A question with the records' words for those of the city's list that no record has, and these pairs.

    The city says that they are the same: so they are what is asked, wherever the question has them.
    """
    called: list[tuple[str, str]] = []
    if not db.snapshot.has_synonyms:
        return question, ()
    text = one_space(question)
    for each in reversed(synonyms.of_city_in(db, text, [token.end for token in tokenize(text)])):
        typed = text[each.start : each.end]
        others = () if saying(db, (typed,)).ids else each.others
        said = {other: len(saying(db, (other,)).ids) for other in others}
        if any(said.values()):
            other = max(said, key=lambda way: said[way])
            text = text[: each.start] + other + text[each.end :]
            called.insert(0, (typed, other))
    return (text, tuple(dict.fromkeys(called))) if called else (question, ())


SAME = 0.9  # cosine from which a dictionary's synonym is the same thing: 創業 and 起業, not 委託 and 委任


def are_the_same(db: Database, word: str, other: str) -> bool:
    """Whether a word is listed as the same as another, its verb is written so, or it means the very same."""
    if other in wordings(db, word) or other in written_for(word):
        return True
    return likeness(word, other) >= SAME


def says_itself(db: Database, project: Project, word: str) -> bool:
    """Whether a project has a word in any form of its own, or what is listed as the same; 開催 is no 開く."""
    if any(is_spelled(project, way) for way in wordings(db, word)):
        return True
    tokens = list(tokenize(word))
    said = [bag(display(text)) for text in texts(project) if text]
    alone = tokens[0].word.text if len(tokens) == 1 else ""
    return any(alone in one.words if alone else one.holds(word) for one in said)


def likeness(word: str, other: str) -> float:
    """How near two words are in meaning: a cosine, 0 where one is unknown."""
    one, two = map(word_vectors().of_text, (word, other))
    return 0.0 if one is None or two is None else float(one @ two)


class Saying(NamedTuple):
    """The projects whose records say words as typed, and the other spellings by which some of them do."""

    ids: frozenset[int]
    spelled: tuple[str, ...] = ()


class _Said(Memo[str, Mapping[int, frozenset[str]]]):
    """The projects that say a word, each with the spellings by which it does."""

    most = 200


class _Texts(Memo[int, tuple[str, str]]):
    """The texts of a project, as people see them and in katakana for their kana."""


class _Spellings(Memo[str, Mapping[str, tuple[str, ...]]]):
    """How the words of all projects are written, by their normal form."""


def saying(db: Database, terms: Sequence[str], among: frozenset[int] | None = None) -> Saying:
    """The projects (`among` these) that have each of these words in name, texts, office or cells.

    As typed, whatever the width and the kana (こども, 子ども, 子供), and by no word that means the same. What
    counts, lists and adds up the projects of a word asks here, so that all of these have the same projects.
    """
    each = [_said(db, term) for term in terms]
    ids = frozenset.intersection(*map(frozenset, each)) if each else frozenset[int]()
    ids = ids if among is None else ids & among
    used = dict.fromkeys(way for ways in each for at in ids for way in sorted(ways.get(at, ())))
    return Saying(ids, tuple(used))


def beside_their_texts(db: Database, terms: Sequence[str], ids: Collection[int]) -> frozenset[int]:
    """Of projects that say these words, those that have one in their office's name or a column alone."""
    forms = [_forms(db, term) for term in terms]
    found: set[int] = set()
    every = db.snapshot.projects([*ids]) if len(ids) <= _LOOKED_INTO else {}
    for project in map(every.__getitem__, ids if every else ()):
        own = (project.name, project.overview, project.outcome, project.purpose)
        text = nfkc("\n".join(map(display, filter(None, own))))
        folded = katakana(text)
        if not all(any(_places(text, folded, each)) for each in forms):
            found.add(project.id)
    return frozenset(found)


def saying_the_same(db: Database, terms: Sequence[str]) -> tuple[frozenset[int], tuple[tuple[str, str], ...]]:
    """The projects whose record has each of these words or what is listed as the same, and by which words."""
    ways = [(term, way, saying(db, (way,)).ids) for term in terms for way in wordings(db, term)]
    each = [frozenset[int]().union(*(ids for of, _, ids in ways if of == term)) for term in terms]
    found = frozenset.intersection(*each) if each else frozenset[int]()
    return found, tuple((term, way) for term, way, ids in ways if way != term and ids & found)


def how_many_say(db: Database, term: str, among: frozenset[int]) -> int:
    """How many of the projects `among` have a word, as `saying` tells it; no other record is read."""
    return len(among.intersection(_said(db, term, among)))


def _said(db: Database, term: str, among: frozenset[int] | None = None) -> Mapping[int, frozenset[str]]:
    kept = db.snapshot.memo(_Said)
    if (found := kept.get(term)) is not None:
        return found
    forms, known, typed = _forms(db, term), db.snapshot.memo(_Texts), katakana(term)
    ids = with_letters(db, forms) if among is None else [*among]
    if len(ids) > _LOOKED_INTO:
        forms, ids = (typed,), with_letters(db, (typed,))
    said = dict.fromkeys(ids, frozenset[str]()) if len(ids) > _LOOKED_INTO else {}
    every = {} if said else db.snapshot.projects(ids)
    for project in map(every.__getitem__, () if said else ids):
        text, folded = known.get(project.id) or known.keep(project.id, _folded(project))
        here = [form for form in forms if form in folded]
        if here and (ways := frozenset(_places(text, folded, here))):
            said[project.id] = ways
    cells = db.snapshot.cell_texts
    for form in dict.fromkeys((width_fold(term), *forms, *map(hiragana, forms))):
        for at in cells.saying(form, shortest=1, fits=lambda line: any(_places(line, katakana(line), forms))):
            said.setdefault(at, frozenset())
    own = {at: frozenset(w for w in ways if katakana(w) != typed) for at, ways in said.items()}
    return kept.keep(term, own) if among is None else own


def _folded(project: Project) -> tuple[str, str]:
    text = nfkc("\n".join(display(each) for each in texts(project) if each))
    return text, katakana(text)


def _forms(db: Database, term: str) -> tuple[str, ...]:
    """A term in katakana for its kana, and with each of its words as the projects spell that one too."""
    if term in ZERO:
        return ZERO
    if grade := _GRADE.fullmatch(term):  # 評価B is B評価
        noun, letter = grade["noun"] or grade["behind"], grade["letter"] or grade["before"]
        return tuple(dict.fromkeys((term, f"{noun}{letter}", f"{letter}{noun}")))
    kept = db.snapshot.memo(_Spellings)
    if (spelled := kept.get("")) is None:
        found: dict[str, list[str]] = {}
        for form, entries in db.snapshot.lexicon.forms.written.items():
            for entry in entries:
                found.setdefault(entry.word, []).append(form)
        spelled = kept.keep("", {word: tuple(forms) for word, forms in found.items()})
    ways: list[tuple[str, ...]] = []
    for token in tokenize(term):
        own = katakana(token.word.surface)
        others = spelled.get(token.word.text, ()) if token.word.noun and len(own) > 1 else ()
        ways.append((own, *(form for form in others if form != own and len(form) > 1)))
    return tuple(dict.fromkeys((katakana(term), *("".join(each) for each in islice(product(*ways), _WAYS)))))


def _places(text: str, folded: str, forms: Sequence[str]) -> Iterator[str]:
    """Which of the forms a text has, cut out of no word or number: 京都 is not in 東京都, nor 0 in 720."""
    if len(folded) != len(text):
        folded = katakana(aligned_fold(text))
    for form in forms:
        at = folded.find(form)
        while at >= 0:
            ends = text[max(0, at - 2) : at + 1], text[at + len(form) - 1 : at + len(form) + 2]
            is_cut = _DIGITS_BEFORE.search(ends[0]) or _DIGITS_BEHIND.match(ends[1])
            if not is_cut and _is_word(text, at, at + len(form), in_kana=is_kana(form)):
                yield text[at : at + len(form)]
                break
            at = folded.find(form, at + 1)


_GRADE = lazily("(?P<noun>評価|判定)(?P<letter>[A-Z])|(?P<before>[A-Z])(?P<behind>評価|判定)")
_DIGITS_BEFORE = lazily("[0-9][.,]?[0-9]$")
_DIGITS_BEHIND = lazily("[0-9][.,]?[0-9]")


def _is_word(text: str, start: int, end: int, *, in_kana: bool) -> bool:
    """Whether a place begins where a word does, or is within one; in kana it ends where a word does too.

    It begins within one in katakana alone: マイクロバス停 is a バス停, and 延ばす is no バス.
    """
    first = max(0, start - _AROUND)
    bounds = {0} | {token.end for token in tokenize(text[first : end + _AROUND])}
    begins, ends = start - first in bounds, end - first in bounds
    if in_kana:
        return ends and (begins or bool(_KATAKANA.fullmatch(text[start - 1 : end])))
    is_in_one = all(not start < first + each < end for each in bounds)
    return begins or is_in_one or (ends and bool(_KATAKANA.fullmatch(text[max(0, start - 1) : start + 1])))


_KATAKANA = lazily("[ァ-ヺー]+")
_WAYS = 12  # in which the words of a term are spelled
_LOOKED_INTO = 1_500  # projects of which each place is looked at: of more the letters tell
_AROUND = 12  # letters around a place that are cut into words


def narrowed(query: Query, request: Request) -> Query:
    """A query among the sections, departments and years that a question names."""
    return replace(
        query,
        sections=tuple(office.name for office in request.offices if office.kind == "section"),
        departments=tuple(office.name for office in request.offices if office.kind == "department"),
        fiscal_years=request.years,
    )


def _candidate(db: Database, hit: Hit, terms: Sequence[str]) -> Candidate:
    # What a question tells of a thing may be said in another way: あいおいニッセイと協定を結んだ.
    wanted = [term for term in terms if names(term)] or terms
    twice = _said_by_one_word(hit)
    missing = tuple(
        term for term in wanted if term in twice or (not says(hit, term) and not is_common(db, term))
    )
    named = name_share(hit.project, terms)
    if wanted == terms and not named and not any(map(names, terms)):
        missing = tuple(terms)  # no thing is named at all
    return Candidate(hit.project, named, missing, wording.found_words(hit.why, tuple(terms)))


def _said_by_one_word(hit: Hit) -> set[str]:
    """The terms that a record says only by the word that it says another one by: 構想 is not 計画 and 案."""
    used, twice = set[str](), set[str]()
    for match in (told for told in hit.why if isinstance(told, TermMatch)):
        words = {*match.said.values()}
        if words and {*match.said} == {field for field, _ in match.fields}:
            if words <= used:
                twice.add(match.term)
            used |= words
    return twice


def is_common(db: Database, term: str) -> bool:
    """Whether a word is in so many records that it hardly tells them apart."""
    said = words(term)
    known, many = db.snapshot.lexicon, COMMON * db.snapshot.project_count
    return len(said) < 2 and all(known.in_projects(word.text) > many for word in said)


def shares(db: Database, project: Project, term: str) -> bool:
    """Whether a project is near for having a term: its name a word of it, or its text the whole."""
    name, parts = bag(display(project.name)), pieces((term,))
    telling = [word for word in (term, *parts[:-1]) if len(word) > 1 and not is_light(word)]
    if any(name.holds(word) and not is_common(db, word) for word in telling):
        return True
    own = _CITY.match(term)  # of つくば市長 only 市長 tells
    rest = term[own.end() - 1 :] if own and is_own_city(db, own[0]) else term
    is_telling = len(rest) >= TELLING and not is_common(db, rest)
    return is_telling and any(bag(said.text).holds(term) for _, said in sentences(project))


def _guessed(db: Database, suggestions: Sequence[Suggestion]) -> Subject:
    """The projects of もしかして where no word has a slip to be put right: near, and none is meant."""
    best = suggestions[0]
    found = [projects.get(db, s.fiscal_year, s.number) for s in suggestions if s.text == best.text]
    return Subject(near=tuple(project for project in found if project)[:NEAR], guess=best.text)


_BETWEEN = lazily(r"と(?:は|の)?|や|、|,|・|／|/|対|および|及び|\bvs\b|\bVS\b|vs\.?|\s+")
_AND = lazily("と|や|及び|および")
SIDES = 6  # that are set side by side


def of_sides(db: Database, request: Request) -> Sequence[Subject]:
    """What is named or described side by side (AとB), each of it; empty where that is not two at least."""
    named = [find(db, Request("", "topic", named=(group,))) for group in request.named[:SIDES]]
    if len(named) >= 2:
        return named
    if len(named) == 1 and request.terms:
        others = (_of_side(db, request, text) for text in (request.topic, *_BETWEEN.split(request.topic)))
        mine = named[0].projects[0].key
        other = next((one for one in others if one.candidates and one.projects[0].key != mine), None)
        return (named[0], other) if other else ()
    if len(parts := [part for part in _BETWEEN.split(request.topic) if part.strip()]) > 2:
        several = [_of_side(db, request, part, whole=True) for part in parts[:SIDES]]
        if all(each.is_sure for each in several):
            return several
    places = [found.span() for found in _BETWEEN.finditer(request.topic)]
    halves = [(request.topic[:start].strip(), request.topic[end:].strip()) for start, end in places]
    halves = [half for half in halves if all(half)]
    for whole in (True, False):  # what only may be meant by one side takes long to find
        pairs = [tuple(_of_side(db, request, side, whole=whole) for side in half) for half in halves]
        if both := [pair for pair in pairs if all(side.candidates for side in pair)]:
            return max(both, key=lambda pair: sum(s.candidates[0].named + s.is_sure for s in pair))
        halves = [half for half, pair in zip(halves, pairs, strict=True) if any(s.candidates for s in pair)]
    return ()


def _of_side(db: Database, request: Request, text: str, *, whole: bool = False) -> Subject:
    if entries := db.snapshot.catalog.of_number(text.strip()):
        return find(db, Request("", "topic", named=(entries[:1],)))
    return by_words(db, request, words_of(text)[0], whole=whole)


def by_name_of_each(db: Database, request: Request) -> Subject | None:
    """The projects whose names have each side's words (未来共創とSociety5.0); None where one has not."""
    parts = _AND.split(request.topic)
    if request.named or not 1 < len(parts) <= SIDES:
        return None
    sides = [_of_side(db, request, part, whole=True) for part in parts]
    if not all(each.is_sure and each.candidates[0].named == 1 for each in sides):
        return None
    found = tuple({each.projects[0].key: each.candidates[0] for each in sides}.values())
    return Subject(found, is_named=True) if len(found) > 1 else None
