"""Settings from the environment (and `.env`), each with where to get it. Secrets never print themselves."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

WHERE_TO_GET = {
    "SLACK_BOT_TOKEN": "Slack のアプリ設定 › OAuth & Permissions › Bot User OAuth Token (xoxb-…)",
    "SLACK_SIGNING_SECRET": "Slack のアプリ設定 › Basic Information › Signing Secret (32 桁の 16 進数)",
    "SLACK_APP_TOKEN": "Slack のアプリ設定 › Basic Information › App-Level Tokens (xapp-…)",
    "JIGYO_DB": "データベースのファイル名 (既定は jigyo.db)",
    "PORT": "待ち受けるポート番号 (1〜65535、既定は 3000)",
}


class SettingsError(Exception):
    """A setting is missing or malformed; the message names it and where to get it, in one line."""


def _shaped(pattern: str) -> AfterValidator:
    """A secret must look like what Slack shows (surrounding spaces aside); empty means not set."""

    def check(secret: SecretStr | None) -> SecretStr | None:
        value = secret.get_secret_value().strip() if secret else ""
        if value and not re.fullmatch(pattern, value):
            raise ValueError("malformed")
        return SecretStr(value) if value else None

    return AfterValidator(check)


class Settings(BaseSettings):
    """What the environment says. Field names in lower case; the variables are in `WHERE_TO_GET`."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", hide_input_in_errors=True
    )

    slack_bot_token: Annotated[SecretStr | None, _shaped(r"xoxb-[\w-]+")] = None
    slack_signing_secret: Annotated[SecretStr | None, _shaped(r"[0-9a-fA-F]{32}")] = None
    slack_app_token: Annotated[SecretStr | None, _shaped(r"xapp-[\w-]+")] = None
    slack_api_url: str = "https://slack.com/api/"  # a loopback Slack in tests and demos
    jigyo_db: Path = Path("jigyo.db")
    port: int = Field(3000, ge=1, le=65535)


def read_settings() -> Settings:
    """Read and check the settings. Raises SettingsError naming the variable, never its value."""
    try:
        return Settings()
    except ValidationError as error:
        names = sorted({str(problem["loc"][0]).upper() for problem in error.errors()})
        lines = "、".join(
            f"{name} — {WHERE_TO_GET.get(name, '値の形式を確かめてください')}" for name in names
        )
        raise SettingsError(f"設定の形式が正しくありません: {lines}") from None


def require(settings: Settings, name: str) -> str:
    """The value of a secret. Raises SettingsError saying which variable is missing and where to get it."""
    secret: SecretStr | None = getattr(settings, name)
    if secret is None:
        variable = name.upper()
        raise SettingsError(f"設定 {variable} がありません — {WHERE_TO_GET[variable]}")
    return secret.get_secret_value()
