"""A search's result as a message: hits with what matched in bold, ways on, もしかして, nothing. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.messages import builders, search_wording
from bot.messages.builders import Block, Lasting
from bot.messages.markup import Mrkdwn, bold, code, join, mention, mrkdwn
from bot.messages.message import Message
from bot.slack.blocks.asking_words import told_missing
from bot.slack.blocks.nothing_found import (
    exclusion_missed,
    hints,
    near_in_meaning_line,
    question_hints,
    sorry_line,
    typed,
    words_for_numbers,
)
from bot.slack.blocks.snippets import Span, snippet
from store.records import FIELD_LABELS, Hit, Project, SearchResult
from store.text.display import display
from store.text.wareki import fiscal_year_name

PAGE = 5
NEAR = "関係がありそうな事業はこちらです。"
SHOWN_FIELDS = ("purpose", "overview", "outcome")


@dataclass(frozen=True, slots=True)
class Shown:
    """How an answer is shown: `packed` is the query as its buttons carry it, `sharer` who shares it."""

    packed: str = ""
    is_private: bool = False  # only the asker sees it: it can be shared
    sharer: str = ""


def result_message(result: SearchResult, shown: Shown) -> Message:
    """The page of hits that was asked for, `result.hits` of `result.total`."""
    query = result.query
    title = mrkdwn("「{}」の検索結果 {}", typed(query.text), bold(search_wording.count(result)))
    blocks = [
        *sharer_line(shown),
        builders.section(title),
        *([builders.context(missing)] if (missing := missing_line(result)) else []),
        *([builders.context(_with_code(hint))] if (hint := exclusion_missed(result)) else []),
        *(block for hit in result.hits for block in hit_blocks(hit)),
        *_ways_on(result, shown),
    ]
    lines = [f"「{typed(query.text)}」の検索結果 {search_wording.count(result)}", *map(hit_line, result.hits)]
    return Message("\n".join(lines), tuple(blocks), in_channel=bool(shown.sharer))


def with_near(said: Message, result: SearchResult) -> Message:
    """A message that knows no answer, with the projects below it that its words are found in."""
    near = (builders.section(NEAR), *(block for hit in result.hits for block in hit_blocks(hit)))
    lines = "\n".join((said.text, NEAR, *map(hit_line, result.hits)))
    return Message(lines, (*said.blocks, *near), said.in_channel)


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
        blocks.append(builders.context(near.sentence))
    lines = [f"{near.number} {near.text}" for near in result.suggestions]
    return Message("\n".join([head, *lines]), (*blocks, builders.actions(usage_button())))


def _with_code(hint: str) -> Mrkdwn:
    """A hint with what stands in backquotes as something to type."""
    return join("", (code(part) if n % 2 else part for n, part in enumerate(hint.split("`"))))


def usage_button() -> Block:
    """Leads to how one can ask."""
    return builders.button("使い方を見る", action="usage")


def hit_blocks(hit: Hit) -> list[Block]:
    """One hit: number, name and section beside a button, and under it what matched."""
    project = hit.project
    heading = _heading(*project.key, project.name, project.section, "section" in hit.highlights)
    field, spans = _evidence(hit)
    return [heading, _quoted(field, getattr(project, field), spans)] if field else [heading]


@lru_cache(maxsize=8_192)
def _heading(fiscal_year: int, number: str, name: str, section: str, is_section_bold: bool) -> Block:
    office = bold(section) if is_section_bold else section
    where = join(" ", filter(None, (fiscal_year_name(fiscal_year), office)))
    title = mrkdwn("{}\n{}", bold(f"{number}　{one_line(name)}"), where)
    detail = builders.button("詳細", action="detail", value=f"{fiscal_year} {number}")
    return Lasting(builders.section(title, accessory=detail))


@lru_cache(maxsize=8_192)
def _quoted(field: str, text: str, spans: tuple[Span, ...]) -> Block:
    found = [builders.words(piece, is_bold=is_bold) for piece, is_bold in snippet(display(text), spans)]
    return Lasting(builders.rich(builders.quote(builders.words(f"{FIELD_LABELS[field]}　"), *found)))


def hit_line(hit: Hit) -> str:
    """One hit as a line of text."""
    project = hit.project
    section = f"（{project.section}）" if project.section else ""
    return f"・{project.number} {one_line(project.name)}{section}"


def one_line(text: str) -> str:
    """A cell's cleaned text on one line."""
    return display(text).replace("\n", " ")


def _evidence(hit: Hit) -> tuple[str, tuple[Span, ...]]:
    """The text field that matched best, and where; else the one the project begins with; '' if none."""
    for name in SHOWN_FIELDS:
        if spans := hit.highlights.get(name):
            return name, tuple(spans)
    return next((name for name in SHOWN_FIELDS if getattr(hit.project, name)), ""), ()


def missing_line(result: SearchResult) -> str:
    """What no hit of the page has, said once; '' when nothing is missing that was looked for."""
    if instead := words_for_numbers(result):
        return instead
    hits = result.hits
    lost = [word for word in (hits[0].missing if hits else ()) if all(word in hit.missing for hit in hits)]
    lost = told_missing(lost, result.query.text) if lost else []
    words = "".join(f"「{word}」" for word in lost)
    if words and hits[0].matched == ("number",):
        return f"{words}に当てはまるものはありません。"
    return f"{words}も含むものは見つからず、ほかのことばで探しました。" if words else ""


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
    return [builders.context(mrkdwn("{} さんが共有しました", mention(shown.sharer)))] if shown.sharer else []
