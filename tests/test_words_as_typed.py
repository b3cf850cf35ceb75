"""How a word may be typed and still be found, and what is no word at all."""

import pytest

from store.database import Database
from store.index.vocabulary import Entry
from store.records import MatchType, SearchResult
from store.search.expansion import interpret
from store.search.pipeline import search
from store.search.query import parse
from store.search.segmentation import Edge, is_certain, is_meaningful
from store.search.variants import in_katakana
from store.text.normalize import from_romaji, letters_of


def find(db: Database, typed: str) -> SearchResult:
    return search(db, parse(typed))


def numbers(db: Database, typed: str) -> list[str]:
    return [hit.project.number for hit in find(db, typed).hits]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("オリパラ推進室", "68"),
        ("イノベプラザ", "104"),
        ("産振センター", "18"),
        ("pabukome", "75"),
        ("デジプラ", "12"),
        ("行政懇", "73"),
    ],
)
def test_a_name_is_found_by_the_beginnings_of_its_words(db: Database, typed: str, first: str) -> None:
    assert numbers(db, typed)[:1] == [first]


@pytest.mark.parametrize(
    ("typed", "section"),
    [
        ("情政課", "情報政策課"),
        ("情政", "情報政策課"),
        ("科技振興課", "科学技術振興課"),
        ("企画課", "企画経営課"),
        ("スマ室", "スマートシティ戦略室"),
        ("課:スマシティ戦略室", "スマートシティ戦略室"),
        ("情報政策課の事業一覧", "情報政策課"),
        ("情報政策課　一覧表", "情報政策課"),
        ("科学技術振興課が担当する事業", "科学技術振興課"),
        ("企画経営課では何をしていますか", "企画経営課"),
    ],
)
def test_an_office_called_in_short_or_in_a_sentence_gives_all_its_projects(
    db: Database, typed: str, section: str
) -> None:
    result = find(db, typed)
    assert {hit.project.section for hit in result.hits} == {section}
    assert result.total == find(db, f"課:{section}").total


@pytest.mark.parametrize(
    "typed", ["統計課", "統計課の事業一覧", "課:統計課", "統計課は何をしていますか", "データ課"]
)
def test_a_short_name_that_only_one_section_can_have_goes_before_a_text_that_says_it(
    db: Database, typed: str
) -> None:
    """That of 86 speaks of the prefecture's 県統計課."""
    assert set(numbers(db, typed)) == {"8", "72", "82", "83", "86", "1088"}


def test_a_short_name_that_several_sections_may_have_or_none_is_searched_for(db: Database) -> None:
    assert len({hit.project.section for hit in find(db, "戦略室").hits}) > 1
    assert numbers(db, "市民課") == []
    assert numbers(db, "総務課") == ["91"]


def test_an_office_at_the_head_of_a_sentence_is_a_filter(db: Database) -> None:
    assert numbers(db, "企画経営課の交流事業") == ["64"]
    assert numbers(db, "情報政策課の電子申請") == ["87", "91"]


def test_one_missing_character_is_a_slip_and_no_abbreviation(db: Database) -> None:
    result = find(db, "市民意調査")
    assert result.hits == ()
    assert [near.number for near in result.suggestions][:1] == ["72"]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("ふるさとのう税", "69"),  # half in kana
        ("ワーク・ショップ", "85"),  # a sign within a word
        ("ｽﾏ-ﾄｼﾃｨ", "11"),  # - for ー
        ("イービーピーエム", "1088"),  # letters spelled out
        ("robots", "97"),
        ("ファイヤーウォール", "88"),
        ("チョウナイジョウホウカ", "89"),  # an ending of one kana
        ("kofukudo", "61"),
        ("opundeta", "8"),
    ],
)
def test_a_word_is_found_in_other_letters(db: Database, typed: str, first: str) -> None:
    assert numbers(db, typed)[:1] == [first]


def said_in_katakana(db: Database, typed: str) -> list[tuple[str, ...]]:
    ways = (interpret(db, MatchType.SPELLING, way) for way in in_katakana(db, typed))
    return [way.phrases for way in ways if way]


