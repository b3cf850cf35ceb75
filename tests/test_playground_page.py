"""The playground's page in a browser: what the README lists, forms, a season, hostile records, a phone."""

from __future__ import annotations

import html
import json
import re
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.context import TOKYO
from bot.days.calendar import Calendar
from bot.playground.city import GENERAL, OFFICE, SECRETARY
from store.database import open_database
from store.lists import parse_list
from store.loader import store_list
from tests.playground import WAIT, Desk, Played, launched, playing

pytestmark = pytest.mark.timeout(400)  # a season of ticks, on a machine that does much else
README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (`[/@]jigyo [^|]+`) \|", README, re.M)
INPUTS = [text for row in ROWS for text in re.findall("`([^`]+)`", row)]
MEMBER, CHIEF, STAFF = "U4MEMBER0", "U1CHIEF0", "U0STAFF"
OWN = "C1SECTION0"
SIZE, PHONE = {"width": 1280, "height": 860}, {"width": 360, "height": 740}
# What the answer to some of the README's inputs says; the others only have to be answered.
SAYS = {
    "/jigyo スマートシティ": "「スマートシティ」の検索結果",
    "/jigyo 11": "スマートシティの推進",
    "/jigyo 課:企画経営課 交流": "交流",
    "/jigyo 似ている 11": "に似ている事業",
    "/jigyo まとめ 情報政策課": "情報政策課",
    "/jigyo 締切": "一次評価",
    "/jigyo 休暇 12/10〜12/14 代理 @田中": "休暇を登録しました",
    "/jigyo 督促 企画経営課 本日中にお願いします": "これからお知らせします",
    "/jigyo 設定 担当 企画経営課": "課員",
    "/jigyo 設定 チャンネル 情報政策課": "担当課を",
    "/jigyo 使い方": "事務事業の調べかた",
    "@jigyo ふるさと納税の成果は？": "ポータルサイト",
}
SORRY = "うまくお答えできませんでした"


@pytest.fixture(scope="module")
def played() -> Iterator[Played]:
    """A playground on a working morning."""
    with playing() as running:
        now = datetime.now(TOKYO)
        morning = Calendar().next_open((now + timedelta(hours=14)).date())  # tomorrow where 10:00 is over
        running.wait_until(datetime.combine(morning, time(10), TOKYO))
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    driver, opened = launched()
    yield opened
    opened.close()
    driver.stop()


@pytest.fixture(scope="module")
def screen(browser: Any, played: Played) -> Iterator[Desk]:
    """The screen of a desk, one for all tests: a new one costs more than most of what is done on it."""
    with opened(browser, played) as desk:
        yield desk


@pytest.fixture
def desk(screen: Desk) -> Iterator[Desk]:
    """That screen; after the test nothing was asked of another machine, and nothing went wrong."""
    screen.page.set_viewport_size(SIZE)
    screen.asked.clear()
    screen.troubles.clear()
    yield screen
    is_clean(screen)


@pytest.fixture
def other(browser: Any, played: Played) -> Iterator[Desk]:
    """A screen of the test's own."""
    with opened(browser, played) as desk:
        yield desk
        is_clean(desk)


@pytest.fixture
def phone(browser: Any, played: Played) -> Iterator[Desk]:
    with opened(browser, played, viewport=PHONE, has_touch=True, is_mobile=True) as desk:
        yield desk
        is_clean(desk)


@contextmanager
def opened(browser: Any, played: Played, **more: Any) -> Iterator[Desk]:
    screen = {"viewport": SIZE, "locale": "ja-JP", "timezone_id": "Asia/Tokyo", **more}
    context = browser.new_context(**screen)
    try:
        yield Desk(context.new_page(), played.url)
    finally:
        context.close()


def is_clean(desk: Desk) -> None:
    assert desk.troubles == []
    assert {url for url in desk.asked if not url.startswith((desk.url, "about:"))} == set()


@pytest.mark.parametrize("text", INPUTS)
def test_whatever_the_readme_lists_is_answered(desk: Desk, text: str) -> None:
    desk.go(SECRETARY, f"C1SECTION{INPUTS.index(text) % 10}")
    if text.startswith("@"):
        answered = desk.mention(text)
    else:
        answered = desk.ask(text)
        assert answered.locator(".only-you").count() or "にしました" in answered.inner_text()
    said = answered.inner_text()
    assert SAYS.get(text, "jigyo") in said
    assert SORRY not in said


