"""A torture bench: stop what writes, spoil what was written, and count what goes wrong.

    python -m tests.bench.torture --kills 1000 --mutants 20000

Each kind of try has a row with its tries, differing ends, tracebacks, hangs, and silent damage.

kill            A writer ends by SIGKILL at a random moment; the same call then goes on, and ends with the same bytes.
kill at a call  The same at every call that changes the disk: write, rename, fsync, unlink, mkdir, and so on.
ENOSPC, EIO     The k-th call fails, for every k: the writer ends in one line or goes on, and so does the next one.
mutants         A file is damaged in one way: a command that reads it must end in one line and exit code 2, or say what
                it says of the whole file. Another answer is silent damage.
signal, window  A command is a process that gets SIGINT or SIGTERM at a random instant from its start on: it ends within
                two seconds or says what it waits for, in one line, and the same command goes on to the same bytes.
cache           The folder of compiled kernels is damaged, unusable, or filled by two processes at once: every answer is
                that of a whole one.

Every try has random numbers of its own, named by the seed, its kind and its number: so the rows do not depend on the
number of worker processes, except that moments are not exact.
"""
