"""Questions about the columns of a list, made of its file by construction, as people type them in Slack.

Each kind draws its columns, projects and phrasings by a seed; what is expected is worked out from the
cells of the file. What people call a column is written here from common usage, not from the bot's own words.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from bench.column_files import Column, Sheet, fold, has_value
from store.text.morphology import tokenize

PER_KIND = 40
TRIES = range(400)  # draws for a kind: some find nothing to ask
Key = tuple[int, str]


@dataclass(frozen=True)
class Question:
    """A question and what its answer must be.

    `texts` must all be in it, of each of `any_of` one; `values` are numbers of which each must be in it,
    whatever its commas, within `within` of itself; `numbers` the projects it rests on, all of them, and no
    other if `exact`. `topic` is the project spoken of before. `is_lacking` where the list has no such column
    or value.
    """

    text: str
    kinds: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    exact: bool = False
    texts: tuple[str, ...] = ()
    any_of: tuple[tuple[str, ...], ...] = ()
    values: tuple[float, ...] = ()
    within: float = 0.0
    topic: Key | None = None
    is_lacking: bool = False


@dataclass(frozen=True)
class Source:
    """A list as read from its file, and the names that people may use; `earlier` is last year's file."""

    year: int
    sheet: Sheet
    sections: tuple[str, ...]
    departments: tuple[str, ...]
    known_fields: frozenset[str]  # headings of columns that are purpose, overview or outcome
    earlier: Sheet | None = None
    lacks: tuple[str, ...] = ()  # what people ask for and no column of the list is
    instead: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """The number of each row."""
        return tuple(map(fold, self.sheet.number.cells))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The name of each row."""
        return tuple(map(fold, self.sheet.name.cells))

    @cached_property
    def named(self) -> list[int]:
        """The rows that a name alone means."""
        counts = Counter(self.names)
        every = " ".join(self.names)
        return [
            row
            for row, name in enumerate(self.names)
            if counts[name] == 1 and 5 <= len(name) <= 40 and every.count(name) == 1 and "\n" not in name
        ]

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns that are neither a naming one nor one of the long texts, and that say something."""
        return tuple(
            column
            for column in self.sheet.rest
            if column.heading not in self.known_fields and any(map(has_value, column.cells))
        )

    @cached_property
    def amounts(self) -> list[Column]:
        """Columns of numbers with a unit or a word for money in the heading, that are no year."""
        return [c for c in self.columns if c.kind == "number" and _is_total(c)]

    @cached_property
    def choices(self) -> list[Column]:
        """Columns whose cells are one of a few words."""
        return [c for c in self.columns if c.kind == "choice" and "指標" not in c.heading]

    @cached_property
    def money(self) -> list[Column]:
        """The amounts of money."""
        return [c for c in self.amounts if c.unit.endswith("円") or any(w in c.core for w in _MONEY)]

    def calls(self, column: Column) -> tuple[str, ...]:
        """The heading without its unit, and without its year where no other column is called that."""
        is_alone = sum(other.bare == column.bare for other in self.columns) == 1
        return (column.core, column.bare) if is_alone else (column.core,)

    def office(self, draw: random.Random) -> tuple[str, list[int]]:
        """An office as people call it, and its rows."""
        pool = self.sections if not self.departments or draw.random() < 0.7 else self.departments
        name = draw.choice(pool)
        return name, self.sheet.rows_of(name)


_MONEY = ("予算", "決算", "執行", "事業費", "経費", "コスト")


def _is_total(column: Column) -> bool:
    return "年度" not in column.bare and bool(column.unit or any(w in column.core for w in _MONEY))


def generated(source: Source, *, seed: str, limit: int = PER_KIND) -> Iterator[tuple[str, Question]]:
    """At most `limit` questions of each kind that the list allows."""
    for kind, make in MAKERS.items():
        draw = random.Random(f"{seed}:{kind}")
        seen: set[str] = set()
        made = islice(make(source, draw), limit * 3)
        for question in made:
            if question.text not in seen and len(seen) < limit:
                seen.add(question.text)
                yield kind, question


