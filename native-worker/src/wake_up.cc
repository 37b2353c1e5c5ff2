#include "wake_up.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>

namespace mainstay {

WakeUp::WakeUp() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!fd_.valid()) throw std::runtime_error(std::string("eventfd: ") + std::strerror(errno));
}

// Neither can fail in a way that matters: a full counter is readable, an empty one needs no clearing.
void WakeUp::Signal() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t wrote = ::write(fd_.get(), &one, sizeof one);
}

void WakeUp::Clear() const {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = ::read(fd_.get(), &count, sizeof count);
}

}  // namespace mainstay
