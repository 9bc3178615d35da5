"""The brains: genomes, recurrent cells, optimisers. Knows no maze."""
