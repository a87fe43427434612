"""Pages of money: a person’s own, a fund holder’s, a council’s."""
