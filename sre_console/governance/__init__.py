"""What an auditor asks: who did what to the service, when, why, with whose consent and effect."""
