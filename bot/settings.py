"""Settings from the environment (and `.env`), where to get each, and what is wrong with one.

Secrets never print themselves, nor does any line about a wrong one repeat it.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv.parser import Binding, parse_stream
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from rapidfuzz import fuzz, process

from store.evaluation.records import Audience, ReminderSettings, Roll
from store.lists.limits import LIMITS

# How Slack's tokens begin -> what they are.
_TOKENS = {
    "xoxb-": "ボットのトークン",
    "xoxp-": "ユーザーのトークン",
    "xapp-": "アプリレベルのトークン",
    "xoxe": "更新用のトークン",
    "xoxc-": "ブラウザーのトークン",
    "xoxs-": "ブラウザーのトークン",
}
_QUOTES = "\"'“”‘’「」＂＇"
# Pydantic's kinds of error -> the reason in Japanese.
_WORDS = {
    "int_parsing": "整数ではありません",
    "greater_than_equal": "小さすぎます",
    "less_than_equal": "大きすぎます",
    "time_parsing": "時刻として読めません",
    "bool_parsing": "true か false ではありません",
    "literal_error": "選べる値のどれでもありません",
}
ALIKE = 80  # percent: BEFOR for BEFORE, REMAIND for REMIND
_OURS = "JIGYO_"


def wrong_secret(value: str, pattern: str) -> str:
    """Why a secret doesn't have the form `pattern` (a prefix and characters, or hexadecimal digits)."""
    if value[0] in _QUOTES or value[-1] in _QUOTES:
        return "前後に引用符が残っています"
    if re.search(r"[^\x21-\x7e]", value):
        return "途中に空白や全角の文字があります"
    begins = next(filter(value.startswith, _TOKENS), "")
    wanted = next((start for start in _TOKENS if pattern.startswith(start)), "")
    if wanted and value.startswith(wanted):
        return f"{wanted} の後がないか、使えない記号があります"
    if begins:
        return f"{begins} で始まるのは{_TOKENS[begins]}です"
    return f"{wanted} で始まっていません" if wanted else f"32 桁の 16 進数ではありません（{len(value)}文字）"


def wrong_value(error: Mapping[str, Any]) -> str:
    """An error of pydantic's in a few Japanese words."""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return _WORDS.get(error["type"], "形が違います")


