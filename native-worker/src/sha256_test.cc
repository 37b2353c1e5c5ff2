#include "sha256.h"

#include <string_view>
#include <vector>

#include "check.h"

namespace mainstay {
namespace {

std::span<const std::byte> BytesOf(std::string_view text) { return std::as_bytes(std::span(text.data(), text.size())); }

std::string HashOf(std::string_view text, Sha256::Engine engine) {
  Sha256 hash(engine);
  hash.Update(BytesOf(text));
  return ToHex(hash.Finish());
}

// FIPS 180-4 example messages.
TEST(finish_ofKnownMessages_givesTheStandardsDigests) {
  for (const auto engine : {Sha256::Engine::kBest, Sha256::Engine::kPortable}) {
    CHECK_EQ(HashOf("", engine), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK_EQ(HashOf("abc", engine), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK_EQ(HashOf("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", engine),
             "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK_EQ(HashOf(std::string(1'000'000, 'a'), engine),
             "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  }
}

TEST(update_inPiecesOfEverySize_equalsOnePiece) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += static_cast<char>(i * 7);
  const std::string whole = HashOf(text, Sha256::Engine::kPortable);
  for (std::size_t piece = 1; piece < 200; ++piece) {
    Sha256 hash;
    for (std::size_t at = 0; at < text.size(); at += piece)
      hash.Update(BytesOf(std::string_view(text).substr(at, piece)));
    CHECK_EQ(ToHex(hash.Finish()), whole);
  }
}

}  // namespace
}  // namespace mainstay
