#pragma once

#include <sys/types.h>

#include <cstdint>

#include "unique_fd.h"

namespace mainstay {

/// The streams of the host, private to the worker: descriptors 0 and 1 are the null device and stderr from now on, so
/// a stray read or print of any library cannot touch a frame.
struct PrivateStreams {
  UniqueFd in;
  UniqueFd out;
};

/// First act of a serving worker; call it once, before anything prints. Throws std::runtime_error.
PrivateStreams TakeStreams();

/// Ties the life of this process to its host's and takes away what it does not need: a session of its own, death of
/// the host kills it, no new privileges, no core dumps, a broken pipe is an error and not a signal;
/// `data_limit_bytes` 0 sets no RLIMIT_DATA. False when the parent is not `host_pid`: the host died before this call
/// could notice. Throws std::runtime_error.
bool ApplyHygiene(pid_t host_pid, std::uint64_t data_limit_bytes);

}  // namespace mainstay
