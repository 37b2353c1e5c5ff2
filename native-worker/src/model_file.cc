#include "model_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <vector>

#include "fault.h"
#include "sha256.h"
#include "unique_fd.h"

namespace mainstay {
namespace {

// Small enough to be hashed while still in the cache, and for the progress counter to move during slow reads.
constexpr std::size_t kChunkBytes = 1 << 20;

constexpr std::size_t kHugePageBytes = 2 << 20;

[[noreturn]] void Unreadable(const std::string& path, const std::string& cause) {
  throw RequestFault(FaultCode::kModelFileUnreadable, "model file " + path + ": " + cause);
}

UniqueFd Open(const std::string& path, std::uint64_t& size) {
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status{};
  if (!file.valid() || ::fstat(file.get(), &status) != 0) Unreadable(path, std::strerror(errno));
  if (!S_ISREG(status.st_mode)) Unreadable(path, "not a regular file");
  size = static_cast<std::uint64_t>(status.st_size);
  return file;
}

/// Fills `into` as far as the file goes.
std::size_t ReadFully(const UniqueFd& file, std::span<std::byte> into, const std::string& path) {
  std::size_t filled = 0;
  while (filled < into.size()) {
    const ssize_t got = ::read(file.get(), into.data() + filled, into.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) Unreadable(path, std::strerror(errno));
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

/// Uninitialized memory, in huge pages where the system has them: 23 MB then cost 11 page faults instead of 5,600.
std::byte* Allocate(std::size_t bytes) {
  const std::size_t rounded = (bytes + kHugePageBytes - 1) / kHugePageBytes * kHugePageBytes;
  const bool large = bytes >= 4 * kHugePageBytes;
  void* const at = large ? std::aligned_alloc(kHugePageBytes, rounded) : std::malloc(bytes);
  if (at == nullptr) throw std::bad_alloc();
  if (large) ::madvise(at, rounded, MADV_HUGEPAGE);  // Advice only: without it the pages are small.
  return static_cast<std::byte*>(at);
}

}  // namespace

ModelFile ModelFile::ReadVerified(const ComponentFile& file, const OnHashed& on_hashed) {
  std::uint64_t size = 0;
  const UniqueFd in = Open(file.path, size);
  if (size != file.file_bytes) {
    throw RequestFault(FaultCode::kChecksumMismatch, "model file " + file.path + " has " + std::to_string(size) +
                                                         " bytes, expected " + std::to_string(file.file_bytes) +
                                                         "; it is truncated or was replaced");
  }
  ModelFile model;
  model.size_ = size;
  model.bytes_.reset(Allocate(model.size_));
  Sha256 hash;
  for (std::size_t at = 0; at < size;) {
    const std::span<std::byte> chunk(model.bytes_.get() + at, std::min(kChunkBytes, model.size_ - at));
    if (ReadFully(in, chunk, file.path) != chunk.size()) Unreadable(file.path, "it shrank while being read");
    hash.Update(chunk);
    at += chunk.size();
    on_hashed(at);
  }
  const Sha256Digest digest = hash.Finish();
  if (digest != file.sha256) {
    throw RequestFault(FaultCode::kChecksumMismatch, "model file " + file.path + " has SHA-256 " + ToHex(digest) +
                                                         ", expected " + ToHex(file.sha256));
  }
  return model;
}

Sha256Digest HashFile(const std::string& path, const ModelFile::OnHashed& on_hashed) {
  std::uint64_t size = 0;
  const UniqueFd in = Open(path, size);
  std::vector<std::byte> chunk(kChunkBytes);
  Sha256 hash;
  for (std::uint64_t at = 0;;) {
    const std::size_t got = ReadFully(in, chunk, path);
    if (got == 0) return hash.Finish();
    hash.Update(std::span(chunk).first(got));
    at += got;
    on_hashed(at);
  }
}

}  // namespace mainstay
