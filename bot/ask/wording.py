"""The sentences of answers: `saying` has places for the values found, of a function `finding` makes the same.

An answer holds the finding; the words are made when it is drawn. What is quoted of the records is not here.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from string import Formatter
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, cast

from bot.ask.quantities import DATE, DURATION, PERCENT, Figure
from bot.messages.search_wording import in_plain_words
from store.records import FIELD_LABELS, Explanation, Project
from store.text import lazily
from store.text.asking import MASK, Condition, Joint, Said
from store.text.display import display
from store.text.morphology import tokenize
from store.text.numbers import fiscal_year_name

if TYPE_CHECKING:
    from bot.ask.intents.listing import Criteria
    from bot.ask.question import Request
    from store.lists.matching import Link

Miss = tuple[str, Sequence[str]]
"""One of CHECKS that does not hold, and the words that it misses."""
Look = Literal["plain", "bold", "small"]
"""`bold` for a heading, `small` for a remark."""
Tells = Literal["anything", "figures", "lack"]
"""What a finding tells, where others go by that: the figures asked for, or the words that were not found."""


@dataclass(frozen=True, slots=True)
class Say:
    """What is found, and which of our sentences says it: worded when it is drawn.

    `values` are the sentence's own, `named` those that are given by their names.
    """

    words: Callable[..., str]
    look: Look = "plain"
    values: tuple[object, ...] = ()
    named: tuple[tuple[str, object], ...] = ()
    tells: Tells = "anything"

    @property
    def text(self) -> str:
        """The sentence with its values, in Japanese."""
        return self.words(*self.values, **dict(self.named))


Piece = Say | str
"""A finding, or what is shown as it is: a name, a value, a word of a record."""


def worded(piece: Piece) -> str:
    """A piece of a part, in the words that are shown."""
    return piece if isinstance(piece, str) else piece.text


P = ParamSpec("P")


def finding(
    look: Look = "plain", tells: Tells = "anything"
) -> Callable[[Callable[P, str]], Callable[P, Say]]:
    """Make of a sentence, a function of its values, one that gives the finding with these values in it."""

    def of(words: Callable[P, str]) -> Callable[P, Say]:
        @functools.wraps(words)
        def found(*values: P.args, **named: P.kwargs) -> Say:
            return Say(words, look, values, tuple(named.items()), tells)

        return found

    return of


def fixed(text: str, look: Look = "plain") -> Say:
    """A sentence that says the same of whatever is found."""
    return Say(str, look, (text,))


def quoted(words: Sequence[str], joined: str = "・") -> str:
    """Words of a question or a record, each in 「」."""
    return joined.join(f"「{word}」" for word in words)


_SCRAP = lazily("[ぁ-ん]{1,2}|.|(?:令和|平成|昭和|[RHSrhs])?[0-9]+")


def whole(words: Sequence[str]) -> list[str]:
    """Words of a question as a person would say them: 配る for 配っ; no 前, no 令和7, no end of a word."""
    said = [word if any(token.word.noun for token in tokenize(word)) else _verb(word) for word in words]
    return list(dict.fromkeys(word for word in said if word and not _SCRAP.fullmatch(word)))


def _verb(word: str) -> str:
    """A verb or an adjective in the form of a dictionary; what is written otherwise there is left out."""
    told = [token.word for token in tokenize(word)]
    if len(told) != 1 or told[0].kind not in ("動詞", "形容詞"):
        return word
    return told[0].text if told[0].text[0] == told[0].surface[0] else ""


def _told(words: Sequence[str], joined: str = "・") -> str:
    return quoted(whole(words), joined) or "お尋ねの言葉"


def years(some: Iterable[int]) -> str:
    """Fiscal years by their names."""
    return "・".join(map(fiscal_year_name, some))


def title(project: Project) -> str:
    """A project as it is named in running text: its name and number."""
    return f"{project.name}（事業番号 {project.number}）"


def source(project: Project, field: str) -> str:
    """Where a quote is from: number, field and fiscal year."""
    return f"事業番号 {project.number}・{FIELD_LABELS[field]}・{fiscal_year_name(project.fiscal_year)}"


def place(project: Project, field: str) -> str:
    """Where in the records something stands."""
    return f"{title(project)}の{FIELD_LABELS[field]}"


# Headings of what one column is more than another, and of one in percent of another.
difference, ratio = "{}と{}の差".format, "{1}に対する{0}の割合".format


class _Sentence(Formatter):
    """Puts values into a sentence: `{:title}` is a project, `{:「」と}` words in 「」 joined by と.

    `{:wholeと}` are the same of a question, as `whole` has them.
    """

    def format_field(self, value: Any, spec: str) -> str:
        """A value as the place for it wants it."""
        if spec.startswith("「」"):
            return quoted(value, spec[2:])
        if spec.startswith("whole"):
            return _told(value, spec[5:])
        if spec in ("・", "、"):
            return spec.join(value)
        return _VALUES[spec](value) if spec in _VALUES else format(value, spec)


_VALUES: Mapping[str, Callable[[Any], str]] = {
    "title": title, "year": fiscal_year_name, "years": years, "field": FIELD_LABELS.__getitem__,
    "fields": lambda fields: "・".join(FIELD_LABELS[field] for field in fields),
}  # fmt: skip


def saying(sentence: str, look: Look = "plain") -> Callable[..., Say]:
    """What gives the finding that a sentence says, with the values for its places in it."""
    words = functools.partial(_Sentence().format, sentence)
    return lambda *values: Say(words, look, values)


# -- of every answer --------------------------------------------------------------------------------------

UNSURE = fixed("確かではありませんが、近い記載をお示しします。", "small")
UNKNOWN = fixed("登録されている事業からは分かりません。")
lines_left = saying("ほかに{}行あります。「もっと」で続きを表示します。", "small")
lines_left_in_all = saying(
    "ほかに{}行あります。コマンドの末尾に「 | less」を付けるとすべて表示します。"
    "jigyo ask だけで始めると「もっと」で続きを表示できます。",
    "small",
)
REASONS_FOLLOW = fixed("この回答の理由です。", "bold")
GOES_ON = "（続きは本文をご覧ください）"
TABLE = "数字の一覧"
BUTTONS = {
    "detail": "詳細", "more": "もっと", "why": "なぜこの回答か", "chart": "グラフで見る",
    "csv": "CSVで受け取る", "share": "チャンネルに共有", "helpful": "役に立った",
}  # fmt: skip


@finding()
def not_loaded(asked: Sequence[int], loaded: Sequence[int]) -> str:
    """That the lists of these years are not here, and which are."""
    held = f"登録されているのは{years(loaded)}です。" if loaded else ""
    return f"{years(asked)}の一覧は登録されていません。{held}"


# -- projects ---------------------------------------------------------------------------------------------

named = saying("{:title}")
heading = saying("{:title}", "bold")
perhaps = saying("もしかして: {}")
no_such_number = saying("事業番号 {:、} の事業は登録されていません。")
NEAR_ONES = fixed("近い事業はこちらです。")
earlier_years = saying(
    "{0:years}の記録もあります。ご覧になるときは「{0[0]:year}の…」とお尋ねください。", "small"
)
HOW_TO_FIND = fixed("事業の名前や、事業に出てくる言葉で尋ねていただくと見つかることがあります。", "small")
ITEM_HEAD, FIGURE_HEADS, OTHER_HEADS = "項目", ("数字", "記載"), ("番号", "事業", "記載")


@finding()
def item(project: Project, field: str = "") -> str:
    """A project in a list, with the value of a short field."""
    return f"・{title(project)}{f' … {short_value(project, field)}' if field else ''}"


@finding()
def office(project: Project) -> str:
    """担当: 政策イノベーション部 企画経営課（令和3年度）."""
    offices = (short_value(project, field) for field in ("department", "section"))
    told = " ".join(value for value in offices if value != "―")
    return f"担当: {told}（{fiscal_year_name(project.fiscal_year)}）"


@finding()
def several_meant(total: int, shown: int, *, is_named: bool, is_each: bool, is_more: bool) -> str:
    """How many projects a question may be about; `is_each`: each that it names is answered of."""
    if is_each:
        some = f"のうち{shown}件" if total > shown else ""
        return f"{total}件の事業{some}についてお答えします。"
    which = (
        f"同じ名前の事業が{total}件" if is_named else f"当てはまる事業が{total}件{'以上' if is_more else ''}"
    )
    return f"{which}あります。どの事業についてでしょうか。"


# -- fields -----------------------------------------------------------------------------------------------

SHORT = ("section", "department", "number", "name", "fiscal_year")
field_follows = saying("{:title}の{:field}です。", "bold")
sentences_left = saying("ほかに{}文あります。全文は「詳細」でご覧になれます。", "small")


def short_value(project: Project, field: str) -> str:
    """The value of a short field, ― where there is none."""
    match field:
        case "section":
            listed, now = section_of(project)
            return f"{listed}（{_now(now)}）" if now else listed
        case "department":
            return display(" ".join(filter(None, (project.organization, project.department)))) or "―"
        case "number":
            return project.number
        case "name":
            return project.name
        case _:
            return fiscal_year_name(project.fiscal_year)


def section_of(project: Project) -> tuple[str, str]:
    """The section as listed, and what it is called now where that differs."""
    listed = "、".join(display(project.section).split("\n")) or "―"
    now = display(project.section_canonical)
    return listed, "" if now == display(project.section) else now


def _now(section: str) -> str:
    return f"現在の名称: {section}"


@finding()
def value_of(project: Project, field: str) -> str:
    """A short field in a sentence."""
    value = short_value(project, field)
    match field:
        case "section":
            listed, now = section_of(project)
            department = short_value(project, "department").strip("―")
            remark = "、".join(filter(None, (department, now and _now(now))))
            above = f"（{remark}）" if remark else ""
            return f"{title(project)}の担当課は、{listed}{above}です。"
        case "department":
            return f"{title(project)}の担当部局は、{value}です。"
        case "number":
            return f"{project.name}の事業番号は{value}です（{fiscal_year_name(project.fiscal_year)}）。"
        case "name":
            return f"事業番号 {project.number} の事業名は、{value}です。"
        case _:
            return f"{place(project, field)}は、{value}です。"


@finding()
def one_section(project: Project) -> str:
    """The section that is in charge of all that may be meant."""
    return f"担当課は、いずれも{short_value(project, 'section')}です。"


@finding()
def field_is_empty(project: Project, field: str, instead: str = "") -> str:
    """That a field has nothing, and which other one is quoted."""
    other = f"{FIELD_LABELS[instead]}をお示しします。" if instead else ""
    return f"{place(project, field)}は、文では書かれていません。{other}"


@finding()
def fields_are_empty(field: str, instead: str) -> str:
    """The same of several projects."""
    missing, shown = FIELD_LABELS[field], FIELD_LABELS[instead]
    return f"いずれも、{missing}は、文では書かれていません。{shown}をお示しします。"


# -- figures ----------------------------------------------------------------------------------------------

only_levels = saying("増減の数そのものは書かれていません。{:title}の{:field}にある前後の数字は、{}と{}です。")
count, count_apart = saying(" {:,}件"), saying("　{:,}件")  # how many, behind what is counted
several_fit = saying("当てはまる記載が{}つあります。")
NAME_THE_PROJECT = fixed("特定の事業についてでしたら、事業名や事業番号を添えてお尋ねください。", "small")


@finding(tells="figures")
def figures_in(project: Project, field: str, figures: Sequence[str], *, is_one: bool) -> str:
    """The figures of a sentence, and where it stands."""
    told, where = "、".join(figures), place(project, field)
    return f"{_is(told)}{where}にこう書かれています。" if is_one else f"{told} … {where}"


def _figures_near(project: Project, field: str, figures: Sequence[str], *, is_one: bool) -> str:
    return f"{place(project, field)}に{quoted(figures, '')}とあります。"


def hedged(part: Say) -> Say:
    """A finding where it is not sure to be what was asked: that a figure stands there, and no more."""
    return replace(part, words=_figures_near) if part.tells == "figures" else part


def _is(value: str) -> str:
    """That a figure is so; one that ends in a verb (6,000人を超え) is said as it stands."""
    return f"{value}です。" if "を" not in value else f"「{value}」とあります。"


@finding()
def figure_is(project: Project, field: str, figures: Sequence[str]) -> str:
    """That a figure is the one that the question gives."""
    return f"はい、{_is('、'.join(figures))}{place(project, field)}にこう書かれています。"


@finding()
def figure_is_not(project: Project, field: str, given: str, figures: Sequence[str]) -> str:
    """That a figure is another than the question gives."""
    return f"{given}ではなく、{_is('、'.join(figures))}{place(project, field)}にこう書かれています。"


@finding()
def under_its_name(label: str, told: Say | None) -> str:
    """One of several figures asked for, under the question's words for it; None where the record has none."""
    return f"{label}: {told.text if told else 'この事業の記録からは確かめられませんでした。'}"