# ---------------------------------------------------------------------------------------------- one value
_VALUE = (
    "{p}の{c}は？",
    "{p}の{c}を教えて",
    "{p} {c}",
    "{p}の{c}を教えてください",
    "すみません、{p}の{c}わかりますか？",
    "{c}を知りたいです。{p}です",
    "{p}って{c}はどうなってる？",
    "{p}の{c}について",
    "{p}の{c}は何ですか",
)
_HOW_MUCH = ("{p}の{c}はいくら？", "{p}の{c}はいくらですか", "{p}の{c}ってどれくらい？")


def _phrase(draw: random.Random, column: Column) -> str:
    more = _HOW_MUCH if column.kind == "number" and column.unit.endswith("円") else ()
    return draw.choice(_VALUE + more)


def _project(source: Source, row: int, draw: random.Random) -> str:
    number = source.numbers[row]
    if row in source.named and draw.random() < 0.8:
        return source.names[row]
    return draw.choice(
        ("事業番号{}", "番号{}の事業", "事業番号 {}")
        if "-" in number
        else ("{}番の事業", "事業番号{}", "No.{}")
    ).format(number)


def _cell_text(column: Column, row: int) -> tuple[dict[str, tuple]]:  # type: ignore[type-arg]
    value = column.numbers[row]
    return ({"values": (value,)} if value is not None else {"texts": (fold(column.cells[row]),)},)


def _values(
    source: Source, draw: random.Random, call: Callable[[Column], Sequence[str]]
) -> Iterator[Question]:
    pool = [c for c in source.columns if call(c)]
    for _ in TRIES if pool else ():
        column = draw.choice(pool)
        rows = [r for r, cell in enumerate(column.cells) if has_value(cell)]
        row = draw.choice(rows)
        asked = _phrase(draw, column).format(p=_project(source, row, draw), c=draw.choice(call(column)))
        (found,) = _cell_text(column, row)
        yield Question(
            asked, ("field", "figure"), (source.numbers[row],), any_of=((column.bare, column.core),), **found
        )


def _by_heading(source: Source, draw: random.Random) -> Iterator[Question]:
    yield from _values(
        source, draw, lambda c: tuple(dict.fromkeys((fold(c.heading), c.core, c.core, c.core)))
    )


def _by_part(source: Source, draw: random.Random) -> Iterator[Question]:
    counts = Counter(part for column in source.sheet.columns for part in set(_parts(column)))
    yield from _values(
        source, draw, lambda c: [part for part in _parts(c) if counts[part] == 1 and part != "単位"]
    )


_NO_PART = frozenset(
    [
        "事業",
        "年度",
        "方法",
        "番号",
        "指標",
        "名称",
        "区分",
        "担当",
        "目的",
        "概要",
        "成果",
        "内容",
        "今後",
        "全体",
        "前年",
        "前年度",
    ]
)


def _parts(column: Column) -> list[str]:
    """What is left of a heading without its year, and the first and the last word of that."""
    bare = column.bare
    said = [token.word.surface for token in tokenize(bare)]
    ends = [word for word in (said[0], said[-1]) if len(said) > 1 and len(word) > 1 and word not in _NO_PART]
    return list(dict.fromkeys([*([bare] if bare != column.core else []), *ends]))


_CALLED: Sequence[tuple[Callable[[Column], bool], Sequence[str]]] = (
    (lambda c: "指標" not in c.core and c.unit.endswith("円"), ("お金", "コスト", "事業費", "費用", "金額")),
    (lambda c: "評価" in c.core or "方向" in c.core or "判定" in c.core, ("評価", "判定", "評価結果")),
    (lambda c: "職員" in c.core or "人工" in c.core, ("人員", "職員の数", "人手", "職員数")),
)


