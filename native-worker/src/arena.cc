#include "arena.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "fault.h"
#include "unique_fd.h"

namespace mainstay {
namespace {

// What vector instructions want, and a cache line.
constexpr std::uint64_t kAlignment = 64;

std::span<std::byte> MapSegment(const std::string& path) {
  const auto fail = [&path](const std::string& cause) {
    throw std::runtime_error("arena segment " + path + ": " + cause);
  };
  const UniqueFd file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (!file.valid()) fail(std::strerror(errno));
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) fail(std::strerror(errno));
  if (!S_ISREG(status.st_mode)) fail("not a regular file");
  if (status.st_size <= 0) fail("empty; the host must size it before the launch");
  const auto bytes = static_cast<std::size_t>(status.st_size);
  void* const at = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (at == MAP_FAILED) fail("cannot map " + std::to_string(bytes) + " bytes: " + std::strerror(errno));
  return {static_cast<std::byte*>(at), bytes};
}

}  // namespace

Arena::Arena(const std::vector<std::string>& paths) {
  segments_.reserve(paths.size());
  try {
    for (const std::string& path : paths) segments_.push_back(MapSegment(path));
  } catch (...) {
    Unmap();
    throw;
  }
}

Arena::~Arena() { Unmap(); }

void Arena::Unmap() {
  for (const auto& segment : segments_) ::munmap(segment.data(), segment.size());
  segments_.clear();
}

std::span<std::byte> Arena::At(const ArenaRange& range, const std::string& what) const {
  const auto fail = [&](const std::string& cause) {
    throw RequestFault(FaultCode::kArenaRange, "tensor " + what + " at segment " + std::to_string(range.segment) +
                                                   " offset " + std::to_string(range.offset) + " length " +
                                                   std::to_string(range.length) + ": " + cause);
  };
  if (range.segment >= segments_.size()) fail("the arena has " + std::to_string(segments_.size()) + " segments");
  const std::span<std::byte> segment = segments_[range.segment];
  if (range.offset % kAlignment != 0) fail("the offset is no multiple of " + std::to_string(kAlignment));
  if (range.offset > segment.size() || range.length > segment.size() - range.offset) {
    fail("the segment has " + std::to_string(segment.size()) + " bytes");
  }
  return segment.subspan(range.offset, range.length);
}

std::uint64_t Arena::total_bytes() const {
  std::uint64_t sum = 0;
  for (const auto& segment : segments_) sum += segment.size();
  return sum;
}

}  // namespace mainstay
