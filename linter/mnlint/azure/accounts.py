"""The managed networks of Foundry accounts as facts: by a child, or by where an account says that its agents run."""

from __future__ import annotations

from collections.abc import Sequence

from mnlint.azure import arm
from mnlint.azure.draft import Draft, Drafts
from mnlint.azure.kleene import excluded, is_text, missing, unsure
from mnlint.azure.network_settings import Setting, written_in
from mnlint.azure.networks import fill
from mnlint.azure.updates import updated
from mnlint.azure.views import View
from mnlint.model.tri import Tri, both
from mnlint.model.value import (
    ABSENT,
    Cause,
    Choice,
    Node,
    Seq,
    Unknown,
    doubt,
    member,
)


def make_accounts(drafts: Drafts) -> None:
    """A network fact for each Foundry account that has a managed network, by a child or by its injection."""
    children = drafts.index.of_type(arm.ACCOUNT_NETWORK)
    perhaps = [view for view in drafts.index.of_type("") if view.may_be(arm.ACCOUNT_NETWORK) and not view.updates]
    for view in children:
        account, why = drafts.index.parent_of(view, [arm.ACCOUNT])
        name = account.name if account else Node(why, view.resource.head, ()) if why else view.name
        _foundry(drafts, view, arm.network_settings(view), name)
    done: set[View] = set()
    for view in drafts.index.of_type(arm.ACCOUNT, ""):
        if view.terraform or not view.known:
            continue
        listed = member(view.at("properties"), "networkInjections", fold=True)
        if not view.type and not (view.may_be(arm.ACCOUNT) and isinstance(listed.value, Seq)):
            continue
        injected, managed = _injected(listed)
        # An account may be declared by one resource and say by another one where its network is.
        account = next(iter(drafts.index.meant(updated(view))), view) if view.updates else view
        said_by, why = _child_of(drafts, account, [*children, *perhaps])
        if injected is Tri.FALSE or said_by is Tri.TRUE or account in done:
            continue
        done.add(account)
        settings = managed.holding(ABSENT if why is None else Unknown(why.cause, why.span, why.label))
        network = _foundry(drafts, account, settings, account.name)
        network.unseen = view.untyped
        if account is not view:
            network.guards = (*account.guards, *view.guards)
        if injected is Tri.UNKNOWN:
            why = doubt(managed) or Unknown(Cause.RUNTIME, managed.origin, "whose network it is")
            guard = Unknown(why.cause, why.span, why.label, f"{{managed network:{account.address}}}")
            network.guards = (*network.guards, managed.holding(guard))


def _child_of(drafts: Drafts, account: View, children: Sequence[View]) -> tuple[Tri, Unknown | None]:
    """Whether a child says what an account's network is like; why it may: it may be another one's, or not be there."""
    perhaps: Unknown | None = None
    for child in children:
        if excluded(child.guards, account.guards):
            continue
        tri, why = drafts.index.is_child(child, account)
        if child.untyped is not None:
            tri, why = both(tri, Tri.UNKNOWN), doubt(child.untyped)
        if tri is Tri.TRUE:
            why = unsure(child.guards, account.guards)
            if why is None:
                return Tri.TRUE, None
        if tri is not Tri.FALSE:
            perhaps = perhaps or why or Unknown(Cause.RUNTIME, child.resource.head, f"the account of {child.address}")
    return Tri.FALSE if perhaps is None else Tri.UNKNOWN, perhaps


def _injected(listed: Node) -> tuple[Tri, Node]:
    """Whether an account's injections say that its agents run in a network of Microsoft's, and what says so."""
    value = listed.value
    if isinstance(value, Choice):
        answers = [_injected(option) for option in value.options]
        return answers[0] if len({tri for tri, _ in answers}) == 1 else (Tri.UNKNOWN, listed)
    items = list(value.items) if isinstance(value, Seq) else [] if missing(listed) else [listed]
    if isinstance(value, Seq) and value.more is not None:
        items.append(listed.holding(value.more))
    found = [member(item, "useMicrosoftManagedNetwork", fold=True) for item in items]
    answers = [(is_text(managed, "true"), managed) for managed in found]
    return max(answers, key=lambda answer: answer[0], default=(Tri.FALSE, listed))


def _foundry(drafts: Drafts, view: View, settings: Node, name: Node) -> Draft:
    address = view.address if view.type.lower() == arm.ACCOUNT_NETWORK else f"{view.address} network"
    draft = drafts.add(Draft("managedNetwork", address, view.resource.head, view.dialect, {}, view, view.guards))
    own = [Setting(settings, view)]
    fill(drafts, draft, written_in(own, "isolationMode"), own, name, "foundry", declared=view.known)
    return draft