def _by_call(source: Source, draw: random.Random) -> Iterator[Question]:
    """What people call it: right is any column of that sort, by its own name."""
    sorts = [
        (words, found)
        for test, words in _CALLED
        if (found := [c for c in source.columns if test(c) and c.kind != "text"])
    ]
    bare = (
        "{p}はいくらかかっている？",
        "{p}にいくら使った？",
        "{p}っていくらの事業？",
        "{p}のお金の話を教えて",
    )
    for _ in TRIES if sorts else ():
        words, columns = draw.choice(sorts)
        row = draw.choice(
            [r for r in range(len(source.names)) if all(has_value(c.cells[r]) for c in columns)] or [0]
        )
        call = draw.choice(words)
        phrase = draw.choice(_VALUE[:-2])
        if words is _CALLED[0][1] and draw.random() < 0.4:
            phrase = draw.choice(bare)
        asked = phrase.format(p=_project(source, row, draw), c=call)
        own = [c for c in columns if c.bare == call] or columns
        cells = tuple(dict.fromkeys(_shown(c, row) for c in own))
        heads = tuple(head for c in own for head in (c.bare, c.core))
        yield Question(asked, ("field", "figure"), (source.numbers[row],), any_of=(cells, heads))


def _shown(column: Column, row: int) -> str:
    """A cell as an answer has it: numbers with commas, negative ones and words as they stand."""
    value = column.numbers[row]
    if value is None or value < 0:
        return fold(column.cells[row])
    return f"{value:,.10g}" if value != int(value) else f"{int(value):,}"


def _several(source: Source, draw: random.Random) -> Iterator[Question]:
    pool = [c for c in source.columns if c.kind != "text" and "指標" not in c.core]
    for _ in TRIES if len(pool) > 1 else ():
        one, two = draw.sample(pool, 2)
        rows = [r for r in range(len(source.names)) if has_value(one.cells[r]) and has_value(two.cells[r])]
        if not rows:
            continue
        row = draw.choice(rows)
        asked = draw.choice(
            ("{p}の{c}と{d}は？", "{p}の{c}、{d}を教えて", "{p}の{c}と{d}を教えてください", "{p} {c} {d}")
        ).format(p=_project(source, row, draw), c=one.core, d=two.core)
        yield Question(
            asked,
            ("field", "figure"),
            (source.numbers[row],),
            any_of=((_shown(one, row),), (_shown(two, row),)),
        )


def _of_year(source: Source, draw: random.Random) -> Iterator[Question]:
    """The year that a column speaks of, said before or behind it, though the list is another year's."""
    pool = [c for c in source.columns if c.year and c.kind == "number"]
    for _ in TRIES if pool else ():
        column = draw.choice(pool)
        assert column.year
        year = draw.choice((f"令和{column.year - 2018}年度", f"R{column.year - 2018}", f"{column.year}年度"))
        row = draw.choice([r for r, cell in enumerate(column.cells) if has_value(cell)])
        asked = draw.choice(
            ("{p}の{y}の{c}は？", "{y}の{p}の{c}は？", "{p} {y} {c}", "{p}の{c}は{y}でいくら？")
        ).format(
            p=source.names[row] if row in source.named else f"事業番号{source.numbers[row]}",
            y=year,
            c=column.bare,
        )
        (found,) = _cell_text(column, row)
        yield Question(asked, ("field", "figure"), (source.numbers[row],), **found)


def _follow_ups(source: Source, draw: random.Random) -> Iterator[Question]:
    pool = [c for c in source.columns if c.kind != "text" and "指標" not in c.core]
    for _ in TRIES if pool else ():
        column = draw.choice(pool)
        row = draw.choice([r for r, cell in enumerate(column.cells) if has_value(cell)])
        call = draw.choice(source.calls(column))
        asked = draw.choice(
            ("その{c}は？", "{c}は？", "じゃあ{c}は？", "その事業の{c}を教えて", "それの{c}は？")
        ).format(c=call)
        (found,) = _cell_text(column, row)
        topic = (source.year, source.sheet.number.cells[row])
        yield Question(asked, ("field", "figure"), (source.numbers[row],), topic=topic, **found)


