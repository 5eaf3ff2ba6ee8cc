// The sum of a gradient over all axes but the last, alone or while the gradient passes a rectifier.
#include <algorithm>

#include "bfloat16.h"
#include "crew.h"
#include "operation.h"

namespace eddyflow {
namespace {

// What one part sums in float32, before the parts are summed in float64: so many entries, and so few rows that none is
// added to a sum that has grown far larger.
constexpr int64_t kEntriesPerPart = 32 << 10;
constexpr int64_t kMostRowsPerPart = 512;

// Calls add(first row, number of rows, sums of the channels), sums being zero, for parts of an array of rows; then
// writes the sums over all parts, which do not depend on the number of threads.
template <typename Add>
void sum_rows(int64_t rows, int64_t channels, int64_t bytes, const Add& add, float* total) {
  const int64_t step = std::clamp<int64_t>(kEntriesPerPart / std::max<int64_t>(1, channels), 1, kMostRowsPerPart);
  const int64_t parts = (rows + step - 1) / step;
  std::vector<float> sums(parts * channels, 0.0f);
  share(parts, bytes, [&](int64_t part) {
    add(part * step, std::min(step, rows - part * step), sums.data() + part * channels);
  });
  for (int64_t c = 0; c < channels; ++c) {
    double sum = 0;
    for (int64_t part = 0; part < parts; ++part) sum += sums[part * channels + c];
    total[c] = static_cast<float>(sum);
  }
}

template <typename T>
class BiasGradient {
 public:
  explicit BiasGradient(Settings&) {}

  void compute(Run& run) const {
    const Shape shape = run.shape_of_input(0);
    if (!run.ok()) return;
    if (shape.empty()) return run.fail("the gradient has no channels");
    const int64_t channels = shape.back();
    const T* dy = run.input<T>(0);
    float* db = run.output<float>(0, TF_FLOAT, {channels});
    if (!run.ok() || channels == 0) return;
    const auto add = [&](int64_t first, int64_t count, float* __restrict sums) {
      const T* row = dy + first * channels;
      int64_t i = 0;
      for (; i + 4 <= count; i += 4, row += 4 * channels) {
        const T* second = row + channels;
        const T* third = second + channels;
        const T* fourth = third + channels;
        for (int64_t c = 0; c < channels; ++c) {
          sums[c] += (widen(row[c]) + widen(second[c])) + (widen(third[c]) + widen(fourth[c]));
        }
      }
      for (; i < count; ++i, row += channels) {
        for (int64_t c = 0; c < channels; ++c) sums[c] += widen(row[c]);
      }
    };
    sum_rows(size_of(shape) / channels, channels, size_of(shape) * sizeof(T), add, db);
  }
};

template <typename T>
void rectify_row(const T* __restrict dy, const T* __restrict y, T* __restrict dx, float* __restrict sums, int64_t channels) {
  for (int64_t c = 0; c < channels; ++c) {
    // Read in any case, so that several channels go at once.
    const float from = widen(dy[c]);
    const float value = widen(y[c]) > 0 ? from : 0.0f;
    dx[c] = narrow<T>(value);
    sums[c] += value;
  }
}

template <typename T>
class RectifyBiasGradient {
 public:
  explicit RectifyBiasGradient(Settings&) {}

  void compute(Run& run) const {
    const Shape shape = run.shape_of_input(0);
    if (!run.ok()) return;
    if (shape.empty() || run.shape_of_input(1) != shape) {
      return run.fail("gradient and result differ in shape");
    }
    const int64_t channels = shape.back();
    const T* dy = run.input<T>(0);
    const T* y = run.input<T>(1);
    T* dx = run.output<T>(0, run.type_of_input(0), shape);
    float* db = run.output<float>(1, TF_FLOAT, {channels});
    if (!run.ok() || channels == 0) return;
    const auto add = [&](int64_t first, int64_t count, float* sums) {
      for (int64_t i = first; i < first + count; ++i) {
        rectify_row(dy + i * channels, y + i * channels, dx + i * channels, sums, channels);
      }
    };
    sum_rows(size_of(shape) / channels, channels, 3 * size_of(shape) * sizeof(T), add, db);
  }
};

}  // namespace

void register_bias_gradient() {
  define({"EddyflowBiasGradient", {"dy: T"}, {"db: float"}, {"T: {float, bfloat16}"}});
  implement<BiasGradient<float>>("EddyflowBiasGradient", TF_FLOAT);
  implement<BiasGradient<BFloat16>>("EddyflowBiasGradient", TF_BFLOAT16);
  define({"EddyflowRectifyBiasGradient", {"dy: T", "y: T"}, {"dx: T", "db: float"}, {"T: {float, bfloat16}"}});
  implement<RectifyBiasGradient<float>>("EddyflowRectifyBiasGradient", TF_FLOAT);
  implement<RectifyBiasGradient<BFloat16>>("EddyflowRectifyBiasGradient", TF_BFLOAT16);
}

}  // namespace eddyflow
