"""What a summary shows of projects: words that mark them off, what happened, a line each. Pure."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from bot.ask.quantities import DATE, figures, is_amount, phrase_of, year_of
from bot.ask.terms import is_light, pieces
from store.records import Project
from store.text import lazily
from store.text.display import display, split
from store.text.morphology import units
from store.text.normalize import alnum_key

THEMES = 5
THEME_FIELDS = ("overview", "purpose", "name")
READ = 4_000  # characters of each field, all projects together: what a record is about stands in front
SHORTEST_READ = 60
LONGEST = 12  # characters of a word that a person would say
MARKING = 1.3  # times as common among these projects as among all, from which a word may be a theme
ENOUGH = 3  # projects that share a word, or half of a few, from which it says something of all
MOST_OF = 0.6  # of the projects with a word: if they have a longer one with it, that one is meant
HALF = 0.5  # of all projects: words as common as that mark nothing off
_HIRAGANA_END = lazily("[ぁ-ん]$")
# What is only reached for or done is no theme: 発展に資する, 向上を図る.
_REACHED_FOR = lazily("[をに](?:図|目指|努|資|進め|行|高め|取り?組|つな|繋|寄与|尽|貢献|功)")

# The share of all projects, 0 to 1, that have a word (in normal form).
Share = Callable[[str], float]
# In how many of the projects summed up a word stands, as a question for them would count.
Spread = Callable[[str], int]


def themes(
    projects: Sequence[Project], share: Share, said_in: Spread | None = None
) -> tuple[tuple[str, int], ...]:
    """Nouns that several of these projects share, more than all projects do, the commonest first.

    Each with the number of projects that have it: as `said_in` counts, else of those read here.
    """
    spread: Counter[str] = Counter()
    written: dict[str, str] = {}
    done = set[str]()
    most = max(SHORTEST_READ, READ // max(len(projects), 1))
    for project in projects:
        found = {
            word: text for name in THEME_FIELDS for word, text in _nouns(getattr(project, name), most).items()
        }
        spread.update(found.keys())
        written.update(found)
        done.update(*(_done(getattr(project, name), most) for name in THEME_FIELDS))
    least = max(2, min(ENOUGH, (len(projects) + 1) // 2))
    shared = {
        word: count
        for word, count in spread.items()
        if count >= least
        and word not in done
        and not all(written[word] in _office(project) for project in projects)
    }
    scores = {word: _marking(count, len(projects), share(word)) for word, count in shared.items()}
    chosen: list[str] = []
    for short in sorted(scores, key=lambda word: (-scores[word], -len(word), word)):
        word = _whole(short, shared)
        if scores[short] > 0 and not any(word in other or other in word for other in chosen):
            chosen.append(word)
    counted = [(written[w], said_in(written[w]) if said_in else spread[w]) for w in chosen[:THEMES]]
    told = [(word, count) for word, count in counted if count >= least]
    return tuple(sorted(told, key=lambda each: -each[1]))  # of as many, the most telling first


def _office(project: Project) -> str:
    return f"{project.organization} {project.department} {project.section}"


def _whole(word: str, shared: Mapping[str, int]) -> str:
    """The word that a person would say: 社会実装 where most projects that say 実装 say it in that."""
    longer = [other for other in shared if f" {word} " in f" {other} " and other != word]
    best = max(longer, key=lambda other: (shared[other], len(other)), default=word)
    return best if shared.get(best, 0) >= MOST_OF * shared[word] else word


def _marking(count: int, among: int, share: float) -> float:
    """How much a word in `count` of `among` projects marks them off from all, of which `share` have it."""
    if share >= HALF:
        return 0.0
    lift = count / among / share if share else float(among)
    return count * math.log(lift) if lift > MARKING else 0.0


@lru_cache(maxsize=16_384)
def _nouns(text: str, most: int) -> dict[str, str]:
    """The nouns at the beginning of a text that may be a theme: normal form -> as written.

    Those that stand together are one as well (実証実験), of very many the last two. What is only done
    (活用する) or half a word (持続可能) is no theme, nor is a general word alone.
    """
    found: dict[str, str] = {}
    run: list[tuple[str, str]] = []
    shown = display(text)[:most]
    for phrase, written, is_done, at in [*_units(shown), ("", "", False, len(shown))]:
        if phrase:
            run.append((phrase, written))
            continue
        # The head of a compound (改革 of 意識改革) is no theme alone.
        is_reached = is_done or bool(_REACHED_FOR.match(shown, at))
        alone = run[:-1] if is_reached or len(run) > 1 else run
        joined = run if len("".join(each for _, each in run)) <= LONGEST else run[-2:]
        for some in (*([each] for each in alone if not is_light(each[1])), joined):
            whole = "".join(each for _, each in some)
            if some and (len(some) > 1 or some[0] in alone) and _may_be_theme(whole):
                found[" ".join(phrase for phrase, _ in some)] = whole
        run = []
    return found


@lru_cache(maxsize=16_384)
def _done(text: str, most: int) -> frozenset[str]:
    """The nouns at the beginning of a text that are done or reached for there: 発展する, 向上を図る."""
    shown = display(text)[:most]
    every = list(_units(shown))
    return frozenset(
        one
        for (one, *_), (_, _, is_done, at) in itertools.pairwise(every)
        if one and (is_done or _REACHED_FOR.match(shown, at))
    )


def _units(text: str) -> Iterator[tuple[str, str, bool, int]]:
    """The nouns of a text, how each is written and where; no noun is empty, with whether it is する."""
    at = 0
    for unit in units(text):
        written = text[at : at + sum(unit.lengths)]
        at += sum(unit.lengths)
        is_noun = unit.phrase and all(word.noun and word.content for word in unit.words)
        is_done = not is_noun and (bool(unit.phrase) or unit.words[0].text == "為る")  # 持続可能, 活用する
        start = at - len(written)
        yield (unit.phrase, written, False, start) if is_noun else ("", "", is_done, start)


def _may_be_theme(surface: str) -> bool:
    return 1 < len(surface) <= LONGEST and not surface.isdigit() and not _HIRAGANA_END.search(surface)


FIELDS = ("outcome", "overview", "purpose")
STOCK = 3  # projects of a list that say a sentence word for word: from here on it tells of none of them
SHARED = 1.0  # less for a sentence that another project says too, than for one of its own
OVERLAP = 0.8  # of the shorter sentence's character pairs: from here on two sentences say the same
COMFORTABLE = 110  # characters that still read well on a phone
_ROUTINE = lazily(r"[（(【〔]?(?:随時|常時|通年|毎[年月週日]|定期)[)）】〕:：]?")
NEWS = 3  # lines in front of a summary
# What tells that something began, was reached or was done once and for all, and what did not go as meant.
_STEP = lazily(
    "開始|始め|新設|設置し|導入し|締結|策定し|採択|達成(?![度率])|実現|増加|首位|受賞(?!者)|評価を得|完了|反映|(?<!感染)拡大|追加し"
    "|受け入れ|初めて|新たに|上回|超え|改正|改善し|獲得"
)
_SETBACK = lazily("減少|中止|延期|でき(?:なかった|ず)|遅れ|休館|未達|縮小|見送|低下|不足|影響により")
_DATED = lazily(r"[0-9０-９]{1,2}月(?!号)")  # 9月: 機器の更新 is what was done then
_VERDICT = lazily("評価は?「?[A-EＡ-Ｅ]|[A-EＡ-Ｅ]評価")  # a verdict on what happened, and nothing that did
_TAKES_BACK = lazily("しかし|ただし|但し|だが|ところが|とはいえ|一方")
FEW = 4  # projects of which all is told that came of them
EVENT = 0.2  # more for a sentence that tells what happened than for one that tells how
TAKEN_BACK = 0.5  # less for a sentence that the next one takes back


# How many projects of a project's list say a sentence word for word, itself among them.
SaidBy = Callable[[Project, str], int]


def _only_here(project: Project, sentence: str) -> int:
    return 1


@dataclass(frozen=True, slots=True)
class Line:
    """One project and the sentence that tells most of it; `same_as` has the very same in that field.

    `stock` is what its outcome says instead, where that is what the outcomes of many say.
    """

    project: Project
    field: str = ""
    sentence: str = ""
    same_as: Project | None = None
    stock: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure of a record and the year it is of ('' if unsaid), verbatim.

    `phrase` is the part of its sentence that one understands alone: 申請4件中4件を採択し.
    """

    project: Project
    field: str
    figure: str
    year: str = ""
    phrase: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """All of `projects`: `themes` are (word, in how many of them), `lines` one each in order.

    `events` are what else happened by their outcomes.
    """

    projects: tuple[Project, ...]
    themes: tuple[tuple[str, int], ...]
    lines: tuple[Line, ...]
    events: tuple[Line, ...]
    measured: tuple[Measured, ...]


