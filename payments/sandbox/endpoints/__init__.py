"""What the twin answers, one module a resource. An endpoint takes a Call and returns the object."""
