#include "lanczos.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <string>

namespace mainstay {
namespace {

constexpr double kRadius = 3;
constexpr std::uint64_t kBandValues = 1 << 18;

double Sinc(double x) { return x == 0 ? 1 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x); }

double Weight(double x) { return std::abs(x) < kRadius ? Sinc(x) * Sinc(x / kRadius) : 0; }

std::size_t Clamp(std::int64_t at, std::uint64_t size) {
  return static_cast<std::size_t>(std::clamp<std::int64_t>(at, 0, static_cast<std::int64_t>(size) - 1));
}

/// One plane being enlarged. Source rows are widened once each, into a ring that holds the six an output row needs.
class Plane {
 public:
  Plane(const LanczosSize& size, const std::vector<LanczosPhase>& phases, std::span<float> ring)
      : size_(size), phases_(phases), ring_(ring), out_width_(size.width * size.scale) {}

  void Begin(std::span<const float> in, std::span<float> out) {
    in_ = in;
    out_ = out;
    widened_ = 0;
  }

  void ComputeRow(std::uint64_t y) {
    const LanczosPhase& phase = phases_[y % size_.scale];
    const std::int64_t first = static_cast<std::int64_t>(y / size_.scale) + phase.first;
    for (const std::uint64_t last = Clamp(first + 5, size_.height); widened_ <= last; ++widened_) Widen(widened_);
    std::array<const float*, kLanczosTaps> rows{};
    for (std::size_t i = 0; i < kLanczosTaps; ++i) {
      rows[i] = Ring(Clamp(first + static_cast<std::int64_t>(i), size_.height)).data();
    }
    const std::array<float, kLanczosTaps> w = phase.weights;
    float* const out = out_.data() + y * out_width_;
    for (std::uint64_t x = 0; x < out_width_; ++x) {
      out[x] = w[0] * rows[0][x] + w[1] * rows[1][x] + w[2] * rows[2][x] + w[3] * rows[3][x] + w[4] * rows[4][x] +
               w[5] * rows[5][x];
    }
  }

 private:
  std::span<float> Ring(std::uint64_t row) { return ring_.subspan(row % kLanczosTaps * out_width_, out_width_); }

  void Widen(std::uint64_t y) {
    const float* const in = in_.data() + y * size_.width;
    float* const out = Ring(y).data();
    for (std::uint64_t x = 0; x < size_.width; ++x) {
      for (std::uint32_t p = 0; p < size_.scale; ++p) {
        const LanczosPhase& phase = phases_[p];
        const std::int64_t first = static_cast<std::int64_t>(x) + phase.first;
        float sum = 0;
        for (std::size_t i = 0; i < kLanczosTaps; ++i) {
          sum += phase.weights[i] * in[Clamp(first + static_cast<std::int64_t>(i), size_.width)];
        }
        out[x * size_.scale + p] = sum;
      }
    }
  }

  const LanczosSize& size_;
  const std::vector<LanczosPhase>& phases_;
  const std::span<float> ring_;
  const std::uint64_t out_width_;
  std::span<const float> in_;
  std::span<float> out_;
  std::uint64_t widened_ = 0;  // Source rows done so far.
};

}  // namespace

void CheckLanczosSize(const LanczosSize& size, std::uint64_t in, std::uint64_t out) {
  if (size.planes == 0 || size.height == 0 || size.width == 0 || size.scale < 2) {
    throw std::invalid_argument("Lanczos needs planes, height and width of 1 or more and a scale of 2 or more");
  }
  std::uint64_t values = 0;
  std::uint64_t enlarged = 0;
  const bool fits = !__builtin_mul_overflow(size.planes, size.height, &values) &&
                    !__builtin_mul_overflow(values, size.width, &values) &&
                    !__builtin_mul_overflow(values, std::uint64_t{size.scale} * size.scale, &enlarged);
  if (!fits || values != in || enlarged != out) {
    throw std::invalid_argument("Lanczos was given " + std::to_string(in) + " values in and room for " +
                                std::to_string(out) + "; the size says otherwise");
  }
}

std::vector<LanczosPhase> LanczosPhases(std::uint32_t scale) {
  std::vector<LanczosPhase> phases(scale);
  for (std::uint32_t p = 0; p < scale; ++p) {
    const double at = (p + 0.5) / scale - 0.5;
    const double floor = std::floor(at);
    phases[p].first = static_cast<std::int64_t>(floor) - 2;
    std::array<double, kLanczosTaps> weights{};
    double sum = 0;
    for (std::size_t i = 0; i < kLanczosTaps; ++i) {
      weights[i] = Weight(at - (floor - 2 + static_cast<double>(i)));
      sum += weights[i];
    }
    for (std::size_t i = 0; i < kLanczosTaps; ++i) phases[p].weights[i] = static_cast<float>(weights[i] / sum);
  }
  return phases;
}

std::uint64_t LanczosScratchBytes(const LanczosSize& size) {
  std::uint64_t bytes = 0;
  const bool fits = !__builtin_mul_overflow(size.width, std::uint64_t{size.scale}, &bytes) &&
                    !__builtin_mul_overflow(bytes, kLanczosTaps * sizeof(float), &bytes);
  return fits ? bytes : std::numeric_limits<std::uint64_t>::max();
}

std::uint64_t LanczosBandRows(const LanczosSize& size) {
  const std::uint64_t row = LanczosScratchBytes(size) / (kLanczosTaps * sizeof(float));
  return std::max<std::uint64_t>(1, kBandValues / std::max<std::uint64_t>(1, row));
}

void UpscaleLanczos(const LanczosSize& size, std::span<const float> in, std::span<float> out,
                    const std::function<void()>& on_band) {
  CheckLanczosSize(size, in.size(), out.size());
  const std::vector<LanczosPhase> phases = LanczosPhases(size.scale);
  std::vector<float> ring(LanczosScratchBytes(size) / sizeof(float));
  Plane plane(size, phases, ring);
  const std::uint64_t rows = size.height * size.scale;
  const std::uint64_t band = LanczosBandRows(size);
  std::uint64_t since = 0;
  for (std::uint64_t p = 0; p < size.planes; ++p) {
    plane.Begin(in.subspan(p * size.height * size.width, size.height * size.width),
                out.subspan(p * rows * size.width * size.scale, rows * size.width * size.scale));
    for (std::uint64_t y = 0; y < rows; ++y) {
      plane.ComputeRow(y);
      if (++since < band) continue;
      since = 0;
      on_band();
    }
  }
  if (since > 0) on_band();
}

}  // namespace mainstay
