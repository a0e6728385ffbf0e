"""What parameter files give: their assignments in order, without the texts that a tool fills in before deployment."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Mapping, Sequence

from mnlint.model.expr import Op, Template
from mnlint.model.pattern import pattern
from mnlint.model.record import replace
from mnlint.model.typing import Final
from mnlint.model.value import Cause, Choice, Hop, HopKind, Map, Node, Seq, Unknown, choice, literal, step_form, unknown
from mnlint.resolve.scope import Scope, World, folder_of

LONGEST: Final = 60  # characters of a text that a message repeats

# Texts that a tool replaces: azd's ${X}, #{X}#, __X__, $(X) and {{X}} of pipelines, <a hint>, the quickstarts' GEN-X.
_PLACEHOLDER: Final = pattern(
    r"\$\{[A-Za-z_](?:[^$}]|\$(?!\{))*+\}|#\{(?:[^#}]|#(?!\{))++\}#?|\$\([A-Za-z_][\w.-]*\)"
    r"|\{\{\s*[\w.-]+\s*\}\}|__[A-Za-z][\w.]*?__"
    r"|\bGEN-[A-Z][A-Z0-9-]*|\bGET-PREREQ-\w+|\A\s*<[A-Za-z][^<>=/]*>"
)
_WITH_DEFAULT: Final = pattern(r"\$\{[A-Za-z_]\w*:?[=-]([^${}]*)\}")


def given_by(
    templates: Mapping[str, Template], files: Sequence[str], world: World, *, fold: bool
) -> Callable[[str], Node | None]:
    """What parameter files say of an input by its name, the later file on top; None if they say nothing.

    `fold`: whatever the case of names. Where a file, or one that it extends, could not be read whole, what none of
    them is seen to give is not known.
    """
    given: dict[str, Node] = {}
    lost: Unknown | None = None
    for template in (templates[file] for file in files if file in templates):
        short = posixpath.basename(template.file)
        scope = Scope(world, [template], template.language, local=_base(template, given))
        for name in template.names:
            node = _filled(
                world.evaluate(name.expr, scope, name.span),
                name.symbol,
                (name.symbol.lower() if fold else name.symbol,),
            )
            hop = Hop(HopKind.BINDING, name.expr.span, f"{short} gives {name.symbol}")
            given[name.symbol.lower() if fold else name.symbol] = node.through(hop)
        lost = lost or _lost(template, files)
    return lambda name: given.get(name.lower() if fold else name) or _unseen(name.lower() if fold else name, lost)


def _base(template: Template, given: Mapping[str, Node]) -> Mapping[str, Node]:
    """What `base` means in a .bicepparam that extends another: all that the others give."""
    if "extends" not in template.requires:
        return {}
    span = template.requires["extends"].span
    return {"base": literal(Map(dict(given), span), span)}


def _filled(node: Node, name: str, path: tuple[str, ...]) -> Node:
    """A value without the placeholders in it: what will be put in their place is not known."""
    value = node.value
    if isinstance(value, Unknown) and value.cause is Cause.SECRET:  # each is one of its own, and none is shown
        return node.holding(replace(value, label=f"parameter {name}", form=_form(path)))
    if isinstance(value, str):
        return _text(node, value, name, path)
    if isinstance(value, Map):
        members = {key: _filled(member, name, (*path, key)) for key, member in value.entries.items()}
        found = next((match for key in members if (match := _PLACEHOLDER.search(key))), None)
        if found is None:
            return node.holding(replace(value, entries=members))
        # Whatever stands in the place of a name may be any name, also one of the others.
        why = Unknown(Cause.PLACEHOLDER, node.span, f"the placeholder {_cut(found[0])} for {name}")
        members = {key: member.holding(why) for key, member in members.items() if not _PLACEHOLDER.search(key)}
        return node.holding(replace(value, entries=members, more=why, only=None))
    if isinstance(value, Choice):
        return choice([_filled(option, name, path) for option in value.options], value.why, node)
    if isinstance(value, Seq):
        items = tuple(_filled(item, name, (*path, str(at))) for at, item in enumerate(value.items))
        return node.holding(replace(value, items=items))
    return node


def _text(node: Node, text: str, name: str, path: tuple[str, ...]) -> Node:
    found = _PLACEHOLDER.search(text)
    if found is None:
        return node
    default = _WITH_DEFAULT.fullmatch(text)
    if default is not None and not _is_typed(default[1]):
        return node.holding(default[1]).through(Hop(HopKind.DEFAULT, node.span, f"the default of {_cut(text)}"))
    label = f"the placeholder {_cut(found[0])} for {name}"
    return node.holding(Unknown(Cause.PLACEHOLDER, node.span, label, _form(path)))


def _form(path: tuple[str, ...]) -> str:
    return f"{{param:{'.'.join(map(step_form, path))}}}"


def _is_typed(text: str) -> bool:
    """Whether azd would give a text as a truth, a number, a list or an object where the parameter is one."""
    try:
        return not isinstance(json.loads(text), str)
    except (ValueError, RecursionError):
        return not text


def _lost(template: Template, files: Sequence[str]) -> Unknown | None:
    """Why a parameter file may give more than is seen of it; None if it cannot."""
    broken = next((notice.place for notice in template.notices if notice.level == "error" and notice.place), None)
    if broken is not None:
        return Unknown(Cause.UNREADABLE, broken.span, f"what {posixpath.basename(template.file)} gives")
    base = template.requires.get("extends")
    if base is None:
        return None
    path = base.args[0] if base.op is Op.LITERAL else None
    if isinstance(path, str) and posixpath.normpath(posixpath.join(folder_of(template.file), path)) in files:
        return None
    return Unknown(Cause.MODULE, base.span, f"what {path} gives")


def _unseen(name: str, lost: Unknown | None) -> Node | None:
    if lost is None:
        return None
    return unknown(lost.cause, lost.span, f"{lost.label} parameter {name}", f"{{param:{name}}}")


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
