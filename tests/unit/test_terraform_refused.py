"""What Terraform refuses is noticed where it stands, also in blocks of which nothing else matters."""

from __future__ import annotations

import pytest

from hcl_syntax import REFUSED, RICH, TAKEN
from mnlint.formats import terraform
from mnlint.model.text import Source


@pytest.mark.parametrize(("text", "message", "marked"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_is_refused(text: str, message: str, marked: str) -> None:
    template = terraform.read(Source("a.tf", text))
    notice = template.notices[0]
    assert (notice.level, notice.code) == ("error", "MN911")
    assert notice.message.startswith(message)
    assert notice.place is not None
    assert template.source.cut(notice.place.span) == marked


@pytest.mark.parametrize("text", [*TAKEN, RICH])
def test_what_is_taken(text: str) -> None:
    assert terraform.read(Source("a.tf", text)).notices == ()