@finding()
def no_figure(asked: Request, of: Sequence[Project]) -> str:
    """That no figure was read in these projects' records, or that a quantity alone names no project's."""
    if not of:
        return f"「{'・'.join(asked.terms)}」だけでは、どの事業の{_figure(asked)}か決められませんでした。"
    where = title(of[0]) if len(of) == 1 else "次の事業"
    return f"{where}の記録から、お尋ねの{_figure(asked)}を読み取れませんでした。"


def _figure(asked: Request) -> str:
    return "日付や時期" if asked.figure and asked.figure.unit == DATE else "数字"


# -- sentences of records ---------------------------------------------------------------------------------

stands_in = saying("{:title}の{:field}に、次の記載があります。")
not_shown = saying("お尋ねのうち{:whole}は、この記載からは確かめられませんでした。", "small")
NOT_ALL_TOLD = fixed("いくつかお尋ねのうち、すべてをお示しできているかは確かめられませんでした。", "small")
only_planned = saying("成果からは確かめられなかったため、{:fields}の記載をお示しします。", "small")
BESIDE = fixed("同じ事業の近い記載", "small")
MAY_BELONG = fixed(
    "関係しそうな記載をお示しします。お尋ねへの答えかどうかは、確かめられませんでした。", "small"
)


@finding()
def judged(project: Project, field: str, text: str, near: Say, misses: Sequence[Miss]) -> str:
    """A sentence for --explain: how near it is to the question, and what CHECKS do not find in it."""
    lacks = "、".join(itertools.starmap(unshown, misses))
    told = f"確かめられないこと: {lacks}" if lacks else "確かめられました"
    return f"事業番号 {project.number}・{FIELD_LABELS[field]}「{text[:40]}…」{near.text}（{told}）"


