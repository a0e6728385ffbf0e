"""The site of the pages: it builds without a warning, and no link inside of it leads nowhere."""

import re
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

pytestmark = pytest.mark.real

TREE = Path(__file__).parents[2]
PROPERDOCS = TREE / ".real" / "tools" / "bin" / "properdocs"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("site")
    command = [PROPERDOCS, "build", "--strict", "--site-dir", made]
    done = subprocess.run(command, cwd=TREE, capture_output=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return made


def test_every_policy_has_its_page(site: Path) -> None:
    policies = {path.stem for path in (TREE / "policies" / "managed-network").glob("*.yaml")}
    assert policies <= {path.stem for path in (site / "policies").glob("*.html")}


def test_no_link_inside_leads_nowhere(site: Path) -> None:
    wrong, seen = [], 0
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        for link in re.findall(r'href="([^"#]+)(?:#[^"]*)?"', text):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or page.name == "404.html":
                continue
            seen += 1
            if not (page.parent / unquote(parts.path)).exists() and not leads_to_the_repository(page, link, site):
                wrong.append(f"{page.relative_to(site)}: {link}")
    assert seen > 1000
    assert wrong == []


def leads_to_the_repository(page: Path, link: str, site: Path) -> bool:
    """Pages name files of the repository, too: there they can be followed where that is shown."""
    there = (TREE / "docs" / page.relative_to(site)).parent / link
    return there.exists() and not there.resolve().is_relative_to(TREE / "docs")