def test_pages_details_similar_ones_and_sharing_are_pressed(desk: Desk) -> None:
    desk.go(STAFF, OWN)
    answered = desk.ask("/jigyo スマートシティ")
    assert answered.locator(".only-you").count() == 1
    desk.picture("search")
    before = desk.answers.count()
    desk.press("詳細", answered)
    card = desk.answer(before)
    assert "スマートシティの推進" in card.inner_text()
    desk.press("似ている事業", card)
    assert "に似ている事業" in desk.answer(before + 1).inner_text()
    desk.press("チャンネルに共有", answered)
    shared = desk.answer(before + 2)
    assert shared.locator(".only-you").count() == 0
    desk.go(MEMBER, OWN)
    assert "検索結果" in desk.answer(0).inner_text()  # what was shared, and nothing else
    assert desk.answers.count() == 1


def test_a_conversation_goes_on_in_its_thread_and_takes_a_verdict(desk: Desk) -> None:
    desk.go(MEMBER, GENERAL)
    assert "ポータルサイト" in desk.mention("@jigyo ふるさと納税の成果は？").inner_text()
    followed = desk.ask("@jigyo その担当課は？")
    assert "企画経営課" in followed.inner_text() or "課" in followed.inner_text()
    before = desk.answers.count()
    desk.press("役に立った", followed)
    assert "ご意見をありがとうございます" in desk.answer(before).inner_text()
    desk.say("/jigyo 11")
    assert "スレッドの中でコマンドを使えません" in desk.page.get_by_role("alert").first.inner_text()


def test_an_answer_is_taken_away_as_a_file(desk: Desk) -> None:
    desk.go(CHIEF, "C1SECTION7")
    answered = desk.mention("@jigyo 企画経営課の事業一覧")
    desk.press("CSVで受け取る", answered)
    file = desk.page.locator(".thread .file a").last
    with desk.page.expect_download() as download:
        file.click()
    assert Path(download.value.path()).read_bytes().startswith("\ufeff年度".encode())


def test_a_direct_message_offers_prompts_and_is_answered(desk: Desk) -> None:
    desk.go("U1CHIEF3", "app")
    offered = desk.page.locator(".prompts button")
    offered.first.wait_for()
    assert offered.count() == 4
    offered.first.click()
    desk.page.locator(".thread").wait_for()
    desk.answer(0)


def test_home_searches_and_opens_forms(desk: Desk) -> None:
    desk.go(CHIEF, "app", "home")
    searched = desk.page.get_by_label("検索")
    searched.fill("ナッジ")
    searched.press("Enter")
    desk.page.get_by_text("証拠に基づく政策立案").first.wait_for()
    desk.press("条件を付けて探す")
    desk.dialog.get_by_label("ことば").fill("交流")
    desk.press("探す", desk.dialog)
    desk.dialog.get_by_text("見つかりました").wait_for()
    desk.press("閉じる", desk.dialog)
    desk.dialog.wait_for(state="detached")


def test_the_shortcut_finds_projects_of_a_message(desk: Desk) -> None:
    desk.go(STAFF, GENERAL)
    message = desk.page.locator(".said", has_text="どの課の担当でしたっけ").first
    before = desk.answers.count()
    message.hover()
    desk.press("関連する事業を探す", message)
    assert "関連しそうな事業" in desk.answer(before).inner_text()


def test_a_deadline_is_set_in_a_form_and_a_sheet_handed_in_by_another(desk: Desk) -> None:
    desk.go(SECRETARY, OFFICE)
    desk.say("/jigyo 締切 設定")
    desk.dialog.wait_for()
    desk.dialog.get_by_label("締切", exact=True).fill("13月40日")
    desk.press("確かめる", desk.dialog)
    assert "日付を確かめてください" in desk.dialog.locator(".error").inner_text()
    desk.picture("form")
    day = (datetime.now(TOKYO) + timedelta(days=40)).date()
    desk.dialog.get_by_label("種類").select_option(label="二次評価")
    desk.dialog.get_by_label("締切", exact=True).fill(f"{day:%Y-%m-%d}")
    desk.press("確かめる", desk.dialog)
    desk.dialog.get_by_text("二次評価（全庁）").wait_for()  # the second look
    desk.press("設定する", desk.dialog)
    desk.dialog.get_by_text("設定しました").first.wait_for()
    desk.go("U1CHIEF2", OWN)
    mine = desk.ask("/jigyo 締切")
    desk.press("提出済にする", mine)
    desk.dialog.wait_for()
    desk.press("提出済にする", desk.dialog)
    assert "選んでください" in desk.dialog.locator(".error").first.inner_text()
    desk.dialog.get_by_role("checkbox").first.check()
    desk.press("提出済にする", desk.dialog)
    desk.dialog.get_by_text("提出済にしました").first.wait_for()