# -- two years of the lists -------------------------------------------------------------------------------

NEW, ENDED, SAME = "新しい事業", "なくなった事業", "一字一句同じ事業"
_BECAME = {
    "merged": "統合された", "split": "分かれた", "number": "番号が変わった", "name": "名前が変わった",
    "section": "担当課が変わった", "new": "新しい", "ended": "なくなった",
}  # fmt: skip
not_of_year = saying(
    "{0:title}は{0.fiscal_year:year}の一覧にあります。{1:year}の一覧からは、同じ事業を決められませんでした。"
)
number_of_year = saying("{0.fiscal_year:year}の事業番号 {0.number} は、{0.name}です。")
fields_unchanged = saying("{:fields}は、{:year}と一字一句同じです。")
of_office_changed = saying(
    "続いている事業 {}件（記載が変わったもの {}件、一字一句同じもの {}件）、新しい事業 {}件、"
    "なくなった事業 {}件です。"
)
of_all_changed = saying("続いている事業は{:,}件、新しい事業は{:,}件、なくなった事業は{:,}件です。")
COLUMNS_CHANGED = fixed("続いている事業のうち、記載が変わった件数です。", "bold")
later_one = saying(" → {0:title} {0.section}")  # behind what went on as it


@finding("bold")
def two_years(of: Project | Sequence[str], before: int, after: int) -> str:
    """Of what two years are compared: a project, offices, or all projects where none is named."""
    what = title(of) if isinstance(of, Project) else "・".join(of) or "登録されている事業"
    return f"{what}の{fiscal_year_name(before)}と{fiscal_year_name(after)}を比べます。"


@finding()
def one_year_only(loaded: Sequence[int]) -> str:
    """That there are no two years to compare."""
    if not loaded:
        return "一覧がまだありません。"
    only = "、".join(map(fiscal_year_name, loaded))
    return f"比べられる年度の一覧がありません。登録されているのは{only}だけです。"


@finding("small")
def went_on(link: Link) -> str:
    """How a project was known in the year before under another number or by its contents."""
    if link.is_estimate:
        return f"名前や内容が似ているので、{title(link.earlier)}と同じ事業と推定しました。"
    return f"{fiscal_year_name(link.earlier.fiscal_year)}の番号は {link.earlier.number} です。"


@finding()
def cell_changed(heading: str, was: str, now: str) -> str:
    """What a column said and says."""
    return f"{heading}: {was or '空欄'} → {now or '空欄'}"


@finding("bold")
def sentence_changed(field: str, *, was: bool, now: bool) -> str:
    """Whether a sentence of a field was there, and is."""
    what = "変わった文" if was and now else "新しい文" if now else "なくなった文"
    return f"{FIELD_LABELS[field]}: {what}"


@finding("bold")
def group(name: str, first: int = 0) -> str:
    """The head of a list of projects; `first`: no more than so many are shown."""
    return f"{name}{f'（はじめの{first}件）' if first else ''}"


