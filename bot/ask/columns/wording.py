"""All that is said of columns and their cells: each sentence a pure function of what was found.

`finding` makes a finding of a sentence: an answer holds its values, and the words are made when it is drawn.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from bot.ask.answers import Choice, Choices, Items, Part
from bot.ask.columns.figures import Row, Work, amount, cell_value, percent, plain_number
from bot.ask.columns.naming import fold
from bot.ask.wording import BUTTONS, Piece, Say, finding, fixed, more, one_of, quoted, said_as_typed, saying
from bot.ask.wording import years as _years
from store.columns.values import NUMERIC, Column, converted
from store.text.normalize import alnum_key, one_space
from store.text.numbers import fiscal_year_name

if TYPE_CHECKING:
    from bot.ask.columns.conditions import Bound, Trait
    from bot.ask.columns.evidence import Indicator
    from bot.ask.columns.reading import ColumnQuestion
    from bot.ask.columns.scope import Lacking, Scope
    from store.index.catalog import Entry
    from store.lists.matching import Link

LONGEST = 600  # characters of a cell that are shown; the rest is a button away
PAGE = 10
COUNTER = "件"  # of projects
_HOW_NAMES: Mapping[Work, str] = {"sum": "合計", "mean": "平均", "median": "中央値"}
_BY_NAMES = {"section": "課", "department": "部", "organization": "府省庁・団体"}
_TRAITS = {
    "above mean": "が平均を超える",
    "below mean": "が平均に満たない",
    "grew": "が{before}より増えた",
    "fell": "が{before}より減った",
    "changed": "が{before}から変わった",
    "empty": "に値のない",
    "filled": "に値のある",
    "zero": "が0の",
    "negative": "がマイナスの",
}

# What is the same whatever was found.
SAME = fixed("同じ値です。")
NO_OTHER_YEAR = fixed("比べられるほかの年度は、登録されている一覧にありません。")
NO_AMOUNT = fixed(" 値のある事業がありません")
OTHERWISE_IN_TEXT = fixed(
    "同じ事業の記録には、桁の違う数字が書かれています。どちらが正しいかは、確かめられません。"
)
NO_TARGET = fixed("この一覧に「目標」の列はありません。実績は次のとおりです。")
WHICH_INDICATOR = fixed("この事業には、次の指標があります。どの指標についてでしょうか。")
WHOSE_INDICATOR = fixed("次の事業の指標に当てはまります。どの事業についてでしょうか。")
namesakes = saying("「{}」という名前の事業は{:,}件あります。")
INDICATORS_SIDE_BY_SIDE = fixed("指標を並べます。", "bold")
OTHER_UNITS = fixed("単位の異なる指標は比べられないため、除いています。", "small")
NO_UNIT = fixed("単位の記載がない指標を含むため、順は確かではありません。", "small")
# … and what only has a place for each of the values.
year = saying("{:year}")
say_itself = saying("{:「」と}が名前か文章にある")
in_other_words = saying("{:「」と}に当たる言葉（{:・}）の記載がある")
in_name = saying("{:「」と}が名前にある")
in_either = saying("{:「」または}に当てはまる")
in_both = saying("複数に当てはまる{:,}件は、1度だけ数えています。", "small")
in_none = saying("{:「」、}に当てはまる事業は見つからないため、含めていません。")
of_list_but = saying("前の一覧の{:,}件から「{}」を除いたもの")
fewer_years = saying("お尋ねは{}年間ですが、この値が一覧にあるのは{:years}だけです。", "small")
not_read = saying("{:「」、}にあたる列は読み取れませんでした。")
near_verdict = saying("この一覧に「{}」という値はありません。意味の近い{:「」・}でお調べしました。")
which_project = saying("名前に「{:・}」のある事業は{}件以上あります。どの事業についてでしょうか。")
with_itself = saying("「{}」を含みます。", "small")
same_in_all = saying("同じ値の事業が全部で{:,}件あります。")
same_as_last = saying("{}件目と同じ値の事業が、ほかに{:,}件あります。", "small")
some_added_up = saying("値のある{1:,}件のうち{0:,}件の合計です。", "small")


# --------------------------------------------------------------------------------- projects, columns, cells
def title(entry: Entry) -> str:
    """A project as running text names it."""
    return f"{one_space(entry.name)}（事業番号 {entry.number}）"


def heading(column: Column) -> str:
    """A column's heading as published, in one line."""
    return f"「{one_space(column.heading)}」"


