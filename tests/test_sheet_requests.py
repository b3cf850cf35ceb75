from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.days.calendar import Calendar
from bot.days.dates import DateError, ParsedDate
from bot.deadlines.requests import (
    AskExtension,
    DecideExtension,
    ReportSheets,
    RequestError,
    ReturnSheet,
    SetDeadline,
    ShowDeadlines,
    ShowProgress,
    WithdrawDeadline,
    read_deadline_request,
    read_extension_request,
    read_progress_request,
    read_report_request,
    read_return_request,
)

TODAY = date(2026, 11, 23)
CALENDAR = Calendar()
POLICY = "政策イノベーション部"
PLACES = (
    (POLICY, ""),
    (POLICY, "企画経営課"),
    (POLICY, "科学技術振興課"),
    (POLICY, "統計・データ利活用推進室"),
    ("総務部", ""),
    ("総務部", "人事課"),
)
YEAR_END = ParsedDate(date(2026, 12, 28))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "設定 令和3年度 一次評価 12月28日 企画経営課",
            SetDeadline(2021, "一次評価", YEAR_END, (POLICY, "企画経営課")),
        ),
        ("設定　Ｒ３　１２／２８", SetDeadline(2021, "一次評価", YEAR_END, ("", ""))),
        ("設定 12月28日", SetDeadline(None, "一次評価", YEAR_END, ("", ""))),
        ("設定 全庁 二次評価 12月28日", SetDeadline(None, "二次評価", YEAR_END, ("", ""))),
        ("設定 修正 総務部 12/28", SetDeadline(None, "修正", YEAR_END, ("総務部", ""))),
        ("設定 人事 2026-12-28", SetDeadline(None, "一次評価", YEAR_END, ("総務部", "人事課"))),
        (
            "設定 課:人事課 12月28日 17:00",
            SetDeadline(
                None, "一次評価", ParsedDate(date(2026, 12, 28), time(17)), ("総務部", "人事課")
            ),
        ),
        (
            "設定 来週 の 金曜 企画経営課",
            SetDeadline(None, "一次評価", ParsedDate(date(2026, 12, 4)), (POLICY, "企画経営課")),
        ),
        (
            "変更 令和3年度 12月28日 12月1日から 備考：議会により 変更",
            SetDeadline(
                2021, "一次評価", YEAR_END, ("", ""), ParsedDate(date(2026, 12, 1)), "議会により 変更",
            ),
        ),
        (
            "設定 開始：12/1 12/28 中間点検",
            SetDeadline(None, "中間点検", YEAR_END, ("", ""), ParsedDate(date(2026, 12, 1))),
        ),
        (
            "取消 令和3年度 一次評価 企画経営課",
            WithdrawDeadline(2021, "一次評価", (POLICY, "企画経営課")),
        ),
        ("", ShowDeadlines()),
        ("課", ShowDeadlines("section")),
        ("すべて", ShowDeadlines("all")),
        ("令和3年度 企画経営課", ShowDeadlines("all", 2021, "", (POLICY, "企画経営課"))),
    ],
)  # fmt: skip
def test_deadline_requests(text: str, expected: object) -> None:
    assert read_deadline_request(text, TODAY, CALENDAR, PLACES) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("設定 企画経営課", "日付を書いてください"),
        ("設定 12月28日 存在しない課", "「存在しない課」が読み取れません"),
        ("設定 2月30日", "という日はありません"),
        ("設定 2026-11-20", "過ぎています"),
        ("設定 12/28 令和9年1月8日から", "後です"),
        ("なにか", "「なにか」が読み取れません"),
        ("設定 12月28日 室", "「室」が読み取れません"),
    ],
)
def test_deadline_requests_that_cannot_be_read_are_refused_in_one_line(text: str, reason: str) -> None:
    with pytest.raises((RequestError, DateError), match=reason) as refused:
        read_deadline_request(text, TODAY, CALENDAR, PLACES)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("11", ReportSheets(("11",))),
        ("11 12、13", ReportSheets(("11", "12", "13"))),
        ("１１　No.12 事業番号13 14番", ReportSheets(("１１", "No.12", "事業番号13", "14番"))),
        ("七十二 十一", ReportSheets(("七十二", "十一"))),
        ("0086 2023-こども-新23-0011", ReportSheets(("0086", "2023-こども-新23-0011"))),
        ("令和3年度 11", ReportSheets(("11",), fiscal_year=2021)),
        ("2021", ReportSheets(("2021",))),
        ("二次評価 11", ReportSheets(("11",), kind="二次評価")),
        ("11 作成中", ReportSheets(("11",), "作成中")),
        ("すべて", ReportSheets((), every=True)),
    ],
)
def test_report_requests(text: str, expected: ReportSheets) -> None:
    assert read_report_request(text) == expected