@finding("bold")
def became(what: str, count: int, offices: Sequence[str], before: int, after: int) -> str:
    """How many projects of these offices, or of all, were merged, are new, …."""
    whose = f"{'・'.join(offices)}で、" if offices else ""
    of_years = f"{fiscal_year_name(before)}から{fiscal_year_name(after)}"
    return f"{whose}{of_years}で{_BECAME[what]}事業は{count:,}件です。"


# -- side by side -----------------------------------------------------------------------------------------

label = saying("{:title}: ")
field_label = saying("{:field}", "bold")
no_text = saying("事業番号 {0.number} のこの欄は空です。")
of_office = saying("{}: {:,}件", "bold")
WHICH_TWO = fixed(
    "どの2つを比べますか。たとえば「11と97を比べて」のように、事業番号や事業名を2つ書いてください。"
)


@finding("bold")
def differ_by(counts: Sequence[tuple[str, int]]) -> str:
    """How many projects two offices have, and by how many they differ."""
    told = "、".join(f"{name}の事業は{count:,}件" for name, count in counts)
    return f"{told}で、差は{abs(counts[0][1] - counts[1][1]):,}件です。"


@finding("bold")
def side_by_side(of: Sequence[Project] | Sequence[str]) -> str:
    """Which projects or offices stand side by side."""
    return f"{'と'.join(title(each) if isinstance(each, Project) else each for each in of)}を並べます。"


@finding()
def same_text(projects: Sequence[Project]) -> str:
    """That projects have one text."""
    numbers = "・".join(project.number for project in projects)
    return f"{'どちらも' if len(projects) == 2 else 'どれも'}同じ文です（事業番号 {numbers}）。"


@finding("bold")
def denied_of(words: Sequence[str], denied: Sequence[str], total: int) -> str:
    """How many projects have a sentence that denies these words and says the others."""
    said = f"{quoted(words, 'と')}と、" if words else ""
    return f"{said}{quoted(denied)}の打ち消しが一つの文にある事業は{total:,}件です。"


@finding("bold")
def most_of(terms: Sequence[str], among: int, project: Project, figure: Figure, *, greater: bool) -> str:
    """Whose figure of the words is the greatest, or the least, `among` those that give one."""
    return (
        f"「{'・'.join(terms)}」の数字を読み取れた{among}件の事業では、{title(project)}の{figure.text}が"
        f"最も{_adjective(figure, greater)}です。"
    )


@finding("bold")
def which_office(counts: Sequence[tuple[str, int]], first: Sequence[str], *, greater: bool) -> str:
    """How many projects offices have, and which of them the most, or the fewest."""
    told = "、".join(f"{name}の事業は{count:,}件" for name, count in counts)
    word = ("最も" if len(counts) > 2 else "") + ("多い" if greater else "少ない")
    end = "同じ件数です" if len(first) == len(counts) else f"{word}のは{'と'.join(first)}です"
    return f"{told}で、{end}。"


@finding("bold")
def which_of_two(sides: Sequence[tuple[Project | str, Figure]], first: int | None, *, greater: bool) -> str:
    """Two figures, and which of them it is; None where they are the same."""
    called = [of if isinstance(of, str) else title(of) for of, _ in sides]
    told = "、".join(f"「{name}」は{figure.text}" for name, (_, figure) in zip(called, sides, strict=True))
    if first is None:
        return f"{told}で、同じです。"
    word = _adjective(sides[first][1], greater)
    return f"{told}で、{word if word.endswith('い') else f'{word}な'}のは「{called[first]}」です。"


def _adjective(figure: Figure, greater: bool) -> str:
    words = {DATE: ("後", "先"), DURATION: ("長い", "短い"), PERCENT: ("高い", "低い")}
    more, less = words.get(figure.unit, ("多い", "少ない"))
    return more if greater else less


# -- lists and counts -------------------------------------------------------------------------------------

left_out = saying("「{:・}」という言い方は、確かめられませんでした。")
more = saying("ほかに{:,}件あります。「もっと」で続きを表示します。", "small")


def one_of(words: Sequence[str]) -> str:
    """One of these words, it is not said which."""
    return f"{quoted(words, 'と')}のいずれか" if len(words) > 1 else quoted(words)


@finding("small")
def all_beside_their_texts(words: Sequence[str]) -> str:
    """That no member says one of the words in texts of its own."""
    return f"{one_of(words)}は、担当課などの名前やほかの列にだけあります。"


@finding("small")
def beside_their_texts(words: Sequence[str], count: int) -> str:
    """Of how many others that is so, which are not counted."""
    return f"ほかに{count:,}件は、{one_of(words)}が担当課などの名前やほかの列にだけあり、数えていません。"


ALSO_NEAR = fixed("ほかに、関係しそうな事業です。", "small")
LISTED_BEFORE = fixed("前の一覧の事業")


def but_for(names: Sequence[str]) -> str:
    """What is left out, as it is told."""
    return f"{'と'.join(names)}以外"


@finding()
def chosen(
    by: Criteria, *, is_spelled: bool = True, spelled: Sequence[str] = (), in_own_texts: bool = False
) -> str:
    """Which projects were chosen: 令和3年度・企画経営課で、「市民」と「参加」が記録にある事業.

    `is_spelled`: their records have the very words, some of them `spelled` like this.
    """
    if by.of_list == "whole":
        return "前の一覧にある事業"
    first = f"の最初の{by.among}件" if by.among else ""
    before = f"前の一覧{first}で、" if by.of_list else ""
    offices = [*by.offices, *((but_for(by.but),) if by.but else ())]
    named = "・".join((*map(fiscal_year_name, by.years), *(each.replace("\n", " ") for each in offices)))
    if not by.words:
        of = named or (f"事業番号 {'・'.join(by.numbers)}" if by.numbers else "")
        return f"{before}{f'{of}の' if of else '登録されている'}事業"
    saying = said_as_typed(by.words, spelled) if is_spelled else f"{_either(by.words)}に当たる記載がある"
    saying = f"{saying.removesuffix('記録にある')}名前か文章にある" if is_spelled and in_own_texts else saying
    if by.in_one:
        saying = f"{_either(by.words)}が一つの文にある"
    return f"{before}{f'{named}で、' if named else ''}{saying}事業"


