"""The pages of groups: looking, starting, inviting, joining, organising; and the provider's side."""
