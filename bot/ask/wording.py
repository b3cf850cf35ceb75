"""The sentences of answers, each a pure function of the values found, which `finding` makes a finding of.

An answer holds the finding; the words are made when it is drawn. What is quoted of the records is not here.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.ask.answers import Say, finding, title
from bot.ask.quantities import DATE
from bot.ask.question import Request
from store.records import FIELD_LABELS, Project


def quoted(words: Sequence[str], joined: str = "・") -> str:
    """Words of a question or a record, each in 「」."""
    return joined.join(f"「{word}」" for word in words)


def place(project: Project, field: str) -> str:
    """Where in the records something stands."""
    return f"{title(project)}の{FIELD_LABELS[field]}"


# -- projects ---------------------------------------------------------------------------------------------


@finding()
def item(project: Project) -> str:
    """A project in a list."""
    return f"・{title(project)}"


# -- figures ----------------------------------------------------------------------------------------------


@finding()
def figures_in(project: Project, field: str, figures: Sequence[str], *, is_split: bool, is_one: bool) -> str:
    """The figures of a sentence, and where it stands; `is_split`: it is one of them, which is not known."""
    told = ("または" if is_split else "、").join(figures)
    where = place(project, field)
    return f"{told}です。{where}にこう書かれています。" if is_one else f"{told} … {where}"


@finding()
def several_fit(count: int) -> str:
    """How many sentences give the figure."""
    return f"当てはまる記載が{count}つあります。"


@finding()
def under_its_name(asked: Request, told: Say | None) -> str:
    """One of several figures asked for, under the question's words for it; None where the record has none."""
    label = ("・".join(asked.counted) or f"何{asked.figure.counter}") if asked.figure else asked.question
    return f"{label}: {told.text if told else 'この事業の記録からは確かめられませんでした。'}"


@finding()
def no_figure(asked: Request, of: Sequence[Project]) -> str:
    """That the records of these projects, or of none, do not give the figure."""
    if of:
        where = f"{title(of[0]) if len(of) == 1 else '次の事業'}の記録には、"
    else:
        where = f"登録されている事業の記録に、「{'・'.join(asked.terms)}」について"
    return f"{where}お尋ねの{_figure(asked)}は見つかりませんでした。"


@finding("small")
def name_the_project() -> str:
    """How to ask for a figure of one project."""
    return "特定の事業についてでしたら、事業名や事業番号を添えてお尋ねください。"


def _figure(asked: Request) -> str:
    return "日付や時期" if asked.figure and asked.figure.unit == DATE else "数字"


# -- reasons ----------------------------------------------------------------------------------------------


@finding()
def figure_stands_near(project: Project, field: str, *, is_joined: bool) -> str:
    """Why a figure was taken: the question's words join it, or it is of the kind asked for."""
    if is_joined:
        return f"{place(project, field)}の文で、お尋ねの言葉のすぐ近くにこの数字が書かれています"
    return f"{place(project, field)}の文にあるのが、お尋ねの種類の数字です"


@finding()
def no_figure_near(asked: Request) -> str:
    """That no sentence has a figure beside the words."""
    return f"「{'・'.join(asked.terms)}」のすぐ近くに{_figure(asked)}を書いた文が、どの記録にもありません"