def heads(columns: Iterable[Column]) -> str:
    """The headings of columns, each once."""
    return "・".join(dict.fromkeys(map(heading, columns)))


def value(row: Row, unit: str = "") -> str:
    """What a cell says, as the end of a sentence needs it: the value, or that there is none."""
    match row.cell.state:
        case "empty":
            return "空欄です"
        case "none" | "withheld":
            return f"「{one_space(row.cell.text)}」と記載されており、値はありません"
    text = cell_value(row.column, row.cell, unit)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…（全文は「詳細」でご覧になれます）"


# ---------------------------------------------------------------------------------------- lines of a list
@finding("small")
def beside_their_texts(words: Sequence[str], count: int) -> str:
    """How many members say one of the words in no text of their own."""
    return f"うち{count:,}件は、{one_of(words)}が担当課などの名前やほかの列にだけあります。"


@finding()
def titled(entry: Entry, place: int = 0) -> str:
    """A project as a line begins with it, its place before it where they are in order."""
    return f"{place}. {title(entry)}" if place else title(entry)


@finding()
def year_of(row: Row) -> str:
    """The year of a cell as a line begins with it, or whose list it is from where that is all one knows."""
    return f"{fiscal_year_name(row.year)}{'の一覧' if row.is_undated else ''}"


@finding()
def group(name: str, question: ColumnQuestion) -> str:
    """An office or a choice as a line begins with it; '' is none."""
    return name or ("（空欄）" if question.by == "column" else "（記載なし）")


@finding()
def indicator_of(one: Indicator) -> str:
    """An indicator with its project, as a line begins with them."""
    return f"{title(one.entry)}の「{one.name}」"


@finding()
def cell(row: Row, unit: str = "") -> str:
    """What a cell says, behind its heading, project or year."""
    return f": {value(row, unit)}"


@finding()
def in_place(row: Row, unit: str = "", one: Indicator | None = None) -> str:
    """What a cell (of an indicator) says of a project in order."""
    return f"{f' 「{one.name}」' if one else ''} {value(row, unit)}"


@finding()
def beside(entry: Entry, cells: Sequence[Row] = ()) -> str:
    """A project's office, and its cells that it was chosen by."""
    office = one_space(entry.section or entry.department or entry.organization)
    return f" {office}{_in_brackets('／'.join(map(value, cells)))}"


@finding()
def total(number: float, unit: str, count: int = 0) -> str:
    """An amount, and of how many projects it is."""
    return f" {amount(number, unit)}{f'（{count:,}件）' if count else ''}"


@finding()
def total_and_mean(number: float, unit: str, count: int) -> str:
    """The amount of an office, and how much that is for each of its projects."""
    return f" 合計{amount(number, unit)}（{count:,}件、平均{amount(number / count, unit)}）"


@finding()
def projects(count: int, of: int = 0) -> str:
    """How many projects an office or a choice has, and what part of all that is."""
    return f" {count:,}件{f'（{percent(count, of)}）' if of else ''}"


def listed(lines: Sequence[tuple[Entry, Piece]], *, tells_left: bool = True) -> list[Part]:
    """Projects one a line with what is said of them, a page of them, and how many are left."""
    page = [Items(tuple((titled(entry), said) for entry, said in lines[:PAGE]))] if lines else []
    left = len(lines) - PAGE
    return [*page, *([more(left)] if tells_left and left > 0 else [])]


def detail_buttons(entries: Iterable[Entry]) -> Choices:
    """A button to each project's card."""
    some = list({entry.key: entry for entry in entries}.values())[:5]
    labels = map(_label, some) if len(some) > 1 else [BUTTONS["detail"]]
    values = (f"{entry.fiscal_year} {entry.number}" for entry in some)
    return Choices(
        tuple(Choice(label, "detail", value) for label, value in zip(labels, values, strict=False))
    )


# -------------------------------------------------------------------------------- which projects are meant
@finding()
def in_records(words: Sequence[str], spelled: Sequence[str] = ()) -> str:
    """That the projects' records have these words, some of them in these spellings."""
    return said_as_typed([(word,) for word in words], spelled)


