"""Tasks, and the executors that run them: this process, worker processes, a Dask cluster, or one job of an array."""
