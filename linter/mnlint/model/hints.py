"""What bytes hint at: patterns of what may be called, and strings without which a file is not of a language."""

from __future__ import annotations

from mnlint.model.pattern import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing it is what a glimpse has no time for
    from collections.abc import Iterable

# A pattern that begins with letters is looked for by them, which is many times faster than by a border of words.
# Paths of local modules: rather too many than too few, since readers settle it.
BICEP_CALLS = rb"'(?=([^'\n]+\.(?i:bicep|json))')"
BICEP_IMPORTS = rb"from(?<=\bfrom)\s*'([^'\n]+)'"
TERRAFORM_CALLS = rb'source(?<=\bsource)\s*=\s*"(\.{1,2}/[^"\n]*)"'
TERRAFORM_JSON_CALLS = rb'"source"\s*:\s*"(\.{1,2}/[^"\n]*)"'
# In lower case: calls that are not written in the plain way, so that only their reader knows what they call.
# A statement begins a line or comes after a decorator, a comment or a BOM: most texts have the word in a sentence.
_BICEP_MODULE = rb"module(?<![^\s)/\xbf]module)(?<![^\s)/\xbf][ \t]module)"
BICEP_ODD = _BICEP_MODULE + rb"""\b[ \t]*(?:\w+[ \t]*)?(?:/[/*]|'(?![^'\\\n]+\.(?:bicep|json)'|(?:br|ts)[:/]))"""
BICEP_ODD_PATH = rb"\\[^\n\\]*\.(?:bicep|json)'"
TERRAFORM_ODD = rb'source(?<=\bsource)\b(?!\s*=\s*"[^"$%\\]*")'
TERRAFORM_JSON_ODD = rb'"source"(?!\s*:\s*"[^"$%\\]*")'
ARM_ODD = rb'"relativepath"(?!\s*:\s*"[^"\[\\]*\.json")'
# Modules of registries.
BICEP_MODULES = rb"'((?:br|ts)[:/][^'\r\n]{1,512})'"
TERRAFORM_MODULES = rb'source(?<=\bsource)"?\s*[=:]\s*"([^"\s]{1,512})"'
# In lower case.
ARM = b"deploymenttemplate.json"
ARM_PARAMETERS = b"deploymentparameters.json"
PLAN = b'"format_version"'
# The words of what policies are about.
WORDS = (
    b"machinelearningservices",
    b"machine_learning",
    b"machine-learning",
    b"azurerm_ai_foundry",
    b"managednetwork",
)
# Without one of these bytes a file cannot hold anything of it, unless it takes it from another file: what type a
# resource of azapi is, an expression says, and whose network a Foundry account's agents run in, a parameter may.
NEEDLES = (*WORDS, b"azapi_", b"networkinjections")

# Keys that no other YAML than an Azure ML workspace's has at its root; `name` and the like are everybody's.
WORKSPACE_KEYS = frozenset(
    b"allow_recover_softdeleted_workspace associated_workspaces default_project_resource_group default_resource_group "
    b"enable_data_isolation hbi_workspace hub_id image_build_compute managed_network primary_user_assigned_identity "
    b"provision_network_now serverless_compute system_datastores_auth_mode v1_legacy_mode workspace_hub".split()
)
# Keys that a workspace shares with others: pipelines' variables, endpoints, registries.
SHARED_KEYS = frozenset(
    b"application_insights container_registry customer_managed_key key_vault network_acls public_network_access "
    b"storage_account".split()
)


# Characters of names and paths, written as their numbers; never those at which strings and comments end.
_NUMBER = pattern(
    rb"(?i)\\(?:u00|x|U000000|u(?P<open>\{)0{0,4})"
    rb"(?P<digits>2[4-9d-f]|3[0-9a]|[46][1-9a-f]|[57][0-9af]|40)(?(open)\})"
)


def spelled_out(content: bytes) -> bytes:
    """Bytes with the letters that are written as escapes in their places, so that no word is hidden by one."""
    if b"\\" not in content:
        return content
    return _NUMBER.sub(lambda found: bytes([int(found["digits"], 16)]), content)


def needles_of(types: Iterable[str]) -> tuple[bytes, ...]:
    """Those of everything, and of resources of some types: an ARM type is written in parts, but its provider is not."""
    own = {kind.lower().partition("/")[0].encode() for kind in types}
    return (*NEEDLES, *sorted(own - set(NEEDLES)))
