"""Work: tasks, and who does them: this process, worker processes, a cluster, or one job of an array."""
