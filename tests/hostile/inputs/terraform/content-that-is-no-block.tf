resource "azurerm_ai_foundry" "hub" {
  name = "hub"
  dynamic "managed_network" {
    for_each = ["Disabled"]
    content  = { isolation_mode = managed_network.value }
  }
}
