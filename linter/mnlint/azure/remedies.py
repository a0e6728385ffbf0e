"""What to write so that one rule waits for another, in the words of the language that they are written in."""

from __future__ import annotations

from mnlint.azure.draft import Draft, Drafts
from mnlint.azure.views import View
from mnlint.model.deployment import Step
from mnlint.model.value import Ref

_LOOPED = {
    "bicep": "write `@batchSize(1)` above {}",
    "arm": 'write `"mode": "serial"` and `"batchSize": 1` into the `copy`',
    "terraform": (
        "what `for_each` and `count` make cannot wait for each other: "
        "make the rules with `azapi_resource`, each with the workspace's id in its `locks`"
    ),
}


def remedy(drafts: Drafts, earlier: Draft, later: Draft) -> str:
    """What to write at the later of two rules, or at the modules they stand in."""
    view = later.view
    if view is None or earlier.view is None:
        return ""
    if view.dialect == "azapi" and earlier.view.dialect == "azapi":
        return f"write `locks = [{_workspace(drafts, view)}]` into each of them"
    first, second = _apart(drafts, earlier.view, view)
    if second.loop and first.loop == second.loop:
        return _LOOPED.get(view.resource.language, "").format(second.symbol)
    if view.resource.language == "terraform":
        return f"write `depends_on = [{first.symbol}]` into {second.symbol}"
    if view.resource.language == "bicep":
        return f"write `dependsOn: [ {first.symbol} ]` into {second.symbol}"
    one, two = (name if isinstance(name, str) else "the other" for name in (earlier["name"].value, later["name"].value))
    return f"let the `dependsOn` of {two} name {one}, or the deployment that {one} is in"


def _apart(drafts: Drafts, earlier: View, later: View) -> tuple[Step, Step]:
    """Two rules as steps, or the modules that they stand in: such as are in one template, and are not the same."""
    one, two = _around(drafts, earlier), _around(drafts, later)
    if earlier is later:  # it stands for several
        several = next((step for step in reversed(two) if step.symbolic), two[-1])
        return several, several
    at = next((n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a is not b), 0)
    return one[at], two[at]


def _around(drafts: Drafts, view: View) -> list[Step]:
    """The modules around a rule, the outermost first, and the rule itself, as steps."""
    found: list[Step] = []
    step = drafts.deployment.steps.get(view.address)
    while step is not None:
        found.append(step)
        step = drafts.deployment.steps.get(step.within)
    return found[::-1] or [Step()]


def _workspace(drafts: Drafts, view: View) -> str:
    """The id of a rule's workspace as it can be written where the rule stands."""
    node, steps = view.parent_id, drafts.deployment.steps
    if node is not None and isinstance(node.value, Ref) and node.value.rest == ("id",):
        other, own = steps.get(node.value.address), steps.get(view.address)
        if other is not None and own is not None and other.within == own.within and not other.loop:
            return f"{other.symbol}.id"
    return "the workspace's id"
