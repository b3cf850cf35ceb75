"""What a figure of a record counts, in whole words of its sentence, for the tables of summaries. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.answers.figures import Figure, figures, label, noun
from bot.answers.units import AGE, DATE, DURATION
from store.text.morphology import Token, tokenize

_NUMBERED = re.compile("^[（(]?[①-⑳㉑-㉟]+")
_JOINT_END = re.compile("(?:及び|および|又は|または|並びに|ならびに|[のとへをはがもにで])$")
_CUT_NAME = re.compile(r"^[^「『（(]*[」』）)]|[「『（(][^」』）)]*$")  # half of a bracket
# What may stand between a year and the figure that is of it, and behind a year that a whole sentence is of.
_OF_YEAR = re.compile(r"(?:末|時点|中)?(?:の|に|は|で|には|では|時点で|[：:、 　])?")
_YEAR_FIRST = re.compile(r"(?:末|時点)?(?:は|では|には)")
NONE = "―"


def is_amount(figure: Figure) -> bool:
    """Whether a figure is a count, an amount or a share; when and how long something was is none."""
    return figure.unit not in (DATE, DURATION, AGE)


def counted(sentence: str, figure: Figure) -> str:
    """The words that say what a figure counts; where no noun is joined to it, the nearest of its clause."""
    said = label(sentence, figure)
    told = _in_whole_words(sentence, figure, said) if said else ""
    return told or _NUMBERED.sub("", next(_nouns_near(sentence, figure), NONE))


def year_of(sentence: str, figure: Figure) -> str:
    """The year that a sentence gives a figure (令和2年度の583件, 令和3年度は、…), verbatim; '' for none."""
    years = [f for f in figures(sentence) if f.unit == DATE and "年" in f.text and f.end <= figure.start]
    if not years:
        return ""
    last = years[-1]
    is_joined = _OF_YEAR.fullmatch(sentence[last.end : figure.start])
    leads = len(years) == 1 and last.start == 0 and _YEAR_FIRST.match(sentence[last.end :])
    return last.text if is_joined or leads else ""


def _in_whole_words(sentence: str, figure: Figure, said: str) -> str:
    start = sentence.rfind(said, 0, figure.start)
    start = start if start >= 0 else sentence.find(said, figure.end)
    end = start + len(said)
    if start > 0 and sentence[start - 1].isdigit():  # 期指針の重要施策 of 第2期指針の重要施策
        head, joint, said = said.partition("の")
        start += len(head) + len(joint)
    touched = [token for token in tokenize(sentence) if token.start < end and start < token.end]
    if not said or not touched:
        return ""
    whole = sentence[touched[0].start : touched[-1].end]
    return noun(_CUT_NAME.sub("", _JOINT_END.sub("", _NUMBERED.sub("", whole))))


def _nouns_near(sentence: str, figure: Figure) -> Iterator[str]:
    """Runs of nouns of the figure's clause, first those behind it, each the nearest first."""
    runs = [(run[0].start, run[-1].end) for run in _runs(sentence)]
    inside = [run for run in runs if figure.clause[0] <= run[0] < figure.clause[1]]
    behind = [run for run in inside if run[0] >= figure.end]
    before = [run for run in reversed(inside) if run[1] <= figure.start]
    yield from (sentence[start:end] for start, end in (*behind, *before))


def _runs(sentence: str) -> Iterator[list[Token]]:
    """Adjoining nouns of a sentence that are in no figure."""
    spans = [(found.start, found.end) for found in figures(sentence)]
    run: list[Token] = []
    for token in tokenize(sentence):
        in_figure = any(start < token.end and token.start < end for start, end in spans)
        is_noun = token.word.noun and token.word.content and not in_figure
        if run and not (is_noun and run[-1].end == token.start):
            yield run
            run = []
        run = [*run, token] if is_noun else run
    if run:
        yield run