@finding()
def is_value(columns: Sequence[Column], values: Sequence[str], *, is_denied: bool) -> str:
    """That a column is one of these choices, or none of them."""
    some = "または".join(f"「{one_space(each)}」" for each in values[:5])
    some += f"など{len(values)}種のいずれか" if len(values) > 5 else ""
    return f"{heads(columns)}が{some}{'以外' if is_denied else ''}の"


@finding()
def no_such_choice(columns: Sequence[Column]) -> str:
    """That what is asked for was read as no choice of a column, so that its words were looked for."""
    return f"{heads(columns)}の区分としては読み取れなかったため、言葉で探しました。"


@finding()
def is_within(columns: Sequence[Column], bound: Bound, other: Column | None) -> str:
    """That a column is within bounds: of another column, or as typed."""
    return _denied(f"{heads(columns)}が{_bounds(bound, other)}", is_denied=bound.is_denied)


@finding()
def has_trait(columns: Sequence[Column], trait: Trait, since: int) -> str:
    """What cells are, or are beside those of the year before (else `since`)."""
    head = heads(columns)
    if trait.how == "in years":
        low, high = trait.years
        until = "" if low == high else "以降" if low else "以前"
        return _denied(f"{head}が{fiscal_year_name(low or high)}{until}の", is_denied=trait.is_denied)
    before = fiscal_year_name(since) if since else "前の年度"
    said = _TRAITS[trait.how].format(before=before)
    if trait.was:
        was, now = ("・".join(value.upper() for value in values) for values in (trait.was, trait.now))
        said = f"が{before}の「{was}」から「{now}」に変わった"
    if trait.how == "changed" and len({fold(column.heading) for column in columns}) > 1:
        said = f"のどれか{said}"
    if columns and columns[0].kind == "choice":  # of grades
        said = said.replace("増えた", "上がった").replace("減った", "下がった")
    return _denied(head + said, is_denied=trait.is_denied)


def _denied(said: str, *, is_denied: bool) -> str:
    """A condition before 事業, or that it does not hold."""
    return f"{said}もの以外の" if is_denied else said


def but_for(offices: Sequence[str]) -> str:
    """The projects of all other offices."""
    return f"{'・'.join(offices)}以外の事業"


def within(those: str, told: str) -> str:
    """Which projects of some; '' for all."""
    return f"{those}のうち、{told}" if those else told


def scope_told(scope: Scope, joint: Literal["の", "のうち、"] = "の") -> str:
    """Of which projects something is, before 事業 or a heading; '' for all."""
    some = "、".join(each.text for each in scope.conditions)
    of_whom = "・".join(scope.offices)
    within = f"{scope.within}{'のうち、' if some or of_whom else joint}" if scope.within else ""
    return f"{within}{of_whom}{('で、' if some else 'の') if of_whom else ''}{some}"


def which_projects(scope: Scope) -> str:
    """The projects of a scope, 事業 at the end; 事業 alone for all."""
    is_whole = scope.within and not (scope.conditions or scope.offices)
    return scope.within if is_whole else f"{scope_told(scope)}事業"


@finding()
def counted_from(scope: Scope, topic: Say | None) -> str:
    """Of which projects some were chosen, without the conditions of an office: 農林振興課の事業."""
    if not scope.offices and topic is None:
        return which_projects(scope)
    of_whom, says = "・".join(scope.offices), topic.text if topic else ""
    return f"{of_whom}{('で、' if says else 'の') if of_whom else ''}{says}事業"


# ------------------------------------------------------------------------------------ what is not as asked
@finding("small")
def other_columns(scope: Scope) -> str:
    """Which other columns the word asked for may mean."""
    return f"ほかに{quoted(scope.others[:4], '、')}の列もあります。"


@finding()
def nearest(lacking: Sequence[Lacking], *, of_each: bool) -> str:
    """Which columns are not of the years asked for, and that the nearest are told; `of_each`: each time."""
    nearest = "近い列でお答えします。"
    told = dict.fromkeys(f"{_lacks(each)}{nearest if of_each else ''}" for each in lacking)
    return f"{''.join(told)}{'' if of_each else nearest}"


@finding()
def no_columns(words: Sequence[str]) -> str:
    """That no list has columns of what is asked for."""
    return f"登録されている一覧に{quoted(tuple(dict.fromkeys(words)), '、')}の列はありません。"