def _lacking(source: Source, draw: random.Random) -> Iterator[Question]:
    """What the list has no column for: told as that, the nearest by its own name."""
    for _ in TRIES if source.lacks else ():
        word = draw.choice(source.lacks)
        row = draw.choice(source.named)
        asked = draw.choice(
            ("{p}の{c}は？", "{p}の{c}はいくら？", "{p} {c}", "{p}の{c}を教えてください")
        ).format(p=source.names[row], c=word)
        nearest = source.instead.get(word, "")
        yield Question(
            asked,
            ("field", "figure", "none"),
            any_of=(
                (f"{word}の列はありません", f"{word}」の列はありません"),
                *(((nearest,),) if nearest else ()),
            ),
            is_lacking=True,
        )


def _empty(source: Source, draw: random.Random) -> Iterator[Question]:
    """An empty cell, and a mark that stands for no value."""
    pool = [c for c in source.columns if not all(map(has_value, c.cells))]
    for _ in TRIES if pool else ():
        column = draw.choice(pool)
        row = draw.choice([r for r, cell in enumerate(column.cells) if not has_value(cell)])
        asked = draw.choice(_VALUE[:5]).format(p=_project(source, row, draw), c=column.core)
        said = fold(column.cells[row]) or "空欄です"
        yield Question(asked, ("field", "figure", "none"), any_of=((said,),), is_lacking=True)


# ---------------------------------------------------------------------------------------------- indicators
def _indicators(source: Source, draw: random.Random) -> Iterator[Question]:
    """The name of an indicator with its result and unit, asked for as what it is or by its own name."""
    heads = [c for c in source.columns if c.core.rstrip("0123456789").endswith("指標")]
    by_core = {c.core: c for c in source.columns}
    pool = [(c, r) for c in heads for r, cell in enumerate(c.cells) if has_value(cell)]
    for _ in TRIES if pool else ():
        head, row = draw.choice(pool)
        results = [by_core[n] for n in (f"{head.core}実績", f"{head.core}実績値", "実績値") if n in by_core]
        sort = head.core.rstrip("0123456789")
        calls: tuple[str, ...] = (head.core, sort, "指標", "KPI")
        result = next((c for c in results if has_value(c.cells[row])), None)
        if result and draw.random() < 0.4:
            calls = (f"{head.core}の実績", f"{sort}の実績", "KPIの実績", "指標の実績値")
        asked = draw.choice(("{p}の{c}は？", "{p}の{c}を教えて", "{p}の{c}は何ですか", "{p} {c}")).format(
            p=_project(source, row, draw), c=draw.choice(calls)
        )
        any_of: list[tuple[str, ...]] = [(fold(head.cells[row]),)]
        if result:
            any_of.append((_shown(result, row), fold(result.cells[row])))
        yield Question(asked, ("field", "figure"), (source.numbers[row],), any_of=tuple(any_of))


# ------------------------------------------------------------------------------------ conditions and lists
def _choice_lists(source: Source, draw: random.Random) -> Iterator[Question]:
    phrases = (
        "{c}が{v}の事業は？",
        "{c}が{v}の事業を一覧で",
        "{v}の事業は？",
        "{v}になった事業は？",
        "{v}とされた事業を教えて",
        "{c}が{v}になっている事業を挙げて",
        "{v}の事業一覧",
        "{c} {v}の事業",
        "{o}で{c}が{v}の事業は？",
    )
    yield from _choice(source, draw, phrases, ("list", "count"))


def _choice_counts(source: Source, draw: random.Random) -> Iterator[Question]:
    phrases = (
        "{c}が{v}の事業は何件？",
        "{v}の事業は何件ありますか",
        "{v}の事業はいくつ？",
        "{c}が{v}なのは何件？",
        "{v}になった事業の数は？",
        "{o}で{c}が{v}の事業は何件？",
        "{o}の{v}の事業は何件？",
        "{c}{v}は何件",
    )
    yield from _choice(source, draw, phrases, ("count",))


