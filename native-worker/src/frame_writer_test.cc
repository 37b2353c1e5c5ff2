#include "frame_writer.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <thread>

#include "check.h"
#include "framing.h"

namespace mainstay {
namespace {

std::vector<std::byte> Contents(const UniqueFd& file) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(::lseek(file.get(), 0, SEEK_END)));
  CHECK_EQ(::pread(file.get(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  return bytes;
}

TEST(write_fromManyThreads_neverInterleavesFrames) {
  const UniqueFd file(::memfd_create("frames", 0));
  FrameWriter writer(UniqueFd(::dup(file.get())), 4096);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&writer, t] {
      for (int i = 0; i < 500; ++i) {
        const std::size_t bytes = 1 + static_cast<std::size_t>((i * 37 + t) % 1000);
        writer.Write([&](std::span<std::byte> room) {
          std::fill_n(room.begin(), bytes, static_cast<std::byte>(t));
          return bytes;
        });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::vector<std::byte> bytes = Contents(file);
  std::size_t frames = 0;
  for (std::size_t at = 0; at < bytes.size(); ++frames) {
    const FrameHeader header = DecodeFrameHeader(bytes.data() + at);
    CHECK_EQ(header.encoding, kFrameEncoding);
    const auto body = std::span(bytes).subspan(at + kFrameHeaderBytes, header.frame_bytes - kFrameHeaderBytes);
    CHECK(std::all_of(body.begin(), body.end(), [&body](std::byte b) { return b == body.front(); }));
    at += header.frame_bytes;
  }
  CHECK_EQ(frames, 2000U);
}

TEST(write_whenEncodingThrows_leavesTheStreamWhole) {
  const UniqueFd file(::memfd_create("frames", 0));
  FrameWriter writer(UniqueFd(::dup(file.get())), 4096);
  bool thrown = false;
  try {
    writer.Write([](std::span<std::byte>) -> std::size_t { throw std::runtime_error("too long"); });
  } catch (const std::runtime_error&) {
    thrown = true;
  }
  CHECK(thrown);
  CHECK(Contents(file).empty());
  CHECK(writer.Write([](std::span<std::byte>) { return 8; }));
  CHECK_EQ(Contents(file).size(), kFrameHeaderBytes + 8);
}

TEST(write_toAHostThatIsGone_answersFalse) {
  ::signal(SIGPIPE, SIG_IGN);
  int fds[2];
  CHECK_EQ(::pipe(fds), 0);
  FrameWriter writer{UniqueFd(fds[1]), 4096};
  ::close(fds[0]);
  CHECK(!writer.Write([](std::span<std::byte>) { return 8; }));
  CHECK(!writer.Write([](std::span<std::byte>) { return 8; }));
}

}  // namespace
}  // namespace mainstay
