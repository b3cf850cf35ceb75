"""How to ask, as a message: examples come from the loaded list. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages import builders
from bot.messages.markup import Mrkdwn, bold, code, join, mrkdwn
from bot.messages.message import Message
from bot.messages.search_wording import years_named
from store.records import Project
from store.text.fiscal_years import fiscal_year_name


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
