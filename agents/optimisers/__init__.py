"""Ask/tell optimisers of flat genomes, blind to what the values mean."""