def summarize(
    projects: Sequence[Project],
    *,
    share: Share,
    about: Sequence[str] = (),
    said_by: SaidBy = _only_here,
    said_in: Spread | None = None,
) -> Summary:
    """Summarize projects: none left out. `share` tells how common a word is.

    Where they are chosen for words that they say, the line of each speaks of these (`about`).
    """
    told = lines(projects, about, said_by)
    return Summary(
        tuple(projects),
        themes(projects, share, said_in),
        told,
        tuple(_events(projects, told, said_by, about)),
        tuple(figure for project in projects for figure in measures(project)),
    )


def told_field(project: Project) -> str:
    """The field that tells what came of a project: its outcome, else what the list has instead."""
    return next((name for name in FIELDS if split(getattr(project, name))), "")


def measures(project: Project) -> tuple[Measured, ...]:
    """Every count, amount and share of a project, each once; first those of what came of it."""
    first = told_field(project)
    found: dict[tuple[str, str, str], Measured] = {}
    for name in (first, *(name for name in FIELDS if name != first)) if first else ():
        for sentence in split(getattr(project, name)):
            for figure in filter(is_amount, figures(sentence.text)):
                year, phrase = year_of(sentence.text, figure), phrase_of(sentence.text, figure)
                told = Measured(project, name, figure.text, year, phrase, sentence.text)
                found.setdefault((phrase, figure.text, year), told)
    return tuple(found.values())