def test_who_may_not_is_told_so(desk: Desk) -> None:
    desk.go("U0OTHER", "C0SHARED")
    assert desk.page.locator(".room-button").count() == 2  # the app, and the one channel that they share
    assert "この組織の方" in desk.ask("/jigyo 締切").inner_text()


def wait_for(desk: Desk, morning: str) -> None:
    """Move the page's clock to that morning."""
    today = desk.page.locator(".head-clock .clock").inner_text().split()[0]
    desk.page.get_by_role("button", name=re.compile("^時計")).last.click()
    desk.press(morning, desk.dialog)
    stands = desk.page.locator(".head-clock .clock[aria-busy=false]", has_not_text=today)
    stands.wait_for(timeout=3 * WAIT)  # it may have arrived before anybody looks


def test_a_day_goes_by(desk: Desk, played: Played) -> None:
    desk.go(SECRETARY, OFFICE)
    wait_for(desk, "明日の朝（9:30）")
    assert not played.news()["moving"]


@pytest.mark.slow
def test_a_season_goes_by_and_its_reminders_are_answered(desk: Desk) -> None:
    desk.go(SECRETARY, OFFICE)
    wait_for(desk, "30日後の朝")
    assert "評価シートの進捗" in desk.answers.last.inner_text()
    drawn = desk.page.locator(
        ".picture img, .chart > svg"
    )  # as the app draws it: a file, or a block of Slack's
    assert drawn.count()
    assert all(each.get_attribute("alt") or each.get_attribute("aria-label") for each in drawn.all())
    assert "●" in desk.page.locator("#persona").inner_text()  # others have got messages too
    desk.go("U1CHIEF4", "app")
    reminded = desk.page.locator(".said", has_text="締切を過ぎた評価シート").last
    reminded.wait_for()
    before = desk.answers.count()
    desk.picture("season")
    reminded.get_by_role("combobox", name="ほかの時に").select_option(index=1)
    assert "お知らせします" in desk.answer(before).inner_text()
    reminded = desk.page.locator(".said", has=desk.page.get_by_role("button", name="延長を申請")).last
    desk.press("延長を申請", reminded)
    desk.dialog.get_by_label("理由").fill("議会の日程のため")
    until = datetime.now(TOKYO) + timedelta(days=75)
    desk.dialog.get_by_label("いつまで").fill(f"{until:%Y-%m-%d}")
    desk.dialog.get_by_role("checkbox").first.check()
    desk.dialog.get_by_role("button").last.click()
    desk.dialog.get_by_text("申請しました").first.wait_for()


def test_what_slack_refuses_is_shown_with_its_reason(desk: Desk, played: Played) -> None:
    desk.go(STAFF, GENERAL)
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "長い" * 1_501}}]
    assert not post(played, channel=GENERAL, text="x", blocks=blocks)["ok"]
    refused = desk.page.locator(".refused").first
    refused.wait_for()
    assert "limit 3000" in refused.inner_text()
    desk.press("JSON", refused)
    assert "長い長い" in desk.dialog.inner_text()


def test_every_message_shows_its_json_and_its_size_against_the_limits(desk: Desk) -> None:
    desk.go(STAFF, "C1SECTION1")
    answered = desk.ask("/jigyo スマートシティ")
    answered.hover()
    desk.press("JSON", answered)
    desk.dialog.locator(".sizes").wait_for()
    shown = json.loads(desk.dialog.locator(".json").inner_text())
    assert len(shown["blocks"]) == int(
        desk.dialog.locator(".sizes tr", has_text="ブロック（個）").locator("td").first.inner_text()
    )
    assert "10,000" in desk.dialog.inner_text()


