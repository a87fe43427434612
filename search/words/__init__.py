"""The words people use: what a typed sentence means, from rules that curators own."""
