"""A city's own synonyms and former names: taken from a file, in force at once."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.ask.engine import answer
from bot.cli import jigyo
from store.database import open_database
from store.index import synonyms
from store.lists import ListError
from store.search.pipeline import search
from store.search.query import parse
from tests.conftest import Made


def first(path: Path, typed: str) -> str:
    hits = search(open_database(path), parse(typed)).hits
    return hits[0].project.number if hits else ""


def run(path: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(jigyo, ["--db", str(path), "synonyms", *arguments])
    return result.exit_code, result.output


def test_a_synonym_counts_without_a_reload_in_either_direction_and_within_a_compound(
    seeded: Path, tmp_path: Path
) -> None:
    assert first(seeded, "ご当地プレート") == ""
    csv = tmp_path / "synonyms.csv"
    csv.write_text(
        "語,同義語\nご当地プレート,図柄入りナンバープレート\n未来都市,ミライシティ\n", encoding="utf-8"
    )
    assert run(seeded, "import", str(csv))[0] == 0
    assert first(seeded, "ご当地プレート") == "65"
    assert first(seeded, "ご当地プレート事業") == "65"
    assert first(seeded, "SDGsミライシティ事業") == "59"


def test_rows_that_cannot_be_taken_are_named_and_the_others_kept(seeded: Path, tmp_path: Path) -> None:
    csv = tmp_path / "synonyms.csv"
    csv.write_bytes("語,同義語\n\n,空です\nナッジ,ﾅｯｼﾞ\n市民,住民、市の人\n".encode("cp932"))
    status, output = run(seeded, "import", str(csv))
    assert status == 1
    assert "3行目 1列目" in output
    assert "4行目 2列目" in output
    assert synonyms.listed(open_database(seeded)) == [("市民", "住民"), ("市民", "市の人")]


def test_a_file_without_the_header_changes_nothing(seeded: Path, tmp_path: Path) -> None:
    csv = tmp_path / "synonyms.csv"
    csv.write_text("word,synonym\na,b\n", encoding="utf-8")
    assert run(seeded, "import", str(csv))[0] == 2
    assert run(seeded, "import", str(tmp_path / "absent.csv"))[0] == 2
    assert synonyms.listed(open_database(seeded)) == []


def test_replace_forgets_what_the_file_lacks(seeded: Path, tmp_path: Path) -> None:
    csv = tmp_path / "synonyms.csv"
    csv.write_text("語,同義語\n市民,住民\nナッジ,そっと後押し\n", encoding="utf-8")
    run(seeded, "import", str(csv))
    csv.write_text("語,同義語\n住民,市民\n", encoding="utf-8")
    assert run(seeded, "import", str(csv), "--replace")[0] == 0
    assert synonyms.listed(open_database(seeded)) == [("市民", "住民")]


def test_what_is_exported_reads_back() -> None:
    pairs = [("市民", "住民"), ("市民", "市の人"), ("ナッジ", "後押し, そっと")]
    again, rejected = synonyms.read_synonyms(synonyms.write_synonyms(pairs[:2]).encode("utf-8-sig"))
    assert (again, rejected) == (pairs[:2], [])


def test_nonsense_is_no_synonym_file() -> None:
    with pytest.raises(ListError):
        synonyms.read_synonyms(b"\x00\x01")


def test_of_very_many_rows_that_cannot_be_taken_the_first_are_named(seeded: Path, tmp_path: Path) -> None:
    csv = tmp_path / "synonyms.csv"
    csv.write_text("語,同義語\n" + "あ,い\n" * 5000, encoding="utf-8")
    status, output = run(seeded, "import", str(csv))
    assert status == 1
    assert "2行目 1列目" in output
    assert "受け付けなかった行（5000件）" in output
    assert len(output) < 20_000


WINTER = """令和6年度 事務事業一覧
事業番号,事務事業名,担当部,担当課,事業目的,事業概要,事業成果
1,除雪協力隊支援事業,建設部,道路課,冬の道を守る。,協力隊に機械を貸す。,12団体に24台を貸した。
2,雪下ろし講習事業,福祉部,生活課,けがを防ぐ。,屋根の雪の下ろし方を教える。,5回開き、延べ80人が学んだ。
3,市報発行事業,総務部,広報課,くらしを伝える。,毎月配る。,3万部を配った。
"""


@pytest.mark.parametrize(
    ("question", "number", "told"),
    [
        ("ゆきんこ隊の目的は", "1", "冬の道を守る。"),
        ("ゆきんこ隊の担当課はどこですか", "1", "道路課"),
        ("ゆきんこ隊には何台貸したの？", "1", "24台です。"),
        ("やねまなびは何回開いた", "2", "5回です。"),
        ("やねまなびの事業は何件", "2", "1件です。"),
    ],
)
def test_a_question_in_the_citys_own_words_is_answered_as_in_the_records(
    made: Made, question: str, number: str, told: str
) -> None:
    db = made(WINTER)
    assert number not in answer(db, question).citations
    synonyms.add(db, [("ゆきんこ隊", "除雪協力隊"), ("やねまなび", "雪下ろし講習")])
    db.conn.commit()
    given = answer(db, question)
    assert (given.citations, given.confidence) == ((number,), "sure")
    assert told in given.text
    assert "として、記録にある言葉でお答えします。" in given.text


def test_a_word_that_records_have_stays_as_typed_and_one_within_another_word_is_none(made: Made) -> None:
    db = made(WINTER)
    synonyms.add(db, [("市報", "講習"), ("雪協", "市報")])
    db.conn.commit()
    assert answer(db, "市報発行事業の目的は").citations == ("3",)
    assert answer(db, "除雪協力隊の目的は").citations == ("1",)