def test_tables_and_charts_are_drawn_sorted_and_told_in_figures(desk: Desk, played: Played) -> None:
    rows = [[{"type": "raw_text", "text": name}, {"type": "raw_number", "value": n, "text": f"{n:,}"}]
            for n, name in enumerate(("一", "二", "三", "四", "五", "六", "七"), 1_000)]  # fmt: skip
    heads = [{"type": "raw_text", "text": "事業"}, {"type": "raw_text", "text": "決算"}]
    series = [{"name": "決算", "data": [{"label": "一", "value": 3}, {"label": "二", "value": 5}]}]
    blocks = [
        {"type": "data_table", "caption": "決算の表", "rows": [heads, *rows]},
        {"type": "data_visualization", "title": "決算の図",
         "chart": {"type": "bar", "series": series, "axis_config": {"categories": ["一", "二"]}}},
    ]  # fmt: skip
    assert post(played, channel="C1SECTION2", text="表", blocks=blocks)["ok"]
    desk.go(STAFF, "C1SECTION2")
    table = desk.page.get_by_role("table", name="決算の表")
    table.wait_for()  # the page may still be drawing it
    assert table.get_by_role("row").count() == 6
    desk.press("決算", table)
    desk.press("決算", table)
    assert table.get_by_role("row").nth(1).inner_text().split() == ["七", "1,006"]
    desk.press("次へ")
    assert table.get_by_role("row").count() == 3
    desk.page.get_by_text("数字を見る").click()
    assert desk.page.locator(".chart td").all_inner_texts() == ["3", "5"]


@pytest.mark.slow
def test_a_message_is_drawn_alone_by_the_library(other: Desk, played: Played) -> None:
    other.go(STAFF, "C1SECTION8")
    other.ask("/jigyo スマートシティ")
    key = max(each["key"] for each in played.news()["posts"])
    other.page.goto("about:blank")
    other.page.goto(f"{played.url}#alone={key}")
    drawn = other.page.locator(".alone .slack_blocks_to_jsx")
    drawn.get_by_text("スマートシティの推進").wait_for()
    shared = drawn.get_by_role("button", name="チャンネルに共有")
    assert shared.evaluate("each => getComputedStyle(each).borderTopWidth") == "1px"  # with its styles
    assert other.page.locator(".alone .button").count() == 0  # none of the page's own


def test_a_channel_of_many_messages_draws_the_last_of_them(desk: Desk, played: Played) -> None:
    for number in range(200):
        post(played, channel="C1SECTION3", text=f"お知らせ{number}")
    desk.go(STAFF, "C1SECTION3")
    desk.page.get_by_text("お知らせ199").wait_for()
    assert desk.answers.count() == 60
    assert desk.page.get_by_text("お知らせ199").is_visible()
    desk.page.get_by_role("button", name="以前のメッセージ").click()
    desk.page.get_by_text("お知らせ81", exact=True).wait_for(state="attached")


def test_everything_is_reached_by_the_keyboard_alone(desk: Desk) -> None:
    desk.go(STAFF, "C1SECTION4")
    keyboard = desk.page.keyboard

    def tab_to(name: str) -> None:
        for _ in range(80):
            keyboard.press("Tab")
            focused = desk.page.evaluate(
                "document.activeElement.ariaLabel || document.activeElement.innerText"
            )
            if focused.strip() == name:
                return
        raise AssertionError(f"{name} is not reached")

    desk.page.locator("#persona").focus()
    tab_to(desk.box.get_attribute("aria-label"))
    keyboard.type("/jigyo スマートシティ")
    keyboard.press("Enter")
    desk.answer(0)
    desk.page.locator("#persona").focus()
    tab_to("詳細")
    keyboard.press("Enter")
    desk.answer(1)
    desk.page.locator("#persona").focus()
    tab_to("JSON")
    keyboard.press("Enter")
    desk.dialog.wait_for()
    keyboard.press("Escape")
    desk.dialog.wait_for(state="detached")


