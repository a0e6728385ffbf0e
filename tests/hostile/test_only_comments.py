"""What only looks like a comment silences nothing: in strings, values and texts of several lines, in all languages.

Each is near enough to the finding that a real comment would silence it there; some have its end or its quotes in them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from test_suppressions import IGNORE, NOT_SILENCED, SILENCED, arm, bicep, checked, terraform, told, yaml
from threats import least

IGNORE_FILE = IGNORE.replace("ignore", "ignore-file")
Q3 = "'''"
BICEP = {
    "a string": f"note: '// {IGNORE}'",
    "a string with an address before": f"note: 'https://a.org // {IGNORE}'",
    "a string with an escaped quote before": f"note: 'it\\'s // {IGNORE}'",
    "a string with an escaped backslash before": f"note: 'a\\\\\\' // {IGNORE}'",
    "a string with a block comment": f"note: '/* {IGNORE} */'",
    "a string in an interpolation": f"note: '${{'// {IGNORE}'}}'",
    "a string behind an interpolation": f"note: '${{'a'}} // {IGNORE}'",
    "a string in an interpolation of an interpolation": f"note: '${{'${{'// {IGNORE}'}}'}}'",
    "a key": f"'// {IGNORE}': 1",
    "several lines": f"note: {Q3}\n// {IGNORE}\n{Q3}",
    "several lines that begin a block comment": f"note: {Q3}\n/*\n{IGNORE}\n*/\n{Q3}",
    "several lines with quotes in them": f"note: {Q3}\n''\n// {IGNORE}\n'{Q3}",
    "several lines on one line": f"note: {Q3}// {IGNORE}{Q3}",
    "several lines with a dollar sign": f"note: $${Q3}\n// {IGNORE} $${{1}}\n{Q3}",
    "an argument": f"note: concat('// {IGNORE}', 'x')",
    "an item of a list": f"note: [\n'// {IGNORE}'\n]",
    "a directive in a string": "note: '#disable-next-line MN001'",
    "a directive in several lines": f"note: {Q3}\n#disable-next-line MN001\n{Q3}",
    "the inside of a comment's text": f"// see // {IGNORE}",
    "the inside of a block comment": f"/* see\n// {IGNORE}\n*/",
    "a block comment whose first line is another's": f"/* {IGNORE.replace('MN001', 'MN003')}\n{IGNORE} */",
}
TERRAFORM = {
    "a string": f'note = "# {IGNORE}"',
    "a string with slashes": f'note = "// {IGNORE}"',
    "a string with an address before": f'note = "https://a.org # {IGNORE}"',
    "a string with an escaped quote before": f'note = "a\\" # {IGNORE}"',
    "a string with an escaped backslash before": f'note = "a\\\\\\" # {IGNORE}"',
    "a string with a block comment": f'note = "/* {IGNORE} */"',
    "a string in a template": f'note = "${{"# {IGNORE}"}}"',
    "a string behind a template": f'note = "${{1}} # {IGNORE}"',
    "a string behind an escaped template": f'note = "$${{ # {IGNORE}"',
    "a heredoc": f"note = <<X\n# {IGNORE}\nX",
    "an indented heredoc": f"note = <<-X\n  # {IGNORE}\n  X",
    "a heredoc with its word in a line": f"note = <<X\nX # {IGNORE}\n# {IGNORE}\nX",
    "a heredoc with a block comment": f"note = <<X\n/*\n{IGNORE}\n*/\nX",
    "a heredoc with a template": f'note = <<X\n${{"# {IGNORE}"}}\nX',
    "a heredoc with quotes": f'note = <<X\n" # {IGNORE}\nX',
    "a key": f'note = {{ "# {IGNORE}" = 1 }}',
    "an item of a list": f'note = [\n"# {IGNORE}",\n]',
    "the inside of a comment's text": f"# see # {IGNORE}",
    "the inside of a block comment": f"/* see\n# {IGNORE}\n*/",
}
ARM = {
    "a value": f'"note": "// {IGNORE}",',
    "a value with an address before": f'"note": "https://a.org // {IGNORE}",',
    "a value with an escaped quote before": f'"note": "a\\" // {IGNORE}",',
    "a value with an escaped backslash before": f'"note": "a\\\\\\" // {IGNORE}",',
    "a value with a block comment": f'"note": "/* {IGNORE} */",',
    "a value over several lines": f'"note": "a\n// {IGNORE}\n",',
    "a name": f'"// {IGNORE}": 1,',
    "an expression": f'"note": "[concat(\'// {IGNORE}\')]",',
    "an item of a list": f'"note": ["// {IGNORE}"],',
    "a text in quotes of one kind": f'"note": "\' // {IGNORE}",',
    "Terraform's way": f'"//": "{IGNORE}",',
    "metadata in a value": f'"note": {{ "metadata": {{ "mnlint": "{IGNORE.removeprefix("mnlint: ")}" }} }},',
    "metadata with our name in its text": f'"metadata": {{ "mnlint": "{IGNORE}" }},',
    "metadata of another's name": f'"metadata": {{ "MNLINT": "{IGNORE.removeprefix("mnlint: ")}" }},',
    "metadata that is an object": f'"metadata": {{ "mnlint": {{ "a": "{IGNORE.removeprefix("mnlint: ")}" }} }},',
    "the inside of a comment's text": f"// see // {IGNORE}",
    "the inside of a block comment": f"/* see\n// {IGNORE}\n*/",
}
YAML = {
    "double quotes": f'description: "# {IGNORE}"',
    "single quotes": f"description: '# {IGNORE}'",
    "single quotes with one before": f"description: 'it''s # {IGNORE}'",
    "double quotes with one before": f'description: "a\\" # {IGNORE}"',
    "double quotes of several lines": f'description: "a\n  # {IGNORE}"',
    "a literal block": f"description: |\n  # {IGNORE}",
    "a folded block": f"description: >-\n  # {IGNORE}",
    "a block that keeps its end": f"description: |+\n  a\n  # {IGNORE}\n",
    "a block with its depth": f"description: |2\n    # {IGNORE}",
    "a sign in a word": f"description: a#{IGNORE.replace(': ', ':')}",
    "a list in brackets": f'tags: {{a: "# {IGNORE}"}}',
    "a key in quotes": f'tags:\n  "# {IGNORE}": 1',
    "the inside of a comment's text": f"# see # {IGNORE}",
}


def whole(language: str, words: str) -> str:
    """A file with words in the place where a comment counts, or, in YAML, for all of it."""
    if language == "Bicep":
        return bicep(mode=words)
    if language == "Terraform":
        return terraform(mode=words)
    if language == "ARM":
        return arm(resource=words)
    return f"{words.replace('ignore', 'ignore-file')}\n{yaml()}"


FILES = {"Bicep": "main.bicep", "Terraform": "main.tf", "ARM": "main.json", "YAML": "workspace.yml"}
TABLES = {"Bicep": BICEP, "Terraform": TERRAFORM, "ARM": ARM, "YAML": YAML}
REAL = {"Bicep": f"// {IGNORE}", "Terraform": f"# {IGNORE}", "ARM": f"// {IGNORE}", "YAML": f"# {IGNORE}"}
PLACES = [(language, place) for language, table in TABLES.items() for place in table]


@pytest.mark.parametrize("language", TABLES)
def test_a_comment_there_does(language: str, tmp_path: Path) -> None:
    text = whole(language, REAL[language])
    if language == "ARM":  # of the line after, which is not the value's
        text = arm(comment=REAL[language])
    assert told(checked(tmp_path, {FILES[language]: text})) == ["-MN001"]


@pytest.mark.parametrize(("language", "place"), PLACES, ids=[" ".join(pair) for pair in PLACES])
def test_what_is_no_comment_does_not(
    language: str, place: str, tmp_path: Path, tried: Callable[[str, int], None]
) -> None:
    words = TABLES[language][place]
    texts = [whole(language, words)]
    if language == "ARM":
        texts.append(arm(comment=words))
    for text in texts:
        report = checked(tmp_path, {FILES[language]: text})
        tried("T22", 1)
        assert "MN001" in told(report), told(report)
        assert not any(one.startswith("-") for one in told(report))
        assert not any(one in ("MN910", "MN911", "MN912") for one in told(report)), (
            "it would be no file of its language"
        )


def test_there_are_enough() -> None:
    assert len(PLACES) + len(SILENCED) + len(NOT_SILENCED) >= least("T22")
