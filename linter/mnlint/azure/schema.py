"""Every fact kind with its fields: what policies may ask for, declared once."""

from __future__ import annotations

from mnlint.azure.defaults import (
    DEFAULT_ACCESS,
    DEFAULT_ACCESS_SOURCE,
    DEFAULT_MODE,
    DEFAULT_MODE_SOURCE,
    DEFAULT_SKU,
    DEFAULT_SKU_SOURCE,
    MODES,
)
from mnlint.model.fact import Field, Schema
from mnlint.model.typing import Final

RULE_TYPES: Final = ("FQDN", "PrivateEndpoint", "ServiceTag")
FAMILIES: Final = ("workspace", "foundry")
SKUS: Final = ("Standard", "Basic", "Premium")  # managed networks take no Premium, which is why policies speak of it
TAG_DIRECTIONS: Final = ("inbound", "outbound", "both")
DIALECTS: Final = ("bicep", "arm", "azurerm", "azapi", "azureml")

_NAME = Field("name", "text", "The resource's own name, as written.")
_DIALECT = Field("dialect", "enum", "The language that the resource is written in.", DIALECTS)

_KINDS: dict[str, tuple[str, tuple[Field, ...]]] = {
    "workspace": (
        "An Azure ML workspace of any kind: a plain one, a hub, a project, a feature store.",
        (
            _NAME,
            _DIALECT,
            Field("declared", "bool", "Whether the template says how it is: not so of what only exists elsewhere."),
            Field("kind", "text", "Default, Hub, Project or FeatureStore, as written."),
            Field(
                "apiVersion",
                "text",
                "The API version it is written at; of azurerm, the versions that the root asks for.",
            ),
            Field(
                "unsupported", "list", "Settings of a managed network that are written, but that this version lacks."
            ),
            Field(
                "publicAccess",
                "enum",
                "Inbound access from public networks.",
                ("Enabled", "Disabled"),
                default=DEFAULT_ACCESS,
                source=DEFAULT_ACCESS_SOURCE,
            ),
            Field(
                "managedNetwork", "object", "The settings of a managed network that are written at it, be it a project."
            ),
            Field("network", "one", "Its managed network; a project has its hub's.", to="managedNetwork"),
            Field("hub", "one", "The hub of a project.", to="workspace"),
        ),
    ),
    "managedNetwork": (
        "The managed network of a workspace that is no project, or of a Foundry account that has one.",
        (
            Field("name", "text", "The name of the workspace or account that the network belongs to."),
            Field("dialect", "enum", "The language that its mode is written in, else that of its workspace.", DIALECTS),
            Field("family", "enum", "Whose network it is: a workspace's (hubs too) or a Foundry account's.", FAMILIES),
            Field("declared", "bool", "Whether the template says how it is: not so of what only exists elsewhere."),
            Field("kind", "text", "The kind of its workspace, such as Hub, as written; absent of an account."),
            Field("isolationMode", "enum", "The isolation mode as written, absent if it is not.", MODES),
            Field(
                "effectiveMode",
                "enum",
                "The isolation mode in effect.",
                MODES,
                default=DEFAULT_MODE,
                source=DEFAULT_MODE_SOURCE,
            ),
            Field(
                "beforeMode",
                "enum",
                "The mode in effect before, by --base or a plan; absent without any before.",
                MODES,
            ),
            Field("beforePlace", "text", "Where that was said, in words."),
            Field("firewallSku", "enum", "The firewall's SKU as written, absent if it is not.", SKUS),
            Field(
                "effectiveSku",
                "enum",
                "The firewall's SKU in effect.",
                SKUS,
                default=DEFAULT_SKU,
                source=DEFAULT_SKU_SOURCE,
            ),
            Field("firewallPrice", "text", "What that firewall costs a month by the price list, with its date."),
            Field(
                "monthlyPrice",
                "text",
                "What all of it costs a month by the price list, in words: a range where something is undecided.",
            ),
            Field("priceBasis", "text", "Whose prices those are, of which day, and what is not in the sum, in words."),
            Field("priceChange", "text", "How much more that is than before, in words; absent without any before."),
            Field("billed", "text", "What all of it costs, and how much more than before, in words."),
            Field("canProvision", "bool", "Whether the version of its workspace has a setting that builds it ahead."),
            Field("provisionNow", "bool", "Whether it is built ahead, and not only with the first compute."),
            Field("imageBuildCompute", "text", "The compute that its workspace builds images with."),
            Field("sparkReady", "bool", "Whether it is said to be made ready for serverless Spark."),
            Field("openedTo", "text", "What hosts and service tags its rules open, in words."),
            Field(
                "incompleteScenarios", "list", "Documented scenarios that its rules begin, and which hosts they lack."
            ),
            Field(
                "unreached", "list", "Closed resources that it uses and that no private endpoint leads to, in words."
            ),
            Field("fqdnRules", "text", "How many FQDN rules there are, in words."),
            Field("rules", "many", "Its outbound rules, however they are written.", to="outboundRule"),
            Field("inlineRules", "many", "Those of its rules that are written in it.", to="outboundRule"),
            Field("childRules", "many", "Those of its rules that are resources of their own.", to="outboundRule"),
            Field("parallelRules", "list", "Rules that are resources of their own, of which none waits for another."),
            Field("parallelNames", "text", "The names of those, in words."),
            Field("serialisedBy", "text", "What would make one of them wait for another, in words."),
            Field("dependencies", "many", "The resources that it uses.", to="dependency"),
            Field("connections", "many", "The connections of its workspace and projects.", to="connection"),
            Field("computes", "many", "The computes of its workspace that the template declares.", to="compute"),
        ),
    ),
    "outboundRule": (
        "One outbound rule, written inline, as a child resource, as an azurerm resource or in an azapi body.",
        (
            _NAME,
            _DIALECT,
            Field("type", "enum", "What the rule opens.", RULE_TYPES),
            Field("written", "enum", "How the rule is written.", ("inline", "child", "azurerm")),
            Field("family", "enum", "Whose network it belongs to.", FAMILIES),
            Field("category", "text", "Required, Recommended or UserDefined, as written."),
            Field("status", "text", "Active or Inactive, as written."),
            Field("host", "text", "The destination of an FQDN rule."),
            Field("hostFault", "text", "What makes that destination no host name, in words."),
            Field("hostOpens", "text", "What a host that is too broad opens beside the user's own, in words."),
            Field("storageHost", "text", "What hosts of storage accounts that destination names."),
            Field("target", "text", "The resource id that a private-endpoint rule leads to."),
            Field("targetType", "text", "The ARM type of that resource; of a child, its parent's."),
            Field("targetNamespace", "text", "The resource provider in that type, in the letters that are written."),
            Field("subresource", "text", "The subresource of the target."),
            Field("subresourceHint", "text", "What the subresource should be, in words."),
            Field("sparkEnabled", "bool", "Whether serverless Spark may use the endpoint."),
            Field("fqdns", "list", "The hosts that are reached through the target."),
            Field("targetFault", "text", "What the rule lacks for its target, or how it is written, in words."),
            Field("serviceTag", "text", "The tag of a service-tag rule."),
            Field("addressPrefixes", "list", "The ranges of addresses that take the tag's place."),
            Field("tag", "text", "The tag in effect: absent where address prefixes take its place."),
            Field("tagOpens", "text", "What a tag that is too broad opens, in words."),
            Field("tagDirection", "enum", "What traffic the tag is for, where that is known.", TAG_DIRECTIONS),
            Field("tagFault", "text", "Why there is no such tag, in words."),
            Field("opened", "text", "What an active rule of the user's opens to the internet: hosts or a tag."),
            Field("protocol", "text", "The protocol of a service-tag rule."),
            Field("ports", "text", "The port ranges of a service-tag rule."),
            Field("protocolFault", "text", "What is wrong with the protocol, in words."),
            Field("portsFault", "text", "What is wrong with the port ranges, in words."),
            Field("trafficFault", "text", "What is wrong with either, in words."),
            Field(
                "coveredBy", "one", "An FQDN rule of its network that opens all it opens, and more.", to="outboundRule"
            ),
            Field("declared", "bool", "Whether it is deployed here: not so of one that is only referred to."),
            Field("nameFault", "text", "What is wrong with its name, in words; absent if nothing is."),
            Field("systemMade", "text", "What says that the service makes it itself; absent if nothing does."),
            Field("partFault", "text", "What is missing of it or contradicts its type, in words; absent if nothing."),
            Field("destination", "text", "Where it leads: its host, its target or its service tag."),
            Field("sameNameBefore", "list", "Rules of the network of the same name, before it."),
            Field("sameDestinationBefore", "list", "Rules of the network to the same destination, before it."),
            Field("requiredTwins", "list", "Rules that the service makes itself and that say the same."),
            Field("network", "one", "The managed network that the rule belongs to.", to="managedNetwork"),
        ),
    ),
    "dependency": (
        "A resource that a managed network uses: its storage, vault or registry, a rule's or a connection's target.",
        (
            _NAME,
            Field("type", "text", "Its ARM type."),
            Field("role", "text", "What it is to the network: storage, key vault, registry, rule target, connection."),
            Field("reference", "text", "The reference by which the network uses it."),
            Field(
                "publicAccess",
                "enum",
                "Inbound access from public networks.",
                ("Enabled", "Disabled"),
                default=DEFAULT_ACCESS,
                source=DEFAULT_ACCESS_SOURCE,
            ),
            Field("sku", "text", "Its SKU, for types of which not every one can have a private endpoint."),
            Field("otherTenant", "bool", "Whether it is in another tenant; absent where nothing hints at one."),
            Field("tenant", "text", "The tenant it is said to be in, where that can be compared."),
            Field("networkTenant", "text", "The tenant of the workspace that uses it, where that can be compared."),
            Field("networks", "many", "The managed networks that use it.", to="managedNetwork"),
            Field(
                "privateEndpoints", "list", "What gives it a private endpoint: a required one, a rule, a customer's."
            ),
            Field("serviceEndpoints", "list", "Virtual network rules that let a subnet in by its service endpoint."),
        ),
    ),
    "connection": (
        "A connection of a workspace to another resource.",
        (
            _NAME,
            Field("category", "text", "What it connects to, such as AzureOpenAI."),
            Field("target", "text", "Its target, an address or a resource id."),
            Field("resourceId", "text", "The resource id in its metadata."),
            Field("targetType", "text", "The ARM type of an AI resource that it leads to, if that may be closed."),
            Field("privateTarget", "text", "That AI resource, if it is closed to public networks, in words."),
            Field("privateFault", "text", "What speaks against its being closed, in words; absent if nothing does."),
            Field("network", "one", "The managed network of its workspace.", to="managedNetwork"),
        ),
    ),
    "compute": (
        "A compute of a workspace that is a resource of its own, such as a cluster or an instance.",
        (
            _NAME,
            Field("type", "text", "What it is, such as AmlCompute or ComputeInstance."),
            Field("subnet", "text", "The id of the customer's subnet that it is put into."),
            Field("network", "one", "The managed network of its workspace.", to="managedNetwork"),
        ),
    ),
    "resource": (
        "Any resource of the `types` that a policy names; a path that begins with `$` leads into its body.",
        (
            _NAME,
            Field("dialect", "enum", "The language that it is written in.", DIALECTS[:-1]),
            Field("type", "text", "Its type, as its language has it: ARM's, or azurerm's."),
            Field("declared", "bool", "Whether the template says how it is: not so of what only exists elsewhere."),
            Field("apiVersion", "text", "The API version it is written at; of azurerm, the versions asked for."),
        ),
    ),
}

SCHEMA: Final = Schema(
    kinds={kind: {field.name: field for field in fields} for kind, (_, fields) in _KINDS.items()},
    about={kind: about for kind, (about, _) in _KINDS.items()},
)
