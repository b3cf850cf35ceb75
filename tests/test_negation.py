"""Denials in questions: what is denied, what a sentence must deny too, and which projects are left out."""

from __future__ import annotations

from typing import Literal

import pytest

from bot.ask.checks import CHECKS, Claim, clause_of, failed, holds
from bot.ask.engine import answer
from bot.ask.matching import denied
from bot.ask.quantities import asked_figure, figures
from bot.ask.terms import terms
from store import projects
from store.database import Database
from store.records import FIELDS
from store.text.asking import Condition, How, Said, condition, denied_behind
from store.text.display import display
from tests.conftest import Made


def one(
    how: How,
    word: str,
    fields: tuple[str, ...],
    rest: str,
    scope: str = "",
    *,
    or_words: tuple[str, ...] = (),
    is_value: bool = False,
    at: Literal["", "start", "end"] = "",
) -> Condition:
    return Condition((Said(how, word, fields, or_words, is_value=is_value, at=at),), rest, scope)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("不合格だった受験者は何人", ("合格",)),
        ("未回収の容器は何個ですか", ("回収",)),
        ("修理されなかった街灯は何基？", ("修理",)),
        ("参加していない町会は？", ("参加",)),
        ("講座でも講演でもないのはどれ", ("講演",)),
        ("舗装しておりません", ("舗装",)),
        ("点検を行わなかった橋", ("行う",)),
        ("教えてくれませんか", ()),
        ("橋はありませんか", ()),
        ("実施できなかった訓練は", ("実施",)),
        ("点検することができなかった橋", ("点検",)),
        ("まだ整備できていない", ("整備",)),
        ("できなかったこと", ("出来る",)),
        ("点検しなければならない橋", ()),
        ("講座だけでなく講演も", ("講座",)),
        ("委託でなく直営の", ("委託",)),
        ("公開になっていない", ("公開",)),
        ("不合格でない受験者", ("合格", "不合格")),
        ("調べていただくことはできませんか", ()),
        ("見せてもらうことはできないでしょうか", ()),
        ("合格した受験者は何人", ()),
        ("不動産の登録は何件", ()),
    ],
)
def test_the_words_that_a_text_denies(text: str, words: tuple[str, ...]) -> None:
    assert denied(text) == words


@pytest.mark.parametrize(
    ("text", "is_denied"),
    [
        ("▲でない", True),
        ("▲じゃありません", True),
        ("▲と■されていない◎の", True),
        ("▲とは判定されなかった", True),
        ("▲にはならず残った", True),
        ("▲に該当しない", True),
        ("▲の■を受けていない", True),
        ("▲した事業でない", True),
        ("▲で実施していない", False),
        ("▲の事業で実施していない", False),
        ("▲と■された、委託していない", False),
        ("▲の事業をしていない課", False),
        ("▲も▲もしていない", True),
        ("▲とも▲とも▲とも■されなかった", True),
        ("▲もしたが▲もしていない", False),
        ("▲の事業はないですよね", False),
        ("▲のものってない", False),
        ("▲の取り組みではない", True),
        ("▲だけでなく", False),
        ("▲できなかった", False),
    ],
)
def test_what_is_denied_by_the_first_predicate_behind_it(text: str, is_denied: bool) -> None:
    assert any(denied_behind(text, 1)) is is_denied


