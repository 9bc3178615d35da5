/* Counts the calls that a process makes to files below one folder, and kills it or fails at one of them.
   It is preloaded, so that the calls of all libraries pass through it, FFmpeg's among them. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static char root[4096];
static long at = -1, seen = 0;
static int armed = 0, failure = 0, reads_too = 0;

/* Begin to count calls below `folder`. The call of number `number` kills the process, or, if `error` is not 0, fails
   with that error; no call does if `number` is negative. With `error`, calls that only read count as well. */
void torture_arm(const char *folder, long number, int error, int reads) {
    snprintf(root, sizeof root, "%s", folder);
    at = number; seen = 0; failure = error; reads_too = reads; armed = 1;
}
void torture_disarm(void) { armed = 0; }
long torture_seen(void) { return seen; }

static int begins(const char *path) { return strncmp(path, root, strlen(root)) == 0; }

static int leads_below(const char *link) {
    char path[4096];
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0) return 0;
    path[size] = 0;
    return begins(path);
}

static int below_file(int file) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    return leads_below(link);
}

static int below(const char *path) { return path && (path[0] == '/' ? begins(path) : leads_below("/proc/self/cwd")); }

static int strike(int inside) {
    if (!inside || __atomic_fetch_add(&seen, 1, __ATOMIC_SEQ_CST) != at) return 0;
    if (!failure) { kill(getpid(), SIGKILL); for (;;) pause(); }
    errno = failure;
    return 1;
}
static int at_path(const char *path) { return armed && strike(below(path)); }
static int at_file(int file) { return armed && strike(below_file(file)); }
static int at_either(int folder, const char *path) {
    return armed && strike(folder == AT_FDCWD || (path && path[0] == '/') ? below(path) : below_file(folder));
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define WRAP(type, name, parameters, arguments, test) \
    type name parameters { if (test) return -1; return REAL(name) arguments; }

WRAP(ssize_t, write, (int f, const void *b, size_t n), (f, b, n), at_file(f))
WRAP(ssize_t, pwrite, (int f, const void *b, size_t n, off_t o), (f, b, n, o), at_file(f))
WRAP(ssize_t, pwrite64, (int f, const void *b, size_t n, off64_t o), (f, b, n, o), at_file(f))
WRAP(ssize_t, writev, (int f, const struct iovec *v, int n), (f, v, n), at_file(f))
WRAP(ssize_t, read, (int f, void *b, size_t n), (f, b, n), reads_too && at_file(f))
WRAP(ssize_t, pread, (int f, void *b, size_t n, off_t o), (f, b, n, o), reads_too && at_file(f))
WRAP(ssize_t, pread64, (int f, void *b, size_t n, off64_t o), (f, b, n, o), reads_too && at_file(f))
WRAP(int, fsync, (int f), (f), at_file(f))
WRAP(int, fdatasync, (int f), (f), at_file(f))
WRAP(int, msync, (void *p, size_t n, int flags), (p, n, flags), armed && strike(1))
WRAP(int, ftruncate, (int f, off_t n), (f, n), at_file(f))
WRAP(int, ftruncate64, (int f, off64_t n), (f, n), at_file(f))
WRAP(int, rename, (const char *a, const char *b), (a, b), at_path(b))
WRAP(int, renameat, (int f, const char *a, int g, const char *b), (f, a, g, b), at_either(g, b))
WRAP(int, renameat2, (int f, const char *a, int g, const char *b, unsigned flags), (f, a, g, b, flags), at_either(g, b))
WRAP(int, link, (const char *a, const char *b), (a, b), at_path(b))
WRAP(int, linkat, (int f, const char *a, int g, const char *b, int flags), (f, a, g, b, flags), at_either(g, b))
WRAP(int, unlink, (const char *a), (a), at_path(a))
WRAP(int, unlinkat, (int f, const char *a, int flags), (f, a, flags), at_either(f, a))
WRAP(int, rmdir, (const char *a), (a), at_path(a))
WRAP(int, mkdir, (const char *a, mode_t m), (a, m), at_path(a))
WRAP(int, mkdirat, (int f, const char *a, mode_t m), (f, a, m), at_either(f, a))

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        va_list more; va_start(more, flags); mode_t mode = va_arg(more, mode_t); va_end(more); \
        if ((reads_too || flags & O_CREAT) && at_path(path)) return -1; \
        return REAL(name)(path, flags, mode); }
OPEN(open)
OPEN(open64)
#define OPENAT(name) \
    int name(int folder, const char *path, int flags, ...) { \
        va_list more; va_start(more, flags); mode_t mode = va_arg(more, mode_t); va_end(more); \
        if ((reads_too || flags & O_CREAT) && at_either(folder, path)) return -1; \
        return REAL(name)(folder, path, flags, mode); }
OPENAT(openat)
OPENAT(openat64)
