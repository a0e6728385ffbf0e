"""The byte strings without which a file cannot hold anything that policies are about; in lower case."""

from __future__ import annotations

NEEDLES: tuple[bytes, ...] = (
    b"machinelearningservices",
    b"machine_learning",
    b"machine-learning",
    b"azurerm_ai_foundry",
    b"managednetwork",
)
