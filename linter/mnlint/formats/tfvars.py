"""Files of variables for Terraform (.tfvars): a list of assignments."""

from __future__ import annotations

from mnlint.formats.terraform import assignments
from mnlint.formats.terraform_reader import MAX_PARSED, Reader
from mnlint.formats.tfblocks import cut
from mnlint.model.expr import Template
from mnlint.model.text import Source


def read(source: Source, left: int = MAX_PARSED) -> Template:
    """Reads a .tfvars file, already without byte order mark: `names` are its assignments, by the variable's name.

    Mistakes are notices; what can be read is there all the same. Where python-hcl2 has to parse more than `left`
    characters, the other values are OPAQUE.
    """
    found = cut(source, assignments=True)
    reader = Reader(source, left)
    names = assignments(reader, found.blocks)
    return Template(source, "terraform", names=tuple(names), comments=found.comments, notices=tuple(reader.notices))