def _events(
    projects: Sequence[Project], told: Sequence[Line], said_by: SaidBy, about: Sequence[str]
) -> Iterator[Line]:
    """The sentences of outcomes that tell what happened and are not said yet.

    Of a topic those with its words, whatever they tell, and of what is called by them what happened.
    """
    chosen = _Chosen()
    for line in told:
        chosen.take(pairs(line.sentence))
    for project in projects:
        for sentence in split(project.outcome):
            its = pairs(sentence.text)
            tells = tells_of_event(sentence.text) or (len(projects) <= FEW and not about)
            is_event = tells and not (about and not _speaks(project.name, about))
            is_told = is_event or _speaks(sentence.text, about) > 0
            is_stock = said_by(project, sentence.text) >= STOCK
            if is_told and not is_stock and chosen.nearest(its) < OVERLAP:
                chosen.take(its)
                yield Line(project, "outcome", sentence.text)


def lines(
    projects: Sequence[Project], about: Sequence[str] = (), said_by: SaidBy = _only_here
) -> tuple[Line, ...]:
    """One line a project, in their order: the same whatever it is told with."""
    told: dict[str, Project] = {}
    return tuple(_against(_line(project, about, said_by), told, said_by) for project in projects)


def _against(line: Line, told: dict[str, Project], said_by: SaidBy) -> Line:
    """A line as it stands after those `told`, by what else its field says: it may be the very same."""
    said = [sentence.text for sentence in split(getattr(line.project, line.field or "outcome"))]
    own = "\n".join(text for text in said if said_by(line.project, text) < STOCK)
    first = told.setdefault(own, line.project) if own else line.project
    return line if first is line.project else replace(line, sentence="", same_as=first)


