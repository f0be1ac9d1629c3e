"""What is remembered: tables, the ledger, flags and the outbox; knows nothing of spiders or the network."""