def _choice(
    source: Source, draw: random.Random, phrases: Sequence[str], kinds: tuple[str, ...]
) -> Iterator[Question]:
    counts = Counter(v for c in source.choices for v in set(c.cells))
    for _ in TRIES if source.choices else ():
        column = draw.choice(source.choices)
        value = draw.choice(sorted({cell for cell in column.cells if has_value(cell)}))
        phrase = draw.choice(phrases)
        if "{c}" not in phrase and (len(fold(value)) < 2 or counts[value] > 1):
            continue
        rows = [r for r, cell in enumerate(column.cells) if cell == value]
        office = ""
        if "{o}" in phrase:
            office, of = source.office(draw)
            rows = [r for r in rows if r in of]
            if not rows:
                continue
        call = draw.choice((*source.calls(column), *[p for p in _parts(column) if _is_alone(p, source)]))
        asked = phrase.format(c=call, v=fold(value), o=office)
        numbers = tuple(source.numbers[r] for r in rows)
        yield Question(asked, kinds, numbers, exact=len(rows) <= 90, any_of=((f"{len(rows):,}件",),))


def _is_alone(part: str, source: Source) -> bool:
    return sum(part in c.core for c in source.sheet.columns) == 1


_YEN = {"円": 1, "千円": 1_000, "万円": 10_000, "百万円": 1_000_000, "億円": 100_000_000}


def _bounds(
    source: Source, draw: random.Random, phrases: Sequence[str], kinds: tuple[str, ...]
) -> Iterator[Question]:
    pool = [c for c in source.money if c.unit in _YEN]
    written = {
        1e5: ("10万円",),
        1e6: ("100万円", "百万円", "1,000千円"),
        5e6: ("500万円", "500万"),
        1e7: ("1000万円", "1,000万円", "1千万円", "1000万"),
        5e7: ("5000万円", "5千万円", "5,000万円"),
        1e8: ("1億円", "一億円", "1億"),
        1.5e8: ("1億5000万円", "1.5億円"),
        1e9: ("10億円",),
        1e10: ("100億円",),
    }
    tests: Mapping[str, Callable[[float, float], bool]] = {
        "以上の": lambda v, x: v >= x,
        "を超える": lambda v, x: v > x,
        "より多い": lambda v, x: v > x,
        "超の": lambda v, x: v > x,
        "以下の": lambda v, x: v <= x,
        "未満の": lambda v, x: v < x,
        "より少ない": lambda v, x: v < x,
    }
    for _ in TRIES if pool else ():
        column = draw.choice(pool)
        x = draw.choice(sorted(written))
        how = draw.choice(sorted(tests))
        yen = _YEN[column.unit]
        rows = [r for r, v in enumerate(column.numbers) if v is not None and tests[how](v * yen, x)]
        phrase, office = draw.choice(phrases), ""
        if "{o}" in phrase:
            office, of = source.office(draw)
            rows = [r for r in rows if r in of]
        if not rows:
            continue
        asked = phrase.format(c=draw.choice(source.calls(column)), x=draw.choice(written[x]), h=how, o=office)
        numbers = tuple(source.numbers[r] for r in rows)
        yield Question(asked, kinds, numbers, exact=len(rows) <= 90, any_of=((f"{len(rows):,}件",),))


def _bound_counts(source: Source, draw: random.Random) -> Iterator[Question]:
    phrases = (
        "{c}が{x}{h}事業は何件？",
        "{c}{x}{h}事業は何件ありますか",
        "{c}が{x}{h}ものはいくつ？",
        "{o}で{c}が{x}{h}事業は何件？",
    )
    yield from (q for q in _bounds(source, draw, phrases, ("count",)))


def _bound_lists(source: Source, draw: random.Random) -> Iterator[Question]:
    phrases = (
        "{c}が{x}{h}事業は？",
        "{c}{x}{h}事業を一覧で",
        "{c}が{x}{h}事業を教えて",
        "{o}の事業で{c}が{x}{h}ものは？",
    )
    yield from _bounds(source, draw, phrases, ("list", "count"))


# ---------------------------------------------------------------------------------------------- extremes
_MOST = (
    "{c}が一番多い事業は？",
    "最も{c}が大きい事業はどれ？",
    "{c}がいちばん高い事業を教えて",
    "{c}最大の事業は",
    "一番{c}の多い事業って何？",
    "{o}で{c}が一番多い事業は？",
    "{c}が最も多いのはどの事業ですか",
    "{o}の事業のうち最も{c}が大きいものは？",
)
_LEAST = (
    "{c}が一番少ない事業は？",
    "最も{c}が小さい事業はどれ？",
    "{c}がいちばん低い事業を教えて",
    "{c}最小の事業は",
    "{o}で{c}が一番少ない事業は？",
)