def test_the_page_fits_a_phone(phone: Desk) -> None:
    phone.page.goto(f"{phone.url}#me={MEMBER}")
    phone.page.get_by_role("button", name="general").click()
    answered = phone.ask("/jigyo スマートシティ")
    assert fits(phone)
    phone.picture("phone")
    phone.press("JSON", answered)
    assert fits(phone)
    phone.press("閉じる", phone.dialog)
    phone.say("@jigyo ふるさと納税の成果は？")
    phone.page.locator(".replies").last.click()
    phone.answer(0)
    assert fits(phone)
    phone.page.get_by_role("button", name="スレッドを閉じる").click()
    phone.page.get_by_role("button", name="一覧に戻る").click()
    phone.page.get_by_role("button", name="jigyo").click()
    phone.page.get_by_role("tab", name="ホーム").click()
    phone.page.get_by_text("事務事業を探す").wait_for()
    assert fits(phone)


@pytest.mark.parametrize("width", [360, 768, 1024, 1440])
def test_nothing_is_wider_than_the_window(desk: Desk, width: int) -> None:
    desk.page.set_viewport_size({"width": width, "height": 800})
    desk.go(STAFF, "C1SECTION5")
    desk.ask("/jigyo 使い方")
    assert fits(desk)


def fits(desk: Desk) -> bool:
    return bool(desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_screen_reader_finds_nothing_serious_wrong(desk: Desk) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()

    def serious() -> list[str]:
        found = axe.run(desk.page).response["violations"]
        return [
            f"{each['id']}: {[node['html'][:200] for node in each['nodes']]}"
            for each in found
            if each["impact"] in ("serious", "critical")
        ]

    desk.go(STAFF, "C1SECTION6")
    desk.ask("/jigyo スマートシティ")
    desk.mention("@jigyo ふるさと納税の成果は？")
    assert serious() == []
    desk.go(SECRETARY, "app", "home")
    desk.page.get_by_text("事務事業を探す").wait_for()
    assert serious() == []
    desk.press("条件を付けて探す")
    desk.dialog.wait_for()
    assert serious() == []
    desk.press("閉じる", desk.dialog)
    desk.page.get_by_role("button", name=re.compile("^時計")).last.click()
    assert serious() == []


MARKUP = "<img src=x onerror=alert(1)>"
NAMES = (
    MARKUP, "<!channel> と <@U0ADMIN>", "<http://evil.example/|市の公式>", "javascript:alert(3)",
    "*太字*にしない_これも_", "&lt;b&gt;実体&lt;/b&gt;", "`code` ~消す~",
)  # fmt: skip


def test_text_of_records_never_becomes_markup(browser: Any, tmp_path: Path) -> None:
    db = open_database(tmp_path / "hostile.db")
    rows = "".join(
        f"{n}\t{name} 台帳\t政策部\t{MARKUP}課\t{name}。\t{name}。\t{name}。\n"
        for n, name in enumerate(NAMES, 1)
    )
    listed = parse_list(f"事業番号\t事業名\t部\t課\t目的\t概要\t成果\n{rows}".encode(), fiscal_year=2021)
    store_list(db, listed, source_name="hostile.tsv", now="2026-11-23T00:00:00+00:00")
    db.close()
    with playing("--db", str(tmp_path / "hostile.db")) as played, opened(browser, played) as desk:
        desk.go(SECRETARY, GENERAL)
        desk.ask("/jigyo 台帳")
        for number, name in enumerate(NAMES, 1):
            card = desk.ask(f"/jigyo {number}").inner_text().replace("\u200b", "")
            assert f"{html.unescape(name)} 台帳" in card  # the bot reads what a list has for <b>
        desk.go(SECRETARY, "app", "home")
        desk.page.get_by_text("事務事業を探す").wait_for()
        alive = "img, script:not([src]), a, iframe, .mention, strong strong"
        assert desk.page.locator(f".said :is({alive}), .home :is({alive})").count() == 0
        is_clean(desk)


def post(played: Played, **message: Any) -> dict[str, Any]:
    """Post as the bot to the loopback Slack; what it answers."""
    request = urllib.request.Request(f"{played.api}chat.postMessage", json.dumps(message).encode())
    request.add_header("Content-Type", "application/json")
    request.add_header("Authorization", "Bearer xoxb-plainly-made-up")
    with urllib.request.urlopen(request, timeout=60) as answer:
        told: dict[str, Any] = json.load(answer)
    return told
