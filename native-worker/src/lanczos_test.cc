#include "lanczos.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "check.h"

namespace mainstay {
namespace {

double Kernel(double x) {
  if (x == 0) return 1;
  if (std::abs(x) >= 3) return 0;
  const double t = std::numbers::pi * x;
  return 3 * std::sin(t) * std::sin(t / 3) / (t * t);
}

/// The definition itself, in double and in two dimensions at once: every pixel of the plane weighs in.
std::vector<double> Reference(const std::vector<float>& in, std::int64_t height, std::int64_t width,
                              std::int64_t scale) {
  std::vector<double> out(static_cast<std::size_t>(height * width * scale * scale));
  for (std::int64_t y = 0; y < height * scale; ++y) {
    const double at_y = (static_cast<double>(y) + 0.5) / static_cast<double>(scale) - 0.5;
    for (std::int64_t x = 0; x < width * scale; ++x) {
      const double at_x = (static_cast<double>(x) + 0.5) / static_cast<double>(scale) - 0.5;
      double sum = 0;
      double weights = 0;
      for (std::int64_t j = -4; j < height + 4; ++j) {
        for (std::int64_t i = -4; i < width + 4; ++i) {
          const double weight = Kernel(at_y - static_cast<double>(j)) * Kernel(at_x - static_cast<double>(i));
          const std::int64_t row = std::clamp<std::int64_t>(j, 0, height - 1);
          const std::int64_t column = std::clamp<std::int64_t>(i, 0, width - 1);
          sum += weight * static_cast<double>(in[static_cast<std::size_t>(row * width + column)]);
          weights += weight;
        }
      }
      out[static_cast<std::size_t>(y * width * scale + x)] = sum / weights;
    }
  }
  return out;
}

std::vector<float> Noise(std::size_t count) {
  std::vector<float> values(count);
  std::uint32_t state = 12345;
  for (float& value : values) {
    state = state * 1664525U + 1013904223U;
    value = static_cast<float>(state >> 8) / static_cast<float>(1 << 24);
  }
  return values;
}

std::vector<float> Upscaled(const LanczosSize& size, const std::vector<float>& in) {
  std::vector<float> out(in.size() * size.scale * size.scale, -1);
  UpscaleLanczos(size, in, out, [] {});
  return out;
}

TEST(upscale_agreesWithTheDefinition) {
  for (const std::uint32_t scale : {2U, 3U, 4U}) {
    for (const auto& [height, width] : {std::pair{7, 5}, {1, 9}, {9, 1}, {2, 3}, {16, 16}}) {
      const LanczosSize size{1, static_cast<std::uint64_t>(height), static_cast<std::uint64_t>(width), scale};
      const std::vector<float> in = Noise(static_cast<std::size_t>(height * width));
      const std::vector<float> out = Upscaled(size, in);
      const std::vector<double> expected = Reference(in, height, width, scale);
      double worst = 0;
      for (std::size_t i = 0; i < out.size(); ++i) worst = std::max(worst, std::abs(out[i] - expected[i]));
      CHECK(worst < 2e-6);
    }
  }
}

TEST(upscale_keepsPlanesApart) {
  const std::vector<float> in = Noise(3 * 6 * 4);
  const std::vector<float> together = Upscaled({3, 6, 4, 2}, in);
  for (std::size_t plane = 0; plane < 3; ++plane) {
    const std::vector<float> alone = Upscaled({1, 6, 4, 2}, {in.begin() + plane * 24, in.begin() + (plane + 1) * 24});
    CHECK(std::equal(alone.begin(), alone.end(), together.begin() + plane * 96));
  }
}

TEST(upscale_ofOnePixel_isThatPixelEverywhere) {
  for (const std::uint32_t scale : {2U, 4U}) {
    for (const float value : Upscaled({1, 1, 1, scale}, {0.25F})) CHECK(std::abs(value - 0.25F) < 1e-6F);
  }
}

TEST(weights_addUpToOneAndMirror) {
  for (const std::uint32_t scale : {2U, 4U}) {
    const auto phases = LanczosPhases(scale);
    CHECK_EQ(phases.size(), scale);
    for (std::uint32_t p = 0; p < scale; ++p) {
      double sum = 0;
      for (const float weight : phases[p].weights) sum += static_cast<double>(weight);
      CHECK(std::abs(sum - 1) < 1e-6);
      for (std::size_t i = 0; i < kLanczosTaps; ++i) {
        CHECK(std::abs(phases[p].weights[i] - phases[scale - 1 - p].weights[kLanczosTaps - 1 - i]) < 1e-7F);
      }
    }
  }
}

TEST(upscale_callsBetweenBandsAndStopsWhenItThrows) {
  const LanczosSize size{3, 256, 512, 4};  // 4 * 512 values a row: bands of 128 rows, 24 in all.
  CHECK_EQ(LanczosBandRows(size), 128U);
  const std::vector<float> in = Noise(3 * 256 * 512);
  std::vector<float> out(in.size() * 16, -1);
  int bands = 0;
  UpscaleLanczos(size, in, out, [&] { ++bands; });
  CHECK_EQ(bands, 24);
  std::fill(out.begin(), out.end(), -1.0F);
  bands = 0;
  bool stopped = false;
  try {
    UpscaleLanczos(size, in, out, [&] {
      if (++bands == 3) throw std::string("stop");
    });
  } catch (const std::string&) {
    stopped = true;
  }
  CHECK(stopped);
  CHECK_EQ(bands, 3);
  CHECK(out[3 * 128 * 2048 - 1] != -1.0F);
  CHECK_EQ(out[3 * 128 * 2048], -1.0F);
}

TEST(upscale_refusesSizesThatDoNotFit) {
  const auto refuses = [](const LanczosSize& size, std::size_t in, std::size_t out) {
    std::vector<float> from(in);
    std::vector<float> to(out);
    try {
      UpscaleLanczos(size, from, to, [] {});
    } catch (const std::invalid_argument&) {
      return true;
    }
    return false;
  };
  CHECK(refuses({1, 0, 4, 2}, 0, 0));
  CHECK(refuses({1, 2, 2, 1}, 4, 4));
  CHECK(refuses({1, 2, 2, 2}, 4, 15));
  CHECK(refuses({1, 2, 2, 2}, 3, 16));
  CHECK(refuses({1, 1ULL << 32, 1ULL << 32, 2}, 0, 0));  // The product wraps to 0.
  CHECK_EQ(LanczosScratchBytes({1, 1, 1ULL << 62, 4}), std::numeric_limits<std::uint64_t>::max());
  CHECK_EQ(LanczosScratchBytes({3, 64, 64, 4}), 6U * 256 * 4);
}

}  // namespace
}  // namespace mainstay
