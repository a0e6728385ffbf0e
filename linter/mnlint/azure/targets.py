"""Which of many ids may lead to one resource, without a question for every pair of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mnlint.azure.alike import Alike, Texts
from mnlint.azure.index import Index
from mnlint.azure.kleene import missing
from mnlint.azure.same import same_target
from mnlint.model.ids import id_of, top_type
from mnlint.model.record import dataclass
from mnlint.model.tri import Tri, both, either
from mnlint.model.typing import Final
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
    """What something says, or may: what may say the same has in its `texts` one that this one asks for, or one has
    None; what is sure to say the same has one of `sure` in common. Most ask for what they say themselves."""

    texts: Texts
    sure: frozenset[str]
    asks: Texts

    @classmethod
    def of(cls, texts: Texts) -> Says:
        return cls(texts, frozenset(texts or ()), texts)

    def is_sure(self, other: Says) -> bool:
        """Whether somebody may know that another one says the same."""
        return not self.sure.isdisjoint(other.sure)


def target_of(index: Index, target: Node) -> Says:
    """Where an id leads, or may."""
    options = [_one_target(index, option) for option in options_of(target)]
    sure = frozenset(text for option in options for text in option.sure)
    if any(option.texts is None for option in options):
        return Says(None, sure, None)
    texts = [text for option in options for text in option.texts or ()]
    asks = [text for option in options for text in option.asks or ()]
    return Says(texts, sure, None if any(option.asks is None for option in options) else asks)


def _one_target(index: Index, target: Node) -> Says:
    """The resources that an id may lead to, and the id itself as far as `same.same_target` compares it.

    An id that may lead to many is one of `ids of` their type: two such are told apart by what they say themselves, so
    that they ask only for what leads to one of those resources by its declaration.
    """
    if isinstance(target.value, Map | Seq) or missing(target):
        return Says.of([])
    is_id, meant = id_of(target)
    form = form_of(target)
    whole = [f"text {form.strip().lower()}"] if form is not None else []
    if meant is None:
        texts = whole if is_id is Tri.FALSE and whole else None
        return Says(texts, frozenset(whole), texts)
    views = index.few_possible(target, _FEW)
    several = [f"view {index.number(view)}" for view in views or ()]
    sure = [*whole, *(f"view {index.number(view)}" for view in index.meant(target, lift=True))]
    if meant.root is None:
        kind, name = top_type(meant.type).lower(), meant.names[0].lower()
        head, hole, _ = name.partition("{")
        # What stands behind a hole does not tell two ids apart: the hole may be several levels.
        own = f"id {kind}/{head}{'{}' if hole else ''}"
        sure.append(f"id {kind}/{name}")
        if views is None:
            return Says([own, f"ids of {kind}"], frozenset(sure), [own, f"declared {kind}", "declared "])
        return Says([own, *several], frozenset(sure), [own, *several])
    root = index.by_address.get(meant.root)
    if root is None or views is None:
        return Says(None, frozenset(sure if root is not None else whole), None)
    own, kind = f"view {index.number(root)}", root.type.lower()
    texts = [own, *several]
    # A resource of a type that nobody knows may be that of any id.
    asks = [*texts, f"ids of {kind}"] if kind else None
    return Says([*texts, f"declared {kind}"], frozenset([*sure, own]), asks)


class Targets:
    """Ids, each by its number."""

    def __init__(self, index: Index, nodes: Sequence[Node]) -> None:
        self._index, self._nodes = index, nodes
        self._says = [target_of(index, node) for node in nodes]
        self._near = Alike({number: says.texts for number, says in enumerate(self._says)})

    def any_of(self, at: int, others: Mapping[int, Tri]) -> Tri:
        """Whether an id leads where one of some others does, each of which counts or may count."""
        answer = Tri.FALSE
        for number in self._near.near(self._says[at].asks):
            counts = others.get(number, Tri.FALSE)
            if counts is Tri.FALSE or (answer is Tri.UNKNOWN and not self._says[at].is_sure(self._says[number])):
                continue
            answer = either(answer, both(counts, same_target(self._index, self._nodes[at], self._nodes[number])))
            if answer is Tri.TRUE:
                break
        return answer
