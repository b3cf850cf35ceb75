"""What a sentence must show for the role that a question asks for, in questions that are of no list here."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.ask.checks import ROLES, Claim, failed, role_of
from bot.ask.engine import EVIDENCE, answer
from bot.ask.matching import denied, lacking
from bot.ask.quantities import asked_figure, fitting
from bot.ask.question import INTENTS
from bot.ask.terms import narrower, others, terms
from store.database import Database
from store.text import asking, courtesies
from store.text.normalize import nfkc
from tests.conftest import SEED, Made

NAME = "除雪事業"


def misses(question: str, words: tuple[str, ...], sentence: str) -> list[str]:
    return [check for check, _ in failed(Claim(question, NAME, (sentence,), words, f"{NAME} 道路課"))]


@pytest.mark.parametrize(
    ("question", "role"),
    [
        ("除雪車は誰が運転しますか", "誰が"),
        ("融雪剤はどこと共同で開発した", "誰と"),
        ("苦情は誰に伝えますか", "誰に"),
        ("要望はどこから来る", "誰から"),
        ("講習会はどこで開いた", "どこで"),
        ("雪の量はどうやって測るの", "どうやって"),
        ("出動が遅れたのはなぜ", "なぜ"),
        ("除雪の目的", ""),
    ],
)
def test_the_role_that_a_question_asks_for(question: str, role: str) -> None:
    found = role_of(question)
    assert (found.name if found else "") == role


@pytest.mark.parametrize(
    ("question", "words", "sentence", "missed"),
    [
        ("融雪剤はどこと開発した", ("融雪剤", "開発"), "県立大学と融雪剤を開発した。", []),
        ("市長が参加した会議は", ("会議",), "市長が会議に参加した。", []),
        ("市長が参加した会議は", ("会議",), "会議の報告を市長に出した。", ["doer"]),
        ("住民が参加する会議は", ("会議",), "住民説明の会議へ職員が参加した。", ["doer"]),
        ("住民が参加する会議は", ("会議",), "参加した住民の会議である。", []),
        ("車庫の修繕費の合計は", ("車庫", "修繕費"), "車庫の修繕費は3万円と2万円である。", ["sum told"]),
        ("車庫の修繕費の合計は", ("車庫", "修繕費"), "車庫の修繕費は合計5万円である。", []),
        ("乗り場を試した学校は", ("乗り場", "試し", "学校"), "北浜学園で乗り場を試した。", []),
        ("乗り場を試したのはどの学校", ("乗り場", "試し", "学校"), "北浜中等で乗り場を試した。", []),
        ("乗り場を試した学校は", ("乗り場", "試し", "学校"), "北浜会館で乗り場を試した。", ["words"]),
        ("どこの会社と協定を結びましたか", ("会社", "協定"), "北浜信用銀行と協定を結んだ。", []),
        ("住民が見た会議は", ("住民", "見", "会議"), "住民の声を見て、航路懇談会に出した。", ["words"]),
        ("乗り場を見た会議は", ("乗り場", "見", "会議"), "航路検討会で乗り場を見た。", []),
        ("除雪の点検は9件でしたか", ("除雪", "点検"), "除雪の点検は4件だった。", ["counted"]),
        ("除雪の点検は9件でしたか", ("除雪", "点検"), "除雪の点検で100%を直した。", ["counted"]),
        ("除雪の点検は9件でしたか", ("除雪", "点検"), "除雪の依頼9件のうち4件を点検した。", ["counted"]),
        ("除雪の点検は4件でしたか", ("除雪", "点検"), "除雪の依頼9件のうち4件を点検した。", []),
        ("融雪剤はどこと開発した", ("融雪剤", "開発"), "融雪剤を3種類開発した。", ["role"]),
        ("融雪剤はどこと開発した", ("融雪剤", "開発"), "県立大学と除雪車を開発した。", ["words"]),
        ("講習会を開いたのは誰ですか", ("講習会", "開い"), "町内会が講習会を開催した。", []),
        ("除雪車の運転手は誰ですか", ("除雪車", "運転手"), "除雪車の運転手を委託した。", ["role"]),
        ("除雪センターの管理は誰がする", ("除雪センター", "管理"), "除雪センターの管理費を払う。", ["role"]),
        ("除雪センターの管理は誰がする", ("除雪センター", "管理"), "除雪センターを町内会が管理する。", []),
        ("融雪管を入れた中学校はどこ", ("融雪管", "中学校"), "中学校の準備室に融雪管を入れた。", ["role"]),
        ("融雪管を入れた中学校はどこ", ("融雪管", "中学校"), "北中学校に融雪管を入れた。", []),
        ("どこの会社が除雪した", ("会社", "除雪"), "除雪を会社の社員が行った。", ["role"]),
        ("車庫は何室ありますか", ("車庫",), "車庫を整備した。", ["role"]),
        ("車庫は何室ありますか", ("車庫",), "車庫を4室整備した。", []),
        ("除雪車をいつ入れ替えた", ("除雪車", "入れ替え"), "除雪車を更新した。", []),
        ("除雪車をいつ入れ替えた", ("除雪車", "入れ替え"), "除雪車を点検した。", ["words"]),
        ("班ごとの講習会を", ("班ごと", "講習会"), "班の講習会を開催した。", []),
        ("車を取り替えたのは", ("車", "取り替え"), "車を更新した。", []),
        ("雪を運ぶのはどの機関か", ("雪", "運ぶ", "機関"), "建設組合が雪を運搬する。", []),
        ("雪を運ぶのはどの大学か", ("雪", "運ぶ", "大学"), "建設組合が雪を運搬する。", ["words"]),
        ("出動がへったのは", ("出動", "へっ"), "出動は減少した。", []),
        ("鍵を手渡すのは", ("鍵", "手渡す"), "鍵は手渡しする。", []),
        ("講習会はどのような形でした", ("講習会", "形"), "講習会は書面により開催した。", []),
        ("ジョセツの講習会", ("ジョセツ", "講習会"), "講習会を開催した。", []),
        ("除雪の基準をどうやって決める", ("基準", "決める"), "基準は協議会の議論を経て決定する。", []),
    ],
)
def test_a_sentence_is_claimed_only_with_the_words_and_the_role_of_the_question(
    question: str, words: tuple[str, ...], sentence: str, missed: list[str]
) -> None:
    assert misses(question, words, sentence) == missed


@pytest.mark.parametrize(
    ("sentence", "missed"),
    [
        ("7月に除雪車を更新した。", []),
        ("除雪車を更新した。", ["figure"]),
        ("7月に除雪車を更新し、9月に点検した。", []),  # 更新 stands by the one
        ("9月と7月に除雪車を更新した。", ["figure"]),
    ],
)
def test_a_sentence_gives_a_figure_where_it_has_just_one(sentence: str, missed: list[str]) -> None:
    asked = asked_figure("除雪車を更新したのはいつ")
    claim = Claim(
        "除雪車を更新したのはいつ", NAME, (sentence,), ("除雪車", "更新"), figure=asked, counted=("更新",)
    )
    assert [check for check, _ in failed(claim)] == missed


@pytest.mark.parametrize(
    ("question", "sentence", "missed"),
    [
        ("貸し車庫は何件", "車庫は4件ある。", ["compound"]),
        ("貸し車庫は何件", "貸し車庫は4件ある。", []),
        ("車庫は何件", "車庫は4件ある。", []),
        ("受け入れ人数は何人", "研修の人数は4人を受け入れた。", []),
    ],
)
def test_a_figure_is_of_the_whole_noun_that_a_verb_begins(question: str, sentence: str, missed: list[str]):
    asked = asked_figure(question)
    assert asked is not None
    nouns = ("車庫",) if "車庫" in question else ("人数",)
    claim = Claim(question, NAME, (sentence,), figure=asked, counted=nouns, nouns=nouns)
    assert [check for check, _ in failed(claim)] == missed


def test_what_a_thread_does_not_say_and_the_other_of_two_are_claimed_of_nothing() -> None:
    claim = Claim("何台ありますか", NAME, ("除雪車は4台ある。",))
    assert failed(claim) == []
    assert failed(replace(claim, unsaid=("消防車",))) == [("thread", ("消防車",))]
    assert [check for check, _ in failed(replace(claim, is_any=True))] == ["other one"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("除雪車は何台ですか。隣の町は9台もありませんでした", "除雪車は何台ですか。"),
        ("除雪車は何台？前の町では借りていたので", "除雪車は何台？"),
        ("除雪車は何台ですか。融雪剤は何袋ですか", "除雪車は何台ですか。融雪剤は何袋ですか"),
        ("除雪車を更新しました。費用は？", "除雪車を更新しました。費用は？"),
        ("除雪車は何台ですか。除雪事業です。", "除雪車は何台ですか。除雪事業です。"),
        ("除雪車は何台ですか。会議前なので数字だけで結構です", "除雪車は何台ですか。"),
        ("除雪はどこの課の担当か。答弁者の割振りのため。", "除雪はどこの課の担当か。"),
        ("除雪車は何台でしたか。9台くらいだったかと。", "除雪車は何台でしたか。"),
        ("除雪車はいつ更新したか。町議は春頃と発言。", "除雪車はいつ更新したか。"),
        ("除雪車は何台ですか。借りたものは除きたいです", "除雪車は何台ですか。借りたものは除きたいです"),
        ("除雪車は何台ですか。昨年度の数字で結構です", "除雪車は何台ですか。昨年度の数字で結構です"),
        ("除雪車は何台ですか。委託込みの数字で可。", "除雪車は何台ですか。委託込みの数字で可。"),
    ],
)
def test_a_remark_behind_a_question_asks_nothing(text: str, left: str) -> None:
    assert asking.without_remark(text) == left


@pytest.mark.parametrize(
    ("topic", "found"),
    [
        ("除雪車を入れ替えた", ("除雪車", "入れ替え")),
        ("除雪車を買う予定", ("除雪車", "買う")),
        ("除雪の予定", ("除雪", "予定")),
        ("最終的に除雪車を直した", ("除雪車", "直し")),
        ("出動回数多い", ("出動回数", "多い")),
        ("除雪に協力してくださった町内会", ("除雪", "協力", "町内会")),
        ("市が除雪車を直した", ("除雪車", "直し")),
        ("災害時の除雪", ("災害時", "除雪")),
    ],
)
def test_what_only_joins_words_is_none_of_them(topic: str, found: tuple[str, ...]) -> None:
    assert terms(topic)[0] == found


@pytest.mark.parametrize(
    ("typed", "kana"),
    [("何故遅れた", "なぜ遅れた"), ("何時始めた", "いつ始めた"), ("何時間かかる", "何時間かかる")],
)
def test_interrogatives_in_kanji_are_those_in_kana(typed: str, kana: str) -> None:
    assert courtesies.in_plain_words(typed) == kana


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("除雪車は何台でございますか", "除雪車は何台ですか"),
        ("除雪の実施状況をお示し願います", "除雪の実施状況を教えてください"),
        ("除雪課が所管しております事業", "除雪課が所管している事業"),
        ("除雪課の所掌事業は何件ございますか", "除雪課の担当事業は何件ありますか"),
        ("いずれの自治体と結んだのか", "どの自治体と結んだのか"),
        ("なにゆえ延期なさったのか", "なぜ延期したのか"),
        ("スノーダンプて何台買ったん", "スノーダンプは何台買ったの"),
        ("除雪の応援なんぼ来たん", "除雪の応援どのくらい来たの"),
        ("雪まつりせんかったんなんで", "雪まつりしなかったのなぜ"),
        ("排雪が間に合わんかった", "排雪が間に合わなかった"),
        ("何も話せんかった", "何も話せなかった"),
        ("排雪まだできてへんの", "排雪まだできていないの"),
        ("雪どやって運んでんの", "雪どうやって運んでいるの"),
        ("そこの課ほか何しとるん", "そこの課ほかに何しているの"),
        ("除雪の担当どこやっけ", "除雪の担当どこだっけ"),
        ("除雪車なんべん出さはったん", "除雪車何回出したの"),
        ("視察に何人来はった？", "視察に何人来た？"),
        ("視察に誰行かはったん", "視察に誰行ったの"),
        ("屋根の雪は誰が見てはるん", "屋根の雪は誰が見ているの"),
        ("融雪剤使うてはるん何件", "融雪剤使っているの何件"),
        ("応援してもろたん誰なん", "応援してもらったの誰なの"),
        ("排雪どないして頼むん", "排雪どうやって頼むの"),
        ("除雪の班なんぼある", "除雪の班いくつある"),
        ("除雪車なんぼかかったん", "除雪車いくらかかったの"),
        ("雪捨て場はどんだけ埋まった？", "雪捨て場はどのくらい埋まった？"),
        ("出せへんかったんは何で", "出せなかったのはなぜ"),
        ("名前に「なんぼでも」て付いてるやつは", "名前に「なんぼでも」と付いてるやつは"),
        ("ちゃうちゃう、そっちやなくて融雪の方", "違う、そっちじゃなくて融雪の方"),
        ("ほんなら2番目は", "では、2番目は"),
        ("委員さんらの会は何回あったんやろ", "委員の会は何回あったんでしょうか"),
        ("結果はどこで見れるん", "結果はどこで見られるの"),
        ("出動は3件て少なない？", "出動は3件は少なくない？"),
        ("なして遅れたんだべ", "なぜ遅れたんでしょうか"),
        ("除雪はどげんしよると？", "除雪はどうしているの？"),
        ("除雪車は何台あると？", "除雪車は何台あるの？"),
        ("名前に「雪」て付いてるのは", "名前に「雪」と付いてるのは"),
        ("雪と名の付く事業は", "雪が名前に付く事業は"),
        ("名称に雪の付く事業は", "名称に雪が付く事業は"),
        ("雪と名前にある事業は", "名前に雪が入る事業は"),
        ("うちの課（除雪課）の事業", "除雪課の事業"),
        ("除雪をしている(した)事業", "除雪をしている事業"),
        ("除雪を担った会社の名称をお知らせください", "除雪を担った会社はどこですか"),
        ("除雪車の台数だけ教えて", "除雪車の台数を教えて"),
        ("ＪＡの正式な組織名は", "ＪＡの正式名称は"),
        ("除雪課の分を全部", "除雪課の事業を全部"),
        ("除雪の状況を頼むよ", "除雪の状況をお願いします"),
        ("雪のある事業、番号と名称で。", "雪のある事業を全部教えてください"),
        ("決算の多い順に5つ、金額つきで", "決算の多い順に5つ"),
        (
            "除雪を外に出している事業。予算の枠で見るから、該当ぜんぶ",
            "除雪を外に出している事業を全部教えてください",
        ),
        ("除雪課ではない部署の事業は", "除雪課以外の事業は"),
    ],
)
def test_formal_words_and_those_of_kansai_are_read_as_plain_ones(typed: str, plain: str) -> None:
    assert courtesies.in_plain_words(typed) == plain


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("除雪車は何台ですか。12台だったと思います", "除雪車は何台ですか。"),
        ("除雪が遅れた理由。議会の説明に使いたい", "除雪が遅れた理由。"),
        ("除雪の事業はどれですか。予算の確認", "除雪の事業はどれですか。"),
        ("除雪車が増えた。何台ですか", "除雪車が増えた。何台ですか"),
    ],
)
def test_what_is_thought_or_wanted_behind_a_question_is_none_of_it(typed: str, asked: str) -> None:
    assert asking.without_remark(typed) == asked


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        (
            "概要んとこに「委託」って書いてるの、どの事業?",
            "概要に「委託」と書いてある事業を全部教えてください",
        ),
        ("「雪」という語がいずれかの欄にある事業の件数", "「雪」と書いてある事業は何件ですか"),
        (
            "除雪課のうち、成果に「雪」の語あるものを示せ",
            "除雪課の事業で、成果に「雪」と書いてある事業を全部教えてください",
        ),
        (
            "除雪課所管で成果欄に「雪」の語が見当たらないもの",
            "除雪課の事業で、成果に「雪」と書いてない事業を全部教えてください",
        ),
        (
            "「雪」の語ある事業を挙げよ。ただし除雪課は除く",
            "除雪課以外で、「雪」と書いてある事業を全部教えてください",
        ),
        (
            "成果に「雪」も「雨」も両方出てくる事業って何件",
            "成果に「雪」と「雨」の両方が書いてある事業は何件ですか",
        ),
        ("お疲れさまです。除雪課の担当分、番号で", "除雪課の事業を全部教えてください"),
        ("除雪課を除くと何件", "除雪課以外の事業は何件ですか"),
        ("除雪課の事業で雪の降った日に動いたもの", ""),
        ("温泉の事業で「雪」と書いてあるもの", ""),
        ("除雪課の温泉の事業は何件", ""),
        ("「雪」の語が概要か成果にある事業", ""),
        (
            "「雪」とある事業、ただし除雪課のものは除外で",
            "除雪課以外で、「雪」と書いてある事業を全部教えてください",
        ),
        ("「雪まつり」の担当はどこ", ""),
        ("概要に「雪」とあって成果に「雨」とある事業", ""),
        ("除雪課の事業の目的は何ですか", ""),
        ("「雪」と書いてある事業を、いつ始めたか", ""),
    ],
)
def test_a_set_is_asked_for_by_all_that_chooses_it_or_not_so_read(typed: str, plain: str) -> None:
    at = typed.find("除雪課")
    assert courtesies.by_its_anchors(typed, [(at, at + 3, "除雪課")] if at >= 0 else []) == plain


def test_whether_what_is_told_is_borne_out_asks_if_it_is_so() -> None:
    typed = "除雪の好感度は64%、との説明がありました。裏付けはありますか。"
    assert asking.parted(typed) == ("", typed)
    assert asking.core(typed) == "除雪の好感度は64%"


@pytest.mark.parametrize("tail", ["ならべて", "並べてください", "を洗い出してほしい", "でいただけますか"])
def test_what_stands_behind_the_words_for_a_list_says_nothing_of_the_projects(tail: str) -> None:
    assert asking.LIST_TAIL.sub("", f"除雪の事業{tail}") == "除雪の事業"


@pytest.mark.parametrize(
    "typed",
    [
        "かんたん",
        "ふたん",
        "してん",
        "ひなん",
        "融雪などやってる",
        "必要となる言葉",
        "大雪なんで",
        "なんですか",
        "いずれも終えた",
        "なんば駅前の事業",
        "幕をはった",
        "ちはるさんの講座",
        "この辺の事業",
        "どのへんの事業",
        "かんたんなん",
        "結婚、出産、子育て、教育",
        "合計すると？",
        "受けとる人",
        "「ほな、やらはったん」",
    ],
)
def test_plain_words_are_left_as_they_are(typed: str) -> None:
    assert courtesies.in_plain_words(typed) == typed


def test_what_lists_say_is_no_speech() -> None:
    sentences = re.split("[。\t\n]", SEED.read_text(encoding="utf-8"))
    assert [each for each in sentences if courtesies.as_spoken(nfkc(each)) != nfkc(each)] == []


@pytest.mark.parametrize("question", ["除雪の人手が足りない時どうしてるの", "雪の日はどうしていますか"])
def test_how_one_does_asks_for_no_reason(question: str) -> None:
    assert (role_of(question) or ROLES[0]).name != "なぜ"


def test_another_citys_project_is_not_told_as_this_one() -> None:
    claim = Claim(
        "北川市の〓の成果は", NAME, ("北川市を視察した。",), (), f"{NAME} 道路課", "北川市の〓の成果は"
    )
    assert [check for check, _ in failed(claim)] == ["place"]


@pytest.mark.parametrize(
    ("term", "sentence", "is_said"),
    [
        ("開いた", "講習会を開催した。", True),
        ("減った", "出動が減少した。", True),
        ("減った", "出動が増加した。", False),
        ("苦情", "要望を受けた。", False),
        ("道路課", "雪を除いた。", True),
    ],
)
def test_a_word_is_said_in_any_wording_of_its_own_or_above_the_sentence(
    term: str, sentence: str, is_said: bool
) -> None:
    assert (lacking([term], sentence, f"{NAME} 道路課") == []) is is_said


def test_opposites_are_never_the_same_verb() -> None:
    for one, other in (("増える", "減少"), ("減らす", "増加"), ("始める", "終了"), ("中止", "継続")):
        assert other not in others(one)


@pytest.mark.parametrize(
    ("word", "said"), [("子ども", "中学生"), ("ごみ", "食品ロス"), ("ペーパーレス化", "電子申請"), ("雪", "")]
)
def test_a_broader_word_has_those_that_records_use(word: str, said: str) -> None:
    assert said in narrower(word) if said else narrower(word) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [("効果がなかった取組", ("効果",)), ("予定のない工事", ("予定",)), ("工事はないですか", ())],
)
def test_nai_denies_what_stands_before_it_unless_it_asks(text: str, words: tuple[str, ...]) -> None:
    assert denied(text) == words


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("南区と北区、早いのはどっち", True),
        ("どちらが多い", True),
        ("どちらの課が担当ですか", False),
        ("多い事業", False),
    ],
)
def test_which_of_two_is_asked_for_by_its_words(text: str, is_one: bool) -> None:
    assert bool(asking.WHICH.search(text)) is is_one


def test_every_intent_and_every_role_stands_once_in_its_table() -> None:
    assert len({intent.told for intent in INTENTS}) == len(INTENTS)
    assert len({role.name for role in ROLES}) == len(ROLES)


def test_the_intents_stand_in_the_documentation_in_their_order() -> None:
    text = (Path(__file__).parent.parent / "docs" / "architecture.md").read_text()
    table = text.split("\nINTENTS, in order")[1].split("\n\n")[1]
    told = [name for row in table.splitlines()[2:] for name in row.split("|")[2].strip().split(", ")]
    assert told == [intent.name for intent in INTENTS]


def test_the_docs_tell_every_step_of_evidence_in_order() -> None:
    text = (Path(__file__).parents[1] / "docs" / "architecture.md").read_text()
    rows = text.split("| of | step |")[1].split("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert [step for _, step, _ in cells] == [step.name for step in EVIDENCE]
    assert [of for of, _, _ in cells if of] == [
        "each answer but those aside",
        "what columns and indicators say",
        "the outcome of all intents",
    ]


@pytest.mark.parametrize(
    ("question", "nouns", "sentence", "missed"),
    [
        ("車庫は何棟ありますか", ("車庫",), "車庫は4棟である。", []),
        ("車庫は何棟ありますか", ("車庫",), "仮設車庫が4棟ある。", ["all of them"]),
        ("仮設車庫は何棟ありますか", ("仮設車庫",), "仮設車庫が4棟ある。", []),
        ("運転会議は何回", ("運転会議",), "連絡会議を年3回開いた。", ["counted", "said of it"]),
        ("運転会議は何回", ("運転会議",), "運転会議を年3回開いた。", []),
        (
            "標識はいくつ追加",
            ("標識", "追加"),
            "除雪車を2台追加し、様々な標識を立てた。",
            ["counted", "part"],
        ),
        ("除雪車は何台追加", ("除雪車", "追加"), "除雪車を2台追加し、様々な標識を立てた。", []),
        ("町内会は何団体ですか", ("町内会",), "5団体の町内会の協力で雪を運んだ。", ["all of them"]),
        ("協力した町内会は何団体ですか", ("町内会",), "5団体の町内会の協力で雪を運んだ。", []),
        ("除雪車は何台増えましたか", ("除雪車",), "除雪車を3台増やした。", []),
        ("除雪車は何台増えましたか", ("除雪車",), "除雪車は9台である。", ["figure's role"]),
        ("出動は何回ですか", ("出動",), "出動は目標の20回に届かなかった。", ["figure's role"]),
        ("指定されたのは何路線ですか", ("路線",), "除雪路線は6路線が指定見込みである。", ["planned"]),
        ("指定される予定は何路線ですか", ("路線",), "除雪路線は6路線が指定見込みである。", []),
        ("女性運転手は何人ですか", ("女性運転手",), "運転手8人が出動した。", ["all of them", "said of it"]),
        ("農家は何戸", ("農家",), "畜産農家8戸に対する支援を行った。", ["all of them"]),
        (
            "除雪の点検件数は",
            ("点検",),
            "このうち不備のある3件を直した。",
            ["some of them", "said of it"],
        ),
        ("除雪の不備の件数は", ("不備",), "このうち不備のある3件を直した。", []),
        (
            "駐車区画は全部で何台",
            ("駐車区画",),
            "駐車区画は東側20台、西側15台である。",
            ["figure's role", "some of them"],
        ),
        ("農家は何戸", ("農家",), "農家8戸に対する支援を行った。", ["all of them"]),
        ("運転手は何人", ("運転手",), "8人の運転手が出動した。", ["all of them"]),
        ("運転手は何人", ("運転手",), "臨時の運転手8人が出動した。", ["all of them"]),
        ("運転手は何人ですか", ("運転手",), "運転手8人が出動した。", ["all of them"]),
        ("運転手は何人ですか", ("運転手",), "運転手は8人となった。", []),
        ("運転手は何人ですか", ("運転手",), "運転手8人を配置した。", []),
        ("運転手は何人ですか", ("運転手",), "運転手に関する苦情を8人から受けた。", ["all of them"]),
        ("運転手は何人ですか", ("運転手",), "8人の運転手から相談があった。", ["all of them"]),
        ("乗り手は何人", ("乗り手",), "8人の作業員を育成した。", ["all of them", "said of it"]),
        ("町内会の数は", ("町内会",), "2つの町内会で除雪組合が結成された。", ["all of them"]),
        ("乗務者は何人", ("乗務者",), "8人の乗務者が参加した。", []),
        ("出動した運転手は何人", ("運転手", "出動"), "運転手8人が出動した。", []),
        ("除雪車と砂撒き車は合わせて何台", ("除雪車",), "除雪車は9台である。", ["sum"]),
        ("北雪町との協定は何件", ("協定",), "山町との協定を2件結んだ。", ["partner"]),
        ("協定は何町と結びましたか", ("協定",), "3町と協定を結んだ。", []),
        ("県との協定は何件", ("協定",), "海洋会社との協定を2件結んだ。", ["partner"]),
        ("市と結んだ協定は何件", ("協定",), "海洋会社との協定を2件結んだ。", ["partner"]),
        ("県との協定は何件", ("協定",), "北県との協定を2件結んだ。", []),
        ("大学との協定は何件", ("協定",), "海洋会社との協定を2件結んだ。", ["partner"]),
        ("企業との協定は何件", ("協定",), "海洋会社との協定を2件結んだ。", []),
        (
            "除雪車を導入したのは何台",
            ("除雪車",),
            "砂撒き車3台を導入し、除雪車は9台である。",
            ["part", "clause"],
        ),
    ],
)
def test_a_figure_is_claimed_of_what_it_counts_and_for_what_it_is(
    question: str, nouns: tuple[str, ...], sentence: str, missed: list[str]
) -> None:
    asked = asked_figure(question)
    assert asked is not None
    told = tuple((sentence, each) for each in fitting(sentence, asked, nouns))
    claim = Claim(question, NAME, (sentence,), figure=asked, told=told, nouns=nouns, counted=nouns[-1:])
    assert [check for check, _ in failed(claim)] == missed


FERRY = (
    "令和6年度事務事業一覧\n\n通し番号\t事業番号\t事務事業名\t課名\t事業の目的\t事業の概要\t成果\n"
    "1\t21\t渡船運航事業\t港湾課\t島との往来を守る。\t島へ渡船を運航する。窓口のアンケート、船内放送の多言語化を行う。"
    "\t船内放送の多言語化では、理解度71%・好感度64%を得た。また、窓口のアンケートでは、12件の意見を受けた。"
    "海洋高校や潮見市と連携し、遠足の児童240名を運んだ。3か月間の試行では、夜の便を延べ85人が利用した。\n"
    "2\t22\t灯台公開事業\t港湾課\t灯台を知ってもらう。\t全国から応募のあった絵を灯台に飾る。"
    "\t応募30件のうち8件の絵を選定し、表彰した。\n"
    "3\t23\t釣り場案内事業\t観光課\t観光客を増やす。\t案内所を置く。\t案内所への来訪が53件あり、地域を支援した。\n"
    "4\t24\t移住案内事業\t企画課\t移住を進める。\t来訪支援を行い、若者の応募を受ける。\t来訪支援の申込は多かった。\n"
    "5\t25\t灯火管理事業\t観光課\t灯火を守る。\t灯火を点検する。\t灯火を点検した。\n"
    "6\t26\t浮標管理事業\t観光課\t浮標を守る。\t浮標を点検する。"
    "\t浮標の検討会を開いた。結果、色の案が14件出された。沿岸の安全への満足度は48%となった。\n"
)


@pytest.fixture
def ferry(made: Made) -> Database:
    return made(FERRY)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("船内放送の理解度は71%？", "はい、71%です"),
        ("アンケートの理解度は71%？", ""),
        ("夜の便は何人が利用した？", "85人です"),
        ("3か月間で夜の便を何人が利用した？", "85人です"),
        ("1年間で夜の便を何人が利用した？", ""),
        ("潮見市では夜の便を何人が利用した？", ""),
        ("応募30件のうち何件を選定した？", "8件です"),
        ("応募40件のうち何件を選定した？", ""),
        ("若者の応募30件のうち何件を選定した？", ""),
        ("若者の選定は申込どのくらい来たん", ""),
        ("遠足の児童は何名？", "240名です"),
        ("海洋高校は何名の児童を運んだ？", ""),
        ("案内所への来訪の件数は？", "53件です"),
        ("来訪支援の件数は？", ""),
        ("検討会で色の案は何件出た？", "14件です"),
        ("沿岸の安全への満足度は48%？", "はい、48%です"),
        ("浮標の満足度は48%？", ""),
    ],
)
def test_a_figure_is_told_where_its_sentence_has_every_name_place_and_number_of_the_question(
    ferry: Database, question: str, said: str
) -> None:
    given = answer(ferry, question)
    if said:
        assert said in given.text
        assert given.confidence == "sure"
    else:
        assert given.confidence != "sure"
        assert "はい" not in given.text


@pytest.mark.parametrize(
    "question",
    [
        "雪まつりは何のためにやっていることになっていますか",
        "雪まつりは何のために続けられることになったのですか",
        "雪まつりが目指しているものは",
        "雪まつりで狙っていることは何ですか",
        "雪まつりは何をねらって始めたの",
    ],
)
def test_what_for_is_asked_in_any_form_of_the_verb(question: str) -> None:
    cue = asking.field_cue(asking.core(question))
    assert cue is not None
    assert cue.fields == ("purpose",)


HARBOUR = (
    "令和6年度事務事業一覧\n\n通し番号\t事業番号\t事務事業名\t課名\t事業の目的\t事業の概要\t成果\n"
    "1\t31\t水上交通実証事業\t港湾課\t水上の足を試す。\t新しい乗り物を試す。"
    "\t水上バスの試行では、延べ77人が乗った。また、宅配や見守りの分野での試行を行った。\n"
    "2\t32\t桟橋設備事業\t港湾課\t桟橋を安全にする。\t手すりや標識などの設備を桟橋に置く。\t設備38箇所の設置を終えた。\n"
    "3\t33\t浮き球管理事業\t港湾課\t浮き球を守る。\t浮き球を置く。\t浮き球の新設および修繕を合わせて14件行った。\n"
    "4\t34\t潮騒教室事業\t学習課\t学びを広げる。\t教室を開く。\t21の教室を開き、340人の住民が通った。\n"
    "5\t35\t港まつり事業\t観光課\tにぎわいを作る。\t祭りを開く。\t3回の会議を開催し、港まつりを実施した。\n"
    "6\t36\t通訳配置事業\t学習課\t言葉を学ぶ。\t5名の通訳を小中学校に巡回で置く。\t船員・荷役62人に冊子を配った。\n"
    "8\t38\t係留事業\t海洋課\t船を留める。\t船を留める。\t係留訓練を9回実施した。巡視を6回実施した。\n"
    "9\t39\t防災事業\t港湾課\t波に備える。\t波に備える。\t係留訓練を4回実施した。巡視を6回実施した。\n"
    "10\t40\t図案事業\t観光課\t図案を作る。\t図案を募る。\t寄せられた中から図案5点を採用した。\n"
    "11\t41\t灯台見学児童案内員事業\t観光課\t灯台を見せる。\t案内員を置く。\t2か所に案内員を置き、灯台見学児童24人に対応した。\n"
    "7\t37\t民生相談事業\t福祉課\t相談を受ける。\t相談を受ける。\t相談員が一人当たり28件の相談に応じた。\n"
)


QUAY = (
    "令和6年度事務事業一覧\n\n通し番号\t事業番号\t事務事業名\t課名\t事業の目的\t事業の概要\t成果\n"
    "1\t51\t渡船実証事業\t港湾課\t水上の足を試す。\t小舟を試す。"
    "\t小舟の実証では、学生の乗客が最も多く、半月で延べ88人が乗船し、旅行客を含めた需要が分かった。\n"
    "2\t52\t桟橋会館事業\t海洋課\t会館を開く。\t会館を貸す。\t催し14回（多くが録画配信）を開いた。\n"
    "3\t53\t魚市場見学事業\t水産課\t市場を見せる。\t案内する。\t見学者640人※うち団体、家族連れは約3割\n"
    "4\t54\t釣り券事業\t水産課\t釣りを広める。\t券を売る。"
    "\t販売枚数は北部漁協管内で首位を保つとともに、「販売枚数2,000枚」も達成した。\n"
    "5\t55\t回線事業\t情報課\t回線を保つ。\t回線を引く。"
    "\t端末の調査では、周知度41%・納得度77%の結果を得ており、契約数も令和4年度の310件から365件に増加した。\n"
    "6\t56\t灯台会議事務\t港湾課\t灯台を守る。\t準備会議を年4回開催し、情報を集める。\t要望書を出した。\n"
    "7\t57\t浮桟橋事業\t海洋課\t席を貸す。\t席を貸す。\t窓側席11/12席、通路席7/9席を貸し出した。\n"
    "8\t58\t船名事業\t観光課\t船名を募る。\t住民の声を聞く。\t応募31件のうち2件の船名を選定した。\n"
    "9\t59\t投書箱事業\t総務課\t声を聞く。\t声を聞く。\t乗員から届いた投書（①航路投書4件、②食堂投書9件、③返答2件）を審査した。\n"
    "10\t60\t島守隊事業\t企画課\t島を守る。\t隊を置く。\t島守隊に2人の新規隊員を迎えた。\n"
    "11\t61\t船酔い対策事業\t福祉課\t船酔いを減らす。\t話を聞く。\t船酔いに関する相談に37人が応じた。\n"
)


@pytest.fixture
def quay(made: Made) -> Database:
    return made(QUAY)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("小舟の実証の乗船は延べ何人？", "延べ88人です"),
        ("小舟の学生の乗客は何人？", ""),  # said in another clause
        ("小舟の旅行客の乗船は何人？", ""),
        ("桟橋会館の催しは何回？", "14回です"),
        ("録画配信の催しは何回？", ""),  # in brackets
        ("魚市場見学の見学者は何人？", "640人です"),
        ("家族連れの見学者は何人？", ""),  # in a remark
        ("釣り券の販売枚数は？", "2,000枚です"),
        ("北部漁協管内の釣り券の販売枚数は？", ""),
        ("回線事業の納得度は？", "77%です"),
        ("令和4年度の納得度は？", ""),  # the year of another figure
        ("去年の回線の契約数は？", ""),
        ("回線の契約数は？", "365件です"),
        ("準備会議は年何回？", "年4回です"),
        ("灯台会議と準備会議は年何回？", ""),  # of one of the two
        ("通路席は何席？", "7/9席です"),
        ("窓側席と通路席の席数は？", ""),
        ("船名の応募は何件？", "31件です"),
        ("船名の応募と選定の件数は？", ""),
        ("乗員からの投書は何件？", ""),  # two of a list of three
        ("旅客からの船名の応募は何件？", ""),
        ("島守隊は何人？", ""),  # of those who came new
        ("島守隊の新規隊員は何人？", "2人です"),
        ("船酔いの人は何人？", ""),  # of what was done about it
    ],
)
def test_a_figure_is_told_of_what_stands_with_it_and_of_no_other_part_year_or_pair(
    quay: Database, question: str, said: str
) -> None:
    given = answer(quay, question)
    assert (given.confidence == "sure") is bool(said), given.text
    assert said in given.text


@pytest.fixture
def harbour(made: Made) -> Database:
    return made(HARBOUR)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("水上バスの試行は何人が乗った？", "77人です"),
        ("宅配の試行は何人が乗った？", ""),  # said of another sentence's
        ("水上交通実証事業で見守りの試行は何人が乗った？", ""),
        ("設備の設置数は？", "38箇所です"),
        ("標識の設置数は？", ""),  # a part of what is counted
        ("浮き球の新設及び修繕は何件？", "14件です"),
        ("浮き球の修繕は何件？", ""),
        ("浮き球の数は？", ""),  # of works done on it
        ("潮騒教室の数は？", "21の教室です"),
        ("会議は何回開催した？", "3回です"),
        ("港まつりは何回開催した？", ""),
        ("通訳は何名？", "5名です"),
        ("中学校に置かれた通訳は何名？", ""),  # of both kinds of schools
        ("船員は何人に冊子を配った？", ""),
        ("船員・荷役は何人に冊子を配った？", "62人です"),
        ("民生相談の相談は何件？", "一人当たり28件です"),
        ("係留訓練を何回実施した？", ""),  # two records say so
        ("係留訓練を海洋課は何回実施した？", "9回です"),
        ("図案は何点応募があって何点採用された？", ""),  # only one of the two is told
        ("図案は何点採用された？", "5点です"),
        ("灯台見学児童案内員は何人？", ""),  # of the children whom they took
        ("灯台見学児童は何人？", ""),  # only those who were seen to
        ("灯台見学児童案内員事業の見学児童は何人？", "24人です"),
    ],
)
def test_a_whole_is_no_figure_of_a_part_and_works_are_no_number_of_things(
    harbour: Database, question: str, said: str
) -> None:
    given = answer(harbour, question)
    assert (given.confidence == "sure") is bool(said)
    if said:
        assert said in given.text


PIER = (
    "令和6年度事務事業一覧\n\n通し番号\t事業番号\t事務事業名\t課名\t事業の目的\t事業の概要\t成果\n"
    "1\t71\t水路図事業\t海洋課\t水路を知る。\t水路を測る。"
    "\t10年ごとの海図を基に、30日単位で更新できる潮位予測を作成した。浮標31基の塗装を行った。\n"
    "2\t72\t届出受付事業\t港湾課\t届出を受ける。\t届出を受ける。\t係船届では、14件の届出について、様式の見直しを支援した。\n"
    "3\t73\t汐風バス等運行事業\t港湾課\t島の足を守る。\t潮彩バスと磯辺バスを運行する。\t2,310本を運行し、8,140人の乗車があった。\n"
    "4\t74\t航路発案事業\t港湾課\t航路を試す。\t発案を募る。\t発案19件のうち7件の試行を選定した。\n"
    "5\t75\t船長講師事業\t学習課\t船を知る。\t船長を招く。\t町内の会から推薦された6人の船長が語り手として講演した。\n"
    "6\t76\t防波堤事業\t海洋課\t波に備える。\t堤を守る。\t防波堤の補修を12km進めた。1年を通じて波が落ち着いた。\n"
    "7\t77\t船員講座事業\t学習課\t船を知る。\t講座を開く。\t船員講座を8回開催し、島の児童55人を招いた。\n"
)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("潮位予測は何日分？", ""),  # what it is divided by
        ("潮位予測は何日間？", ""),
        ("海図は何年分？", ""),
        ("防波堤の波は何年間落ち着いた？", ""),  # all year
        ("届出は何件？", ""),  # of those that were helped with
        ("係船届の届出は何件？", ""),
        ("支援した届出は何件？", "14件です"),
        ("浮標は何基？", ""),
        ("塗装した浮標は何基？", "31基です"),
        ("潮彩バスは何本運行した？", ""),  # of two lines
        ("磯辺バスは何人が乗車した？", ""),
        ("汐風バス等運行事業では何人が乗車した？", "8,140人です"),
        ("航路の発案は何件？", "19件です"),
        ("選定した航路の発案は何件？", ""),
        ("船長は何人？", ""),  # of those recommended
        ("語り手は何人？", "6人です"),
        ("防波堤は何km？", ""),  # of works on it
        ("島の児童は何人？", "55人です"),
        ("児童は何人？", ""),
    ],
)
def test_what_was_done_to_some_tells_of_no_more_than_those(made: Made, question: str, said: str) -> None:
    given = answer(made(PIER), question)
    assert (given.confidence == "sure") is bool(said), given.text
    assert said in given.text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("港湾課は5件だよね", "港湾課の事業は3件です"),
        ("学習課の事業は2件で合ってますか", "学習課の事業は2件です"),
        ("事業は9件ですよね", "7件です"),
    ],
)
def test_a_number_of_projects_that_is_only_to_be_confirmed_is_counted(
    made: Made, question: str, said: str
) -> None:
    given = answer(made(PIER), question)
    assert given.kind == "count"
    assert said in given.text


TWO = """令和6年度
事業番号,事業名,担当課,概要,成果
1,旗作り事業,広報課,町と旗を作る。,5自治体で構成する会が旗を作った。
2,苗木事業,緑地課,木を植える。,7自治体で構成する会が木を植えた。
3,自治体連合事業,総務課,集う。,集まった。
"""


def test_figures_of_two_projects_are_told_for_sure_only_where_the_project_is_named(made: Made) -> None:
    assert answer(made(TWO), "自治体はいくつ").confidence == "unsure"
    assert answer(made(TWO), "旗作り事業の自治体はいくつ").confidence == "sure"


ASKED_AT_THE_END = """令和6年度 事務事業一覧
事業番号,事務事業名,担当課,事業目的,事業概要,事業成果
1,川べりにぎわい事業,観光課,川の魅力を伝える。,灯籠を流す催しに出す屋台を募り、出店者に謝礼を送る。催しの結果は広報紙と市の窓口にて公表する。,催しを2回開いた。
2,港の国際化事業,港湾課,貿易を広げる。,（一財）あおば港湾振興機構（AKS）と連携し、商談を支える。,AKSの窓口で相談を受けた。
3,法律相談事業,市民課,悩みを解く。,窓口で無料の法律相談を開く。,弁護士会から派遣された弁護士による法律相談を毎月開いた。
"""


def test_the_field_that_a_question_ends_with_is_told_of_what_it_describes(made: Made) -> None:
    db = made(ASKED_AT_THE_END)
    given = answer(db, "灯籠の催しの屋台を募ってるやつ、担当どこだっけ")
    assert (given.confidence, "担当課は、観光課" in given.text) == ("sure", True), given.text
    given = answer(db, "川べりにぎわい事業は何を目的にどんなことをしているのですか")
    assert "川の魅力を伝える。" in given.text
    assert "灯籠を流す催し" in given.text


def test_where_a_result_is_to_be_seen_is_no_outcome(made: Made) -> None:
    given = answer(made(ASKED_AT_THE_END), "川べりにぎわい事業の催しの結果はどこで見られますか")
    assert "催しを2回開いた。" not in given.text.splitlines()[:2]
    assert "広報紙と市の窓口にて公表" in given.text


def test_a_name_in_full_is_that_of_what_is_named_in_short(made: Made) -> None:
    given = answer(made(ASKED_AT_THE_END), "AKSの正式名称は")
    assert "事業名は、港の国際化事業" not in given.text
    assert "あおば港湾振興機構" in given.text


def test_who_does_what_a_record_has_others_do_is_not_its_office(made: Made) -> None:
    given = answer(made(ASKED_AT_THE_END), "法律相談は誰がやってる")
    assert given.confidence != "sure" or "弁護士" in given.text
    assert "担当課は、市民課" not in given.text


def test_who_is_asked_behind_a_topic_is_no_overview(made: Made) -> None:
    given = answer(made(ASKED_AT_THE_END), "法律相談を受けてくれるのってだれ？")
    assert given.confidence != "sure" or "弁護士" in given.text
    assert "弁護士による法律相談" in given.text


WITH_AN_ASIDE = """令和6年度 事務事業一覧
事業番号,事務事業名,担当課,事業目的,事業概要,事業成果
1,職員表彰事業,人事課,励みとする。,職員の功績を表彰する。,表彰を3件行った。
2,電子窓口事業,広報課,来庁を減らす。,庁内の申請を画面で受け付ける。,利用者調査では、認知度71%・満足度64%の結果を得ており、登録者数も令和5年度の812人から905人に増加した。
3,駅前花壇事業,公園課,駅前を飾る。,花壇を整える。,花壇づくりには地区の高校生12名が手伝いとして加わった。来場の遠足は強風の影響で大幅に減った。
4,姉妹都市事業,文化課,交流を深める。,提携する白根市と交流する。,各自治体の写真を並べた。見学では、案内と講話を実施した。
6,陶芸講座事業,文化課,陶芸を広める。,陶芸の講座を開く。陶芸の講座では釉薬の選び方を学ぶ。,参加者の作品を並べた。講座を6回開いた。
7,木工講座事業,文化課,木工を広める。,木工の講座を開く。木工の講座では道具の手入れを学ぶ。,講座を8回開いた。
5,道の駅事業,農政課,農家を支える。,道の駅を運営する。,参加する11自治体で構成する協議会が週2回程度の市を開いた。
"""


def shown_first(db: Database, question: str) -> str:
    """The first sentence that an answer or a refusal shows."""
    return next((line for line in answer(db, question).text.splitlines() if line.startswith("「")), "")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("監査で職員の質を問われておりまして、電子窓口の庁内調査の満足度は何パーセントでしたか", "満足度64%"),
        ("職員から尋ねられたのですが、駅前の花壇を手伝った高校生の人数は", "12名"),
        ("花壇づくりに加わったのは、どういった方々でしたか", "12名"),
        ("駅前の遠足が少なくなったのは、どういう訳でしょうか", "強風の影響"),
        ("遠足が来なくなったのはどうして？理由だけ", "強風の影響"),
        ("姉妹都市の見学はどのように行ったのですか", "案内と講話"),
    ],
)  # fmt: skip
def test_the_sentence_with_what_the_asking_clause_asks_is_shown_first(
    made: Made, question: str, said: str
) -> None:
    assert said in shown_first(made(WITH_AN_ASIDE), question)


def test_of_two_to_be_compared_each_is_shown_by_its_figure(made: Made) -> None:
    text = answer(
        made(WITH_AN_ASIDE), "陶芸講座事業と木工講座事業、お知らせの回数が多かったのはどちらですか"
    ).text
    assert "6回" in text, text
    assert "8回" in text, text


def test_of_two_in_time_each_is_shown_by_its_date(made: Made) -> None:
    rows = (
        "8,水門工事事業,河川課,水を防ぐ。,水門を直す。水門の扉の色を選ぶ。,5月: 水門の扉の交換\n"
        "9,堤防工事事業,河川課,水を防ぐ。,堤防を直す。堤防の石の色を選ぶ。,9月: 堤防の石の交換\n"
    )
    text = answer(
        made(WITH_AN_ASIDE + rows), "水門の扉の取り替えと堤防の石の取り替えは、どちらが先でしたか"
    ).text
    assert "5月" in text, text
    assert "9月" in text, text


def test_what_only_an_aside_says_is_not_told_to_be_missing(made: Made) -> None:
    text = answer(
        made(WITH_AN_ASIDE), "議会で問われておりまして、電子窓口の庁内調査の信頼度は何パーセントでしたか"
    ).text
    assert "「信頼度」" in text.splitlines()[-1] or "信頼度" in text
    assert "「議会」" not in text


def test_an_office_asked_of_a_project_that_is_not_sure_is_shown_beside_it(made: Made) -> None:
    assert (
        "公園課" in answer(made(WITH_AN_ASIDE), "駅前のきれいな花、あれってどちらの課に聞けばいいですか").text
    )


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("電子窓口の登録者は今何人", "905人です"),
        ("道の駅の市はどれくらいのペースで開くの", "週2回程度です"),
        ("道の駅に参加するのは市町村いくつ", "11自治体です"),
    ],
)
def test_a_figure_is_told_by_how_it_is_asked_for(made: Made, question: str, said: str) -> None:
    given = answer(made(WITH_AN_ASIDE), question)
    assert (given.confidence, said in given.text) == ("sure", True), given.text


def test_which_town_is_told_by_the_name_of_one(made: Made) -> None:
    given = answer(made(WITH_AN_ASIDE), "姉妹都市はどちらの自治体でしょうか")
    assert given.confidence != "sure" or "白根市" in given.text
    assert "各自治体の写真" not in given.text.splitlines()[1]


def test_all_of_the_people_are_no_list_of_projects(made: Made) -> None:
    given = answer(made(WITH_AN_ASIDE), "駅前花壇事業で高校生がみんな集まって手伝ったよね、会場どこだった")
    assert given.kind != "list", given.text
    assert answer(made(WITH_AN_ASIDE), "公園課の事業をみんな教えて").kind == "list"


def test_a_word_within_a_noun_asks_for_no_field(made: Made) -> None:
    rows = (
        "8,多目的室管理事業,管財課,集いの場とする。,多目的室を貸し出す。清掃をひかり社に委託する。,清掃した。"
    )
    given = answer(made(WITH_AN_ASIDE + rows), "多目的室の清掃は誰がしてる")
    assert "集いの場とする。" not in given.text, given.text


def test_what_was_asked_of_others_is_no_overview(made: Made) -> None:
    given = answer(made(WITH_AN_ASIDE), "姉妹都市事業で白根市にどのような内容を求めたのですか")
    assert given.confidence != "sure", given.text


def test_what_only_the_name_of_an_office_says_describes_no_project(made: Made) -> None:
    rows = (
        "令和6年度 事務事業一覧\n事業番号,事務事業名,担当課,事業概要,事業成果\n"
        "1,年金口座事業,こども年金課,入院費の一部を口座に払う。,払った。\n2,遊具点検事業,公園課,遊具を点検する。,点検した。\n"
    )
    db = made(rows)
    assert answer(db, "子どもの入院費を出してるやつの担当は").confidence != "sure"
    given = answer(db, "口座に入院費を払ってるやつの担当は")
    assert (given.confidence, "こども年金課" in given.text) == ("sure", True), given.text
