"""Replies to what asks nothing of the records: greetings, complaints, how to ask, deadlines."""

from __future__ import annotations

from collections.abc import Iterator

from bot.ask.answers import Answer, Items, Part, Say, unknown
from store.database import Database
from store.index.catalog import Catalog
from store.text.courtesies import courtesy

SHEETS_POINTER = (
    Say(
        "評価シートの締切は、Slack で /jigyo 締切 と入力するとご覧になれます。"
        "メンションやダイレクトメッセージで「締切」とお送りいただいても同じです。"
    ),
    Say("提出・差戻し・延長・進捗も、同じように /jigyo の後に続けてお使いいただけます。", "small"),
)


def answer(db: Database, question: str) -> Answer | None:
    """A reply to what asks nothing of the records; None when it does ask."""
    match courtesy(question):
        case "thanks":
            return Answer("smalltalk", (Say(_THANKS),))
        case "greeting":
            return greeting(db, question)
        case "nod":
            return Answer("smalltalk", (Say(_NOD),))
        case "complaint":
            return complaint(db)
        case "help":
            return usage(db)
        case "opinion":  # what is good or bad is not for a bot to say
            return unknown(Say(_NO_OPINION), why=("感想や評価のお尋ねと読み取りました",))
        case None:
            return None


# Each greeting is given back; the first that was said.
_BACK = (
    ("おは", "おはようございます。"),
    ("こんばん", "こんばんは。"),
    ("疲れ つかれ おつ 乙 ご苦労", "お疲れ様です。"),
    ("世話", "お世話になっております。"),
    ("じめまして 初めまして", "はじめまして。"),
    ("久しぶり ご無沙汰", "お久しぶりです。"),
    ("よろしく お願い", "こちらこそ、よろしくお願いいたします。"),
)
_THANKS = "どういたしまして。ほかにも気になる事業があれば、いつでもお尋ねください。"
_NOD = "はい。事業についてお知りになりたいことがあれば、お尋ねください。"
_NO_OPINION = "よしあしの判断や感想はお答えできませんが、一覧に書かれている目的・概要・成果はお示しできます。"


def greeting(db: Database, said: str) -> Answer:
    """The greeting given back, with something to ask."""
    back = next(
        (reply for words, reply in _BACK if any(word in said for word in words.split())), "こんにちは。"
    )
    lines = (Say(f"{back}事業のことを、登録されている一覧の言葉でお答えします。"), *_examples(db, 2))
    return Answer("smalltalk", lines)


def complaint(db: Database) -> Answer:
    """A reply to 違う, 使えない: what the asker can do about it."""
    told = (
        "お役に立てず申し訳ありません。回答の下にあるボタン「違う」でお知らせいただくと、改善に役立てます。",
        "お手数ですが、事業名や事業番号、担当課名を添えて、次のように言い換えてお尋ねください。",
    )
    return Answer("smalltalk", (*map(Say, told), *_examples(db, 2)))


def usage(db: Database) -> Answer:
    """What can be asked, with examples from the loaded list."""
    lines = (
        Say("事業について、登録されている一覧の言葉そのままでお答えします。", "bold"),
        *_examples(db, 6),
        Say("このスレッドで続けて「その成果は？」「2番目」「もっと」「なぜ？」とも尋ねられます。"),
        Say("スラッシュコマンド: /jigyo 言葉、/jigyo 課:担当課名 言葉、/jigyo まとめ 担当課名、/jigyo help"),
        Say("一覧に書かれていないことは、分からないとお答えします。", "small"),
    )
    return Answer("help", lines)


def examples(held: Catalog, most: int) -> list[str]:
    """Questions that the loaded list can answer, none when nothing is loaded."""
    if not held.entries:
        return []
    one, two = held.entries[0], held.entries[len(held.entries) // 2]
    office = (one.section or one.department or one.organization).split("\n")[0]
    asked = (
        f"{one.name}の担当課は？",
        f"{office}の事業は何件？",
        f"{two.name}の成果を教えて",
        f"{office}の事業をまとめて",
        f"{one.number}と{two.number}を比べて",
        f"{office}の事業を一覧で",
    )
    return list(asked[:most])


def _examples(db: Database, most: int) -> Iterator[Part]:
    with db.reading() as index:
        asked = examples(index.catalog, most)
    if asked:
        yield Items(tuple((question, "") for question in asked))
    else:
        yield Say("まだ一覧が読み込まれていません。事務局が jigyo load で読み込むと使えるようになります。")
