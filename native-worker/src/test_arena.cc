#include "test_arena.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "unique_fd.h"

namespace mainstay {

TestArena::TestArena(std::size_t bytes) {
  char path[] = "/dev/shm/mainstay-test-XXXXXX";
  const UniqueFd file(::mkstemp(path));
  CHECK(file.valid());
  path_ = path;
  CHECK_EQ(::posix_fallocate(file.get(), 0, static_cast<off_t>(bytes)), 0);
  void* const at = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  CHECK(at != MAP_FAILED);
  bytes_ = {static_cast<std::byte*>(at), bytes};
}

TestArena::~TestArena() {
  ::munmap(bytes_.data(), bytes_.size());
  ::unlink(path_.c_str());
}

}  // namespace mainstay
