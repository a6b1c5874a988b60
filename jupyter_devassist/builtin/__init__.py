"""Our own plugins, registered through the public hooks and nothing else."""
