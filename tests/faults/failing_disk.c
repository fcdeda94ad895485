/* A disk that fails at one chosen call. Loaded before libc (LD_PRELOAD), it counts the
 * calls that change files of one folder, and lets the chosen one, and where it is asked
 * for all after it, fail with EIO. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static char folder[PATH_MAX];
static long calls, fail_at;
static int for_good;

/* Start counting; the call of this number fails, none where it is 0. */
void disk_arm(const char *below, long number, int stays_broken) {
    snprintf(folder, sizeof folder, "%s", below);
    calls = 0;
    fail_at = number;
    for_good = stays_broken;
}

/* How many calls there were since then. */
long disk_calls(void) { return calls; }

static int fails_path(const char *path) {
    if (!*folder || strncmp(path, folder, strlen(folder)) != 0) return 0;
    calls++;
    if (!fail_at) return 0;
    return for_good ? calls >= fail_at : calls == fail_at;
}

static int fails(int descriptor) {
    char link[64], path[PATH_MAX];
    if (!*folder) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0) return 0;
    path[size] = 0;
    return fails_path(path);
}

#define REAL(type, name, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name))
#define BROKEN do { errno = EIO; return -1; } while (0)

ssize_t write(int fd, const void *data, size_t size) {
    if (fails(fd)) BROKEN;
    return REAL(ssize_t, "write", int, const void *, size_t)(fd, data, size);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    if (fails(fd)) BROKEN;
    return REAL(ssize_t, "pwrite", int, const void *, size_t, off_t)(fd, data, size, at);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    if (fails(fd)) BROKEN;
    return REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t)(fd, data, size, at);
}
int fsync(int fd) {
    if (fails(fd)) BROKEN;
    return REAL(int, "fsync", int)(fd);
}
int fdatasync(int fd) {
    if (fails(fd)) BROKEN;
    return REAL(int, "fdatasync", int)(fd);
}
int ftruncate(int fd, off_t size) {
    if (fails(fd)) BROKEN;
    return REAL(int, "ftruncate", int, off_t)(fd, size);
}
int ftruncate64(int fd, off64_t size) {
    if (fails(fd)) BROKEN;
    return REAL(int, "ftruncate64", int, off64_t)(fd, size);
}
int unlink(const char *path) {
    if (fails_path(path)) BROKEN;
    return REAL(int, "unlink", const char *)(path);
}
