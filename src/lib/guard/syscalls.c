/* syscalls.c — the system calls of each process, a row each; libseccomp makes the filter.
 *
 * To allow one more: a row, with the reason if it is not plain.  What must not happen: a call that reaches another
 * process, another program or the kernel's own workings. */
#include "guard.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#define S (1u << GUARD_SUPERVISOR)
#define V (1u << GUARD_VAULT)
#define W (1u << GUARD_WEB)
#define ALL (S | V | W)
#define TYPE_OF_SOCKET 0xf /* the rest are flags */

struct call_row {
	const char *name;
	unsigned who;
};
static const struct call_row calls[] = {
	/* being a process */
	{"exit", ALL},
	{"exit_group", ALL},
	{"brk", ALL},
	{"munmap", ALL},
	{"mremap", ALL},
	{"madvise", ALL},
	{"futex", ALL},
	{"rt_sigaction", ALL},
	{"rt_sigprocmask", ALL},
	{"rt_sigreturn", ALL},
	{"rt_sigtimedwait", ALL},
	{"sigaltstack", ALL},
	{"restart_syscall", ALL},
	{"getpid", ALL},
	{"gettid", ALL},
	{"tgkill", ALL}, /* abort() */
	{"clock_gettime", ALL},
	{"clock_nanosleep", ALL},
	{"nanosleep", ALL},
	{"gettimeofday", ALL},
	{"getrandom", ALL},
	{"sched_yield", ALL},
	{"set_robust_list", W},
	{"rseq", W},
	{"membarrier", W},
	{"sched_getaffinity", W},
	{"sysinfo", V | W} /* qsort of many */,
	{"uname", W},
	{"getrusage", W},
	{"mlock", V | W},
	{"munlock", V | W},
	{"getuid", V | W},
	{"geteuid", V | W},
	{"getgid", W},
	{"getegid", W},
	{"getrlimit", V | W},
	{"prlimit64", V | W},
	/* the supervisor's two children */
	{"wait4", S},
	{"waitid", S},
	{"kill", S},
	/* files: which ones, Landlock says */
	{"read", ALL},
	{"write", ALL},
	{"readv", V | W},
	{"writev", ALL},
	{"close", ALL},
	{"fstat", ALL},
	{"newfstatat", V | W},
	{"statx", V | W},
	{"stat", V | W},
	{"lstat", V | W},
	{"lseek", V | W},
	{"openat", V | W},
	{"open", V | W},
	{"access", W},
	{"faccessat", W},
	{"faccessat2", W},
	{"readlink", W},
	{"readlinkat", W},
	{"getcwd", W},
	{"getdents64", V | W},
	{"pread64", V | W},
	{"pwrite64", V | W},
	{"ftruncate", V | W},
	{"fallocate", W},
	{"fadvise64", V | W},
	{"fsync", V | W},
	{"fdatasync", V | W},
	{"fcntl", V | W},
	{"flock", V | W},
	{"fchmod", V | W},
	{"fchown", W}, /* SQLite, when root runs it */
	{"rename", V},
	{"renameat", V},
	{"renameat2", V},
	{"unlink", V | W},
	{"unlinkat", V | W},
	{"mkdirat", V},
	{"fstatfs", V | W},
	{"statfs", W},
	/* talking */
	{"poll", V | W},
	{"ppoll", V | W},
	{"select", W},
	{"pselect6", W},
	{"recvfrom", V | W},
	{"recvmsg", V | W},
	{"sendto", V}, /* of web, see there */
	{"sendmsg", V},
	{"sendfile", W},
	{"accept", W},
	{"accept4", W},
	{"bind", W},
	{"listen", W},
	{"shutdown", W},
	{"getsockname", W},
	{"getpeername", W},
	{"getsockopt", W},
	{"setsockopt", W},
	{"eventfd2", W},
	{"pipe", W},
	{"pipe2", W},
	{"dup", W},
};

