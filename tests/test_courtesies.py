"""Thanks, greetings, calls for help and calls for an opinion are told from questions about projects."""

import pytest

from store.text.asking import core, without_preface
from store.text.courtesies import LONGEST, courtesy


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("ありがとうございますー！", "thanks"),
        ("教えてくれてありがとう", "thanks"),
        ("わかりました、ありがとう", "thanks"),
        ("早速のご回答ありがとうございます😊", "thanks"),
        ("サンキュー", "thanks"),
        ("とても参考になりました", "thanks"),
        ("お世話になっております。", "greeting"),
        ("おはようございます！", "greeting"),
        ("お疲れさまでした。失礼します", "greeting"),
        ("了解しました！", "nod"),
        ("なるほど〜", "nod"),
        ("お手数おかけしました", "nod"),
        ("使い方がわからない", "help"),
        ("どう聞けばいい？", "help"),
        ("どんな質問に答えられますか", "help"),
        ("検索のしかた", "help"),
        ("このボットどうやって使えばいいですか？", "help"),
        ("何ができるの？", "help"),
        ("助けて", "help"),
        ("手引", "help"),
        ("ﾍﾙﾌﾟ", "help"),
        ("質問例", "help"),
        ("操作方法", "help"),
        ("だれか助けてください！", "help"),
        ("ちょっと困っています…", "help"),
        ("どうしたらいいですか？", "help"),
        ("よく分かりません", "help"),
        ("助けてくれてありがとう", "thanks"),
        ("違います", "complaint"),
        ("それじゃない", "complaint"),
        ("そうじゃなくて", "complaint"),
        ("聞きたいのはそれじゃない", "complaint"),
        ("求めているものと違います", "complaint"),
        ("シニアを助ける事業は？", None),
        ("困っている人を支える事業は", None),
        ("目的は何ではないですか", None),
        ("どの事業が一番いいと思う？", "opinion"),
        ("おすすめの事業は？", "opinion"),
        ("市長をどう思う", "opinion"),
        ("こんにちは！統計の担当課は？", None),
        ("何ができた？", None),
        ("どうやって調べた？", None),
        ("何をした？", None),
        ("感謝状は何件？", None),
        ("質問受付をした事業は", None),
        ("検索性を高めた事業は", None),
        ("寄附は何に使う？", None),
        ("市民が重要と感じている施策は？", None),
        ("市民と考える場をつくる事業は", None),
        ("取組を推し進めている事業は", None),
        ("スマートシティは失敗だと思いますか", "opinion"),
    ],
)
def test_a_whole_text_is_a_courtesy_or_a_question(said: str, expected: str | None):
    assert courtesy(said) == expected


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("分かりました。次は友好都市の目的を教えて", "友好都市の目的"),
        ("ありがとうございます。パブコメの概要もお願いします", "パブコメの概要も"),
        ("はい、スマートシティの目的", "スマートシティの目的"),
        ("次は？", "次は"),
    ],
)
def test_a_courtesy_in_front_is_no_part_of_the_question(said: str, asked: str):
    assert core(said) == asked


@pytest.mark.parametrize(
    "preface",
    [
        "お忙しいところ恐れ入ります。",
        "お忙しいところ申し訳ありませんが、",
        "突然のご連絡失礼いたします。",
        "いつもお世話になっております。企画課の田中と申します。",
        "お疲れさまです。企画経営課の田中です。",
        "ご多忙の中大変恐縮ですが、",
        "お手数をおかけして申し訳ございません。",
        "初めて質問します。",
        "はじめまして。何度もすみません、",
    ],
)
def test_courtesies_in_sentences_of_their_own_are_no_part_of_the_question(preface: str):
    assert without_preface(f"{preface}友好都市の目的は？") == "友好都市の目的は？"


@pytest.mark.parametrize(
    "said",
    [
        "お忙しいところ恐れ入ります。",
        "多忙な職員を助ける事業は？",
        "夜分の工事は？",
        "企画課の事業です。何件ですか？",
    ],
)
def test_what_is_no_preface_stays(said: str):
    assert without_preface(said) == said


@pytest.mark.parametrize(
    "unit", ["それじゃない", "聞きたいのはそれじゃない", "助けて", "困っています", "違う", "ありがとう"]
)
def test_what_is_said_again_and_again_is_read_at_once(unit: str):
    """Two ways to read each would be 2ⁿ ways to read them all."""
    assert courtesy(unit * (LONGEST // len(unit)) + "ん事業") is None


@pytest.mark.parametrize("who", ["ロボット", "市民参加", "目的"])
def test_what_an_office_does_is_no_name_of_who_asks(who: str):
    assert without_preface(f"企画課の{who}です。成果は？") == f"企画課の{who}です。成果は？"
