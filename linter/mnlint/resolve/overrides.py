"""Terraform's override files: what they say takes the place of what other files of their folder say."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mnlint.model.expr import Binding, Call, Declared, Expr, Input, Op, Template
from mnlint.model.record import replace
from mnlint.model.typing import Any, Final
from mnlint.resolve.scope import folder_of

_SUFFIXES: Final = ("override.tf", "override.tf.json")


def with_overrides(templates: Mapping[str, Template]) -> Mapping[str, Template]:
    """Templates by their files; of what an override file declares a second time there is one, as Terraform merges it.

    What it declares alone is an error to Terraform; here it stays where it is, and is judged.
    """
    over = sorted(file for file, template in templates.items() if _overrides(file, template))
    if not over:
        return templates
    overriding = frozenset(over)
    folders = {folder_of(file) for file in over}
    below = [file for file in templates if file not in overriding and folder_of(file) in folders]
    lists = {
        (file, kind): {one.symbol: one for one in getattr(templates[file], kind)}
        for file in (*below, *over)
        if templates[file].language == "terraform"
        for kind in _MERGED
    }
    owners = {(folder_of(f), kind, one): f for f, kind in lists if f not in overriding for one in lists[f, kind]}
    for file in over:
        for kind, merged in _MERGED.items():
            for symbol, one in list(lists[file, kind].items()):
                owner = owners.get((folder_of(file), kind, symbol))
                if owner is not None:
                    lists[owner, kind][symbol] = merged(lists[owner, kind][symbol], one)
                    del lists[file, kind][symbol]
    read = dict.fromkeys(file for file, _ in lists)
    made: dict[str, Template] = {}
    for file in read:
        changed: dict[str, Any] = {kind: tuple(lists[file, kind].values()) for kind in _MERGED}
        made[file] = replace(templates[file], **changed)
    return {**templates, **made}


def _overrides(file: str, template: Template) -> bool:
    name = file.rpartition("/")[2]
    return template.language == "terraform" and (name in _SUFFIXES or name.endswith(tuple("_" + s for s in _SUFFIXES)))


def _last(_: Binding, over: Binding) -> Binding:
    return over


def _input(one: Input, over: Input) -> Input:
    return replace(
        one,
        default=over.default or one.default,
        allowed=over.allowed or one.allowed,
        secret=over.secret or one.secret,
        nullable=over.nullable if over.default is not None else one.nullable,
        constraint=over.constraint or one.constraint,
        never_null=over.never_null or one.never_null,
    )


def _resource(one: Declared, over: Declared) -> Declared:
    return replace(
        one, body=_body(one.body, over.body), loop=over.loop or one.loop, provider=over.provider or one.provider
    )


def _call(one: Call, over: Call) -> Call:
    silent = isinstance(over.source, Expr) and over.source.op is Op.OPAQUE
    return replace(
        one,
        source=one.source if silent else over.source,
        arguments={**one.arguments, **over.arguments},
        loop=over.loop or one.loop,
        providers={**one.providers, **over.providers},
        arguments_object=over.arguments_object or one.arguments_object,
        version=over.version or one.version,
    )


def _body(one: Expr, over: Expr) -> Expr:
    """Arguments, and all blocks of a type, in the place of those below. What could not be read hides all."""
    if one.op is not Op.OBJECT or over.op is not Op.OBJECT:
        return one if one.op is not Op.OBJECT else over
    names = {entry[0].args[0] for entry in over.args if entry[0].op is Op.LITERAL}
    kept = [entry for entry in one.args if entry[0].op is not Op.LITERAL or entry[0].args[0] not in names]
    return Expr(Op.OBJECT, one.span, (*kept, *over.args))


_MERGED: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "inputs": _input,
    "names": _last,
    "outputs": _last,
    "resources": _resource,
    "providers": _resource,
    "calls": _call,
}
