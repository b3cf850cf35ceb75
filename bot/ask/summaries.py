"""What a summary shows of projects: words that mark them off, what happened, a line each. Pure."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bot.ask.quantities import DATE, figures, is_amount, phrase_of, year_of
from bot.ask.terms import is_light
from store.records import Project
from store.text import lazily
from store.text.display import display, split
from store.text.morphology import units

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

# The share of all projects, 0 to 1, that have a word (in normal form).
Share = Callable[[str], float]


def themes(projects: Sequence[Project], share: Share) -> tuple[tuple[str, int], ...]:
    """Nouns that several of these projects share, more than all projects do, the commonest first."""
    spread: Counter[str] = Counter()
    written: dict[str, str] = {}
    most = max(SHORTEST_READ, READ // max(len(projects), 1))
    for project in projects:
        found = {
            word: text for name in THEME_FIELDS for word, text in _nouns(getattr(project, name), most).items()
        }
        spread.update(found.keys())
        written.update(found)
    least = max(2, min(ENOUGH, (len(projects) + 1) // 2))
    shared = {word: count for word, count in spread.items() if count >= least}
    scores = {word: _marking(count, len(projects), share(word)) for word, count in shared.items()}
    chosen: list[str] = []
    for short in sorted(scores, key=lambda word: (-scores[word], -len(word), word)):
        word = _whole(short, shared)
        if scores[short] > 0 and not any(word in other or other in word for other in chosen):
            chosen.append(word)
    told = sorted(chosen[:THEMES], key=lambda word: -spread[word])  # of as many, the most telling first
    return tuple((written[word], spread[word]) for word in told)


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
    for phrase, written, is_done in [*_units(display(text)[:most]), ("", "", False)]:
        if phrase:
            run.append((phrase, written))
            continue
        alone = run[:-1] if is_done else run
        joined = run if len("".join(each for _, each in run)) <= LONGEST else run[-2:]
        for some in (*([each] for each in alone if not is_light(each[1])), joined):
            whole = "".join(each for _, each in some)
            if some and (len(some) > 1 or some[0] in alone) and _may_be_theme(whole):
                found[" ".join(phrase for phrase, _ in some)] = whole
        run = []
    return found


def _units(text: str) -> Iterator[tuple[str, str, bool]]:
    """The nouns of a text with how each is written; what is no noun is empty, with whether it is する."""
    at = 0
    for unit in units(text):
        written = text[at : at + sum(unit.lengths)]
        at += sum(unit.lengths)
        is_noun = unit.phrase and all(word.noun and word.content for word in unit.words)
        is_done = not is_noun and (bool(unit.phrase) or unit.words[0].text == "為る")  # 持続可能, 活用する
        yield (unit.phrase, written, False) if is_noun else ("", "", is_done)


def _may_be_theme(surface: str) -> bool:
    return 1 < len(surface) <= LONGEST and not surface.isdigit() and not _HIRAGANA_END.search(surface)


FIELDS = ("outcome", "overview", "purpose")
OVERLAP = 0.5  # of the shorter sentence's character pairs: from here on two sentences say the same
COMFORTABLE = 110  # characters that still read well on a phone
_ROUTINE = lazily(r"[（(【〔]?(?:随時|常時|通年|毎[年月週日]|定期)[)）】〕:：]?")
NEWS = 3  # lines in front of a summary
# What tells that something began, was reached or was done once and for all, and what did not go as meant.
_STEP = lazily(
    "開始|始め|新設|設置し|導入し|締結|策定し|採択|達成|実現|増加|首位|受賞|評価を得|完了|反映|(?<!感染)拡大|追加し|受け入れ"
)
_SETBACK = lazily("減少|中止|延期|でき(?:なかった|ず)|遅れ|休館|未達|縮小|見送|低下|不足|影響により")
_TAKES_BACK = lazily("しかし|ただし|但し|だが|ところが|とはいえ|一方")
EVENT = 0.2  # more for a sentence that tells what happened than for one that tells how
TAKEN_BACK = 0.5  # less for a sentence that the next one takes back


@dataclass(frozen=True, slots=True)
class Line:
    """One project and its sentence, or the project `same_as` which says it already."""

    project: Project
    field: str = ""
    sentence: str = ""
    same_as: Project | None = None


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


def summarize(projects: Sequence[Project], *, share: Share, about: Sequence[str] = ()) -> Summary:
    """Summarize projects: none left out, no sentence twice. `share` tells how common a word is.

    Where they are chosen for words that they say, the line of each speaks of these (`about`).
    """
    measured = {project.key: measures(project) for project in projects}
    chosen = _Chosen()
    told = lines(projects, about, chosen)
    return Summary(
        tuple(projects),
        themes(projects, share),
        told,
        tuple(_events(projects, chosen)),
        tuple(figure for project in projects for figure in measured[project.key]),
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


def _events(projects: Sequence[Project], chosen: _Chosen) -> Iterator[Line]:
    """The sentences of outcomes that tell what happened and are not said yet."""
    for project in projects:
        for sentence in split(project.outcome):
            its = pairs(sentence.text)
            if tells_of_event(sentence.text) and chosen.nearest(its)[0] < OVERLAP:
                chosen.take(project, its)
                yield Line(project, "outcome", sentence.text)


def lines(
    projects: Sequence[Project], about: Sequence[str] = (), chosen: _Chosen | None = None
) -> tuple[Line, ...]:
    """One line a project, in their order; projects with the least choice choose first."""
    chosen = chosen or _Chosen()
    found: dict[tuple[int, str], Line] = {}
    for project in sorted(projects, key=_choice):
        found[project.key] = _line(project, chosen, about)
    return tuple(found[project.key] for project in projects)


def _choice(project: Project) -> int:
    """How many sentences there are to tell of a project by."""
    said = split(getattr(project, told_field(project) or "outcome"))
    return sum(not _ROUTINE.match(sentence.text) for sentence in said)


@lru_cache(maxsize=16_384)
def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring letters in a text."""
    letters = [character for character in text if character.isalnum()]
    return frozenset(map("".join, itertools.pairwise(letters)))


