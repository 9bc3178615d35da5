"""Networks: layouts of genomes, recurrent cells, and what tells two networks apart."""