def _extremes(source: Source, draw: random.Random) -> Iterator[Question]:
    for _ in TRIES if source.amounts else ():
        column = draw.choice(source.amounts)
        is_most = draw.random() < 0.6
        phrase, office = draw.choice(_MOST if is_most else _LEAST), ""
        rows = list(range(len(column.cells)))
        if "{o}" in phrase:
            office, rows = source.office(draw)
        values = [(v, r) for r in rows if (v := column.numbers[r]) is not None]
        if not values:
            continue
        best = (max if is_most else min)(v for v, _ in values)
        ties = [r for v, r in values if v == best]
        asked = phrase.format(c=_amount_call(source, column, draw), o=office)
        names = tuple(source.names[r] for r in ties)
        yield Question(asked, ("figure",), any_of=(names, (column.bare,)), values=(best,))


def _amount_call(source: Source, column: Column, draw: random.Random) -> str:
    call = draw.choice(source.calls(column))
    return call if call.endswith(("額", "数", "費")) or draw.random() < 0.7 else f"{call}額"


def _firsts(source: Source, draw: random.Random) -> Iterator[Question]:
    phrases = (
        "{c}の多い順に{n}件",
        "{c}が多い事業トップ{n}",
        "{c}上位{n}事業を教えて",
        "{c}が大きい事業を{n}つ",
        "{c}ベスト{n}",
        "{c}の高い順に{n}つ挙げて",
        "{o}の{c}トップ{n}",
        "{c}の大きい順で上から{n}件教えて",
    )
    least = ("{c}の少ない順に{n}件", "{c}が小さい事業を{n}つ", "{c}の低い順に{n}つ挙げて", "{c}ワースト{n}")
    for _ in TRIES if source.amounts else ():
        column = draw.choice(source.amounts)
        is_most = draw.random() < 0.75
        phrase, office = draw.choice(phrases if is_most else least), ""
        rows, n = list(range(len(column.cells))), draw.choice((3, 5, 5, 10))
        if "{o}" in phrase:
            office, rows = source.office(draw)
        values = [(v, r) for r in rows if (v := column.numbers[r]) is not None]
        ordered = sorted(values, key=lambda item: -item[0] if is_most else item[0])
        if len(ordered) <= n or ordered[n - 1][0] == ordered[n][0]:
            continue
        asked = phrase.format(c=_amount_call(source, column, draw), n=n, o=office)
        best = ordered[:n]
        yield Question(
            asked,
            ("figure", "list"),
            tuple(source.numbers[r] for _, r in best),
            exact=True,
            values=tuple(v for v, _ in best),
        )


# ------------------------------------------------------------------------------------ sums, means, shares
def _sums(source: Source, draw: random.Random) -> Iterator[Question]:
    phrases = (
        "{c}の合計は？",
        "{o}の{c}の合計はいくら？",
        "{o}の{c}総額を教えて",
        "{c}は全部でいくら？",
        "{o}の{c}を合計して",
        "{o}全体の{c}は？",
        "{v}の事業の{c}の合計は？",
        "{o}の{c}はトータルでいくら？",
        "{d}が{v}の事業の{c}の合計",
    )
    yield from _totals(source, draw, phrases, lambda values: sum(values))


def _means(source: Source, draw: random.Random) -> Iterator[Question]:
    phrases = (
        "{c}の平均は？",
        "{o}の{c}の平均を教えて",
        "{o}の{c}は平均いくら？",
        "1事業あたりの{c}は？",
        "{o}の平均{c}は",
        "{d}が{v}の事業の{c}の平均は？",
    )
    yield from _totals(source, draw, phrases, lambda values: sum(values) / len(values))


