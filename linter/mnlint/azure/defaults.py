"""Which modes the service knows, and what it takes when a template says nothing, each with its source."""

from __future__ import annotations

from mnlint.model.typing import Final

MODES: Final = ("Disabled", "AllowInternetOutbound", "AllowOnlyApprovedOutbound")
DEFAULT_MODE: Final = "Disabled"
DEFAULT_MODE_SOURCE: Final = "https://github.com/Azure/azure-sdk-for-python/pull/38404"
DEFAULT_SKU: Final = "Standard"
DEFAULT_SKU_SOURCE: Final = "https://learn.microsoft.com/azure/ai-studio/how-to/configure-managed-network#pricing"
DEFAULT_ACCESS: Final = "Enabled"
DEFAULT_ACCESS_SOURCE: Final = "https://learn.microsoft.com/azure/private-link/private-endpoint-overview"
