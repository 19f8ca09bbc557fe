"""What a person may mean: one file for each intent, and the order in which they are tried."""
