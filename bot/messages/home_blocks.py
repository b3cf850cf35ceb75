"""App Home: a search box, my sections' projects and deadlines, what I asked lately. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bot.messages import builders, search_wording
from bot.messages.builders import Block
from bot.messages.message import view_blocks
from bot.messages.result_blocks import hit_blocks, usage_button
from bot.messages.search_wording import one_line
from store.records import SearchResult

if TYPE_CHECKING:
    from store.index.catalog import Entry
    from store.talk.conversations import Recent

from bot.messages.markup import Mrkdwn, bold, code, join, mrkdwn
from bot.messages.message import Message
from bot.messages.search_wording import years_named
from store.records import Project
from store.text.numbers import fiscal_year_name

PROJECTS = 10  # of a section
WEEKDAYS = "月火水木金土日"


@dataclass(frozen=True, slots=True)
class Owed:
    """What a section owes in one round: when, and how many of its sheets are still open."""

    kind: str
    day: date
    open_sheets: int
    late: int = 0
    value: str = ""  # of its buttons


@dataclass(frozen=True, slots=True)
class MySection:
    """A section a person answers for."""

    name: str
    projects: tuple[Entry, ...]
    owed: tuple[Owed, ...] = ()


@dataclass(frozen=True, slots=True)
class Home:
    """What one person's Home shows: what was typed in its box, and what that got (see `found`, `said`)."""

    sections: tuple[MySection, ...] = ()
    recent: tuple[Recent, ...] = ()
    typed: str = ""
    shown: tuple[Block, ...] = ()


def home_view(home: Home) -> Block:
    """The view to publish."""
    blocks = [
        builders.header("事務事業を探す"),
        _box(home.typed),
        builders.actions(builders.button("条件を付けて探す", action="filters"), usage_in_home()),
        *home.shown,
        *(block for section in home.sections for block in _section(section)),
        *_recent(home.recent),
    ]
    return {"type": "home", "blocks": view_blocks(blocks)}


def usage_in_home() -> Block:
    """使い方, opened over Home."""
    return usage_button() | {"action_id": "home_usage"}


def _box(typed: str) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": "home_search",
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
        "placeholder": {"type": "plain_text", "text": "ことば・事業番号・担当課名を入力して Enter"},
    }
    given = {"initial_value": typed} if typed else {}
    label = {"type": "plain_text", "text": "検索"}
    return {"type": "input", "dispatch_action": True, "label": label, "element": element | given}


def said(blocks: Iterable[Block]) -> list[Block]:
    """An answer in Home, which has no channel for what its buttons would post."""
    return [_in_home(block) for block in blocks if block["type"] not in ("actions", "context_actions")]


def found(result: SearchResult) -> list[Block]:
    """The result of a search in Home."""
    if not result.hits:
        maybe = [_again("search", s.text) for s in result.suggestions[:5]]
        told = "当てはまる事業は見つかりませんでした。" + ("もしかして:" if maybe else "")
        return [builders.section(told), *([builders.actions(*maybe)] if maybe else [])]
    blocks: list[Block] = [builders.section(f"{search_wording.count(result)}見つかりました。")]
    for hit in result.hits:
        blocks += [_in_home(block) for block in hit_blocks(hit)]
    left = result.total - len(result.hits)
    return [
        *blocks,
        *([builders.context(f"ほかに{left:,}件あります。条件を付けると絞り込めます。")] if left else []),
    ]


def _in_home(block: Block) -> Block:
    """Home has no channel to answer in: its buttons open a modal."""
    if "accessory" not in block:
        return block
    return {**block, "accessory": {**block["accessory"], "action_id": "home_detail"}}


def _section(section: MySection) -> list[Block]:
    listed = [f"• {entry.number} {one_line(entry.name)}" for entry in section.projects[:PROJECTS]]
    left = len(section.projects) - PROJECTS
    return [
        builders.divider(),
        builders.header(f"{section.name}の事業（{len(section.projects)}件）"),
        *(block for owed in section.owed for block in _owed_blocks(owed)),
        *([builders.section("\n".join(listed))] if listed else []),
        *([builders.context(_more(section.name, left))] if left > 0 else []),
    ]


def _more(office: str, left: int) -> Mrkdwn:
    return mrkdwn("ほかに{}件あります。{} ですべてご覧いただけます。", left, code(f"/jigyo {office}"))


