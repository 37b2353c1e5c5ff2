#include "process_hygiene.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace mainstay {
namespace {

void Require(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

void Limit(decltype(RLIMIT_CORE) resource, std::uint64_t bytes, const char* what) {
  const rlimit limit{bytes, bytes};
  Require(::setrlimit(resource, &limit) == 0, what);
}

}  // namespace

PrivateStreams TakeStreams() {
  PrivateStreams streams{UniqueFd(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)),
                         UniqueFd(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3))};
  Require(streams.in.valid() && streams.out.valid(), "duplicating stdin and stdout");
  const UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  Require(null.valid() && ::dup2(null.get(), STDIN_FILENO) >= 0, "pointing stdin at /dev/null");
  Require(::dup2(STDERR_FILENO, STDOUT_FILENO) >= 0, "pointing stdout at stderr");
  return streams;
}

bool ApplyHygiene(pid_t host_pid, std::uint64_t data_limit_bytes) {
  // A process group leader cannot start a session; it then has a group of its own already.
  Require(::setsid() >= 0 || errno == EPERM, "setsid");
  Require(::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "PR_SET_PDEATHSIG");
  // Only a parent that is still there after the line above can be the one whose death will be signalled.
  if (::getppid() != host_pid) return false;
  Require(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "PR_SET_NO_NEW_PRIVS");
  Limit(RLIMIT_CORE, 0, "RLIMIT_CORE");
  if (data_limit_bytes > 0) Limit(RLIMIT_DATA, data_limit_bytes, "RLIMIT_DATA");
  Require(::signal(SIGPIPE, SIG_IGN) != SIG_ERR, "ignoring SIGPIPE");
  return true;
}

}  // namespace mainstay