@finding()
def list_lacks(word: str, entry: Entry | None = None, near: Sequence[Row] = ()) -> str:
    """That the list (of a project) has no such column, and what it has instead, by its own name."""
    where = f"この一覧（{fiscal_year_name(entry.fiscal_year)}）" if entry else "この一覧"
    told = f"{where}に「{word}」の列はありません。"
    if not entry or not near:
        return told
    said = "、".join(f"{heading(row.column)}は{value(row)}" for row in near)
    return f"{told}{title(entry)}の近い列では、{said}{'' if near[-1].cell.state else 'です'}。"


@finding()
def not_of_years(years: Sequence[int], what: str = "") -> str:
    """That no list has this, or the value of an indicator, of these years."""
    return f"{_years(years)}の{f'「{one_space(what)}」は' if what else '値は、'}一覧にありません。"


# ------------------------------------------------------------------------------------------- single projects
@finding()
def sentence(row: Row, unit: str = "", one: Indicator | None = None) -> str:
    """A cell, which may be an indicator's value, in a sentence of its own."""
    said = value(row, unit)
    if row.column.kind == "text" and not row.cell.state:
        said = f"「{said}」"
    what = _indicator(one) if one else heading(row.column)
    return f"{title(row.entry)}の{what}は、{said}{'。' if row.cell.state else 'です。'}"


@finding()
def of_several_together(one: Indicator, others: Sequence[str]) -> str:
    """That an indicator counts what is asked together with other things."""
    return f"指標の名前は「{one_space(one.name)}」です。{quoted(others, '')}と合わせた値と読み取れます。"


@finding("small")
def its_office(entry: Entry) -> str:
    """Which office a project is of, where another has its name."""
    return f"担当: {one_space(entry.section or entry.department or entry.organization)}"


@finding()
def not_measured(entry: Entry) -> str:
    """That a project of the name asked for has no such indicator."""
    return f"{title(entry)}の指標には、お尋ねの数字を読み取れませんでした。"


@finding()
def only_in_name(one: Indicator, numbers: Sequence[str]) -> str:
    """That the value of an indicator is left out, and which figures its own name has."""
    said = quoted([one_space(number) for number in numbers], "")
    return f"{title(one.entry)}の{_indicator(one)}は、指標の名前に{said}とあります。実績の欄は空欄です。"


@finding("bold")
def told_of(entry: Entry, column: Column | None = None, one: Indicator | None = None) -> str:
    """Above what is told of a project: its cells, those of a column, the values of an indicator."""
    return f"{title(entry)}の{_indicator(one) if one else heading(column) if column else '記載'}です。"


@finding()
def not_of_office(entry: Entry, offices: Sequence[str]) -> str:
    """That a project is not of the offices that were named with it."""
    return f"「{one_space(entry.name)}」の担当に{quoted(offices)}はありません。"


@finding()
def part_of_all(row: Row, every: Sequence[float]) -> str:
    """What part a project's amount is of those of all."""
    whole = sum(every)
    of_all = f"{heading(row.column)}の全体（{len(every):,}件で{amount(whole, row.column.unit)}）"
    return f"{of_all}の{percent(row.cell.number or 0, whole)}です。"


@finding()
def changes(steps: Sequence[tuple[Row, Row]], unit_beside: str = "") -> str:
    """How a cell changed from year to year; `unit_beside` is what another column says of its unit."""
    return "、".join(_step(before, after, unit_beside) for before, after in steps) + "。"


@finding("small")
def goes_on(link: Link) -> str:
    """What a project was called in the year before, where its number or name was another."""
    before = link.earlier
    year = fiscal_year_name(before.fiscal_year)
    if link.is_estimate:
        return f"{year}は{one_space(before.name)}（事業番号 {before.number}）で、名前や内容からの推定です。"
    if "name" in link.changes:
        return f"{year}は{one_space(before.name)}（事業番号 {before.number}）です。"
    return f"{year}の番号は {before.number} です。"


# ---------------------------------------------------------------------------------------------- side by side
@finding("bold")
def side_by_side(columns: Sequence[Column]) -> str:
    """Above what columns say of several projects or offices."""
    return f"{heads(columns)}を並べます。"


@finding()
def larger(most: Entry | str, difference: float, unit: str, *, in_full: bool = False) -> str:
    """Whose number, or which office's sum, is the largest and by how much; `in_full` with no easier form."""
    by = f"{plain_number(difference)}{unit}" if in_full else amount(difference, unit)
    whose = f"合計が多いのは{most}" if isinstance(most, str) else f"多いのは{title(most)}"
    return f"{whose}で、差は{by}です。"