def said_as_typed(groups: Sequence[Sequence[str]], spelled: Sequence[str] = ()) -> str:
    """That records have a word of each group, be it `spelled` otherwise; of one letter, that letter."""
    ways = f"（{quoted(spelled, '・')}という表記を含む）" if spelled else ""
    is_letter = all(len(word) == 1 for group in groups for word in group)
    return f"{_either(groups)}{ways}{'の字' if is_letter else ''}が記録にある"


def _either(groups: Sequence[Sequence[str]]) -> str:
    return "と".join(quoted(group, "か") for group in groups)


@finding("bold")
def counted(which: Say, total: int, *, at_least: bool = False) -> str:
    """How many there are of what was chosen."""
    return f"{which.text}は{total:,}件{'以上' if at_least else ''}です。"


@finding("small")
def recorded_as(pairs: Sequence[tuple[str, str]]) -> str:
    """The records' own words that are counted for those of a question."""
    typed = dict.fromkeys(word for word, _ in pairs)
    told = (
        f"「{word}」に当たる言葉として、記録の{quoted([o for w, o in pairs if w == word])}" for word in typed
    )
    return f"{'を、'.join(told)}を数えています。"


@finding("bold")
def near_set(words: Sequence[Sequence[str]], total: int, *, is_sure: bool) -> str:
    """How many projects say what is asked for in other words, or may belong to it."""
    return f"{_either(words)}に{'当たる記載がある' if is_sure else '関係しそうな'}事業は{total:,}件です。"


@finding("small")
def how_near(words: Sequence[Sequence[str]], *, is_sure: bool) -> str:
    """How these were found."""
    if is_sure:
        return f"{_either(words)}そのものでなくても、近い言い方が一つの文にそろっているものを数えています。"
    return f"{_either(words)}という言葉そのものではなく、近い言葉や内容の記載で探しています。"


@finding("small")
def other_years(counts: Sequence[tuple[int, int]]) -> str:
    """How many there are in other years."""
    return f"ほかの年度: {'、'.join(f'{fiscal_year_name(year)}は{count:,}件' for year, count in counts)}"


@finding("bold")
def meeting(condition: Condition, count: int) -> str:
    """How many projects meet the conditions on their wording."""
    *others, last = map(_which, sorted(condition.parts, key=lambda part: part.how == "except"))
    return f"{''.join(_joined(each, condition.joint) for each in others)}{last}事業は{count:,}件です。"


def _joined(which: str, joint: Joint) -> str:
    if joint == "any":
        return f"{which}か、"
    for end, goes_on in (("ていない", "ておらず"), ("なかった", "ず"), ("いる", "いて"), ("た", "て")):
        if which.endswith(end):
            return f"{which.removesuffix(end)}{goes_on}、"
    return f"{which}、"


def _which(part: Said) -> str:
    match part.how:
        case "saying":
            return _written(part)
        case "not saying" if part.is_value:
            return f"{_written(part).removesuffix('れた')}れなかった"
        case "not saying":
            return f"{_written(part, 'も').removesuffix('いる')}いない"
        case "except":
            return f"{part.word}以外の"


counts_works = saying("{:title}の記録に、事業の数が書かれています。", "bold")


@finding("small")
def how_met(condition: Condition, among: int, having: Sequence[int]) -> str:
    """Among how many these were counted, `having` what each condition is about."""
    of = f"{condition.scope}の" if condition.scope else "登録されている"
    of = f"{condition.but}以外の" if condition.but and not condition.scope else of
    each = [f"{part.word}の" if part.how == "except" else _written(part) for part in condition.parts]
    if len(each) > 1:
        counts = "、".join(f"{which}ものは{count:,}件" for which, count in zip(each, having, strict=True))
        return f"{of}{among:,}件のうち、{counts}です。"
    if condition.parts[0].how == "saying":
        return f"{of}{among:,}件のうち、{each[0]}ものを数えました。"
    return f"{of}{among:,}件のうち、{each[0]}{having[0]:,}件を除いた数です。"


in_offices_alone = saying(
    "課や部の名前にだけ{:「」と}があるものは、書かれていないものとしています。", "small"
)
CONDITIONS_UNREAD = fixed(
    "お尋ねの条件を、続けては読み取れませんでした。「…と書いてあって…と書いていない事業は」のように、もう一度お尋ねください。"
)


def _written(part: Said, joint: str = "か") -> str:
    names = {**FIELD_LABELS, "name": "事業名", "section": "課の名前", "department": "部の名前"}
    where = f"{'か'.join(names[each] for each in part.fields)}に" if part.fields else ""
    if part.is_value:
        return f"{where.removesuffix('に')}{'から' if where else ''}{part.word}の数字を読み取れた"
    if part.clause:
        return f"{where}{quoted(part.clause, '')}が一つの文に書かれている"
    if part.at:
        return f"{where.removesuffix('に')}が「{part.word}」で{'終わる' if part.at == 'end' else '始まる'}"
    verb = "入っている" if {*part.fields} & {"name", "section", "department"} else "書かれている"
    either = quoted(part.words, joint)
    return f"{where}{either}{joint if joint == 'も' and part.or_words else 'と'}{verb}"


# -- in brief and summed up -------------------------------------------------------------------------------

