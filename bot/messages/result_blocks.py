"""Search results and projects as Block Kit: a page of hits, a card, nothing found. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from bot.messages import builders, markup, search_wording
from bot.messages.builders import Block, Lasting, office_of, shared_of
from bot.messages.markup import Mrkdwn, bold, code, is_user, join, mention, mrkdwn
from bot.messages.message import Message, folded
from bot.messages.search_wording import (
    exclusion_missed,
    hints,
    hit_line,
    missing_line,
    near_in_meaning_line,
    one_line,
    question_hints,
    sorry_line,
    typed,
)
from store.columns.headings import Fact, facts
from store.records import FIELD_LABELS, Hit, Project, SearchResult
from store.text.display import display
from store.text.numbers import fiscal_year_name

PAGE = 5
QUESTION_KEPT = 500  # characters of what was typed that a verdict keeps
NEAR = "関係がありそうな事業はこちらです。"
SHOWN_FIELDS = ("purpose", "overview", "outcome")
CARD_FIELDS = ("overview", "outcome", "purpose")  # what is done, what came of it, and what for


@dataclass(frozen=True, slots=True)
class Shown:
    """How an answer is shown: `packed` is the query as its buttons carry it, `sharer` who shares it."""

    packed: str = ""
    is_private: bool = False  # only the asker sees it: it can be shared
    sharer: str = ""


def result_message(result: SearchResult, shown: Shown) -> Message:
    """The page of hits that was asked for, `result.hits` of `result.total`."""
    query = result.query
    found = [hit.project for hit in result.hits]
    title = mrkdwn(
        "「{}」の検索結果 {}　{}", typed(query.text), bold(search_wording.count(result)), shared_of(found)
    )
    blocks = [
        *sharer_line(shown),
        builders.section(title),
        *([builders.context(missing)] if (missing := missing_line(result)) else []),
        *([builders.context(_with_code(hint))] if (hint := exclusion_missed(result)) else []),
        *hits_blocks(result.hits),
        *_ways_on(result, shown),
    ]
    lines = [f"「{typed(query.text)}」の検索結果 {search_wording.count(result)}", *map(hit_line, result.hits)]
    return Message("\n".join(lines), tuple(blocks), in_channel=bool(shown.sharer))


def with_near(said: Message, result: SearchResult) -> Message:
    """A message that knows no answer, with the projects below it that its words are found in."""
    near = (builders.section(NEAR), *(block for hit in result.hits for block in hit_blocks(hit)))
    lines = "\n".join((said.text, NEAR, *map(hit_line, result.hits)))
    return Message(lines, (*said.blocks, *near), said.in_channel)


def table_message(result: SearchResult, shown: Shown) -> Message:
    """All that a list of an office or a year has, as a table; where Slack has none, its first page.

    `result` has more hits than a page.
    """
    query, found = result.query, [hit.project for hit in result.hits]
    first = replace(result, hits=result.hits[:PAGE], query=replace(query, limit=PAGE))
    page = result_message(first, shown)
    at = next(n for n, block in enumerate(page.blocks) if _is_detail(block))
    share = builders.button("チャンネルに共有", action="share", value=f"list {query.offset} {shown.packed}")
    row = [builders.project_menu(found), *([share] if shown.is_private else [])]
    left = result.total - len(found)
    more = [builders.context(f"はじめの{len(found):,}件です。条件を付けると絞り込めます。")] if left else []
    table = builders.project_table(found, *page.blocks[at:])
    head = page.blocks[:at]
    return replace(page, blocks=(*head, table, *more, builders.newer(builders.actions(*row))))


def _is_detail(block: Block) -> bool:
    return (block.get("accessory") or {}).get("action_id") == "detail"


def similar_message(project: Project, hits: Sequence[Hit]) -> Message:
    """Projects like this one."""
    name = display(project.name)
    if not hits:
        return Message(f"「{name}」に似ている事業は見つかりませんでした。")
    title = builders.section(mrkdwn("「{}」に似ている事業です。", name))
    blocks = (title, *(block for hit in hits for block in hit_blocks(hit)))
    return Message("\n".join([f"「{name}」に似ている事業", *map(hit_line, hits)]), blocks)


def nothing_message(result: SearchResult) -> Message:
    """No project answers the query: what it may have meant, and how to ask better."""
    if any(guess.by == "meaning" for guess in result.suggestions):
        return _near_in_meaning(result)
    sorry = sorry_line(result)
    guesses = [
        builders.button(s.text, action="search", value=f"={s.text}", style="primary" if n == 0 else "")
        for n, s in enumerate(result.suggestions)
    ]
    maybe = [builders.section(bold("もしかして")), builders.actions(*guesses)] if guesses else []
    tips = join(
        "\n", (mrkdwn("• {}", _with_code(each)) for each in (*hints(result), *question_hints(result)))
    )
    blocks = (builders.section(sorry), *maybe, builders.section(tips), builders.actions(usage_button()))
    guessed = f" もしかして: {'、'.join(s.text for s in result.suggestions)}" if guesses else ""
    return Message(sorry + guessed, blocks)


def _near_in_meaning(result: SearchResult) -> Message:
    """No project has the words: those near in meaning, each with the sentence that is nearest."""
    head = near_in_meaning_line(result)
    blocks: list[Block] = [builders.section(head)]
    for near in result.suggestions:
        detail = builders.button("詳細", action="detail", value=f"{near.fiscal_year} {near.number}")
        blocks.append(builders.section(bold(f"{near.number}　{one_line(near.text)}"), accessory=detail))
        if near.sentence:
            blocks.append(builders.context(near.sentence))
        cited = [f"{near.fiscal_year} {near.number}"]
        kept = result.query.text[:QUESTION_KEPT]
        blocks.append(builders.verdict_buttons("合っている", kept, kind="meaning", citations=cited))
    lines = [f"{near.number} {near.text}" for near in result.suggestions]
    return Message("\n".join([head, *lines]), (*blocks, builders.actions(usage_button())))


def _with_code(hint: str) -> Mrkdwn:
    """A hint with what stands in backquotes as something to type."""
    return join("", (code(part) if n % 2 else part for n, part in enumerate(hint.split("`"))))


def usage_button() -> Block:
    """Leads to how one can ask."""
    return builders.button("使い方を見る", action="usage")


def hits_blocks(hits: Sequence[Hit]) -> list[Block]:
    """Hits below a heading that has what all of them share (`shared_of`)."""
    found = [hit.project for hit in hits]
    shared = shared_of(found).split(" ") if len(found) > 1 else []
    return [block for hit in hits for block in hit_blocks(hit, without=shared)]


def hit_blocks(hit: Hit, *, without: Sequence[str] = ()) -> list[Block]:
    """One hit: number and name beside a button, year and section unless said above, and what matched."""
    project = hit.project
    is_bold = "section" in hit.highlights
    section = "" if office_of(project) in without and not is_bold else project.section
    year = "" if fiscal_year_name(project.fiscal_year) in without else fiscal_year_name(project.fiscal_year)
    heading = _heading(project.fiscal_year, year, project.number, project.name, section, is_bold)
    field, spans = _evidence(hit)
    return [heading, _quoted(field, getattr(project, field), spans)] if field else [heading]


@lru_cache(maxsize=8_192)
def _heading(
    fiscal_year: int, year: str, number: str, name: str, section: str, is_section_bold: bool
) -> Block:
    office = bold(section) if is_section_bold else section
    lines = (bold(f"{number}　{one_line(name)}"), join(" ", filter(None, (year, office))))
    title = join("\n", filter(None, lines))
    detail = builders.button("詳細", action="detail", value=f"{fiscal_year} {number}")
    return Lasting(builders.section(title, accessory=detail))


@lru_cache(maxsize=256)
def _quoted(field: str, text: str, spans: tuple[Span, ...]) -> Block:
    found = [builders.words(piece, is_bold=is_bold) for piece, is_bold in snippet(display(text), spans)]
    return Lasting(builders.rich(builders.quote(builders.words(f"{FIELD_LABELS[field]}　"), *found)))


def _evidence(hit: Hit) -> tuple[str, tuple[Span, ...]]:
    """The text field that matched best, and where; else the one the project begins with; '' if none."""
    for name in SHOWN_FIELDS:
        if spans := hit.highlights.get(name):
            return name, tuple(spans)
    return next((name for name in SHOWN_FIELDS if getattr(hit.project, name)), ""), ()


def _ways_on(result: SearchResult, shown: Shown) -> list[Block]:
    query = result.query
    first, last = query.offset + 1, query.offset + len(result.hits)
    if shown.sharer:
        more = result.total - last
        return (
            [
                builders.context(
                    mrkdwn(
                        "ほか{}件は {} でご覧になれます。", f"{more:,}", code(f"/jigyo {query.text[:500]}")
                    )
                )
            ]
            if more
            else []
        )
    ways = []
    if query.offset:
        ways.append(_turn("前へ", max(0, query.offset - query.limit), shown))
    if last < result.total:
        ways.append(_turn("次へ", query.offset + query.limit, shown))
    if shown.is_private:
        ways.append(
            builders.button("チャンネルに共有", action="share", value=f"list {query.offset} {shown.packed}")
        )
    place = (
        [builders.context(f"{search_wording.count(result)}のうち {first:,}〜{last:,}件目")]
        if result.total > PAGE
        else []
    )
    return [*place, *([builders.actions(*ways)] if ways else [])]


def _turn(label: str, offset: int, shown: Shown) -> Block:
    return builders.button(label, action="turn", value=f"{offset} {shown.packed}")


def sharer_line(shown: Shown) -> list[Block]:
    """Who shares, above what is shared."""
    if not is_user(shown.sharer):
        return []
    return [builders.context(mrkdwn("{} さんが共有しました", mention(shown.sharer)))]


ON_CARD = 5  # other columns that stand on the card itself; more are behind 続きを見る
SHORT_FACT = 80  # characters
FALLBACK = 300  # characters of a field in the text that notifications show

NO_SPANS: Mapping[str, Sequence[Span]] = {}


def card_message(
    project: Project,
    shown: Shown,
    *,
    highlights: Mapping[str, Sequence[Span]] = NO_SPANS,
    guess_for: str = "",
) -> Message:
    """The card; `guess_for` is what was typed when the project is only our guess (もしかして)."""
    lasting = _lasting(project, shown.is_private)
    spans = [(field, tuple(highlights.get(field, ()))) for field in CARD_FIELDS]
    spans.sort(key=lambda found: not found[1])  # what matched comes first
    fields = [_field(FIELD_LABELS[field], getattr(project, field), found) for field, found in spans]
    first, rest = folded((*lasting.facts, *fields, *lasting.others))
    guess = [sorry_for(guess_for)] if guess_for else []
    blocks = (*sharer_line(shown), *guess, *lasting.head, *first, *lasting.foot)
    text = f"もしかして: {lasting.text}" if guess_for else lasting.text
    return Message(text, blocks, in_channel=bool(shown.sharer), more=(*rest, *lasting.more))


class _OfProject(NamedTuple):
    """What of a card is the same whatever was looked for: blocks around its texts, and its text."""

    head: tuple[Block, ...]
    facts: tuple[Block, ...]
    others: tuple[Block, ...]
    foot: tuple[Block, ...]
    more: tuple[Block, ...]
    text: str


@lru_cache(maxsize=2_048)
def _lasting(project: Project, is_private: bool) -> _OfProject:
    first, others = facts(project.other_columns)
    is_long = len(others) > ON_CARD
    return _OfProject(
        tuple(map(Lasting, _head(project))),
        tuple(map(Lasting, _facts(first))),
        () if is_long else tuple(_field(fact.label, fact.text, ()) for fact in others),
        tuple(map(Lasting, _foot(project, is_private))),
        tuple(map(Lasting, (builders.section(bold("その他の列")), *_grouped(others)))) if is_long else (),
        f"{project.number} {one_line(project.name)}\n{_in_short(project)}",
    )


def _facts(first: Sequence[Fact]) -> list[Block]:
    """Cost, evaluation and indicators, a line each, before the texts."""
    if not first:
        return []
    lines = [mrkdwn("{}　{}", bold(fact.label), one_line(fact.text)) for fact in first]
    return [builders.section(join("\n", lines))]


def _grouped(others: Sequence[Fact]) -> list[Block]:
    """The other columns: short ones as lines, longer ones as fields."""
    short = [fact for fact in others if len(fact.text) <= SHORT_FACT and "\n" not in fact.text.strip()]
    lines = [mrkdwn("{}　{}", bold(fact.label), one_line(fact.text)) for fact in short]
    together = [builders.section(join("\n", lines[at : at + 10])) for at in range(0, len(lines), 10)]
    return [*together, *(_field(fact.label, fact.text, ()) for fact in others if fact not in short)]


def sorry_for(text: str) -> Block:
    """The line that nothing has the name typed; it stands above what may have been meant."""
    return builders.section(mrkdwn("「{}」は見つかりませんでした。\n{}", typed(text), bold("もしかして:")))


def _in_short(project: Project) -> str:
    """The beginnings of SHOWN_FIELDS, a line each."""
    cells = ((field, one_line(getattr(project, field))) for field in SHOWN_FIELDS)
    return "\n".join(f"{FIELD_LABELS[field]}: {cell[:FALLBACK]}" for field, cell in cells)


def _head(project: Project) -> tuple[Block, ...]:
    """What is known of a project beside its texts; its name twice where the heading has no room for it."""
    name = one_line(project.name)
    office = " ".join(filter(None, (project.organization, project.department, project.section)))
    canonical = project.section_canonical if project.section_canonical != project.section else ""
    year = fiscal_year_name(project.fiscal_year)
    lines = [
        name if len(name) > markup.HEADER_TEXT else "",
        mrkdwn("{}　{}　{}", bold(f"事業番号 {project.number}"), year, office),
        mrkdwn("（{} と同じ課として扱っています）", canonical) if canonical else "",
    ]
    return builders.header(name), builders.section(join("\n", filter(None, lines)))


def _foot(project: Project, is_private: bool) -> tuple[Block, ...]:
    """Where the project was listed, in small letters, and the ways on."""
    key = f"{project.fiscal_year} {project.number}"
    share = [builders.button("チャンネルに共有", action="share", value=f"card {key}")] if is_private else []
    ways = builders.actions(builders.button("似ている事業", action="similar", value=key), *share)
    serial = f"通し番号 {project.serial}　" if project.serial else ""
    return builders.context(f"{serial}出典: {project.source_name} {project.source_line}行目"), ways


@lru_cache(maxsize=256)
def _field(label: str, cell: str, spans: tuple[Span, ...]) -> Block:
    """A field as rich text: a label, paragraphs, and lines that begin with ・ as a list."""
    runs: list[tuple[bool, list[list[Block]]]] = [(False, [[builders.words(label, is_bold=True)]])]
    at = 0
    for line in (display(cell) or "（記載なし）").split("\n"):
        is_item = line.startswith("・")
        start = at + is_item
        inside = [(max(s - start, 0), e - start) for s, e in spans if start < e and s < at + len(line)]
        words = [builders.words(t, is_bold=b) for t, b in pieces(line[is_item:], inside)]
        at += len(line) + 1
        if runs[-1][0] != is_item:
            runs.append((is_item, []))
        runs[-1][1].append(words or [builders.words("　")])
    return Lasting(
        builders.rich(*(_list(lines) if is_list else _paragraph(lines) for is_list, lines in runs))
    )


def _list(lines: list[list[Block]]) -> Block:
    return builders.bullets(*(builders.line(*words) for words in lines))


def _paragraph(lines: list[list[Block]]) -> Block:
    """Lines of one run; Slack breaks a line in rich text only where the text says so."""
    first, *others = lines
    return builders.line(*first, *(part for words in others for part in (builders.words("\n"), *words)))


Span = tuple[int, int]
Piece = tuple[str, bool]  # text, is it bold

LEAD = 24  # characters shown before the first match when the sentence began further away


def pieces(text: str, spans: Sequence[Span]) -> list[Piece]:
    """The whole text, with `spans` (start, end) bold; spans may overlap or reach outside the text."""
    found: list[Piece] = []
    at = 0
    for start, end in merged(spans):
        found += [(text[at:start], False), (text[max(start, at) : end], True)]
        at = max(at, end)
    return [piece for piece in (*found, (text[at:], False)) if piece[0]]


def merged(spans: Sequence[Span]) -> list[Span]:
    """The same stretches in order, touching and overlapping ones joined."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def snippet(text: str, spans: Sequence[Span], *, limit: int = 90) -> list[Piece]:
    """At most `limit` characters around where most of `spans` stand, on one line, `…` where it was cut."""
    one_line = text.replace("\n", " ")
    start = _start(one_line, spans, limit)
    end = start + limit
    inside = [(s - start, min(e, end) - start) for s, e in spans if start <= s < end]
    shown = pieces(one_line[start:end], inside)
    head = [("…", False)] if start > 0 else []
    tail = [("…", False)] if end < len(one_line) else []
    return [*head, *shown, *tail]


def _start(text: str, spans: Sequence[Span], limit: int) -> int:
    """Where the window opens: at the sentence of the densest match, or a little before the match."""
    if not spans or len(text) <= limit:
        return 0
    starts = [start for start, _ in spans]
    room = limit - LEAD
    first = max(starts, key=lambda s: (sum(s <= other < s + room for other in starts), -s))
    sentence = max(text.rfind("。", 0, first) + 1, text.rfind(" ", 0, first) + 1)
    return sentence if first - sentence <= LEAD else first - LEAD