@pytest.mark.parametrize(
    ("text", "is_denied"),
    [
        ("水道課でない", True),
        ("水道課が担当していない", True),
        ("水道課の所管ではありません", True),
        ("水道課がやっていない", True),
        ("水道課が実施しなかった", False),
        ("水道課で完了できなかった", False),
        ("水道課の漏水でない", False),
    ],
)
def test_an_office_is_denied_as_the_one_that_has_a_thing_to_do(text: str, is_denied: bool) -> None:
    assert any(denied_behind(text, 3, of_office=True)) is is_denied


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("雪と書いてない事業は何件", one("not saying", "雪", (), "事業は何件")),
        (
            "成果に除雪という言葉が入っていない事業は？",
            one("not saying", "除雪", ("outcome",), "事業は?"),
        ),
        (
            "名前に「整備」が含まれない事業を教えて",
            one("not saying", "整備", ("name",), "事業を教えて"),
        ),
        ("水道課以外の事業は何件", one("except", "水道課", (), "事業は何件")),
        ("水道課の事業で下水以外のもの", one("except", "下水", (), "もの", "水道課")),
        ("水道課を除いた事業の一覧", one("except", "水道課", (), "事業の一覧")),
        ("事業名に整備と入っているものはいくつ", one("saying", "整備", ("name",), "ものはいくつ")),
        ("名前に「道」がつく事業、何個ある？", one("saying", "道", ("name",), "事業、何個ある?")),
        (
            "水道課の事業で、成果に漏水が出てこないのは何件？",
            one("not saying", "漏水", ("outcome",), "のは何件?", "水道課の事業で、"),
        ),
        ("水道課以外が担当している事業は何件", one("except", "水道課", (), "事業は何件")),
        ("水道課でない課の事業は何件", one("except", "水道課", (), "事業は何件")),
        ("水道課が担当していない事業は何件", one("except", "水道課", (), "事業は何件")),
        ("水道課でも下水課でもない事業は", one("except", "水道課と下水課", (), "事業は")),
        ("水道課の所管ではなかったのは何件", one("except", "水道課", (), "のは何件")),
        ("水道課以外がやってる事業は何件", one("except", "水道課", (), "事業は何件")),
        (
            "水道課で「漏水」と書いてない事業はどれ",
            one("not saying", "漏水", (), "事業はどれ", "水道課"),
        ),
        (
            "水道課の事業で漏水が一言も出てこないのは？",
            one("not saying", "漏水", (), "のは?", "水道課"),
        ),
        ("「完了できなかった」って正直に書いてある事業", one("saying", "完了できなかった", (), "事業")),
        ("除雪をしたって成果に書いてあるのは？", one("saying", "除雪をした", ("outcome",), "のは?")),
        ("目的や概要に雪の話が出てくるやつ", one("saying", "雪", ("purpose", "overview"), "やつ")),
        (
            "水道課で漏水って名前についてない事業",
            one("not saying", "漏水", ("name",), "事業", "水道課"),
        ),
        (
            "講座でも講演でもない事業は何件",
            one("not saying", "講座", (), "事業は何件", or_words=("講演",)),
        ),
        (
            "水道課の事業で雨水でも、「下水」でもないのは？",
            one("not saying", "雨水", (), "のは?", "水道課", or_words=("下水",)),
        ),
        ("水道課の事業で「漏水」じゃない方は", one("except", "漏水", (), "方は", "水道課")),
        ("漏水じゃない方は", None),
        ("名前に「川」って字はいってるやつ全部", one("saying", "川", ("name",), "やつ全部")),
        ("事業名に「橋」の語が付くものは何件", one("saying", "橋", ("name",), "ものは何件")),
        ("「漏水」に言及のある事業はどれか", one("saying", "漏水", (), "事業はどれか")),
        ("成果に「漏水」の記載がない事業", one("not saying", "漏水", ("outcome",), "事業")),
        ("「漏水」という言葉がどこかに出てくる事業は", one("saying", "漏水", (), "事業は")),
        ("名称に「公園」なし", one("not saying", "公園", ("name",), "")),
        ("水道課 概要に「点検」入り 何件", one("saying", "点検", ("overview",), "何件", "水道課")),
        (
            "川とか道路とか、目的か概要に「点検」って書いてあるのは",
            one("saying", "点検", ("purpose", "overview"), "のは"),
        ),
        ("「水道」が名前に入る課の事業は何件", one("saying", "水道", ("section",), "課の事業は何件")),
        ("名称に「公園」", None),
        ("「整備」が付く事業は何件", one("saying", "整備", ("name",), "事業は何件")),
        ("「整備」のつく事業", one("saying", "整備", ("name",), "事業")),
        ("名前の最後が「工事」の事業で", one("saying", "工事", ("name",), "事業で", at="end")),
        ("事業名が「工事」で終わってる事業は何件", one("saying", "工事", ("name",), "事業は何件", at="end")),
        (
            "水道課で、名称の末尾が「費」で終わるもの",
            one("saying", "費", ("name",), "もの", "水道課", at="end"),
        ),
        ("事業名の末尾が「工事」のもの、何件", one("saying", "工事", ("name",), "もの、何件", at="end")),
        ("橋を何月に直したか成果に書いてある事業は", None),
        ("名前の頭に橋が付くやつどれ", one("saying", "橋", ("name",), "やつどれ", at="start")),
        ("事業名が川から始まる事業", one("saying", "川", ("name",), "事業", at="start")),
        ("成果の欄で漏水に触れている事業", one("saying", "漏水", ("outcome",), "事業")),
        ("漏水や雨水の話が書かれていない事業は", Condition((), "事業は")),
        ("水道課以外の事業で橋を架けたのは", None),
        ("誰でもない人でもない事業は", None),
        ("記事に書きたいんだけど、漏水の話が載ってる事業はどれ", None),
        ("水道課の事業は何件", None),
        ("漏水について書いている事業", None),
        ("除雪しない事業はありますか", None),
    ],
)
def test_a_condition_that_leaves_out_projects_is_read_with_its_field(
    question: str, expected: Condition | None
) -> None:
    assert condition(question) == expected