def _totals(
    source: Source, draw: random.Random, phrases: Sequence[str], work: Callable[[list[float]], float]
) -> Iterator[Question]:
    for _ in TRIES if source.amounts else ():
        column = draw.choice(source.amounts)
        phrase, asked_of, rows = draw.choice(phrases), {}, list(range(len(column.cells)))
        if "いくら" in phrase and not column.unit.endswith("円"):
            continue
        if "{o}" in phrase:
            asked_of["o"], rows = source.office(draw)
        if "{v}" in phrase:
            if not source.choices:
                continue
            choice = draw.choice(source.choices)
            value = draw.choice(sorted({cell for cell in choice.cells if has_value(cell)}))
            if "{d}" not in phrase and (
                len(fold(value)) < 2 or sum(value in c.cells for c in source.choices) > 1
            ):
                continue
            rows = [r for r in rows if choice.cells[r] == value]
            asked_of |= {"v": fold(value), "d": choice.core}
        values = [v for r in rows if (v := column.numbers[r]) is not None]
        if not values:
            continue
        call = draw.choice(source.calls(column))
        asked = phrase.format(c=call, **asked_of)
        total = work(values)
        yield Question(
            asked, ("figure",), any_of=((column.bare,), (f"{len(values):,}件",)), values=(total,), within=5e-4
        )


def _shares(source: Source, draw: random.Random) -> Iterator[Question]:
    for _ in TRIES if source.amounts or source.choices else ():
        if source.amounts and (draw.random() < 0.5 or not source.choices):
            column = draw.choice(source.amounts)
            office, rows = source.office(draw)
            phrase = draw.choice(
                (
                    "{c}に占める{o}の割合は？",
                    "{o}の{c}は全体の何％？",
                    "{o}の{c}は全体の何割？",
                    "{c}全体のうち{o}の割合を教えて",
                )
            )
            total = sum(v for v in column.numbers if v is not None)
            part = sum(v for r in rows if (v := column.numbers[r]) is not None)
            asked = phrase.format(c=draw.choice(source.calls(column)), o=office)
        else:
            choice = draw.choice(source.choices)
            value = draw.choice(sorted({cell for cell in choice.cells if has_value(cell)}))
            phrase = draw.choice(
                ("{c}が{v}の事業の割合は？", "{c}が{v}なのは何％？", "{c}が{v}の事業は全体の何パーセント？")
            )
            part, total = choice.cells.count(value), sum(map(has_value, choice.cells))
            asked = phrase.format(c=choice.core, v=fold(value))
        if not total or part / total < 0.0005:
            continue
        yield Question(asked, ("figure", "count"), values=(100 * part / total,), within=-0.06)


def _by_office(source: Source, draw: random.Random) -> Iterator[Question]:
    """Every section with its sum, or every choice with its count."""
    for _ in TRIES:
        if source.choices and (draw.random() < 0.4 or not source.amounts):
            choice = draw.choice(source.choices)
            counts = Counter(filter(has_value, choice.cells))
            phrase = draw.choice(
                (
                    "{c}ごとの件数は？",
                    "{c}別の事業数",
                    "{c}の内訳は？",
                    "{c}別に事業の数を教えて",
                    "{c}ごとの事業数を集計して",
                )
            )
            best = counts.most_common(5)
            yield Question(
                phrase.format(c=choice.core),
                ("count", "figure", "list"),
                any_of=tuple((fold(v),) for v, _ in best),
                values=tuple(float(n) for _, n in best),
            )
            continue
        if not source.amounts:
            return
        column = draw.choice(source.amounts)
        phrase = draw.choice(
            (
                "課ごとの{c}の合計を見せて",
                "課別の{c}は？",
                "{c}を課別に集計して",
                "担当課ごとの{c}",
                "{c}が一番多い課は？",
                "{c}の課別合計",
                "部ごとの{c}の合計は？" if source.departments else "課ごとの{c}は？",
            )
        )
        pool = source.departments if phrase.startswith("部ごと") else source.sections
        sums: defaultdict[str, float] = defaultdict(float)
        for name in pool:
            for row in source.sheet.rows_of(name):
                sums[name] += column.numbers[row] or 0
        if not sums:
            return
        name, total = max(sums.items(), key=lambda item: item[1])
        yield Question(
            phrase.format(c=draw.choice(source.calls(column))),
            ("figure", "compare"),
            texts=(name,),
            values=(total,),
            within=1e-9,
        )


