"""What is measured: the compliance ledger and every percentage, down to the interviews and steps behind it.

Owns facts (every consumed event, append-only), the ledger, the read models built from facts alone, and targets.
Publishes nothing. Consumes the events of all services; what is on show can be built anew from `fact` at any time.
"""
