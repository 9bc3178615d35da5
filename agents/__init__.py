"""The networks: genomes, recurrent cells, optimisers. Knows no maze."""