no_item = saying("{:title}の記録から、{:wholeと}についての記載を読み取れませんでした。")
found = saying("{}件の事業が見つかりました。", "bold")
summary_of = saying("{0.text}のまとめ（全{1:,}件）", "bold")
for_section = saying("{0.number} {0.name}（{1}・{2:,}件）")  # what stands for so many
tells_the_same = saying("{1:field}の記載は、事業番号 {0.number} と同じです。")
RECORD_HAS = fixed("記録にあるのは、次のような内容です。")
UNCLEAR = fixed(
    "どの事業についてのお尋ねでしょうか。事業名や事業番号、気になる言葉を添えてもう一度お尋ねください。"
)
OF_WHAT = fixed(
    "何をまとめますか。担当課名、事業名、気になる言葉を添えてください。例: /jigyo まとめ 企画経営課"
)
NO_TEXTS = fixed("目的・概要・成果の欄に文がありません。")
FIGURES, OTHER_FIGURES = fixed("数字", "bold"), fixed("そのほかの数字", "bold")
NEWS, OTHER_NEWS = fixed("主な動き", "bold"), fixed("そのほかの動き", "bold")
OTHER_PROJECTS, BY_SECTION = fixed("そのほかの事業", "bold"), fixed("課ごとの主な取組", "bold")


@finding("small")
def without_outcome(empty: int, stock: Mapping[str, int]) -> str:
    """Of how many projects another field is told: their outcome has no sentence, or only what many have."""
    whose = [f"成果の欄に文がない{empty:,}件"] if empty else []
    whose += [f"成果の欄が「{sentence}」の{count:,}件" for sentence, count in stock.items()]
    return f"{'、'.join(whose)}は、概要や目的の文を載せています。"


@finding()
def themes(words: Sequence[tuple[str, int]]) -> str:
    """Words that many of the projects have, and in how many they are."""
    return f"多く出てくる言葉: {'、'.join(f'{word}（{count}件）' for word, count in words)}"


@finding("bold")
def others_of(section: str) -> str:
    """The other projects of a section, where it has a name."""
    return f"{section}のほかの事業" if section else "ほかの事業"


# -- aside of the records ---------------------------------------------------------------------------------

# What is said in a greeting, and what it is given back with: by the first that was said.
_GREETINGS = {
    "おは": "おはようございます。", "こんばん": "こんばんは。",
    "疲れ つかれ おつ 乙 ご苦労": "お疲れ様です。",
    "世話": "お世話になっております。", "じめまして 初めまして": "はじめまして。",
    "久しぶり ご無沙汰": "お久しぶりです。", "よろしく お願い": "こちらこそ、よろしくお願いいたします。",
}  # fmt: skip
# Questions that the loaded list can answer, of two of its projects and the office of the first.
EXAMPLES = tuple(map(saying, (
    "{0.name}の担当課は？", "{2}の事業は何件？", "{1.name}の成果を教えて", "{2}の事業をまとめて",
    "{0.number}と{1.number}を比べて", "{2}の事業を一覧で",
)))  # fmt: skip
OfficeKind = Literal["section", "department", "organization"]
_OFFICES: Mapping[OfficeKind, str] = {"section": "課・室", "department": "部", "organization": "府省庁"}
no_such_office = saying("「{}」という部署は、登録されている一覧の担当の欄にありません。")
THANKS = fixed("どういたしまして。ほかにも気になる事業があれば、いつでもお尋ねください。")
NOD = fixed("はい。事業についてお知りになりたいことがあれば、お尋ねください。")
NO_OPINION = fixed(
    "よしあしの判断や感想はお答えできませんが、一覧に書かれている目的・概要・成果はお示しできます。"
)
COMPLAINT = (
    fixed(
        "お役に立てず申し訳ありません。回答の下にあるボタン「違う」でお知らせいただくと、改善に役立てます。"
    ),
    fixed("お手数ですが、事業名や事業番号、担当課名を添えて、次のように言い換えてお尋ねください。"),
)
WHAT_I_DO = fixed("事業について、登録されている一覧の言葉そのままでお答えします。", "bold")
HOW_TO_GO_ON = (
    fixed("このスレッドで続けて「その成果は？」「2番目」「もっと」「なぜ？」とも尋ねられます。"),
    fixed("スラッシュコマンド: /jigyo 言葉、/jigyo 課:担当課名 言葉、/jigyo まとめ 担当課名、/jigyo help"),
    fixed("一覧に書かれていないことは、分からないとお答えします。", "small"),
)
NOTHING_LOADED = fixed(
    "まだ一覧が読み込まれていません。事務局が jigyo load で読み込むと使えるようになります。"
)
HOW_TO_SEE_OFFICES = fixed(
    "登録されている部署は「どんな課がある？」とお尋ねいただくとご覧になれます。", "small"
)
NO_SECTION_HERE = fixed(
    "このチャンネルの担当課はまだ設定されていません。"
    "事務局が /jigyo 設定 チャンネル 担当課名 と入力すると設定できます。"
)
SHEETS_POINTER = (
    fixed(
        "評価シートの締切は、Slack で /jigyo 締切 と入力するとご覧になれます。"
        "メンションやダイレクトメッセージで「締切」とお送りいただいても同じです。"
    ),
    fixed("提出・差戻し・延長・進捗も、同じように /jigyo の後に続けてお使いいただけます。", "small"),
)


@finding()
def greeting(said: str) -> str:
    """A greeting given back."""
    back = (told for words, told in _GREETINGS.items() if any(word in said for word in words.split()))
    return f"{next(back, 'こんにちは。')}事業のことを、登録されている一覧の言葉でお答えします。"


@finding("bold")
def offices_in_order(kind: OfficeKind, count: int, *, fewest: bool, of: str | None = None) -> str:
    """How many offices have projects, and the order in which they are listed; `of` one, or '' of none."""
    order = "少ない" if fewest else "多い"
    whose = "" if of is None else f"{of}で" if of else "部の名前が書かれていないもののうち、"
    return f"{whose}事業のある{_OFFICES[kind]}は {count:,} あります。事業の{order}順に並べます。"


