"""One deployment of a root and its facts, and what of it could not be read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping, Sequence

from mnlint import azure, formats, lists
from mnlint.model.deployment import Deployment
from mnlint.model.expr import Call, Declared, Template
from mnlint.model.fact import Facts
from mnlint.model.finding import Notice, Place
from mnlint.model.limits import Limits
from mnlint.model.record import replace
from mnlint.model.root import Root
from mnlint.model.settings import Settings
from mnlint.model.typing import TYPE_CHECKING, Final
from mnlint.reading import Readers
from mnlint.resolve import resolve

if TYPE_CHECKING:
    from mnlint.model.past import PastNetwork

RECURSION: Final = 20_000  # our evaluators count their own depth; Python's guard must not come first


def facts_of(
    root: Root,
    bindings: Sequence[str],
    templates: Mapping[str, Template],
    tables: lists.Tables,
    settings: Settings,
    readers: Readers,
    past: Sequence[PastNetwork] | None = None,
    types: Collection[str] = (),
    wanted: Callable[[Declared | Call], bool] | None = None,
) -> tuple[Deployment, Facts]:
    """The deployment of a root with one set of parameter files, and its facts; each resource of `types` is one.

    If somebody says which resources and modules are `wanted`, the others are passed over.
    Of a deployment that has too many nothing is a fact, and a notice says so: some would be judged without the others.
    """
    sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION))
    limits = Limits(settings.max_evaluations, settings.max_modules, settings.max_module_depth)
    deployment = resolve(
        templates,
        root,
        bindings,
        readers.modules,
        readers.content,
        readers.below,
        formats.template_text,
        limits,
        azure.unasked(types),
        wanted,
    )
    try:
        subscriptions = dict(settings.subscriptions)
        return deployment, azure.extract(deployment, tables, subscriptions, past, types, settings.max_facts)
    except azure.TooManyError as error:
        notice = Notice("error", "MN912", str(error), Place(error.head, "the first one that is too much"))
        return replace(deployment, notices=(*deployment.notices, notice)), Facts()
