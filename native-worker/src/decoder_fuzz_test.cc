// Drives the fuzz target for a bounded time with mutations of the golden frames. The seed is printed, and
// MAINSTAY_FUZZ_SEED repeats a run; MAINSTAY_FUZZ_SECONDS lengthens it.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "check.h"
#include "clock.h"
#include "framing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace mainstay {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;

using Bytes = std::vector<std::uint8_t>;

std::vector<Bytes> Corpus() {
  std::vector<Bytes> corpus;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(MAINSTAY_GOLDEN)) {
    if (entry.path().extension() != ".bin") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    corpus.emplace_back((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  }
  // A small model: graph { node { op_type, attribute { tensor } } initializer { external_data } }.
  corpus.push_back({0x08, 0x08, 0x3A, 0x18, 0x0A, 0x0C, 0x22, 0x02, 'O', 'p', 0x2A, 0x06, 0x2A, 0x04,
                    0x42, 0x02, 'w',  'x',  0x2A, 0x08, 0x42, 0x02, 'w', 'y', 0x6A, 0x02, 0x0A, 0x00});
  return corpus;
}

std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : random_(seed) {}

  std::size_t Below(std::size_t bound) { return bound == 0 ? 0 : random_() % bound; }

  void Mutate(Bytes& bytes) {
    static constexpr std::uint8_t kEdges[] = {0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF};
    for (std::size_t left = 1 + Below(6); left > 0; --left) {
      const std::size_t at = Below(bytes.size());
      switch (Below(6)) {
        case 0:
          if (!bytes.empty()) bytes[at] ^= static_cast<std::uint8_t>(1U << Below(8));
          break;
        case 1:
          if (!bytes.empty()) bytes[at] = kEdges[Below(sizeof kEdges)];
          break;
        case 2:
          for (std::size_t i = at; i < bytes.size() && i < at + 1 + Below(8); ++i)
            bytes[i] = kEdges[Below(sizeof kEdges)];
          break;
        case 3: bytes.resize(at); break;
        case 4:
          bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), 1 + Below(16),
                       static_cast<std::uint8_t>(random_()));
          break;
        default:
          if (!bytes.empty()) bytes[at] = static_cast<std::uint8_t>(random_());
          break;
      }
    }
    // Most mutants keep a true length, so that they get past the framing.
    if (bytes.size() >= kFrameHeaderBytes && Below(4) != 0) {
      EncodeFrameHeader(reinterpret_cast<std::byte*>(bytes.data()), static_cast<std::uint32_t>(bytes.size()));
    }
  }

 private:
  std::mt19937_64 random_;
};

TEST(decoder_survivesMutatedFrames) {
  const std::vector<Bytes> corpus = Corpus();
  CHECK(corpus.size() > 10);
  const std::uint64_t seed = FromEnvironment("MAINSTAY_FUZZ_SEED", std::random_device{}());
  const auto seconds = static_cast<std::int64_t>(FromEnvironment("MAINSTAY_FUZZ_SECONDS", 5));
  std::fprintf(stderr, "MAINSTAY_FUZZ_SEED=%llu\n", static_cast<unsigned long long>(seed));
  for (const Bytes& original : corpus) LLVMFuzzerTestOneInput(original.data(), original.size());
  Mutator mutator(seed);
  const std::int64_t until_ns = MonotonicNs() + seconds * kSecondNs;
  std::uint64_t inputs = 0;
  for (; MonotonicNs() < until_ns; ++inputs) {
    Bytes bytes = corpus[mutator.Below(corpus.size())];
    if (mutator.Below(4) == 0) {
      const Bytes& more = corpus[mutator.Below(corpus.size())];
      bytes.insert(bytes.end(), more.begin(), more.end());
    }
    mutator.Mutate(bytes);
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  }
  std::fprintf(stderr, "%llu inputs\n", static_cast<unsigned long long>(inputs));
  CHECK(inputs > 1000);
}

}  // namespace
}  // namespace mainstay
