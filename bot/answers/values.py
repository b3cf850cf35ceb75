"""A project's short values as an answer says them: section, department, number, year. Pure."""

from __future__ import annotations

from bot.answers.replies import title
from store.records import FIELD_LABELS, Project
from store.text.display import display
from store.text.wareki import fiscal_year_name

SHORT = ("section", "department", "number", "name", "fiscal_year")


def short_value(project: Project, field: str) -> str:
    """The value of a short field, ― where there is none."""
    match field:
        case "section":
            listed, now = _section(project)
            return f"{listed}（{now}）" if now else listed
        case "department":
            return display(" ".join(filter(None, (project.organization, project.department)))) or "―"
        case "number":
            return project.number
        case "name":
            return project.name
        case _:
            return fiscal_year_name(project.fiscal_year)


def _section(project: Project) -> tuple[str, str]:
    """The section as listed, and what it is called now where that differs."""
    listed = "、".join(display(project.section).split("\n")) or "―"
    canonical = display(project.section_canonical)
    is_same = canonical in ("", display(project.section))
    return listed, "" if is_same else f"現在の名称: {canonical}"


def office_line(project: Project) -> str:
    """担当: 政策イノベーション部 企画経営課（令和3年度）."""
    office = " ".join(v for v in (short_value(project, f) for f in ("department", "section")) if v != "―")
    return f"担当: {office}（{fiscal_year_name(project.fiscal_year)}）"


def told(project: Project, field: str) -> str:
    """A short field in a sentence."""
    value = short_value(project, field)
    match field:
        case "section":
            listed, now = _section(project)
            office = short_value(project, "department").strip("―")
            remark = "、".join(filter(None, (office, now)))
            above = f"（{remark}）" if remark else ""
            return f"{title(project)}の担当課は、{listed}{above}です。"
        case "department":
            return f"{title(project)}の担当部局は、{value}です。"
        case "number":
            return f"{project.name}の事業番号は{value}です（{fiscal_year_name(project.fiscal_year)}）。"
        case "name":
            return f"事業番号 {project.number} の事業名は、{value}です。"
        case _:
            return f"{title(project)}の{FIELD_LABELS[field]}は、{value}です。"


def label(project: Project) -> str:
    """A project as a button says it."""
    name = f"{project.number} {project.name}"
    return name if len(name) <= 30 else f"{name[:29]}…"
