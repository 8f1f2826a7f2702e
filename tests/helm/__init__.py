"""The gate of the Helm chart: what it renders is checked without a cluster."""
