"""Evaluates every root of a tree with tfparse: started with the peers' Python, as a program of its own.

It prints how many files there are, how many roots could not be evaluated, and how many workspaces and hubs they make.
"""

import os
import re
import sys

import tfparse

SOURCE = re.compile(r'\bsource\s*=\s*"(\.{1,2}/[^"\n]*)"')
NETWORKS = ("azurerm_machine_learning_workspace", "azurerm_ai_foundry")


def main(tree: str) -> None:
    """A root is a folder with Terraform that no call in the tree names."""
    folders, called, files = set(), set(), 0
    for folder, below, names in os.walk(tree):
        below[:] = [name for name in below if name != ".git"]
        for name in names:
            if name.endswith(".tf"):
                files += 1
                folders.add(os.path.normpath(folder))
                with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as text:  # noqa: PTH118, PTH123
                    called |= {os.path.normpath(f"{folder}/{source}") for source in SOURCE.findall(text.read())}
    failed = networks = 0
    for folder in sorted(folders - called):
        try:
            found = tfparse.load_from_path(folder)
        except Exception:  # noqa: BLE001  (it is counted, whatever it is)
            failed += 1
            continue
        networks += sum(len(found.get(kind, ())) for kind in NETWORKS)
    print(files, failed, networks)


if __name__ == "__main__":
    main(sys.argv[1])