# ------------------------------------------------------------------------------------------ many projects
@finding("bold")
def counted(scope: Scope, total: int, *, with_indicators: bool = False) -> str:
    """How many projects there are in a scope, or how many of them have indicators."""
    which = f"{scope_told(scope)}指標の記載がある事業" if with_indicators else which_projects(scope)
    return f"{'登録されている' if which == '事業' else ''}{which}は{total:,}件です。"


@finding()
def beside_the_theme(columns: Sequence[Column], word: str, left: int, *, in_name: bool) -> str:
    """That only the projects of a choice were taken, and how many others say it."""
    where = "名前" if in_name else "名前か文章"
    return f"{heads(columns)}で選びました。ほかに「{word}」が{where}にある事業が{left:,}件あります。"


@finding("bold")
def nothing_said(column: Column, cell: str) -> str:
    """That a column of a list has no value for any project, and what its cells say instead."""
    said = f"「{cell}」" if cell else "空欄"
    return f"「{one_space(column.heading)}」の列には、どの事業にも記載がありません（{said}）。"


@finding()
def of_each(counts: Sequence[tuple[str, int]], *, of_office: bool = False) -> str:
    """How many projects, of an office or of all that were chosen, have each of several choices."""
    return f"{'' if of_office else '内訳:'} {'、'.join(f'{choice} {count:,}件' for choice, count in counts)}"


@finding("bold")
def extreme(scope: Scope, best: Row, *, is_most: bool, place: int = 0) -> str:
    """The project with the most or the least of a column, or at a place in that order."""
    among, rank = _measured(scope, "のうち、"), f"{place}番目に" if place > 1 else "最も"
    return f"{among}が{rank}{_which(is_most=is_most)}事業は、{title(best.entry)}で、{value(best)}です。"


@finding()
def no_such_place(scope: Scope, place: int, count: int) -> str:
    """That fewer projects have a value of a column than the place that is asked for."""
    return f"{_measured(scope)}に値のある事業は{count:,}件で、{place:,}番目はありません。"


@finding("bold")
def in_order(scope: Scope, count: int, *, is_most: bool) -> str:
    """How many projects are shown in the order of a column."""
    return f"{_measured(scope, 'のうち、')}が{_which(is_most=is_most)}順に{count}件です。"


@finding("bold")
def indicators_in_order(*, is_most: bool) -> str:
    """Above the indicators of several projects in order."""
    return f"指標の名前に合うものを、{_which(is_most=is_most)}順に示します。"


@finding("small")
def of_different_things(left: int) -> str:
    """That indicators of several projects count different things, and how many are not shown."""
    return f"指標は事業ごとに異なります。{f'ほかに{left:,}件あります。' if left else ''}"


@finding("bold")
def worked_out(scope: Scope, unit: str, values: Mapping[Work, float]) -> str:
    """The sum, the mean or the middle of a column, or several of these."""
    if len(values) > 1:
        told = "、".join(f"{_HOW_NAMES[how]}{amount(number, unit)}" for how, number in values.items())
        return f"{_measured(scope)}は、{told}です。"
    ((how, number),) = values.items()
    return f"{_measured(scope)}の{_HOW_NAMES[how]}は、{amount(number, unit)}です。"


@finding("bold")
def ratio_of_all(scope: Scope, part: float, whole: float) -> str:
    """One amount in percent of another."""
    return f"{_measured(scope)}は、{percent(part, whole)}です。"


@finding("small")
def part_and_whole(part: tuple[float, str], whole: tuple[float, str], count: int) -> str:
    """The two amounts (number, unit) that a ratio is of."""
    told = f"{amount(*whole)}のうち{amount(*part)}です。"
    return f"{told}値のある{count:,}件の合計で計算しました。"


@finding("bold")
def share_of_projects(scope: Scope, count: int, of: int) -> str:
    """What part of the projects that have a value those of a scope are."""
    return f"{which_projects(scope)}は{count:,}件で、値のある{of:,}件の{percent(count, of)}です。"


@finding("bold")
def share_of_amount(scope: Scope, part: float, whole: float, unit: str) -> str:
    """What part of the amount of all projects that of a scope is."""
    told = f"{_measured(scope)}は{amount(part, unit)}で、"
    return f"{told}全体の{amount(whole, unit)}の{percent(part, whole)}です。"


