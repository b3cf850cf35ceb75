"""The city hall's own ways, out of the settings: its calendar, its reminders, who may set deadlines."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from sqlite_utils import Database

from bot.days.business_days import Calendar, read_days
from bot.settings import WHERE_TO_GET, Settings, SettingsError
from store.evaluation import contacts
from store.evaluation.records import ReminderSettings
from store.lists import ListError, read_file


def reminder_settings(settings: Settings) -> ReminderSettings:
    """Times and offsets of reminders."""
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


def calendar(settings: Settings) -> Calendar:
    """When the city hall is open, its own days included. Raises SettingsError for an unreadable file."""
    path = settings.jigyo_calendar
    if path is None:
        return Calendar()
    try:
        return _calendar(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise SettingsError(f"JIGYO_CALENDAR の {path} を読めません（{error.strerror}）。") from None
    except ListError as error:
        raise SettingsError(f"JIGYO_CALENDAR の {path}: {error}") from None
    except UnicodeError:
        raise SettingsError(f"JIGYO_CALENDAR の {path} は UTF-8 ではありません。") from None


@lru_cache(maxsize=4)
def _calendar(path: Path, changed: int) -> Calendar:
    days, rejected = read_days(read_file(path).decode("utf-8-sig"))
    if rejected:
        first = rejected[0]
        raise SettingsError(f"{WHERE_TO_GET['JIGYO_CALENDAR']} {path} の{first.line}行目: {first.reason}")
    return days


def is_admin(db: Database, settings: Settings, user: str) -> bool:
    """Whether this user may set deadlines, return and settle: by the settings or by the table."""
    return bool(user) and (user in settings.jigyo_admins or user in contacts.admins(db))
