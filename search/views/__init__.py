"""Pages of the search: results, what people keep, what nobody does yet."""