@finding("bold")
def year_by_year(offices: Sequence[str], what: str, how: Work) -> str:
    """Above the sums of a column of several years."""
    whose = f"{'・'.join(offices)}の" if offices else ""
    return f"{whose}「{what}」の{_HOW_NAMES[how]}を年度ごとに示します。"


@finding()
def total_changed(before: tuple[int, float, str], after: tuple[int, float, str]) -> str:
    """By how much a sum (year, number, unit) is more or less than that of an earlier year."""
    (since, one, its), (until, two, unit) = before, after
    change = two - converted(one, its, unit)
    years = fiscal_year_name(since), fiscal_year_name(until)
    return f"{_change(*years, change, two - change, amount(abs(change), unit))}。"


@finding("bold")
def first_group(
    scope: Scope, question: ColumnQuestion, first: tuple[float, str, int], unit: str, *, is_most: bool
) -> str:
    """The office or choice with the largest or the least sum: (sum, name, number of projects)."""
    number, name, count = first
    rank = f"{question.place}番目に" if question.place > 1 else "最も"
    head = f"{heads(scope.columns[:1])}の合計が{rank}{_which(is_most=is_most)}のは"
    return f"{head}{group(name, question).text}で、{amount(number, unit)}（{count:,}件）です。"


@finding("bold")
def by_group(scope: Scope, question: ColumnQuestion, how: Work) -> str:
    """Above the sums of offices or choices."""
    what = f"{scope_told(scope)}{heads(scope.columns[:1])}の{_HOW_NAMES[how]}"
    return f"{what}を、{_by(question)}ごとに示します。"


@finding("bold")
def spread(scope: Scope, columns: Sequence[Column]) -> str:
    """Above how many projects have each choice."""
    return f"{scope_told(scope)}{heads(columns)}の内訳です。"


@finding("bold")
def counted_by_office(scope: Scope, question: ColumnQuestion) -> str:
    """Above how many projects each office has."""
    number = f"（全{len(scope.entries):,}件）"
    return f"{which_projects(scope)}の数を、{_by(question)}ごとに示します{number}。"


@finding("small")
def more_groups(left: int, *, of_choices: bool = False) -> str:
    """How many offices or choices are not shown."""
    return f"ほかに{left:,}{'通り' if of_choices else ''}あります。"


# ------------------------------------------------------------------------------------- what an answer is from
@finding("small")
def of_valued(count: int, left: int, way: Literal["chosen", "computed", "counted"]) -> str:
    """How many rows with a value an answer is from, and how many had none."""
    done = {"chosen": "から選びました", "computed": "で計算しました", "counted": "を数えました"}[way]
    without = f"空欄などで値のない{left:,}件は含みません。" if left else "値のない事業はありません。"
    return f"値のある{count:,}件{done}。{without}"


@finding("small")
def source(columns: Collection[Column], files: Mapping[int, str]) -> str:
    """From which list, year and columns it is."""
    by_list: dict[tuple[int, int], list[Column]] = {}
    for column in columns:
        by_list.setdefault((column.fiscal_year, column.source_id), []).append(column)
    told = [
        f"{fiscal_year_name(year)}の一覧{_in_brackets(files.get(list_id, ''))}の{_headings(some)}の列"
        for (year, list_id), some in by_list.items()
    ]
    return f"出典: {'、'.join(told)}"


def chart_title(
    what: str = "", how: Work | None = None, *, of: Sequence[str] = (), scope: Scope | None = None
) -> str:
    """What a chart shows: of whom, what of them, and how it was worked out."""
    parts = ("・".join(of), what, _HOW_NAMES[how] if how else "")
    return f"{scope_told(scope) if scope else ''}{'の'.join(filter(None, parts))}"


def chart_of_counts(scope: Scope) -> str:
    """What a chart of numbers of projects shows."""
    return f"{which_projects(scope)}の数"