@pytest.mark.parametrize("text", ["", "企画経営課", "11 だと思います"])
def test_a_report_without_a_number_or_with_other_words_is_refused(text: str) -> None:
    with pytest.raises(RequestError, match=r"例|のように"):
        read_report_request(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("11 成果の数値がありません", ReturnSheet("11", "成果の数値がありません")),
        (
            "11 成果の数値がありません。 一次評価の欄も 12月28日までに直してください",
            ReturnSheet("11", "成果の数値がありません。 一次評価の欄も 12月28日までに直してください"),
        ),
        ("11 12月28日まで 数値がありません", ReturnSheet("11", "数値がありません", YEAR_END)),
        ("11 12/28 数値がありません", ReturnSheet("11", "数値がありません", YEAR_END)),
        ("11 数値がありません 期限：12月28日", ReturnSheet("11", "数値がありません", YEAR_END)),
        ("11 理由：数値がありません", ReturnSheet("11", "数値がありません")),
        (
            "令和3年度 二次評価 11 5営業日後まで 図を 直してください",
            ReturnSheet("11", "図を 直してください", ParsedDate(date(2026, 11, 30)), 2021, "二次評価"),
        ),
        ("11 理由：先月の 20日 の記述が違います", ReturnSheet("11", "先月の 20日 の記述が違います")),
    ],
)
def test_return_requests(text: str, expected: ReturnSheet) -> None:
    assert read_return_request(text, TODAY, CALENDAR) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "番号"),
        ("11 12 数値がありません", "1つ"),
        ("11", "理由"),
        ("11 2月30日まで 数値がありません", "という日はありません"),
    ],
)
def test_return_requests_that_lack_something_say_what(text: str, reason: str) -> None:
    with pytest.raises((RequestError, DateError), match=reason):
        read_return_request(text, TODAY, CALENDAR)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("11 12月28日", AskExtension(("11",), YEAR_END)),
        (
            "11 12 12月28日まで 議会の日程のため",
            AskExtension(("11", "12"), YEAR_END, "議会の日程のため"),
        ),
        ("11 2026-12-28 人手不足", AskExtension(("11",), YEAR_END, "人手不足")),
        ("1 2月28日", AskExtension(("1",), ParsedDate(date(2027, 2, 28)))),
        ("承認 11", DecideExtension(("11",), True)),
        ("却下 11 12 期限が迫っているため", DecideExtension(("11", "12"), False, "期限が迫っているため")),
    ],
)
def test_extension_requests(text: str, expected: object) -> None:
    assert read_extension_request(text, TODAY, CALENDAR) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "番号"), ("11", "日付"), ("11 議会のため", "日付"), ("11 2026-11-01 議会のため", "過ぎています")],
)
def test_extension_requests_that_lack_something_say_what(text: str, reason: str) -> None:
    with pytest.raises((RequestError, DateError), match=reason):
        read_extension_request(text, TODAY, CALENDAR)


def test_progress_requests() -> None:
    assert read_progress_request("", PLACES) == ShowProgress()
    assert read_progress_request("令和3年度 一次評価 企画経営課", PLACES) == ShowProgress(
        2021, "一次評価", (POLICY, "企画経営課")
    )


@given(st.text(alphabet="11２/月日年度令和修正評価設定取消から 　：:、。abc-", max_size=40))
def test_any_text_is_read_or_refused_politely(text: str) -> None:
    for read in (
        lambda: read_deadline_request(text, TODAY, CALENDAR, PLACES),
        lambda: read_report_request(text),
        lambda: read_return_request(text, TODAY, CALENDAR),
        lambda: read_extension_request(text, TODAY, CALENDAR),
    ):
        try:
            read()
        except (RequestError, DateError) as refused:
            assert "\n" not in str(refused)  # noqa: PT017
