"""The floor: reads every file of a tree that could be a template, and looks for words. No linter can do less.

It knows the suffixes and as many words as mnlint looks for, and nothing else of it.
"""

import os
import sys

SUFFIXES = (".bicep", ".bicepparam", ".tf", ".tfvars", ".json", ".yaml", ".yml")
WORDS = (
    *(b"machinelearningservices", b"machine_learning", b"machine-learning", b"azurerm_ai_foundry"),
    *(b"managednetwork", b"managed_network", b"networkinjections", b"azuremlschemas", b"azapi_"),
)


def scan(tree: str) -> tuple[int, int, int]:
    """How many files there are, their bytes, and how many of the files hold one of the words."""
    files = size = hits = 0
    for folder, below, names in os.walk(tree):
        below[:] = [name for name in below if name != ".git"]
        for name in names:
            if name.lower().endswith(SUFFIXES):
                with open(os.path.join(folder, name), "rb") as stream:  # noqa: PTH123, PTH118  (the least there is)
                    text = stream.read().lower()
                files += 1
                size += len(text)
                hits += any(word in text for word in WORDS)
    return files, size, hits


if __name__ == "__main__":
    print(*scan(sys.argv[1]))