def _owed_blocks(owed: Owed) -> list[Block]:
    told = builders.section(_due(owed))
    if not (owed.open_sheets and owed.value):
        return [told]
    return [
        told,
        builders.actions(
            builders.button("提出済にする", action="reminder_submit", value=owed.value, style="primary"),
            builders.button("延長を申請", action="reminder_extend", value=owed.value),
        ),
    ]


def _due(owed: Owed) -> str:
    day = f"{owed.day.month}月{owed.day.day}日（{WEEKDAYS[owed.day.weekday()]}）"
    left = f"未提出 {owed.open_sheets}件" if owed.open_sheets else "すべて提出済みです"
    left += f"（うち締切超過 {owed.late}件）" if owed.late else ""
    return f"締切 {owed.kind}: {day}　{left}"


def _recent(recent: Sequence[Recent]) -> list[Block]:
    if not recent:
        return []
    again = [_again(each.kind, each.text) for each in recent]
    return [builders.divider(), builders.header("最近のお尋ね"), builders.actions(*again)]


def _again(kind: str, text: str) -> Block:
    return builders.button(text, action="home_again", value=f"{kind} {text}")


def help_message(total: int, years: Sequence[int], examples: Sequence[Project]) -> Message:
    """What one can do; `examples` are projects of the list whose names serve as samples."""
    if not examples:
        return Message(
            "事務事業の一覧がまだ登録されていません。事務局が `jigyo load` で読み込むと、"
            "お調べできるようになります。"
        )
    first, other = examples[0], examples[-1]
    listed = f"事務事業 {total:,} 件（{years_named(years)}）"
    text = f"{listed}から、ことばや番号でお探しします。例: /jigyo {first.name}"
    blocks = (
        builders.header("事務事業の調べかた"),
        builders.section(mrkdwn("登録されている事務事業 {} からお探しします。", bold(f"{total:,}件"))),
        builders.section(join("\n", _search_lines(first, other))),
        builders.section(join("\n", _conversation_lines(first))),
        builders.section(join("\n", _work_lines(first, other))),
        builders.actions(
            *(
                builders.button(f"「{p.name}」を見る", action="detail", value=f"{p.fiscal_year} {p.number}")
                for p in examples[:2]
            )
        ),
        builders.context(
            "`/jigyo` の答えは、入力した人だけに見えます。［チャンネルに共有］を押すと、みなさんに見えます。"
        ),
    )
    return Message(text, blocks)


def _search_lines(first: Project, other: Project) -> list[Mrkdwn]:
    section = other.section_canonical or other.section
    return [
        bold("ことばで、番号で"),
        _example(first.name, "名前や本文のことばから"),
        _example(first.number, "事業番号から"),
        *([_example(f"課:{section}", "担当課の事業をすべて")] if section else []),
        _example(f"年度:{fiscal_year_name(first.fiscal_year)} {first.name}", "年度をしぼって"),
        _example(f'"{other.name}"', "このとおりの並びで"),
        _example(f"{first.name} または {other.name}", "どちらかを含むものを"),
        *([_example(f"課:{section} -{first.name}", "- を付けたことばのないものを")] if section else []),
        _example(f"似ている {first.number}", "似ている事業を"),
    ]


def _conversation_lines(first: Project) -> list[str]:
    return [
        bold("会話のなかで"),
        "チャンネルではこのボットをメンションして、ダイレクトメッセージではそのまま、質問してください。"
        "一覧に書かれている文章のままお答えします。",
        f"• 「{first.name}の成果は？」「その担当課は？」",
        "• 「オンラインで開催した事業は？」「2番目を詳しく」",
    ]


def _work_lines(first: Project, other: Project) -> list[Mrkdwn]:
    section = other.section_canonical or other.section
    return [
        bold("ほかにできること"),
        *([_example(f"まとめ {section}", "課の事業のまとめ")] if section else []),
        _example("締切", "評価シートの締切"),
        _example("締切 設定", "締切を設定（事務局の方）"),
        _example(f"提出 {first.number}", "評価シートの提出を記録"),
        _example("進捗", "提出の進みぐあい"),
    ]


def _example(query: str, what: str) -> Mrkdwn:
    return mrkdwn("• {} {}", code(f"/jigyo {query}"), what)
