"""Which of many ids may lead to one resource, without a question for every pair of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from mnlint.azure.alike import Alike, Texts
from mnlint.azure.index import Index
from mnlint.azure.kleene import missing
from mnlint.azure.same import same_target
from mnlint.model.ids import id_of, top_type
from mnlint.model.record import dataclass
from mnlint.model.tri import Tri, both, either
from mnlint.model.value import Choice, Map, Node, Seq, form_of

_FEW: Final = 20  # resources: what may lead to more of them is asked about with everything


def options_of(node: Node) -> Iterator[Node]:
    """A value, or each that it may be."""
    if isinstance(node.value, Choice):
        for option in node.value.options:
            yield from options_of(option)
    else:
        yield node


@dataclass(frozen=True, slots=True)
class Says:
    """What something says, or may: what may say the same has one of `texts` in common, or one has None; what is sure
    to say the same has one of `sure` in common."""

    texts: Texts
    sure: frozenset[str]

    @classmethod
    def of(cls, texts: Texts) -> Says:
        return cls(texts, frozenset(texts or ()))

    def is_sure(self, other: Says) -> bool:
        """Whether somebody may know that another one says the same."""
        return not self.sure.isdisjoint(other.sure)


def target_of(index: Index, target: Node) -> Says:
    """Where an id leads, or may."""
    options = [_one_target(index, option) for option in options_of(target)]
    sure = frozenset(text for option in options for text in option.sure)
    if any(option.texts is None for option in options):
        return Says(None, sure)
    return Says([text for option in options for text in option.texts or ()], sure)


def _one_target(index: Index, target: Node) -> Says:
    """The resources that an id may lead to, and the id itself as far as `same.same_target` compares it."""
    if isinstance(target.value, Map | Seq) or missing(target):
        return Says.of([])
    is_id, meant = id_of(target)
    form = form_of(target)
    whole = [f"text {form.strip().lower()}"] if form is not None else []
    if meant is None:
        return Says(whole if is_id is Tri.FALSE and whole else None, frozenset(whole))
    if meant.root is None:
        kind, name = top_type(meant.type).lower(), meant.names[0].lower()
        head, hole, _ = name.partition("{")
        # What stands behind a hole does not tell two ids apart: the hole may be several levels.
        ids, sure = [f"id {kind}/{head}{'{}' if hole else ''}"], [f"id {kind}/{name}"]
    else:
        root = index.by_address.get(meant.root)
        if root is None:
            return Says(None, frozenset(whole))
        ids = sure = [f"view {index.number(root)}"]
    sure = [*whole, *sure, *(f"view {index.number(view)}" for view in index.meant(target, lift=True))]
    views = index.few_possible(target, _FEW)
    return Says(None if views is None else [*ids, *(f"view {index.number(view)}" for view in views)], frozenset(sure))


class Targets:
    """Ids, each by its number."""

    def __init__(self, index: Index, nodes: Sequence[Node]) -> None:
        self._index, self._nodes = index, nodes
        self._says = [target_of(index, node) for node in nodes]
        self._near = Alike({number: says.texts for number, says in enumerate(self._says)})

    def any_of(self, at: int, others: Mapping[int, Tri]) -> Tri:
        """Whether an id leads where one of some others does, each of which counts or may count."""
        answer = Tri.FALSE
        for number in self._near.near(self._says[at].texts):
            counts = others.get(number, Tri.FALSE)
            if counts is Tri.FALSE or (answer is Tri.UNKNOWN and not self._says[at].is_sure(self._says[number])):
                continue
            answer = either(answer, both(counts, same_target(self._index, self._nodes[at], self._nodes[number])))
            if answer is Tri.TRUE:
                break
        return answer