def unknown_names(names: Iterable[str], known: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Variables that look like ours and are not, each with the one that may be meant ('' if none)."""
    ours = list(known)
    for name in sorted({name.upper() for name in names} - set(ours)):
        found = process.extractOne(name, ours, scorer=fuzz.ratio, score_cutoff=ALIKE)
        if name.startswith(_OURS):
            yield name, found[0] if found else ""


FILE = ".env"
ENCODING = "utf-8-sig"  # an editor may have put a BOM before the first name
logging.getLogger("dotenv").setLevel(logging.ERROR)  # we report what it cannot read, in Japanese

WHERE_TO_GET = {
    "SLACK_BOT_TOKEN": "Slack のアプリ設定 › OAuth & Permissions › Bot User OAuth Token (xoxb-…)",
    "SLACK_SIGNING_SECRET": "Slack のアプリ設定 › Basic Information › Signing Secret (32 桁の 16 進数)",
    "SLACK_APP_TOKEN": "Slack のアプリ設定 › Basic Information › App-Level Tokens (xapp-…)",
    "JIGYO_DB": "データベースのファイル名 (既定は jigyo.db)",
    "JIGYO_STATE": "記録を置く PostgreSQL の場所 (postgresql://…。なければ JIGYO_DB の中)",
    "PORT": "待ち受けるポート番号 (1〜65535、既定は 3000)",
    "JIGYO_LOAD_MB": "読み込むファイルの大きさ (展開後、1〜2000 MB、既定は 64)",
    "JIGYO_LOAD_ROWS": "読み込むファイルの行数 (1〜10000000、既定は 200000)",
    "JIGYO_LOAD_COLUMNS": "読み込むファイルの列数 (2〜16384、既定は 16384)",
    "JIGYO_LOAD_CELLS": "読み込むファイルのセルの数 (2〜100000000、既定は 3000000)",
    "JIGYO_LOAD_CELL": "読み込むファイルの一つのセルの文字数 (100〜10000000、既定は 100000)",
    "JIGYO_LOAD_SECONDS": "一つのファイルを読む秒数 (1〜3600、既定は 60)",
    "JIGYO_LOAD_MEMORY": "ブックを開くのに使うメモリー (256〜65536 MB、既定は 512)",
    "JIGYO_LOG": "ログの細かさ (info、debug なら依頼ごとの行も。既定は info)",
    "JIGYO_METRICS_PORT": "/metrics を出すポート番号 (1〜65535、0 なら出しません。既定は 0)",
    "JIGYO_METRICS_HOST": "/metrics で待ち受けるアドレス (既定は 127.0.0.1)",
    "JIGYO_KEEP_DAYS": "質問や意見に書かれた文を残す日数 (1〜3650、既定は 90)",
    "JIGYO_TRAIL_DAYS": "変更の記録を残す日数 (366〜36500、既定は 1825)",
    "JIGYO_SECRETARIAT": "事務局のチャンネル (C… または G…) か担当者 (U…) の ID",
    "JIGYO_ADMINS": "締切を設定できる人の ID (U…) を空白か読点で区切ったもの",
    "JIGYO_PROGRESS_FOR": "締切と進捗をお見せする方 (members この組織の方、everyone ゲストや組織外の方も)",
    "JIGYO_CALENDAR": "市独自の休業日のファイル名 (CSV)",
    "JIGYO_REMIND_AT": "督促の時刻 (9:00 のように)",
    "JIGYO_REMIND_DAY_OF_AT": "締切当日の督促の時刻 (8:30 のように)",
    "JIGYO_DIGEST_AT": "事務局への日報の時刻 (8:45 のように)",
    "JIGYO_REMIND_FROM": "この時刻より前には送りません (8:30 のように)",
    "JIGYO_REMIND_UNTIL": "この時刻より後には送りません (19:00 のように)",
    "JIGYO_REMIND_OPENING": "着手のお知らせが締切の何開庁日前か (20 のように)",
    "JIGYO_REMIND_BEFORE": "締切の何開庁日前に督促するか (10,5,1 のように)",
    "JIGYO_REMIND_OVERDUE": "締切の何開庁日後に督促するか (1,3 のように)",
    "JIGYO_REMIND_WEEKLY": "その後も毎週督促するか (true か false)",
    "JIGYO_REMIND_DIRECTOR": "締切の何開庁日後に部長へ知らせるか (3 のように)",
    "JIGYO_ROLL": "閉庁日の締切の扱い (next 翌開庁日、previous 前開庁日、none そのまま)",
    "JIGYO_AUDIENCE": "督促の宛先 (chief 課長、channel 課のチャンネル、both 両方)",
}


class SettingsError(Exception):
    """A setting is missing or malformed; the message names it and where to get it, in one line."""


def _shaped(pattern: str) -> AfterValidator:
    """A secret must look like what Slack shows (surrounding spaces aside); empty means not set."""

    def check(secret: SecretStr | None) -> SecretStr | None:
        value = secret.get_secret_value().strip() if secret else ""
        if value and not re.fullmatch(pattern, value):
            raise ValueError(wrong_secret(value, pattern))
        return SecretStr(value) if value else None

    return AfterValidator(check)


def _address(secret: SecretStr | None) -> SecretStr | None:
    """PostgreSQL's form of an address, which may have a password in it."""
    value = secret.get_secret_value().strip() if secret else ""
    if value and not re.fullmatch(r"postgres(ql)?://\S+", value):
        raise ValueError("postgresql:// で始まっていないか、空白があります")
    return SecretStr(value) if value else None


def _listed(text: object) -> object:
    """`10,5,1` and the like as a list; full-width separators too."""
    return re.split(r"[,、，\s]+", text.strip()) if isinstance(text, str) and text.strip() else text or ()


def _padded(text: object) -> object:
    """`9:00` as `09:00`."""
    return text.strip().zfill(5) if isinstance(text, str) else text


Clock = Annotated[time, BeforeValidator(_padded)]
Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
WorkingDays = Annotated[tuple[Annotated[int, Field(ge=0, le=200)], ...], NoDecode, BeforeValidator(_listed)]
Recipient = Annotated[str, Field(pattern=r"^([CGUW][A-Z0-9]+)?$")]


class Settings(BaseSettings):
    """The settings in the environment. Field names in lower case; the variables are in `WHERE_TO_GET`."""

    model_config = SettingsConfigDict(
        env_file=FILE,
        env_file_encoding=ENCODING,
        extra="ignore",
        env_ignore_empty=True,
        hide_input_in_errors=True,
    )

    slack_bot_token: Annotated[SecretStr | None, _shaped("xoxb-[A-Za-z0-9_-]+")] = None
    slack_signing_secret: Annotated[SecretStr | None, _shaped("[0-9a-fA-F]{32}")] = None
    slack_app_token: Annotated[SecretStr | None, _shaped("xapp-[A-Za-z0-9_-]+")] = None
    slack_api_url: Annotated[str, Field(pattern=r"^https?://\S+$")] = (
        "https://slack.com/api/"  # a loopback Slack in tests and demos
    )
    jigyo_db: Annotated[Path, AfterValidator(Path.expanduser)] = Path("jigyo.db")
    jigyo_state: Annotated[SecretStr | None, AfterValidator(_address)] = None
    port: int = Field(3000, ge=1, le=65535)

    jigyo_load_mb: int = Field(LIMITS.megabytes, ge=1, le=2000)
    jigyo_load_rows: int = Field(LIMITS.rows, ge=1, le=10_000_000)
    jigyo_load_columns: int = Field(LIMITS.columns, ge=2, le=16_384)
    jigyo_load_cells: int = Field(LIMITS.cells, ge=2, le=100_000_000)
    jigyo_load_cell: int = Field(LIMITS.cell, ge=100, le=10_000_000)
    jigyo_load_seconds: int = Field(LIMITS.seconds, ge=1, le=3600)
    jigyo_load_memory: int = Field(LIMITS.memory, ge=256, le=65_536)

    jigyo_log: Literal["info", "debug"] = "info"
    jigyo_metrics_port: int = Field(0, ge=0, le=65535)
    jigyo_metrics_host: str = "127.0.0.1"
    jigyo_keep_days: int = Field(90, ge=1, le=3650)
    jigyo_trail_days: int = Field(1825, ge=366, le=36_500)
    jigyo_secretariat: Recipient = ""
    jigyo_admins: Listed = ()
    jigyo_progress_for: Literal["members", "everyone"] = "members"
    jigyo_calendar: Path | None = None
    jigyo_remind_at: Clock = time(9, 0)
    jigyo_remind_day_of_at: Clock = time(8, 30)
    jigyo_digest_at: Clock = time(8, 45)
    jigyo_remind_from: Clock = time(8, 30)
    jigyo_remind_until: Clock = time(19, 0)
    jigyo_remind_opening: int = Field(20, ge=0, le=200)
    jigyo_remind_before: WorkingDays = (10, 5, 1)
    jigyo_remind_overdue: WorkingDays = (1, 3)
    jigyo_remind_weekly: bool = True
    jigyo_remind_director: WorkingDays = (3,)
    jigyo_roll: Roll = "next"
    jigyo_audience: Audience = "chief"


def reminder_settings(settings: Settings) -> ReminderSettings:
    """Times and offsets of reminders, as the settings have them."""
    return ReminderSettings(
        at=settings.jigyo_remind_at,
        day_of_at=settings.jigyo_remind_day_of_at,
        digest_at=settings.jigyo_digest_at,
        hours_from=settings.jigyo_remind_from,
        hours_to=settings.jigyo_remind_until,
        opening=settings.jigyo_remind_opening,
        before=settings.jigyo_remind_before,
        overdue=settings.jigyo_remind_overdue,
        weekly=settings.jigyo_remind_weekly,
        director=settings.jigyo_remind_director,
        roll=settings.jigyo_roll,
        audience=settings.jigyo_audience,
        secretariat=settings.jigyo_secretariat,
    )


def read_settings() -> Settings:
    """Read and check the settings. Raises SettingsError naming the variable, never its value."""
    settings, wrong = survey()
    if FILE in wrong:
        raise SettingsError(wrong[FILE])
    if wrong:
        lines = "、".join(f"{name} — {what}" for name, what in wrong.items())
        raise SettingsError(f"設定の形式が正しくありません: {lines}")
    return settings


def survey() -> tuple[Settings, dict[str, str]]:
    """The settings, those of a wrong form as if they were not set, and what is wrong with each of these."""
    lines, unread = _file()
    read, whole = Path(FILE) if lines else None, {FILE: unread} if unread else {}
    try:
        return Settings(_env_file=read), whole
    except ValidationError as error:
        problems = {str(each["loc"][0]): wrong_value(dict(each)) for each in error.errors()}
    defaults = {name: Settings.model_fields[name].default for name in problems}
    wrong = {name.upper(): _told(name.upper(), what) for name, what in sorted(problems.items())}
    return Settings(_env_file=read, **defaults), whole | wrong


def unknown() -> list[str]:
    """A line for each variable that looks like one of ours and is none."""
    names = [*os.environ, *(each.key for each in _file()[0] if each.key)]
    return [
        f"{name} という設定はありません。" + (f"{meant} のことでしょうか。" if meant else "")
        for name, meant in unknown_names(names, map(str.upper, Settings.model_fields))
    ]


def _told(name: str, what: str) -> str:
    return f"{what}。{WHERE_TO_GET[name]}" if name in WHERE_TO_GET else what


def _file() -> tuple[list[Binding], str]:
    """The lines of `.env`, none when it is not there, and why it, or one of them, cannot be read."""
    path = Path(FILE)
    try:
        with path.open(encoding=ENCODING) as file:
            lines = list(parse_stream(file))
    except FileNotFoundError:
        return [], ""
    except UnicodeDecodeError:
        return [], f"{FILE} の文字コードが UTF-8 ではありません。UTF-8 で保存し直してください。"
    except OSError as error:
        return [], f"{FILE} を読めません（{error.strerror}）。"
    if line := next((each.original.line for each in lines if each.error), 0):
        why = "「名前=値」の形ではないか、引用符が閉じていません"
        return lines, f"{FILE} の{line}行目を読めません（{why}）。"
    return lines, ""


def require(settings: Settings, name: str) -> str:
    """The value of a secret. Raises SettingsError saying which variable is missing and where to get it."""
    secret: SecretStr | None = getattr(settings, name)
    if secret is None:
        variable = name.upper()
        raise SettingsError(f"設定 {variable} がありません — {WHERE_TO_GET[variable]}")
    return secret.get_secret_value()


def check_secrets(settings: Settings, *, is_socket: bool, is_chosen: bool = True) -> None:
    """Raise SettingsError that names every secret that serving needs and that is missing, in one line.

    Unless the way is chosen (`--http`), it says what the other one needs too.
    """
    needed = ("slack_bot_token", "slack_app_token" if is_socket else "slack_signing_secret")
    missing = [name.upper() for name in needed if getattr(settings, name) is None]
    if not missing:
        return
    told = f"設定 {'、'.join(missing)} がありません — {'、'.join(map(_whence, missing))}"
    if not is_chosen and "SLACK_SIGNING_SECRET" in missing:
        told += f"。Socket Mode なら、SLACK_SIGNING_SECRET の代わりに {_whence('SLACK_APP_TOKEN')}"
    raise SettingsError(told)


def _whence(name: str) -> str:
    return f"{name}: {WHERE_TO_GET[name]}"
