"""What was typed is decided once, in the same way on every surface."""

from pathlib import Path
from typing import Never

import pytest

from bot.slack import router
from bot.slack.router import COMMANDS, Decision, decide
from store.database import Database
from store.search.query import paged, parse

CONVERSATIONS = ("mention", "dm", "ask")
SEARCHES = ("slash", "home", "search")


def decided(db: Database, text: str, surface: str = "slash", *, was_shown: bool = False) -> Decision:
    with db.reading() as index:
        return decide(text, surface, lambda: index.catalog, was_shown=lambda: was_shown)


@pytest.mark.parametrize("surface", [*CONVERSATIONS, *SEARCHES])
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("スマートシティ", "search"),
        ("企画経営課", "search"),
        ("スマートシティの推進", "search"),
        ("11", "search"),
        ("11、12", "search"),
        ("課:企画経営課 交流", "search"),
        ('"オンライン" -国際', "search"),
        ("公園 整備", "search"),
        ("しみんさんか", "search"),
        ("本当か", "question"),
        ("オリンピックの件でお願いします", "search"),
        ("検索 進捗", "search"),
        ("類似 団体 比較", "question"),
        ("パブコメの担当課は？", "question"),
        ("企画経営課の事業は何件？", "question"),
        ("EBPM 成果", "question"),
        ("令和3年度の事業一覧", "question"),
        ("情報政策課をまとめて", "question"),
        ("まとめ 情報政策課", "question"),
        ("どんな課がありますか", "question"),
        ("明日の天気は？", "question"),
        ("who is in charge of EBPM", "question"),
        ("ありがとうございました", "talk"),
        ("使い方を教えてください", "talk"),
        ("使い方", "command"),
        ("締切 すべて", "command"),
        ("似ている 11", "command"),
        ("", "command"),
    ],
)
def test_a_text_is_the_same_on_every_surface(db: Database, text: str, kind: str, surface: str) -> None:
    assert decided(db, text, surface).kind == kind


@pytest.mark.parametrize("text", ["スマートシティ", "公園 整備", "DX", "11", "課:企画経営課"])
def test_words_without_a_sign_of_a_question_are_decided_without_looking_anything_up(text: str) -> None:
    def looked_up() -> Never:
        raise AssertionError("a keyword needs neither the names of the list nor what was shown")

    assert decide(text, "slash", looked_up, was_shown=looked_up).kind == "search"


@pytest.mark.parametrize("text", ["スマートシティ", "令和3年度 公園", "課:企画経営課 交流", "11、12"])
def test_what_the_router_parsed_is_what_is_searched_for(db: Database, text: str) -> None:
    query = decided(db, text).query
    assert query == parse(text)
    assert paged(query, limit=3, offset=6) == parse(text, limit=3, offset=6)


def test_a_form_asks_for_words_whatever_is_typed(db: Database) -> None:
    for text in ("締切", "ありがとう", "パブコメの担当課は？", ""):
        assert decided(db, text, "modal").kind == "search"


def test_words_that_say_nothing_alone_go_on_with_what_was_shown(db: Database) -> None:
    for text in ("2番目", "その成果は？", "成果", "もっと", "企画経営課を除くと"):
        assert decided(db, text, was_shown=True).goes_on
    assert decided(db, "成果").kind == "search"
    assert decided(db, "もっと", "mention").kind == "question"


def test_a_question_is_none_for_certain_where_words_may_be_meant(db: Database) -> None:
    assert decided(db, "EBPMの成果は？").certain
    assert not decided(db, "EBPM 成果").certain
    assert decided(db, "市民意識調査について教えて").words == "市民意識調査"


def test_a_commands_word_is_taken_off_and_the_rest_stays_as_slack_sent_it(db: Database) -> None:
    with db.reading() as index:
        found = decide("設定 チャンネル 企画課", "slash", lambda: index.catalog, raw="設定 <#C1|x> 企画課")
    assert (found.command, found.text, found.raw) == ("settings", "チャンネル 企画課", "<#C1|x> 企画課")
    assert decided(db, "まとめ").text == "このチャンネルの課をまとめて"


def test_every_decision_tells_the_rule_that_made_it(db: Database) -> None:
    for word in COMMANDS:
        assert decided(db, f"{word} 11").reason == "it begins with a command's word"


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("来週の会議ではスマートシティの推進について話します", '"スマートシティの推進"'),
        ("ロボットの実証実験を見学しました", "ロボット 実証 実験 見学"),
        ("検索 進捗", "検索 進捗"),  # it is somebody's message, and no command
    ],
)
def test_of_a_message_pointed_at_what_it_names_is_looked_for_or_its_telling_words(
    db: Database, message: str, words: str
) -> None:
    decision = decided(db, message, "shortcut")
    assert (decision.kind, decision.words) == ("search", words)


def test_a_message_without_a_telling_word_looks_for_nothing(db: Database) -> None:
    assert decided(db, "では、また。", "shortcut").kind == "talk"


def test_words_side_by_side_ask_only_where_what_is_asked_for_stands_last(db: Database) -> None:
    kinds = {
        text: decided(db, text).kind for text in ("EBPM 成果", "成果 EBPM", "シティ 事業", "シティ 一覧")
    }
    assert kinds == {
        "EBPM 成果": "question", "成果 EBPM": "search", "シティ 事業": "search", "シティ 一覧": "question"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "in_a_search", "in_a_conversation"),
    [
        ("サービス 効果", "search", "question"),
        ("地域 費用", "search", "question"),
        ("つくば 進捗", "search", "question"),
        ("EBPM 成果", "question", "question"),
        ("11 成果", "question", "question"),
        ("企画経営課 成果", "question", "question"),
        ("図柄 ナンバー 申請件数", "question", "question"),
        ("サービスの効果", "question", "question"),
    ],
)
def test_nouns_side_by_side_that_name_no_one_thing_are_looked_for_where_one_looks_for_words(
    db: Database, text: str, in_a_search: str, in_a_conversation: str
) -> None:
    assert {decided(db, text, surface).kind for surface in SEARCHES} == {in_a_search}
    assert {decided(db, text, surface).kind for surface in CONVERSATIONS} == {in_a_conversation}


def test_nouns_that_ask_for_nothing_are_decided_as_the_rules_below_would(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (Path(__file__).parent / "data" / "search-own.tsv").open(encoding="utf-8") as lines:
        texts = [line.split("\t")[0] for line in lines][1::4]
    guides = ("検索", "方法", "使用", "説明", "質問", "感謝", "結果", "残念", "一覧", "公園", "事業")
    texts += [f"{one} {other}" for one in guides for other in guides]
    quick = [decided(db, text, surface) for text in texts for surface in ("slash", "mention")]
    assert sum(decision.reason == "it is nouns that ask for nothing" for decision in quick) > 100
    below = tuple(rule for rule in router.RULES if rule[0] != "it is nouns that ask for nothing")
    monkeypatch.setattr(router, "RULES", below)
    slow = [decided(db, text, surface) for text in texts for surface in ("slash", "mention")]
    assert [one._replace(reason="") for one in quick] == [one._replace(reason="") for one in slow]