@pytest.mark.parametrize(
    ("typed", "heard"),
    [("roadmap", "ロード マップ"), ("blockchain", "ブロック チェーン"), ("coworking", "コワーキング")],
)
def test_an_english_word_is_known_by_its_consonants(db: Database, typed: str, heard: str) -> None:
    with db.reading():
        assert said_in_katakana(db, typed)[:1] == [(heard,)]


@pytest.mark.parametrize("typed", ["kindergarten", "ambulance", "minister", "garbage", "taxes"])
def test_an_english_word_with_other_consonants_is_none(db: Database, typed: str) -> None:
    with db.reading():
        assert said_in_katakana(db, typed) == []


@pytest.mark.parametrize("typed", ["しゅうちゅう", "けいべつ", "とっくん", "2025", "9999", "つくし"])
def test_short_kana_and_figures_are_not_corrected_to_others(db: Database, typed: str) -> None:
    found = find(db, typed)
    assert found.hits == ()
    assert all(near.text not in ("警察", "特区", "2020") for near in found.suggestions)


def test_parts_of_a_compound_far_from_each_other_are_no_answer(db: Database) -> None:
    assert numbers(db, "図柄ナンバー") == ["65"]
    assert numbers(db, "申請機能") == []  # 9 has both, eighteen words apart
    assert numbers(db, "共通番号") == []


def test_a_sentence_about_what_no_project_names_is_not_answered_by_its_other_words(db: Database) -> None:
    assert numbers(db, "犬の登録") == []
    assert numbers(db, "粗大ゴミの出し方") == []
    assert numbers(db, "車のナンバープレートを広める取り組み")[:1] == ["65"]


def test_of_words_that_no_project_has_together_each_finds_its_own(db: Database) -> None:
    result = find(db, "ドローン ロボット")
    assert {hit.project.number: hit.missing for hit in result.hits} == {
        "94": ("ロボット",),
        "97": ("ドローン",),
    }


@pytest.mark.parametrize(
    "typed",
    [
        "' OR '1'='1",
        "1' or '1' = '1",
        "x' AND 1=1 --",
        "') OR ('a'='a",
        "a OR b",
        "{name}: a",
        "zz'--",
        "SELECT name FROM projects WHERE 1=1",
    ],
)
def test_code_finds_nothing(db: Database, typed: str) -> None:
    result = find(db, typed)
    assert (result.hits, result.suggestions) == ((), ())


def test_the_word_itself_in_a_text_goes_before_another_word_for_it_in_a_name(db: Database) -> None:
    assert numbers(db, "提言")[:2] == ["73", "77"]  # 77 is named 提案


@pytest.mark.parametrize(
    ("latin", "kana"), [("pabukome", "パブコメ"), ("kyōdō", "キョド"), ("shichi", "シチ"), ("test", "")]
)
def test_romaji_is_written_in_kana_unless_it_is_none(latin: str, kana: str) -> None:
    assert from_romaji(latin) == kana


@pytest.mark.parametrize(
    ("kana", "letters"),
    [("えすでぃーじーず", ""), ("ジーアイエス", "gis"), ("エー", ""), ("ティージーアイ", "tgi")],
)
def test_letters_are_read_from_their_names(kana: str, letters: str) -> None:
    assert letters_of(kana) == letters


def test_a_cut_is_sure_by_its_sounds_and_the_size_of_the_list() -> None:
    word = (Entry("語", 1),)
    cut = (Edge(3, word, 1.0), Edge(5, word, 1.0))
    assert is_certain("コウフクド", cut, 48)
    assert not is_certain("コウフクド", cut, 100_000)


def test_a_lone_kana_goes_only_with_a_word_long_enough_to_have_an_ending() -> None:
    word = (Entry("語", 1),)
    assert is_meaningful("フッコウチ", (Edge(4, word, 1.0), Edge(5, word, 1.0)))
    assert not is_meaningful("ハイヤク", (Edge(2, word, 1.0), Edge(3, word, 1.0), Edge(4, word, 1.0)))
