"""Terraform's types: what type a value has, which type several have in common, and values as a type has them."""