@finding("bold")
def office_with_most(kind: OfficeKind, names: Sequence[str], count: int, *, fewest: bool) -> str:
    """Which offices have the most projects, or the fewest."""
    order = "少ない" if fewest else "多い"
    return f"事業が最も{order}{_OFFICES[kind]}は、{'、'.join(names)}（{count:,}件）です。"


# -- reasons ----------------------------------------------------------------------------------------------

of_project = saying("事業番号 {0.number}: {1.text}")
no_record_tells = saying("{:wholeと}から、お答えできる記録を決められませんでした")
NUMBER_ASKED = fixed("事業番号のお尋ねと読み取りました")
no_figure_near = saying("{0.terms:「」・}だけでは、どの事業のお尋ねか決められませんでした")
ALL_WORDS_HERE = fixed("お尋ねの言葉に当たるものが、この一文と事業名にそろっています")
nearness = saying("文字の重なり {:.0%}、意味の近さ {:.0%}")
WORD_BY_WORD = fixed("同じ事業の2つの年度の記載を、一文ずつ、言葉の違いまで比べています")
OFFICES_MATCHED = fixed("担当課の欄が一致する事業を、番号・事業名・内容で2つの年度に並べています")
MATCHED = "番号と事業名、事業名と担当課、内容の近さの順に、2つの年度の事業を対応させています"
HOW_MATCHED, HOW_MATCHED_BELOW = fixed(MATCHED), fixed(f"{MATCHED}。", "small")
no_two = saying("比べる2つを「{}」から決められませんでした")
figures_of_fields = saying("{:fields}の文の数字を比べています")
OFFICES_LISTED = fixed("担当課・部の欄が一致する事業を並べています")
OFFICES_COUNTED = fixed("担当課・部の欄が一致する事業を数えています")
NOT_ONE_FIGURE_EACH = fixed("比べる2つの数字や日付を、記録から1つずつに決められませんでした")
NO_TWO_FIGURES = fixed("比べる数字を、2つ以上の事業から読み取れませんでした")
FIGURES_NEAR = fixed("お尋ねの言葉のすぐ近くに数字がある文だけを比べています")
ALL_WORDS_COUNTED = fixed("すべての言葉が同じ事業の記録にあるものを数えています")
CELLS_COUNTED = fixed("担当課・部・年度の欄が一致するものを数えています")
near_in_meaning = saying("意味の近さ {:.0%}")
condition = saying("条件: {0.text}")
DENIES_TOO = fixed("お尋ねの打ち消しと言葉が、どちらも一つの文にあるものを数えています")
NOT_STOCK = fixed("多くの事業に同じ文がある場合は、その事業だけの文を選んでいます")
VERBATIM = fixed("文はすべて登録されている一覧のままです")
no_office_named = saying("「{}」に一致する名前が、担当の欄にありません")
OPINION_ASKED = fixed("感想や評価のお尋ねと読み取りました")
BY_BUTTON = fixed("ボタンで選ばれた事業です")
NAMED_OUTRIGHT = fixed("お尋ねの中に、この事業の番号または名前があります")
SPELLED_IN_NAME = fixed("事業名に書かれています")
spelled_alike = saying("お尋ねの言葉とつづりの近い「{}」で探しました")
years_asked = saying("お尋ねの年度: {:years}")


@finding()
def figure_stands_near(project: Project, field: str, *, is_joined: bool) -> str:
    """Why a figure was taken: the question's words join it, or it is of the kind asked for."""
    if is_joined:
        return f"{place(project, field)}の文で、お尋ねの言葉のすぐ近くにこの数字が書かれています"
    return f"{place(project, field)}の文にあるのが、お尋ねの種類の数字です"


@finding()
def said_otherwise(asked: Sequence[str], said: Sequence[str]) -> str:
    """The words of a record that are near to those of a question, one to one; '' where none stands there."""
    return "、".join(itertools.starmap(_near_to, zip(asked, said, strict=True)))


def _near_to(asked: str, said: str) -> str:
    near = f"に近い「{said}」" if said and said != asked else "" if said else "に近い言い方"
    return f"「{asked}」{near}が記録にあります"


@finding()
def no_subject(question: str) -> str:
    """That a question has no word to go by."""
    asked = "お尋ね" if MASK in question else f"「{question}」"
    return f"{asked}から事業を決める言葉を見つけられませんでした"


@finding()
def sentences_about(words: Sequence[str]) -> str:
    """By what the sentences of a summary were chosen: these words, where there are any."""
    if words:
        return f"事業ごとに、{quoted(words)}について述べている文を1つ選んでいます"
    return "事業ごとに、成果の欄の内容をよく表す文を1つ選んでいます。初めの方や数字のある文を優先しています"


@finding()
def offices_counted(kind: OfficeKind) -> str:
    """By what offices were counted."""
    return f"一覧の{_OFFICES[kind]}の欄を数えています"


@finding()
def found_words(why: Sequence[Explanation], terms: Sequence[str] = ()) -> str:
    """Where the words looked for were found."""
    return in_plain_words(why) or (f"{'・'.join(terms)} が記録にあります" if terms else "")


# -- what is not shown ------------------------------------------------------------------------------------

_UNSHOWN = {
    "lifetime": "事業そのものが{}かどうか", "place": "{}の事業であること", "reason": "その理由",
    "figure": "お尋ねの数字", "figure's role": "お尋ねの数字（増減、目標、うち数などの別）であること",
    "counted": "{}の数字がお尋ねのものであること", "planned": "予定や見込みでないこと",
    "each figure": "お尋ねの数字のすべて", "each of two": "{}の数字であること", "bound": "{}のことであること",
    "all of them": "{}のすべての数であること", "some of them": "{}のすべての数であること",
    "year of it": "{}がその年のものであること",
    "sum": "{}を合わせた数字であること",
    "part": "{}だけの数字であること", "clause": "{}がその数字のことであること", "doer": "誰が{}をしたか",
    "sum told": "{}の数字",
    "other one": "どの事業のことか",
}  # fmt: skip


