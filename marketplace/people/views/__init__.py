"""Your account, acting for each other, and calls: one module each."""
