"""Files of variables for Terraform (.tfvars): a list of assignments."""

from __future__ import annotations

from mnlint.formats.terraform import assignments
from mnlint.formats.terraform_reader import SECONDS, Reader
from mnlint.formats.tfblocks import cut
from mnlint.model.expr import Template
from mnlint.model.text import Source


def read(source: Source, seconds: float = SECONDS) -> Template:
    """Reads a .tfvars file, already without byte order mark: `names` are its assignments, by the variable's name.

    Mistakes are notices; what can be read is there all the same. After `seconds` no further value is parsed: the rest
    is OPAQUE.
    """
    found = cut(source, assignments=True)
    reader = Reader(source, seconds)
    names = assignments(reader, found.blocks)
    return Template(source, "terraform", names=tuple(names), comments=found.comments, notices=tuple(reader.notices))
