"""Is the clustering better than what is published? Real systems, their developers' domains, the field's methods."""
