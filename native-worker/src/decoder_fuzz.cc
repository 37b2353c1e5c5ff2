// The fuzz target of everything that reads bytes of the host before they are checked: framing, decoding, the look
// into a model file. Built as an ordinary test with our own driver (decoder_fuzz_test.cc), and by anyone with clang
// as a libFuzzer target:
//   clang++ -std=c++20 -g -fsanitize=fuzzer,address,undefined -Isrc -I<codecs> src/decoder_fuzz.cc
//   src/{frame_reader,host_adapter,
//     model_inspection,state_adapter,tensor}.cc
// It must neither crash nor read outside its input; it may refuse whatever it likes.

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

#include "fault.h"
#include "frame_reader.h"
#include "framing.h"
#include "host_adapter.h"
#include "model_inspection.h"

namespace {

constexpr std::uint64_t kEpoch = 7;

void DecodeOne(std::span<const std::byte> message) {
  // A copy of exactly this size, so that a sanitizer sees the first byte read beyond it.
  const std::unique_ptr<std::byte[]> exact(new std::byte[message.size()]);
  if (!message.empty()) std::memcpy(exact.get(), message.data(), message.size());
  static_cast<void>(mainstay::DecodeHostMessage({exact.get(), message.size()}, kEpoch));
}

void ReadStream(std::span<const std::byte> stream) {
  mainstay::UniqueFd file(::memfd_create("stream", MFD_CLOEXEC));
  if (::write(file.get(), stream.data(), stream.size()) != static_cast<ssize_t>(stream.size())) return;
  ::lseek(file.get(), 0, SEEK_SET);
  mainstay::FrameReader reader(std::move(file), 4096);
  while (reader.Fill() == mainstay::FrameReader::FillResult::kData) {
    while (true) {
      const auto next = reader.Next();
      if (std::holds_alternative<mainstay::FrameReader::NeedMore>(next)) break;
      if (std::holds_alternative<mainstay::FrameReader::Garbled>(next)) return;
      DecodeOne(std::get<mainstay::FrameReader::Frame>(next).message);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> input(reinterpret_cast<const std::byte*>(data), size);
  ReadStream(input);
  if (size > mainstay::kFrameHeaderBytes) DecodeOne(input.subspan(mainstay::kFrameHeaderBytes));
  try {
    mainstay::InspectModel(input);
  } catch (const mainstay::RequestFault&) {
  }
  return 0;
}
