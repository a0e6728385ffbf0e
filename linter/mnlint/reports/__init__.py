"""Report in, text out: the table of formats, each module imported only when somebody asks for it."""

from __future__ import annotations

from importlib import import_module

from mnlint.model.finding import Report
from mnlint.model.typing import Final

RENDERERS: Final = {
    "text": "mnlint.reports.text:render",
    "concise": "mnlint.reports.concise:render",
    "json": "mnlint.reports.json:render",
    "sarif": "mnlint.reports.sarif:render",
    "github": "mnlint.reports.github:render",
    "azure": "mnlint.reports.azure:render",
    "gitlab": "mnlint.reports.gitlab:render",
    "junit": "mnlint.reports.junit:render",
    "markdown": "mnlint.reports.markdown:render",
}


def render(report: Report, format: str, **options: object) -> str:  # noqa: A002  (the word that users know)
    """The report in one of RENDERERS' formats, as text that ends in a line end.

    `options` are what that format takes: `color` (bool) for text, `category` (str) for sarif, nothing for the others.
    """
    module, _, function = RENDERERS[format].partition(":")
    text: str = getattr(import_module(module), function)(report, **options)
    return text
