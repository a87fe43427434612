"""The one way to Stripe: providers' accounts, hosted payment pages, refunds, and what Stripe tells us."""
