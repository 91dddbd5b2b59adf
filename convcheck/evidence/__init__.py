"""What runs show: tables, experiments, bounds against observations, each with its uncertainty."""