@lru_cache(maxsize=16_384)
def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring letters in a text."""
    letters = [character for character in text if character.isalnum()]
    return frozenset(map("".join, itertools.pairwise(letters)))


@dataclass
class _Chosen:
    """Sentences taken so far, found again by their pairs."""

    taken: list[frozenset[str]] = field(default_factory=list)
    holding: dict[str, list[int]] = field(default_factory=dict)

    def take(self, its: frozenset[str]) -> None:
        for pair in its:
            self.holding.setdefault(pair, []).append(len(self.taken))
        self.taken.append(its)

    def nearest(self, its: frozenset[str]) -> float:
        """How much of a sentence is said already at most."""
        shared = Counter(at for pair in its for at in self.holding.get(pair, ()))
        return max((count / min(len(its), len(self.taken[at])) for at, count in shared.items()), default=0.0)


def news(found: Sequence[Line], most: int = NEWS) -> tuple[Line, ...]:
    """The few lines that tell what happened, good or bad: begun, reached, fallen, called off."""
    outcomes = [(at, line) for at, line in enumerate(found) if line.field == "outcome"]
    told = [(score, -at, line) for at, line in outcomes if (score := _happening(line.sentence))]
    best = [line for _, _, line in sorted(told, key=lambda each: (-each[0], -each[1]))]
    bad = [line for line in best if _SETBACK.search(line.sentence)][:1]
    chosen = [*bad, *(line for line in best if line not in bad)][:most]
    return tuple(line for line in found if line in chosen)


def tells_of_event(sentence: str) -> bool:
    """Whether a sentence tells that something began, was reached, fell or was called off, or when."""
    if _VERDICT.search(sentence):
        return False
    return bool(_STEP.search(sentence) or _SETBACK.search(sentence) or _DATED.match(sentence))


def _happening(sentence: str) -> float:
    """How much a sentence tells of what happened, 0 for none."""
    if _VERDICT.search(sentence):
        return 0.0
    events = 0.3 * bool(_SETBACK.search(sentence)) + 0.3 * bool(_STEP.search(sentence))
    if not events:
        return 0.0  # figures alone tell how much was done, and nothing that happened
    too_long = max(0, len(sentence) - COMFORTABLE) / 200
    amounts = [figure for figure in figures(sentence) if figure.unit != DATE]
    return max(0.0, events + 0.1 * min(len(amounts), 2) - too_long)


def _line(project: Project, about: Sequence[str], said_by: SaidBy) -> Line:
    """The best sentence of the first field that has one of its own, else the first that there is.

    Whatever is told of a project speaks of what it is called: only of the other words a sentence need be.
    """
    stock, about = "", [word for word in about if alnum_key(word) not in alnum_key(project.name)]
    for name in _by_words(project, about) if about else FIELDS:
        found = [(text, score, said_by(project, text)) for text, score in _scored(getattr(project, name))]
        own = [
            (score + _speaks(text, about) - SHARED * (times > 1), text)
            for text, score, times in found
            if times < STOCK
        ]
        if own:
            return Line(project, name, max(own, key=lambda choice: choice[0])[1], stock=stock)
        stock = stock or (found[0][0] if found and name == "outcome" else "")
    name = told_field(project)
    return Line(project, name, split(getattr(project, name))[0].text) if name else Line(project)


def _speaks(text: str, about: Sequence[str]) -> float:
    """More for a sentence with the words that it is to speak of, or what they are made of (自転車の台数)."""
    parts = [pieces((word,)) for word in about]
    said = (
        1 if word in text else sum(p in text for p in ps) / 2 / len(ps)
        for word, ps in zip(about, parts, strict=True)
    )
    return 2.0 * sum(said) / len(about) if about else 0.0


def _by_words(project: Project, about: Sequence[str]) -> Sequence[str]:
    """The fields, those first that say most of the words."""
    said = {name: sum(word in getattr(project, name) for word in about) for name in FIELDS}
    return sorted(FIELDS, key=lambda name: -said[name])


def _scored(cell: str) -> list[tuple[str, float]]:
    """The sentences of a cell and how well each would tell of it alone."""
    texts = [sentence.text for sentence in split(cell)]
    spread = Counter(itertools.chain.from_iterable(map(pairs, texts)))
    return [
        (
            text,
            _telling(text, place, len(texts))
            + _central(pairs(text), spread, len(texts))
            - TAKEN_BACK * bool(_TAKES_BACK.match(behind)),
        )
        for place, (text, behind) in enumerate(zip(texts, (*texts, "")[1:], strict=True))
    ]


def _telling(text: str, place: int, total: int) -> float:
    """Position and figures, less what makes a line hard to read."""
    position = 0.3 * (1 - place / total)
    amounts = [figure for figure in figures(text) if figure.unit != DATE]
    too_long = max(0, len(text) - COMFORTABLE) / 200
    too_short = 0.4 if len(text) < 10 else 0.0
    leans_back = (
        0.2 if text.startswith(("また", "さらに", "更に", "なお", "これ", "この", "その", "結果")) else 0.0
    )
    # (随時) トナーの調達 is what goes on anyway.
    is_routine = 0.4 if _ROUTINE.match(text) else 0.0
    told = 0.4 * min(len(amounts), 2) / 2 + 0.1 * bool(amounts) + EVENT * tells_of_event(text)
    return position + told - too_long - too_short - leans_back - is_routine


def _central(its: frozenset[str], spread: Counter[str], total: int) -> float:
    """The share of a sentence's pairs that the field's other sentences have too."""
    if total < 2 or not its:
        return 0.0
    return 0.5 * sum(spread[pair] > 1 for pair in its) / len(its)
