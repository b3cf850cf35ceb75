"""Questions about the deadlines of evaluation sheets, which the command 締切 answers and no project does."""

from __future__ import annotations

import re

from bot.answers.replies import Answer
from bot.answers.showing import Say
from bot.ask.lexing import lex, masked
from store.index.catalog import Catalog
from store.text.asking import MASK, core
from store.text.fiscal_years import without_years, years_mentioned
from store.text.normalize import one_space

_DEADLINE = r"締め?切り?日?|〆切り?日?|しめきり|シメキリ|提出(?:期限|期日|日)|デッドライン"
_SHEET = r"(?:事務事業)?(?:評価|マネジメント)シート|評価票|事務事業評価"
_ABOUT_SHEET = r"提出|期限|期日|いつ|締|延長|差し?戻|未提出|出[さしすせそ]"
# Words that such a question may have beside these; with any other it is about something else's deadline.
_BESIDE = re.compile(
    rf"{_DEADLINE}|{_SHEET}|シート|[一二三１-３1-3]次|評価|修正|点検|課長|部長|確認|提出先?|未提出|期限|期日|延長|差し?戻し?"
    r"|今年度?|来年度?|年度|次回?|今回?|今度|今月|来月|今週|来週|近い?|早い?|自分|私達?|僕|我々|当?課|部|室|全庁|全課|全部|全て"
    r"|一覧|予定|日程?|日付|何[日月時]|残り|変更|方法|状況|状態|誰|出|事務|事業|教|知|示|見|表|確|お?願|下|分|過"
    rf"|{MASK}|[ぁ-んー0-9\s、。?!・]"
)
POINTER = (
    Say(
        "評価シートの締切は、Slack で /jigyo 締切 と入力するとご覧になれます。"
        "メンションやダイレクトメッセージで「締切」とお送りいただいても同じです。"
    ),
    Say("提出・差戻し・延長・進捗も、同じように /jigyo の後に続けてお使いいただけます。", "small"),
)


def answer(question: str, held: Catalog) -> Answer | None:
    """Where the deadlines of sheets are told; None when the question is about anything else."""
    text = core(one_space(question))
    is_meant = re.search(_DEADLINE, text) or (re.search(_SHEET, text) and re.search(_ABOUT_SHEET, text))
    if not is_meant:
        return None
    bare = without_years(text, years_mentioned(text))
    spans = lex(bare, held)
    if any(span.project for span in spans) or _BESIDE.sub("", masked(bare, spans, ())):
        return None
    return Answer("none", POINTER, confidence="none")
