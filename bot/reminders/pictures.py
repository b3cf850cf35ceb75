"""The digest's pictures: each running round's progress over time, drawn from the trail and put into Slack."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import get_args

from slack_sdk import WebClient

from bot.context import Context
from bot.days.business_days import TOKYO
from bot.deadlines.session import desk_of
from bot.messages.kit import Block
from bot.reminders.chart import points_over_time, progress_chart
from bot.slack.client import CALL_ERRORS
from store.evaluation import trail
from store.evaluation.reminder_records import Digest
from store.evaluation.sheet_records import SheetState

MOST_ROUNDS = 2
FIRST_DAY = timedelta(days=30)  # before today, where nothing says when the round began
PROCESSING = 2.0  # seconds that Slack takes until a message may show a new picture

log = logging.getLogger(__name__)

Move = tuple[date, SheetState, SheetState]


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG and its words for those who cannot see it."""

    name: str
    png: bytes
    alt: str


def pictures(context: Context, digest: Digest) -> list[Picture]:
    """One of each round that is still running."""
    rounds = dict.fromkeys(
        (each.fiscal_year, each.kind) for each in digest.progress if each.done < each.total
    )
    return [_picture(context, digest, *each) for each in [*rounds][:MOST_ROUNDS]]


def uploaded(client: WebClient, found: list[Picture]) -> list[Block]:
    """Image blocks of pictures that only we can see until they are posted; without those that fail."""
    blocks: list[Block] = []
    for picture in found:
        try:
            answer = client.files_upload_v2(
                content=picture.png, filename=f"{picture.name}.png", title=picture.name, alt_txt=picture.alt
            )
            file = answer["files"][0]["id"]
        except (*CALL_ERRORS, LookupError, TypeError) as error:
            log.warning("the picture %s was not uploaded: %s", picture.name, error)
        else:
            blocks.append({"type": "image", "slack_file": {"id": file}, "alt_text": picture.alt})
    return blocks


def _picture(context: Context, digest: Digest, fiscal_year: int, kind: str) -> Picture:
    duties = [d for d in desk_of(context).duties if (d.fiscal_year, d.kind) == (fiscal_year, kind)]
    begun = min((duty.owed.since.date() for duty in duties if duty.owed), default=digest.day - FIRST_DAY)
    sheets = [sheet for duty in duties for sheet in duty.sheets]
    moves = _moves(context, fiscal_year, kind)
    points = points_over_time(sheets, moves, start=min(begun, digest.day), today=digest.day)
    sections = [each for each in digest.progress if (each.fiscal_year, each.kind) == (fiscal_year, kind)]
    png, alt = progress_chart(points, sections, today=digest.day)
    return Picture(f"{fiscal_year}年度 {kind} 進捗", png, alt)


def _moves(context: Context, fiscal_year: int, kind: str) -> Iterator[Move]:
    states: dict[str, SheetState] = {state: state for state in get_args(SheetState)}
    for event in trail.events(context.databases.get(), what="sheet"):
        year, rest = event.subject.split("/", 1)
        if event.field == "state" and int(year) == fiscal_year and rest.endswith(f"/{kind}"):
            yield event.at.astimezone(TOKYO).date(), states[event.before], states[event.after]