# ---------------------------------------------------------------------------------- comparison, over years
def _comparisons(source: Source, draw: random.Random) -> Iterator[Question]:
    pool = [*source.amounts, *list(source.choices)]
    for _ in TRIES if pool else ():
        column = draw.choice(pool)
        if draw.random() < 0.65 or column.kind == "choice":
            rows = [r for r in source.named if has_value(column.cells[r])]
            if len(rows) < 2:
                continue
            one, two = draw.sample(rows, 2)
            phrases = (
                "{p}と{q}の{c}を比べて",
                "{p}と{q}の{c}を比較してください",
                "{p}と{q}で{c}はどう違う？",
            )
            more = (
                ("{p}と{q}、{c}が多いのはどっち？", "{p}と{q}ではどちらの{c}が大きい？")
                if column.kind == "number"
                else ()
            )
            asked = draw.choice(phrases + more).format(
                p=source.names[one], q=source.names[two], c=column.core
            )
            yield Question(
                asked,
                ("compare",),
                (source.numbers[one], source.numbers[two]),
                any_of=((_shown(column, one),), (_shown(column, two),)),
            )
            continue
        if len(source.sections) < 2:
            continue
        first, second = draw.sample(source.sections, 2)
        sums = [
            sum(v for r in source.sheet.rows_of(o) if (v := column.numbers[r]) is not None)
            for o in (first, second)
        ]
        phrase = draw.choice(
            (
                "{o}と{r}の{c}を比べて",
                "{o}と{r}では{c}の合計はどちらが多い？",
                "{o}と{r}の{c}の合計を比較して",
            )
        )
        yield Question(
            phrase.format(o=first, r=second, c=column.core),
            ("compare",),
            texts=(first, second),
            values=tuple(sums),
            within=1e-9,
        )


def _over_years(source: Source, draw: random.Random) -> Iterator[Question]:
    """What a column said last year and this year, in two lists or in two columns."""
    if not source.earlier:
        return
    for_number = {fold(n): r for r, n in enumerate(source.earlier.number.cells)}
    pairs = [
        (c, e)
        for c in source.columns
        for e in source.earlier.columns
        if c.core == e.core and c.kind != "text"
    ]
    this, last = f"令和{source.year - 2018}年度", f"令和{source.year - 2019}年度"
    for _ in TRIES if pairs else ():
        column, before = draw.choice(pairs)
        row = draw.choice([r for r in source.named if source.numbers[r] in for_number])
        was = for_number[source.numbers[row]]
        if not (has_value(column.cells[row]) and has_value(before.cells[was])):
            continue
        phrase = draw.choice(
            (
                "{p}の{c}は{l}と{t}でどう変わった？",
                "{p}の{c}は去年から変わった？",
                "{p}の{c}の推移は？",
                "{p}の{c}は前年度と比べてどう？",
                "{p}の{c}を{l}と{t}で比べて",
                "{p}の{c}の昨年度との違いは？",
                "{p}の{c}は増えた？" if column.kind == "number" else "{p}の{c}は変わった？",
            )
        )
        asked = phrase.format(p=source.names[row], c=column.core, l=last, t=this)
        yield Question(
            asked,
            ("compare", "field", "figure"),
            (source.numbers[row],),
            any_of=((_shown(column, row),), (_shown(before, was),)),
        )


MAKERS: Mapping[str, Callable[[Source, random.Random], Iterator[Question]]] = {
    "value by heading": _by_heading,
    "value by part": _by_part,
    "value as called": _by_call,
    "several at once": _several,
    "of a year": _of_year,
    "follow-up": _follow_ups,
    "no such column": _lacking,
    "empty cell": _empty,
    "indicator": _indicators,
    "list by choice": _choice_lists,
    "count by choice": _choice_counts,
    "list by amount": _bound_lists,
    "count by amount": _bound_counts,
    "extremes": _extremes,
    "first five": _firsts,
    "sum": _sums,
    "mean": _means,
    "share": _shares,
    "by office or choice": _by_office,
    "comparison": _comparisons,
    "year to year": _over_years,
}