@pytest.mark.parametrize(
    ("question", "sentence", "fails"),
    [
        ("不合格は何人ですか", "受験者30人のうち20人が合格した。", "polarity"),
        ("不合格は何人ですか", "受験者30人のうち10人が不合格となった。", None),
        ("中止しなかった講座は", "講座5回のうち3回を中止した。", "polarity"),
        ("中止しなかった講座は", "講座は1回も中止せずに開いた。", None),
        ("除雪の来年度の予定は", "除雪を12回行った。", "relative year"),
        ("除雪の来年度の予定は", "来年度は除雪車を増やす。", None),
        ("来館者が減ったのはなぜ", "来館者を増やすことを目的とする。", "reason"),
        ("来館者が減ったのはなぜ", "工事の影響により、来館者が減った。", None),
        ("除雪を行うのはなぜ", "冬の交通を確保する。", None),
    ],
)
def test_what_a_sentence_must_show_before_it_is_claimed(
    question: str, sentence: str, fails: str | None
) -> None:
    found = failed(Claim(question, "除雪事業", (sentence,)))
    assert [name for name, _ in found] == ([fails] if fails else [])


@pytest.mark.parametrize(
    ("question", "sentence", "fails"),
    [
        ("除雪の講習を開いたのはどの事業", "除雪の講習は開催できなかったが、除雪を3回行った。", True),
        ("開催できた講習は", "大雪のため講習は開催されませんでしたが、除雪は進んだ。", True),
        ("除雪を行った町会は", "講習は開催できなかったが、町会で除雪を行った。", False),
        ("講習は開催されましたか", "講習は開催できなかった。", False),
        ("開催できなかった講習は", "講習は開催できなかった。", False),
        ("講習が中止になったのはなぜ", "大雪のため講習は開催できなかった。", False),
        ("講習を開いた事業は", "講習が整わなかった地区はなく、講習を開いた。", False),
    ],
)
def test_what_was_not_done_does_not_tell_what_was(question: str, sentence: str, fails: bool) -> None:
    found = [name for name, _ in failed(Claim(question, "町会連絡事業", (sentence,)))]
    assert ("undone" in found) is fails


@pytest.mark.parametrize(
    "question", ["直接交流するイベントを実施したのはどの事業", "加入自治体が一堂に会する会議を実施した事業は"]
)
def test_a_set_of_what_was_done_has_none_that_says_that_it_could_not_be(db: Database, question: str) -> None:
    assert answer(db, question).kind == "none"