/* What no library of ours asks for: whoever does has taken the process over. */
static const char *const attacks[] = {
	"execve",
	"execveat",
	"fork",
	"vfork",
	"ptrace",
	"process_vm_readv",
	"process_vm_writev",
	"mount",
	"umount2",
	"pivot_root",
	"chroot",
	"unshare",
	"setns",
	"bpf",
	"perf_event_open",
	"userfaultfd",
	"kexec_load",
	"kexec_file_load",
	"init_module",
	"finit_module",
	"delete_module",
	"open_by_handle_at",
	"add_key",
	"keyctl",
	"request_key",
	"io_uring_setup",
	"memfd_create",
	"setuid",
	"setgid",
	"setresuid",
	"setresgid",
	"capset",
	"reboot",
	"swapon",
	"personality",
};

struct filter {
	scmp_filter_ctx ctx;
	bool failed;
};

/* A call this system does not have needs no rule. */
static void rule(struct filter *f, uint32_t action, const char *name, const struct scmp_arg_cmp *arg)
{
	int number = seccomp_syscall_resolve_name(name);

	if (number != __NR_SCMP_ERROR)
		f->failed |= seccomp_rule_add_array(f->ctx, action, number, arg ? 1 : 0, arg) != 0;
}

/* Memory is never both new and executable; web's C library may still load its own modules. */
static void memory(struct filter *f, enum guard_who who)
{
	struct scmp_arg_cmp data = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	struct scmp_arg_cmp read_only = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC | PROT_WRITE, PROT_EXEC);

	rule(f, SCMP_ACT_ALLOW, "mmap", &data);
	rule(f, SCMP_ACT_ALLOW, "mprotect", &data);
	if (who == GUARD_WEB) {
		rule(f, SCMP_ACT_ALLOW, "mmap", &read_only);
		rule(f, SCMP_ACT_ALLOW, "mprotect", &read_only);
	}
}

/* Where web opens no connection of its own it has no datagrams either: they need none. */
static void stream_socket(struct filter *f, int family, bool connects)
{
	struct scmp_arg_cmp both[] = {SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)family),
				      SCMP_A1(SCMP_CMP_MASKED_EQ, TYPE_OF_SOCKET, SOCK_STREAM)};
	int number = seccomp_syscall_resolve_name("socket");

	f->failed |= seccomp_rule_add_array(f->ctx, SCMP_ACT_ALLOW, number, connects ? 1 : 2, both) != 0;
}

/* A first packet that opens its connection is a connect by another name. */
static void sending(struct filter *f, bool connects)
{
	struct scmp_arg_cmp to = SCMP_A3(SCMP_CMP_MASKED_EQ, MSG_FASTOPEN, 0);
	struct scmp_arg_cmp message = SCMP_A2(SCMP_CMP_MASKED_EQ, MSG_FASTOPEN, 0);

	rule(f, SCMP_ACT_ALLOW, "sendto", connects ? NULL : &to);
	rule(f, SCMP_ACT_ALLOW, "sendmsg", connects ? NULL : &message);
}

static void web(struct filter *f, bool connects)
{
	static const int families[] = {AF_UNIX, AF_INET, AF_INET6};
	struct scmp_arg_cmp thread = SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD);
	struct scmp_arg_cmp name = SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME);

	rule(f, SCMP_ACT_ALLOW, "clone", &thread);
	rule(f, SCMP_ACT_ERRNO(ENOSYS), "clone3", NULL); /* its flags cannot be seen: the C library then uses clone */
	rule(f, SCMP_ACT_ALLOW, "prctl", &name);
	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		stream_socket(f, families[i], connects);
	sending(f, connects);
	if (connects)
		rule(f, SCMP_ACT_ALLOW, "connect", NULL);
	for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++)
		rule(f, SCMP_ACT_KILL_PROCESS, attacks[i], NULL);
}

const char *guard_calls(enum guard_who who, bool connects)
{
	struct filter f = {seccomp_init(who == GUARD_WEB ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_KILL_PROCESS), false};

	if (!GUARD_BUILT) {
		seccomp_release(f.ctx);
		return "this build is for tests that need more of the system";
	}
	if (!f.ctx)
		return "this system has no seccomp";
	f.failed |= seccomp_attr_set(f.ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2) != 0; /* by halves, not row by row */
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		if (calls[i].who & (1u << who))
			rule(&f, SCMP_ACT_ALLOW, calls[i].name, NULL);
	memory(&f, who);
	if (who == GUARD_WEB)
		web(&f, connects);
	f.failed |= seccomp_load(f.ctx) != 0;
	seccomp_release(f.ctx);
	return f.failed ? "a rule was refused" : NULL;
}
