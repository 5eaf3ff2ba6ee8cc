// Maximum over windows of 2 cells per spatial axis of [batch, ...space, channel], and its gradient.
#include <algorithm>

#include "bfloat16.h"
#include "crew.h"
#include "operation.h"

namespace eddyflow {
namespace {

// The windows of a field: where each starts, and how far its corners lie from there in row-major order.
struct Windows {
  Shape shape;
  Shape pooled;
  std::vector<int64_t> corners;

  bool fits() const {
    if (shape.size() < 3) return false;
    for (size_t k = 1; k + 1 < shape.size(); ++k) {
      if (shape[k] % 2 != 0) return false;
    }
    return true;
  }

  explicit Windows(const Shape& of) : shape(of), pooled(of), corners{0} {
    if (!fits()) return;
    for (size_t k = 1; k + 1 < shape.size(); ++k) {
      pooled[k] /= 2;
      int64_t stride = 1;
      for (size_t l = k + 1; l < shape.size(); ++l) stride *= shape[l];
      std::vector<int64_t> twice;
      for (const int64_t corner : corners) {
        twice.push_back(corner);
        twice.push_back(corner + stride);
      }
      corners.swap(twice);
    }
  }

  int64_t rows() const { return size_of(pooled) / (pooled[pooled.size() - 2] * pooled.back()); }

  // The first entry of the first window of a row of windows.
  int64_t start(int64_t row) const {
    int64_t result = 0;
    int64_t stride = shape[shape.size() - 2] * shape.back();
    for (size_t k = shape.size() - 2; k-- > 0;) {
      const int64_t at = row % pooled[k];
      row /= pooled[k];
      result += (k == 0 ? at : 2 * at) * stride;
      stride *= shape[k];
    }
    return result;
  }
};

int64_t rows_per_part(int64_t row_bytes) {
  return std::max<int64_t>(1, (int64_t{128} << 10) / std::max<int64_t>(1, row_bytes));
}

// Maxima of what each channel has so far and of one more corner. NaN wins, as it does elsewhere in TensorFlow.js.
template <typename T>
void raise(const T* __restrict corner, int64_t channels, T* __restrict to) {
  for (int64_t c = 0; c < channels; ++c) {
    const float before = widen(to[c]);
    const float here = widen(corner[c]);
    const float larger = here > before ? here : before;
    to[c] = narrow<T>(here != here ? here : larger);
  }
}

template <typename T>
class MaxPoolHalf {
 public:
  explicit MaxPoolHalf(Settings&) {}

  void compute(Run& run) const {
    const Windows windows(run.shape_of_input(0));
    if (!run.ok()) return;
    if (!windows.fits()) return run.fail("a number of points along an axis is not even");
    const T* x = run.input<T>(0);
    T* y = run.output<T>(0, run.type_of_input(0), windows.pooled);
    if (!run.ok() || size_of(windows.pooled) == 0) return;
    const int64_t channels = windows.shape.back();
    const int64_t columns = windows.pooled[windows.pooled.size() - 2];
    const int64_t step = rows_per_part(columns * channels * windows.corners.size() * sizeof(T));
    share((windows.rows() + step - 1) / step, size_of(windows.shape) * sizeof(T), [&](int64_t part) {
      const int64_t end = std::min(windows.rows(), (part + 1) * step);
      for (int64_t row = part * step; row < end; ++row) {
        for (int64_t j = 0; j < columns; ++j) {
          const T* from = x + windows.start(row) + 2 * j * channels;
          T* to = y + (row * columns + j) * channels;
          for (int64_t c = 0; c < channels; ++c) to[c] = from[c];
          for (size_t k = 1; k < windows.corners.size(); ++k) {
            raise(from + windows.corners[k], channels, to);
          }
        }
      }
    });
  }
};

template <typename T>
class MaxPoolHalfGradient {
 public:
  explicit MaxPoolHalfGradient(Settings&) {}

  void compute(Run& run) const {
    const Windows windows(run.shape_of_input(0));
    if (!run.ok()) return;
    if (!windows.fits()) return run.fail("a number of points along an axis is not even");
    if (run.shape_of_input(1) != windows.pooled || run.shape_of_input(2) != windows.pooled) {
      return run.fail("maxima or gradient do not belong to the field");
    }
    const T* x = run.input<T>(0);
    const T* y = run.input<T>(1);
    const T* dy = run.input<T>(2);
    T* dx = run.output<T>(0, run.type_of_input(0), windows.shape);
    if (!run.ok() || size_of(windows.pooled) == 0) return;
    const int64_t channels = windows.shape.back();
    const int64_t columns = windows.pooled[windows.pooled.size() - 2];
    const int64_t step = rows_per_part(columns * channels * windows.corners.size() * sizeof(T));
    share((windows.rows() + step - 1) / step, 2 * size_of(windows.shape) * sizeof(T), [&](int64_t part) {
      std::vector<float> left(channels);
      const int64_t end = std::min(windows.rows(), (part + 1) * step);
      for (int64_t row = part * step; row < end; ++row) {
        for (int64_t j = 0; j < columns; ++j) {
          const int64_t at = windows.start(row) + 2 * j * channels;
          const int64_t window = (row * columns + j) * channels;
          spread(x + at, y + window, dy + window, dx + at, windows.corners, channels, left.data());
        }
      }
    });
  }

 private:
  // dy to the first corner that holds the maximum; `left` is what no corner has got yet.
  static void spread(const T* x, const T* y, const T* dy, T* dx, const std::vector<int64_t>& corners,
                     int64_t channels, float* __restrict left) {
    for (int64_t c = 0; c < channels; ++c) left[c] = widen(dy[c]);
    for (const int64_t corner : corners) {
      const T* __restrict from = x + corner;
      T* __restrict to = dx + corner;
      for (int64_t c = 0; c < channels; ++c) {
        const bool here = widen(from[c]) == widen(y[c]);
        to[c] = narrow<T>(here ? left[c] : 0.0f);
        left[c] = here ? 0.0f : left[c];
      }
    }
  }
};

}  // namespace

void register_max_pool() {
  define({"EddyflowMaxPoolHalf", {"x: T"}, {"y: T"}, {"T: {float, bfloat16}"}});
  implement<MaxPoolHalf<float>>("EddyflowMaxPoolHalf", TF_FLOAT);
  implement<MaxPoolHalf<BFloat16>>("EddyflowMaxPoolHalf", TF_BFLOAT16);
  define({"EddyflowMaxPoolHalfGradient", {"x: T", "y: T", "dy: T"}, {"dx: T"}, {"T: {float, bfloat16}"}});
  implement<MaxPoolHalfGradient<float>>("EddyflowMaxPoolHalfGradient", TF_FLOAT);
  implement<MaxPoolHalfGradient<BFloat16>>("EddyflowMaxPoolHalfGradient", TF_BFLOAT16);
}

}  // namespace eddyflow