def test_every_check_has_a_name_of_its_own() -> None:
    names = [name for name, _ in CHECKS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("word", ["コロナ", "市民", "オンライン"])
def test_projects_that_do_not_have_a_word_are_counted_and_the_way_is_told(db: Database, word: str) -> None:
    every = list(projects.every(db))
    having = [p for p in every if any(word in display(getattr(p, field)) for field in FIELDS)]
    given = answer(db, f"{word}と書いていない事業は何件？")
    assert given.kind == "count"
    assert f"{len(every) - len(having)}件です。" in given.text
    assert f"「{word}」と書かれている{len(having)}件を除いた数です。" in given.text
    assert not {p.number for p in having} & {*given.citations}


def test_a_section_is_condition(db: Database) -> None:
    others = [p for p in projects.every(db) if p.section != "企画経営課"]
    given = answer(db, "企画経営課以外の事業を教えて")
    assert given.kind == "list"
    assert f"企画経営課以外の事業は{len(others)}件です。" in given.text


def test_of_several_sections_left_out_none_is_counted(db: Database) -> None:
    given = answer(db, "企画経営課と情報政策課以外の事業は何件")
    out = ("企画経営課", "情報政策課")
    assert f"事業は{len([p for p in projects.every(db) if p.section not in out])}件です。" in given.text
    assert answer(db, "企画経営課と宇宙課以外の事業は何件").kind == "none"


@pytest.mark.parametrize(
    "question",
    [
        "企画経営課のほかにパブリックコメントを担当している課は",
        "パブリックコメント手続事務のほかに企画経営課が担当している事業の目的は",
        "市民参加推進に関する事業以外の目的は",
        "スマートシティの推進以外の成果は",
    ],
)
def test_what_is_left_out_is_never_surely_told_itself(db: Database, question: str) -> None:
    assert answer(db, question).confidence != "sure"


def test_a_word_in_the_name_of_an_office_is_looked_for_there(db: Database) -> None:
    given = answer(db, "「振興」が名前に入る課の事業は何件")
    named = {p.number for p in projects.every(db) if "振興" in p.section}
    assert set(given.citations) == named
    assert f"課の名前に「振興」と入っている事業は{len(named)}件です。" in given.text


def test_of_an_office_without_a_name_no_condition_is_told(db: Database) -> None:
    given = answer(db, "統計関係の室が持つ事業で、名称に「統計」のないものは")
    assert given.kind == "none"


def test_the_opposite_of_what_is_denied_is_not_told(db: Database) -> None:
    given = answer(db, "未来共創プロジェクトの不採択は何件？")
    assert (given.kind, given.confidence) == ("none", "unsure")
    assert "4件です" not in given.text
    assert "申請4件中4件を採択し" in given.text


def test_what_could_not_be_done_is_listed_by_the_sentences_that_say_so(db: Database) -> None:
    given = answer(db, "実施できなかった事業は")
    assert (given.kind, set(given.citations)) == ("list", {"61", "64"})
    assert "「実施」の打ち消しが一つの文にある事業は2件です。" in given.text


@pytest.mark.parametrize("question", ["達成できなかった事業は", "できなかったことがある事業は"])
def test_what_could_not_be_done_is_no_list_of_what_was(db: Database, question: str) -> None:
    assert (answer(db, question).kind, answer(db, question).citations) == ("none", ())


def test_a_field_without_a_text_is_not_taken_for_its_name_as_a_word(db: Database) -> None:
    assert condition("成果が書かれていない事業は") is None
    assert condition("「成果」と書かれていない事業は") is not None
    assert answer(db, "成果が書かれていない事業は").kind == "none"  # all 48 have one


@pytest.mark.parametrize(
    "question", ["けが人は出なかったのか", "苦情は出なかったのでしょうか", "遅れが出てこなかったですか"]
)
def test_whether_something_happened_is_asked_of_no_list(question: str) -> None:
    assert condition(question) is None
    assert condition("けが人が出てこない事業は") is not None


@pytest.mark.parametrize(
    ("question", "is_of_a_word"),
    [
        ("担当課が書かれていない事業は", False),
        ("決算額の記載がない事業は何件", False),
        ("予算も決算も書かれていない事業は", False),
        ("税務課で評価が書いてない事業は", False),
        ("予算という言葉が書かれていない事業は", True),
        ("決算と書かれていない事業は", True),
        ("「担当課」が書かれていない事業は", True),
        ("予算も講座も書かれていない事業は", True),
    ],
)
def test_what_each_project_has_a_cell_for_is_no_word(question: str, is_of_a_word: bool) -> None:
    assert bool(condition(question)) is is_of_a_word


def test_a_number_asked_for_as_a_list_is_not_told_to_be_all_that_is_loaded(db: Database) -> None:
    assert "事業番号 1045の事業は1件です。" in answer(db, "1045の事業は？").text


def test_a_condition_is_of_the_section_that_is_named_before_it(db: Database) -> None:
    """科学技術振興課 has 8 projects, 5 of which say 実証実験."""
    told = answer(db, "科学技術振興課で「実証実験」と書いてない事業はどれ")
    assert {number for _, number in told.shown} == {"92", "95", "96"}
    assert "8件のうち" in told.text
    of_two = answer(db, "情報政策課と持続可能都市戦略室で、コロナと書いてない事業").text
    assert "情報政策課・持続可能都市戦略室の9件のうち、「コロナ」と書かれている2件を除いた数です。" in of_two


def test_a_clause_is_looked_for_by_its_words_and_not_by_its_letters(db: Database) -> None:
    clause = condition("「機器の更新をした」と書いていない事業は何件")
    assert clause is not None
    assert clause_of(clause.parts[0]) == ("機器", "更新")
    given = answer(db, "「機器の更新をした」と書いていない事業は何件")
    found = answer(db, "「機器」と書いていない事業は何件")
    assert len(found.shown) + len(found.rest) <= len(given.shown) + len(given.rest) < 48
    assert "「機器」「更新」が一つの文に書かれている" in given.text


def test_of_a_clause_that_no_record_has_nothing_is_told_by_its_opposite(db: Database) -> None:
    assert answer(db, "「恐竜を発掘した」と書いていない事業は何件").kind == "none"


def test_each_that_meets_a_condition_is_shown_with_the_sentence_that_does(db: Database) -> None:
    given = answer(db, "コロナの影響で「実施できなかった」と書いてある事業は？")
    assert (given.kind, given.citations, given.confidence) == ("list", ("61", "64"), "sure")
    assert given.text.count("実施できなかったが") == 2


def test_either_of_what_a_particle_joins_will_do(db: Database) -> None:
    given = answer(db, "機器やサーバの更新をした事業は何件？")
    assert "「機器」か「サーバ」と「更新」が記録にある事業は3件です。" in given.text
    assert set(given.citations) == {"88", "89", "90"}


def test_other_than_a_word_is_counted_among_those_of_the_section(db: Database) -> None:
    given = answer(db, "持続可能都市戦略室の事業でSDGs以外のものは？")
    assert (given.kind, given.citations) == ("list", ("69",))
    assert "4件のうち、「SDGs」と書かれている3件を除いた数です。" in given.text
    assert answer(db, "宇宙以外の事業は何件").kind == "none"


def test_neither_of_two_words_leaves_out_those_that_say_either_and_tells_it(db: Database) -> None:
    given = answer(db, "SDGsの事業で講座でもワークショップでもないのは")
    assert (given.kind, given.citations) == ("list", ("59",))
    assert "3件のうち、「講座」か「ワークショップ」と書かれている2件を除いた数です。" in given.text
    assert "45件です" in answer(db, "講座でもワークショップでもない事業は何件").text
    assert answer(db, "恐竜でも宇宙でもない事業は").kind == "none"


def test_the_one_of_an_office_that_is_not_named_is_told_by_leaving_out_the_other(db: Database) -> None:
    given = answer(db, "スマートシティ戦略室で「スマートシティの推進」じゃない方の事業は何ですか")
    assert (given.kind, given.citations) == ("list", ("12",))
    assert "2件のうち、「スマートシティの推進」と書かれている1件を除いた数です。" in given.text


def test_that_something_did_not_come_out_is_not_that_it_is_not_written(db: Database) -> None:
    assert condition("感染者は出なかったの") is None
    assert condition("コロナと書いてないのは何件") is not None


def test_the_other_projects_of_an_office_are_told_where_a_comma_parts_the_office(db: Database) -> None:
    given = answer(db, "スマートシティ戦略室で、スマートシティの推進じゃない方の事業なに")
    assert [number for _, number in given.shown] == ["12"]


def test_a_kind_of_value_is_a_word_only_where_it_is_called_one() -> None:
    asked = condition("成果に人数が書かれていない事業は何件")
    assert asked == one("not saying", "人数", ("outcome",), "事業は何件", is_value=True)
    assert holds(asked.parts[0], "延べ48人が歩いた。")
    assert not holds(asked.parts[0], "人数は多かった。")
    assert not holds(asked.parts[0], "1人1台の端末を配った。")
    for quoted in (
        "成果に「人数」と書かれていない事業は何件",
        "成果に人数という言葉が入っていない事業は何件",
    ):
        as_word = condition(quoted)
        assert as_word is not None
        assert holds(as_word.parts[0], "人数は多かった。")


@pytest.mark.parametrize(
    ("question", "but", "word"),
    [
        ("水道課以外で、成果に「漏水」が出てくるのはどれ", "水道課", "漏水"),
        ("水道課を除いて名前に「整備」が入っている事業", "水道課", "整備"),
        ("名前に「整備」と付く事業のうち、水道課以外が担当のものは", "水道課", "整備"),
        ("お名前に「整備」が入っている事業", "", "整備"),
        ("整備と付く事業は何件", "", "整備"),
        ("名称に「整備」の付く事業は", "", "整備"),
        ("水道課以外で、名称に「整備」の入る事業を挙げてください", "水道課", "整備"),
    ],
)
def test_whose_projects_a_condition_leaves_out(question: str, but: str, word: str) -> None:
    found = condition(question)
    assert found is not None
    assert (found.parts[0].how, found.but, found.parts[0].word) == ("saying", but, word)


def test_a_condition_with_another_one_behind_it_is_not_told_by_the_first_alone() -> None:
    assert condition("名前に「整備」が入っている事業のうち、夜間に開催したのは") is None


def test_the_projects_of_the_office_left_out_are_not_counted(db: Database) -> None:
    given = answer(db, "企画経営課以外で、成果に「コロナ」が出てくるのはどれ？")
    every = [projects.get(db, *key) for key in given.shown]
    assert every
    assert all(each and each.section != "企画経営課" and "コロナ" in each.outcome for each in every)
    assert "企画経営課以外の29件のうち" in given.text


@pytest.mark.parametrize(
    ("question", "sentence", "value", "lacks"),
    [
        ("苗は何本購入した？", "40本を購入し、公園の苗は310本となった。", "310本", ("購入",)),
        ("苗は何本購入した？", "苗40本を購入し、公園の木は310本となった。", "40本", None),
        ("標語は何件提出された？", "提出のあった案（①図案3件、②標語17件）から選んだ。", "17件", None),
        ("来場者のうち学生は何人", "学生が最も多く、延べ90人が来場した。", "90人", ("学生",)),
        ("来場者のうち学生は何人", "90人が来場し、うち学生は30人であった。", "30人", None),
        ("長机と椅子は合わせて何台？", "長机3台と椅子4台を直した。", "4台", ("長机", "椅子")),
    ],
)
def test_a_figure_is_of_the_clause_that_says_what_is_asked(
    question: str, sentence: str, value: str, lacks: tuple[str, ...] | None
) -> None:
    told = tuple((sentence, figure) for figure in figures(sentence) if figure.text == value)
    claim = Claim(
        question, "", (sentence,), figure=asked_figure(question), told=told, nouns=terms(question)[0]
    )
    assert (
        next((each for name in ("sum", "part", "clause") if (each := dict(CHECKS)[name](claim))), None)
        == lacks
    )


def test_what_a_project_is_called_is_looked_for_in_names(db: Database) -> None:
    given = answer(db, "市民と付く事業を全部")
    every = [projects.get(db, *key) for key in given.shown]
    assert every
    assert all(each and "市民" in each.name for each in every)


def test_where_records_say_something_is_no_condition_of_its_own() -> None:
    found = condition("記載中に「漏水」が出てくる事業を漏れなく")
    assert found is not None
    assert (found.parts[0].word, found.scope) == ("漏水", "")


def test_a_phrase_that_no_record_has_letter_for_letter_is_not_denied(db: Database) -> None:
    given = answer(db, "採択の件数が成果に載ってるのはどれとどれ？")
    assert "事業は0件" not in given.text
    assert {"9", "93"} <= {*given.citations, *given.pointers}


def test_all_together_asks_for_no_list(db: Database) -> None:
    assert answer(db, "幸せリーグの会議、みんなで集まれたんですかね？").kind != "list"


@pytest.mark.parametrize(
    "question", ["{}でない事業は何件", "{}が担当していない事業は何件", "{}ではない課の事業は何件"]
)
def test_the_projects_of_all_offices_but_the_one_denied_are_counted(db: Database, question: str) -> None:
    for office, others in (("情報政策課", 43), ("科学技術振興課", 40)):
        given = answer(db, question.format(office))
        every = [projects.get(db, *key) for key in (*given.shown, *given.rest)]
        assert len(every) == others
        assert all(each and each.section != office for each in every)


def test_what_an_office_could_not_do_is_not_what_it_does(db: Database) -> None:
    assert answer(db, "情報政策課が廃止していない事業は何件").kind == "none"


@pytest.mark.parametrize(
    ("question", "words", "scope"),
    [
        ("雪とも雨とも書いてない事業は何件", ("雪", "雨"), ""),
        ("「雪」とも「雨」とも書いていない事業は", ("雪", "雨"), ""),
        ("雪という言葉も雨という言葉も出てこない事業は", ("雪", "雨"), ""),
        ("目的に子どもも高齢者も出てこない水道課の事業は", ("子ども", "高齢者"), "水道課"),
        ("もも栽培と書いていない事業", ("もも栽培",), ""),
        ("「雪」と一言も書いていない事業は", ("雪",), ""),
        ("成果に「雪」がない事業", ("雪",), ""),
        ("目的に「雪」と書いていない水道課の事業は何件", ("雪",), "水道課"),
    ],
)
def test_none_of_several_words_and_whose_projects_behind_the_denial(
    question: str, words: tuple[str, ...], scope: str
) -> None:
    found = condition(question)
    assert found is not None
    assert (found.parts[0].how, found.parts[0].words, found.scope) == ("not saying", words, scope)


def test_projects_that_say_neither_word_are_counted(db: Database) -> None:
    every = list(projects.every(db))
    texts = [" ".join(display(getattr(p, field)) for field in FIELDS) for p in every]
    neither = sum("研究" not in text and "予算" not in text for text in texts)
    given = answer(db, "研究とも予算とも書いていない事業は何件")
    assert f"「研究」も「予算」も書かれていない事業は{neither}件です。" in given.text
    both = sum("研究" in text and "予算" in text for text in texts)
    assert f"事業は{both}件です。" in answer(db, "研究も予算も書いてある事業は").text


def test_of_words_that_no_record_has_in_a_row_nothing_is_told_by_the_opposite(db: Database) -> None:
    assert answer(db, "研究や予算と書いていない事業は何件").kind == "none"


SLOPES = """令和6年度 事務事業一覧
事業番号,事務事業名,担当部,担当課,事業目的,事業概要,事業成果
1,雪まつり運営事業,観光部,祭事課,にぎわいをつくる。,雪像を並べる。,吹雪と雨で半日休んだ。
2,除雪車更新事業,建設部,雪対策課,冬の道を守る。,雪を運ぶ車を替える。,2台を替えた。
3,側溝清掃事業,建設部,雪対策課,道を守る。,雨水の溝をさらう。,40か所をさらった。
4,雪室貸出事業,産業部,農産課,野菜をたくわえる。,雪室を貸す。,氷の不足で雨の日は閉めた。
5,氷上教室事業,教育部,競技課,体をきたえる。,氷の上で教える。,延べ90人が滑った。
6,花壇管理事業,建設部,緑地課,花を育てる。,花を植える。,400株を植えた。
"""


@pytest.fixture(scope="module")
def slopes(made: Made) -> Database:
    return made(SLOPES)


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("雪と書いてあるが雨と書いてない事業は何件", {"2"}),
        ("雪と書いてあるけど氷とは書いてない事業は", {"1", "2"}),
        ("雨の記載があり、雪の記載がない事業はどれ", {"3"}),
        ("雨を含み雪を含まないもの", {"3"}),
        ("雨に触れているものの雪に触れていない事業", {"3"}),
        ("雪と書かれず、かつ雨と書かれていない事業は何件", {"5", "6"}),
        ("雪とあって雨とない事業は", {"2"}),
        ("「雪」はあるが「雨」はない事業", {"2"}),
        ("成果に雨とあって概要に雪とない事業", set()),
        ("成果に「雨」が出てきて「氷」が出てこないのはどれ", {"1"}),
        ("名前に「事業」が入っていて「雪」が入っていないものは何件", {"3", "5", "6"}),
        ("雪と書いてあって雪対策課以外の事業は何件", {"1", "4"}),
        ("雪と書いてあるけど祭事課以外の事業は", {"2", "4"}),
        ("雪対策課の事業で、雪と書いてあって雨と書いてないものは", {"2"}),
        ("雪と書いてある建設部の事業で、雨と書いてないものは何件", {"2"}),
        ("雪と書いてある事業のうち雨と書いてないのは", {"2"}),
        ("雪と書いてあるか氷と書いてある事業は何件", {"1", "2", "4", "5"}),
        ("「雨」または「氷」と書いてある事業は何件", {"1", "3", "4", "5"}),
        ("雪と雨の両方が書いてある事業は", {"1", "4"}),
        ("雪と雨のどちらも書いてない事業は何件", {"5", "6"}),
        ("雪も氷も書いてある事業は", {"4"}),
        ("雪と氷のどちらかが書いてある事業は何件", {"1", "2", "4", "5"}),
        ("雪と書いてあって雨とも氷とも書いてない事業は", {"2"}),
    ],
)
def test_of_several_conditions_each_is_held_with_its_own_sign(
    slopes: Database, question: str, numbers: set[str]
) -> None:
    given = answer(slopes, question)
    assert given.kind in ("list", "count")
    assert (given.confidence, set(given.citations)) == ("sure", numbers)
    assert f"事業は{len(numbers)}件です。" in given.text