_REASONS = {
    "in order": "{columns}の値を比べています",
    "worked out": "{columns}の{how}です",
    "ratio": "2つの列の合計を比べています",
    "by year": "年度ごとに計算しています",
    "share": "{columns}の割合です",
    "by group": "{columns}を{by}ごとに計算しています",
    "spread": "{columns}の値ごとに数えています",
    "by office": "{by}ごとに数えています",
    "of offices": "{columns}を担当ごとに合計しています",
    "has indicators": "指標の列に記載のある事業です",
    "columns": "一覧の列（{words}）についてのお尋ねと読み取りました",
    "side by side": "事業を並べて、列（{words}）を比べています",
    "over years": "列（{words}）を年度ごとに並べています",
    "indicator": "指標の名前についてのお尋ねと読み取りました",
    "indicator over years": "指標の年度ごとの値についてのお尋ねと読み取りました",
    "indicators in order": "いくつもの事業の指標についてのお尋ねと読み取りました",
    "indicators side by side": "2つの事業の指標についてのお尋ねと読み取りました",
}


@finding()
def reason(
    which: str, columns: Sequence[Column] = (), question: ColumnQuestion | None = None, how: Work = "sum"
) -> str:
    """How an answer was found."""
    asked = [mention.word for mention in question.asked] if question else []
    by = _by(question) if question else ""
    return _REASONS[which].format(columns=heads(columns), by=by, words=quoted(asked), how=_HOW_NAMES[how])


@finding()
def chosen_by(scope: Scope) -> str:
    """By which conditions projects were chosen."""
    return f"条件: {which_projects(scope)}"


# ------------------------------------------------------------------------------------- parts of sentences
def _in_brackets(text: str) -> str:
    return f"（{text}）" if text else ""


def _headings(columns: Sequence[Column]) -> str:
    names = list(dict.fromkeys(one_space(column.heading) for column in columns))
    return quoted(names[:3]) + (f"など{len(names)}" if len(names) > 3 else "")


def _label(entry: Entry) -> str:
    name = one_space(f"{entry.number} {entry.name}")
    return name if len(name) <= 30 else f"{name[:29]}…"


def _which(*, is_most: bool) -> str:
    return "多い" if is_most else "少ない"


def _by(question: ColumnQuestion) -> str:
    return _BY_NAMES.get(question.by) or heads(question.by_columns)


def _measured(scope: Scope, joint: Literal["の", "のうち、"] = "の") -> str:
    among = f"事業{joint}" if scope.conditions else ""
    return f"{scope_told(scope, joint)}{among}{heads(scope.columns[:1])}"


def _indicator(one: Indicator) -> str:
    return f"{heading(one.column)}「{one.name}」"


def _bounds(bound: Bound, other: Column | None) -> str:
    """The bounds before a noun: 1億円を超える."""
    if other:
        return f"{heading(other)}を{'下回る' if bound.low is None else '超える'}"
    if len(bound.typed) > 1:
        return f"{bound.typed[0]}から{bound.typed[1]}までの"
    (typed,) = bound.typed
    if bound.is_about:
        return f"{typed}前後(±2割)の"
    if bound.low == bound.high:
        return f"{typed}の"
    if bound.low is None:
        return f"{typed}{'未満の' if bound.is_open else '以下の'}"
    return f"{typed}{'を超える' if bound.is_open else '以上の'}"


def _lacks(lacking: Lacking) -> str:
    """That there is no such column of these years, and which there is."""
    word = quoted(lacking.words, "")
    told = f"{_years(lacking.elsewhere)}の{word}は、この事業にはありません。" if lacking.elsewhere else ""
    if lacking.years:
        told += f"一覧に{_years(lacking.years)}の{word}の列はありません。"
    return f"{told}{_years(lacking.years)}の列には{heads(lacking.near)}があります。" if lacking.near else told


def _step(before: Row, after: Row, unit_beside: str) -> str:
    one, two = before.cell.number, after.cell.number
    if one is None or two is None or after.column.kind not in NUMERIC:
        if alnum_key(before.cell.text) == alnum_key(after.cell.text):
            return "変わりありません"
        return f"{before.cell.text.strip()}から{after.cell.text.strip()}に変わりました"
    change = two - converted(one, before.column.unit, after.column.unit)
    told = f"{plain_number(abs(change))}{after.column.unit or unit_beside}"
    return _change(year_of(before).text, year_of(after).text, change, one, told)


def _change(since: str, until: str, change: float, was: float, told: str) -> str:
    years = f"{since}から{until}で"
    if not change:
        return f"{years}変わりありません"
    rate = f"（{percent(abs(change), abs(was))}）" if was else ""
    return f"{years}{told}{'増えました' if change > 0 else '減りました'}{rate}"
