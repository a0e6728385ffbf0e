"""The cards of the rules about the linter's own work, MN9xx: what was silenced, and what could not be read."""

from __future__ import annotations

from mnlint.model.finding import Card, Severity
from mnlint.model.typing import Final

CARDS: Final = (
    Card(
        id="MN900",
        name="suppression-without-reason",
        title="A suppression does not say why",
        severity=Severity.WARNING,
        why=(
            "A comment was meant to silence a policy and gives no reason, so it does not. Whoever reads it later could "
            "not tell a decision from a convenience, and nobody would dare to remove it."
        ),
        fix="Write the reason after the list of ids, for example: mnlint: ignore[MN001] a lab without data.",
        see=(),
        tags=("suppression",),
    ),
    Card(
        id="MN901",
        name="suppression-expired",
        title="The date of a suppression has passed",
        severity=Severity.WARNING,
        why=(
            "The suppression was meant to hold until a date, and that date has passed. It silences nothing any "
            "more, and what it silenced is reported again."
        ),
        fix="Mend what was silenced and remove the suppression, or decide anew and write a later date.",
        see=(),
        tags=("suppression",),
    ),
    Card(
        id="MN902",
        name="suppression-unused",
        title="A suppression silences nothing",
        severity=Severity.WARNING,
        why=(
            "Nothing is found at the place that the suppression covers. Left in place it would hide the next "
            "fault of that kind, which nobody has looked at yet."
        ),
        fix="Remove the suppression, or move it to the line that it is about.",
        see=(),
        tags=("suppression",),
    ),
    Card(
        id="MN903",
        name="suppression-refused",
        title="A policy that cannot be suppressed is suppressed",
        severity=Severity.ERROR,
        why=(
            "The policy says of itself that it cannot be suppressed, so the suppression has no effect: what it "
            "was meant to silence is still reported."
        ),
        fix="Remove the suppression and mend what the policy reports, or ask the owner of the policy for an exception.",
        see=(),
        tags=("suppression",),
        suppressible=False,
    ),
    Card(
        id="MN910",
        name="file-unreadable",
        title="A file could not be read",
        severity=Severity.ERROR,
        why=(
            "The file cannot be opened, is larger than the limit, or is not text. Nothing in it was checked, so "
            "the absence of findings says nothing about it."
        ),
        fix="Make the file readable and save it as UTF-8, or exclude it if it is not meant to be checked.",
        see=(),
        tags=("input",),
        suppressible=False,
    ),
    Card(
        id="MN911",
        name="syntax-error",
        title="A file has a syntax error",
        severity=Severity.ERROR,
        why=(
            "The text at this place does not follow the grammar of its language. The rest of the file was checked "
            "as far as it could be understood; values that the error touches are not decided."
        ),
        fix="Mend the syntax here; the language's own tool (bicep build, terraform validate) says more about it.",
        see=(),
        tags=("input",),
        suppressible=False,
    ),
    Card(
        id="MN912",
        name="limit-reached",
        title="Something is too large or too deep to be checked",
        severity=Severity.ERROR,
        why=(
            "A limit that protects the check from running without end was reached here: nesting, size, or the "
            "amount of work. What lies behind it was not checked; its values are not decided."
        ),
        fix=(
            "Make the expression, the file or the tree of modules smaller; split what is generated into several files. "
            "If an option moves the limit, the message names it."
        ),
        see=(),
        tags=("input",),
    ),
    Card(
        id="MN913",
        name="module-out-of-reach",
        title="A module lies outside of what can be read here",
        severity=Severity.NOTE,
        why=(
            "The module comes from a registry or another repository, or lies outside the checked folder. Nothing "
            "outside is opened, so what the module makes of its arguments is not decided. Nor is a template looked "
            "into that stands inside of a resource, as Terraform's template deployments have one."
        ),
        fix=(
            "Check the module's own sources as well, or use a module inside the checked folder. What `bicep restore` "
            "has fetched is read with --restored-modules."
        ),
        see=(),
        tags=("input",),
    ),
    Card(
        id="MN914",
        name="order-hidden",
        title="A character changes the order in which text is shown",
        severity=Severity.WARNING,
        why=(
            "Editors, terminals and reviews show the characters behind it in another order than they stand in, so that "
            "a value or a comment looks like something else than what is deployed. It was checked as it stands."
        ),
        fix="Remove the character, or write it as an escape (\\u{202e} in Bicep, \\u202e in JSON and Terraform).",
        see=("https://trojansource.codes/",),
        tags=("input",),
    ),
)