@pytest.mark.parametrize(
    "question",
    [
        "雪または雨と書いてない事業は何件",
        "雪と雨の両方が書いてない事業は",
        "雪と雨の片方だけ書いてある事業は",
        "雪と書いてあるか雨と書いてなくて氷と書いてある事業は",
        "建設部が担当していて雪と書いてない事業は何件",
        "雪と書いてなくて事業費が高い事業は",
    ],
)
def test_several_conditions_that_are_not_read_are_refused(slopes: Database, question: str) -> None:
    assert (answer(slopes, question).kind, answer(slopes, question).citations) == ("none", ())


def test_the_name_of_an_office_is_no_text_of_its_projects(slopes: Database) -> None:
    """雪対策課 has 3 too, which says nothing of snow."""
    given = answer(slopes, "雪と書いてない事業は何件")
    assert set(given.citations) == {"3", "5", "6"}
    assert "課や部の名前にだけ「雪」があるものは、書かれていないものとしています。" in given.text


def test_each_condition_is_told_with_how_many_meet_it(db: Database) -> None:
    texts = [
        " ".join(display(getattr(p, field)) for field in FIELDS if field != "section")
        for p in projects.every(db)
    ]
    online, market = (sum(word in text for text in texts) for word in ("オンライン", "市民"))
    both = sum("オンライン" in text and "市民" not in text for text in texts)
    given = answer(db, "オンラインと書いてあるんだけど市民とは書いてない事業は何件あるの")
    assert f"「オンライン」と書かれていて、「市民」と書かれていない事業は{both}件です。" in given.text
    assert (
        f"「オンライン」と書かれているものは{online}件、「市民」と書かれているものは{market}件" in given.text
    )


def test_what_was_not_done_is_no_list_of_what_was_done_instead(made: Made) -> None:
    rows = (
        "1,講演会,会場では実施できなかったが、オンラインで開いた。\n2,展示会,オンラインで実施できなかった。\n"
    )
    db = made(f"令和6年度\n事業番号,事業名,成果\n{rows}3,見学会,現地で実施した。\n")
    given = answer(db, "オンラインで実施できなかった事業は")
    assert given.confidence != "sure" or set(given.citations) == {"2"}


@pytest.mark.parametrize(
    "question", ["タイトルに「SDGs」ってついてるの全部で何個？", "題名に「SDGs」が入っている事業は何件"]
)
def test_a_title_is_a_name(db: Database, question: str) -> None:
    given = answer(db, question)
    assert (given.kind, set(given.citations)) == ("count", {"59", "84", "85"})


def test_how_many_of_each_is_told_with_which_is_more(db: Database) -> None:
    given = answer(db, "企画経営課と科学技術振興課、事業の数どっちが多い？何件ずつ？")
    assert (given.kind, given.confidence) == ("compare", "sure")
    assert "19件" in given.text
    assert "8件" in given.text
