"""Greetings, thanks, and how to use the bot."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlite_utils import Database

from bot.answers.cues import core
from bot.answers.replies import Answer
from bot.answers.showing import Items, Part, Say
from store.catalog import Catalog, catalog

_THANKS = re.compile(
    r"(?:どうも|本当に|ほんとに|大変|いつも|お忙しいところ)*(?:ありがと(?:う|ー|さん)?(?:ございます|ございました|ござい|ね|です)?|有難う(?:ございます|ございました)?"
    r"|サンキュー|thanks?(?: you)?|thx|感謝(?:します|です)?|助かり(?:ました|ます)|助かった|助かる|お礼.*)"
    r"(?:[、。 ].*)?"
)
_GREETING = re.compile(
    r"(?:こんにちは|こんにちわ|こんばんは|おはよう(?:ございます)?|はじめまして|初めまして|やあ|どうも|ハロー|hello|hi|hey"
    r"|お疲れ(?:様|さま)(?:です|でした)?|おつかれ(?:さま)?(?:です|でした)?|よろしく(?:お願い(?:します|いたします|致します))?|失礼します)+"
)
_PRAISE = re.compile(
    r"(?:すごい|すばらしい|素晴らしい|いいね|さすが|便利|完璧|なるほど|了解|りょうかい|承知(?:しました)?|わかりました|分かりました|わかった|分かった|ok|おk|はい|うん"
    r"|おやすみ(?:なさい)?|さようなら|またね|バイバイ|ごめん(?:なさい)?|すみません(?:でした)?)(?:です|ね|だね|ですね|よ)?"
)
_HELP = re.compile(
    r"(?:使い方|つかいかた|使いかた|ヘルプ|help|\?|？|操作方法|利用方法|マニュアル|説明書|機能|できること|(?:何|なに)が?でき(?:る|ます)か?"
    r"|(?:あなた|君|きみ|お前)の(?:お?名前|正体)(?:は|って)?(?:何|なに)?"
    r"|(?:あなた|君|このbot|このボット|ボット|bot|これ)(?:は|って)?(?:何|なに|誰|だれ|何者|どう使う|何ができ(?:る|ます))?|自己紹介(?:して)?|どう使う|どうやって使う"
    r"|何を聞けばいい|何(?:を|が)(?:聞け|質問でき|尋ねられ)(?:る|ます)|例(?:を|は)?|コマンド(?:一覧)?|どんな質問ができ(?:る|ます))(?:の|です|を|は|が|について)?"
)


def answer(db: Database, question: str) -> Answer | None:
    """A reply to a greeting, thanks or a call for help; None when the question is none of them."""
    said = re.sub(r"[\s　!！。、,.~〜ー☆♪:;()（）]+", " ", question).strip().lower()
    asked = core(said) or said
    if any(_HELP.fullmatch(text) for text in (said, asked)):
        return usage(db)
    for pattern, reply in ((_THANKS, thanks), (_GREETING, greeting), (_PRAISE, nod)):
        if any(pattern.fullmatch(text) for text in (said, asked)):
            return reply(db)
    return None


def thanks(_: Database) -> Answer:
    """A reply to thanks."""
    return Answer(
        "smalltalk", (Say("どういたしまして。ほかにも気になる事業があれば、いつでもお尋ねください。"),)
    )


def greeting(db: Database) -> Answer:
    """A reply to a greeting, with something to ask."""
    lines = (Say("こんにちは。事業のことを、登録されている一覧の言葉でお答えします。"), *_examples(db, 2))
    return Answer("smalltalk", lines)


def nod(_: Database) -> Answer:
    """A reply to はい, なるほど, すみません."""
    return Answer("smalltalk", (Say("はい。事業についてお知りになりたいことがあれば、お尋ねください。"),))


def usage(db: Database) -> Answer:
    """What can be asked, with examples from the loaded list."""
    lines = (
        Say("事業について、登録されている一覧の言葉そのままでお答えします。", "bold"),
        *_examples(db, 6),
        Say("このスレッドで続けて「その成果は？」「2番目」「もっと」「担当は？」とも尋ねられます。"),
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
    asked = examples(catalog(db), most)
    if asked:
        yield Items(tuple((question, "") for question in asked))
    else:
        yield Say("まだ一覧が読み込まれていません。管理者が jigyo load で読み込むと使えるようになります。")