def overlap(one: frozenset[str], two: frozenset[str]) -> float:
    """The share of the smaller set that the other has too, 0 to 1."""
    return len(one & two) / min(len(one), len(two)) if one and two else 0.0


@dataclass
class _Chosen:
    """Sentences taken so far, found again by their pairs."""

    taken: list[tuple[Project, frozenset[str]]] = field(default_factory=list)
    holding: dict[str, list[int]] = field(default_factory=dict)

    def take(self, project: Project, its: frozenset[str]) -> None:
        for pair in its:
            self.holding.setdefault(pair, []).append(len(self.taken))
        self.taken.append((project, its))

    def nearest(self, its: frozenset[str]) -> tuple[float, Project | None]:
        """How much of a sentence is said already at most, and by which project."""
        shared = Counter(at for pair in its for at in self.holding.get(pair, ()))
        most = ((count / min(len(its), len(self.taken[at][1])), at) for at, count in shared.items())
        share, at = max(most, default=(0.0, -1))
        return share, self.taken[at][0] if at >= 0 else None


def news(found: Sequence[Line], most: int = NEWS) -> tuple[Line, ...]:
    """The few lines that tell what happened, good or bad: begun, reached, fallen, called off."""
    outcomes = [(at, line) for at, line in enumerate(found) if line.field == "outcome"]
    told = [(score, -at, line) for at, line in outcomes if (score := _happening(line.sentence))]
    best = [line for _, _, line in sorted(told, key=lambda each: (-each[0], -each[1]))]
    bad = [line for line in best if _SETBACK.search(line.sentence)][:1]
    chosen = [*bad, *(line for line in best if line not in bad)][:most]
    return tuple(line for line in found if line in chosen)


def tells_of_event(sentence: str) -> bool:
    """Whether a sentence tells that something began, was reached, fell or was called off."""
    return bool(_STEP.search(sentence) or _SETBACK.search(sentence))


def _happening(sentence: str) -> float:
    """How much a sentence tells of what happened, 0 for none."""
    events = 0.3 * bool(_SETBACK.search(sentence)) + 0.3 * bool(_STEP.search(sentence))
    too_long = max(0, len(sentence) - COMFORTABLE) / 200
    amounts = [figure for figure in figures(sentence) if figure.unit != DATE]
    return max(0.0, events + 0.15 * min(len(amounts), 2) - too_long) if events else 0.0


def _line(project: Project, chosen: _Chosen, about: Sequence[str] = ()) -> Line:
    """The best sentence of the first field that has one nobody has said; else who says it."""
    said_by: Project | None = None
    for name in _by_words(project, about) if about else FIELDS:
        fresh: list[tuple[float, str, frozenset[str]]] = []
        for text, its, score in _scored(getattr(project, name)):
            share, by = chosen.nearest(its)
            said_by = said_by or by
            if share < OVERLAP:
                speaks = 2.0 * sum(word in text for word in about) / len(about) if about else 0.0
                fresh.append((score + speaks, text, its))
        if fresh:
            _, text, its = max(fresh, key=lambda choice: choice[0])
            chosen.take(project, its)
            return Line(project, name, text)
    return Line(project, same_as=said_by)


def _by_words(project: Project, about: Sequence[str]) -> Sequence[str]:
    """The fields, those first that say most of the words."""
    said = {name: sum(word in getattr(project, name) for word in about) for name in FIELDS}
    return sorted(FIELDS, key=lambda name: -said[name])


def _scored(cell: str) -> list[tuple[str, frozenset[str], float]]:
    """The sentences of a cell with their pairs and how well each would tell of it alone."""
    texts = [sentence.text for sentence in split(cell)]
    spread = Counter(itertools.chain.from_iterable(map(pairs, texts)))
    return [
        (
            text,
            pairs(text),
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
