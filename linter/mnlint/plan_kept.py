"""The plan of a run before, which is good as long as files look as they did then and call what they called."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from mnlint.cache import Store
from mnlint.cache.records import NONE_OF_OURS, decode, encode
from mnlint.discover import PARAMETERS, Plan, Seen, called_from
from mnlint.model.digest import digest
from mnlint.model.expr import Op, Template
from mnlint.model.root import Glance, Root
from mnlint.model.typing import Any

Read = Callable[[str], Template]


def planned(
    store: Store | None,
    question: str,
    seen: Seen,
    head: Read,
    asked: set[str],
    make: Callable[[Read], Plan],
) -> Plan:
    """The plan for files of which this is `seen`, if it is kept; else, and without a store, as it is made now.

    `question` is all else on which it depends. `head` reads what planning asks of a file; the files of which it does,
    or did when the plan was made, are `asked`.
    """
    heads: dict[str, Template] = {}

    def noting(file: str) -> Template:
        asked.add(file)
        heads[file] = head(file)
        return heads[file]

    if store is None:
        return make(noting)
    key = digest(question, _looks(seen))
    try:
        kept = store.get("plan", key)
        plan = _restored(kept, seen, head) if kept is not None else None
        if plan is not None:
            asked.update(kept["heads"])
            return plan
    except NONE_OF_OURS:
        pass
    plan = make(noting)
    marked = {notice.place.span.file for notice in plan.notices if notice.place is not None}
    said = {file: [seen.digests[file], "" if file in marked else _says(file, seen, heads[file])] for file in heads}
    # Of what could not be read, another day may.
    if all(made for made, _ in said.values()) and marked <= said.keys() and not any(map(_has_failed, heads.values())):
        data = encode((plan.roots, plan.seen, dict(plan.skipped), plan.notices))
        store.put("plan", key, {"heads": said, "plan": data})
    return plan


def _looks(seen: Seen) -> str:
    """The names of files and what each looks like, each look once: most files look like others."""
    looks: dict[tuple[str, Glance] | None, int] = {}
    numbers: dict[tuple[str, int], int] = {}  # by the object, which is the same for many
    made = []
    for file in seen.digests:
        language = seen.languages.get(file)
        if language is None:
            made.append(looks.setdefault(None, len(looks)))
            continue
        glance = seen.glances[file]
        known = language.name, id(glance)
        if known not in numbers:
            numbers[known] = looks.setdefault((language.name, glance), len(looks))
        made.append(numbers[known])
    return json.dumps([list(seen.digests), made, repr(list(looks))])


def _says(file: str, seen: Seen, template: Template) -> str:
    """What planning asks of a template but for places; empty of one that gives parameters, of which that is more."""
    if seen.languages[file].name in PARAMETERS:
        return ""
    names = [(one.symbol, one.name) for one in template.inputs]
    calls = [(source.op.name, source.args[0] if source.op is Op.LITERAL else None) for source in called_from(template)]
    return digest(repr((template.language, names, calls)))


def _has_failed(template: Template) -> bool:
    return any(notice.code == "crash" for notice in template.notices)


def _restored(kept: Mapping[str, Any], seen: Seen, head: Read) -> Plan | None:
    """The plan that was kept, if the templates that were read for it say the same now."""
    for file, (made, says) in kept["heads"].items():
        if seen.digests[file] != made and not (says and says == _says(file, seen, head(file))):
            return None
    roots, number, skipped, notices = decode(kept["plan"])
    for root in roots:
        if not isinstance(root, Root) or not seen.languages.keys() >= set(root.files):
            return None
    return Plan(roots, number, skipped, notices)
