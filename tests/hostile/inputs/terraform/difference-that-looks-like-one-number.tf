locals {
  number = -1-5.5
  other  = -1-5e3
}
resource "azurerm_ai_foundry" "hub" {
  name = "hub-${local.number}"
}