def unshown(check: str, words: Sequence[str]) -> str:
    """What one of CHECKS does not find in a sentence."""
    if check == "polarity":
        return "、".join(f"「{word}」の打ち消し" for word in words)
    if check == "role":
        return f"「{words[0]}」に当たる{'数字' if len(words) > 1 else '言葉'}"
    return _UNSHOWN.get(check, "{}").format(_told(words, ""))


@finding(tells="lack")
def not_borne_out(check: str, words: Sequence[str]) -> str:
    """Why a sentence is no answer."""
    return f"{unshown(check, words)}が、この記載からは確かめられませんでした"


def is_borne_out_by(part: object, text: str) -> bool:
    """Whether a finding says that a word was not found which stands in what is shown with it."""
    is_lack = isinstance(part, Say) and part.tells == "lack"
    words = cast(Sequence[str], part.values[1]) if isinstance(part, Say) and is_lack else ()
    return any(word in text for word in words)


# -- how a question was read ------------------------------------------------------------------------------

_PARTS = {
    "kind": "お尋ねの種類", "fields": "欄", "cue": "手がかり", "named": "事業番号", "offices": "課・部",
    "years": "年度", "terms": "言葉", "light": "一般的な言葉",
}  # fmt: skip


@finding()
def in_recorded_words(called: Sequence[tuple[str, str]]) -> str:
    """Words typed and those of the records that are taken for them."""
    told = "、".join(f"「{typed}」は「{other}」" for typed, other in called)
    return f"{told}として、記録にある言葉でお答えします。"


@finding()
def read_as(part: str, values: Sequence[object]) -> str:
    """A part of a request, for --explain."""
    return f"{_PARTS[part]}: {'・'.join(map(str, values))}"


@finding()
def decided(intent: str, *, is_answered: bool) -> str:
    """Which intent had the last word."""
    return f"決めた読み方: {intent}（{'お答えしました' if is_answered else '分かりません'}）"


# -- of a thread ------------------------------------------------------------------------------------------

OFFICES_NAMED = 5  # when asking back
NOTHING_MATCHED = fixed("お尋ねの言葉から、お答えできる記載を決められませんでした")
NO_MORE = fixed("お見せできるのはここまでです。")
next_page = saying("続きの{}件です。", "bold")
OF_LIST_BEFORE = fixed("前の一覧の続きです")
NOT_WORKED_OUT = fixed(
    "先ほどの事業のどの数字についてのお尋ねか、分かりませんでした。「決算の合計は」のように、数字の名前を添えてお尋ねください。"
)
of_list_before = saying("前の一覧の{:,}件")
of_those_told = saying("先ほどの{:「」と}の{:,}件")
part_of = saying("{}のうち、{}の事業は{}件です。", "bold")
none_of_them = saying("{}に、{}の事業はありません。")
others_than = saying("先ほどお示しした{:「」・}のほかは、{:,}件です。", "bold")
NOTHING_SIMILAR = fixed("似ている事業を見つけられませんでした。")
similar_to = saying("{:title}と似ている事業です。", "bold")
SHARES_WORDS = fixed("目的や概要の言葉が重なる事業を選んでいます")
NOT_SHOWN_YET = fixed("まだお見せしていない欄です")
figure_of = saying("「{}」の数字です")  # the year asked for, as its sentence has it
in_this_order = saying("{:title}の{:field}に、次の順に書かれています。")
stands_at = saying("記録の中で{}番目に並んでいます")  # counted from 1
office_unclear = saying("「{}」が指す部署を、これまでのやり取りから決められませんでした")

NO_TWO_BEFORE = fixed(
    "前者・後者がどれを指すのか、前の一覧からは決められません。事業名や事業番号でお尋ねください。"
)


@finding()
def list_ends(count: int, *, is_rank: bool = False) -> str:
    """That a place is beyond the end of the list, or of the rank that is kept."""
    if is_rank:
        return f"順にお示しできるのは{count}番目までです。ほかの事業は、事業名や事業番号でお尋ねください。"
    told = f"前の一覧にあるのは{count}件までです" if count > 1 else "前にお示しした事業は1件だけです"
    return f"{told}。ほかの事業は、事業名や事業番号でお尋ねください。"


@finding("bold")
def all_but(count: int, which: str, left_out: int) -> str:
    """How many of the list are left without those that are meant."""
    return f"前の一覧の{count}件から「{which}」の{left_out}件を除くと、{count - left_out}件です。"


@finding("bold")
def all_others(those: str, names: Sequence[str], shown: int, left: int) -> str:
    """How many there are beside those shown before, of all that were counted with them."""
    but = quoted(names, "・") if names else f"先ほどの{shown:,}件"
    return f"{those}のうち、{but}以外は{left:,}件です。"


@finding("bold")
def put_together(before: str, which: str, first: int, second: int, total: int) -> str:
    """How many were counted before, how many are added to them, and how many these are together."""
    both = first + second - total
    if both == second:
        return f"「{which}」の{second}件は、{before}{first}件に含まれています。"
    shared = f"（{both}件は両方に当たります）" if both else ""
    return f"{before}{first}件と、「{which}」の{second}件を合わせると、{total}件です。{shared}"


@finding()
def which_is_meant(pointed: str, shown: Sequence[str], example: str) -> str:
    """That nothing tells which office この課 is: those shown before, and how to ask of one."""
    told = "、".join(name.replace("\n", "・") for name in shown[:OFFICES_NAMED])
    more = "など" if len(shown) > OFFICES_NAMED else ""
    several = f"前の回答には{told}{more}の事業があります。" if shown else ""
    office = (example or "企画課").split("\n")[0]
    asks = f"「{office}の事業は何件？」のように、名前を添えてお尋ねください。"
    return f"{several}「{pointed}」とは、どちらのことでしょうか。{asks}"
