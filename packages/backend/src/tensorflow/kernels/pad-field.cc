// A field [batch, ...space, channel] continued beyond its spatial ends, and the adjoint: each in one pass over memory.
#include <algorithm>
#include <cstring>

#include "bfloat16.h"
#include "crew.h"
#include "operation.h"

namespace eddyflow {
namespace {

// The cell of an axis of n cells that the padded cell at `i` (0 is the first that is padded on) shows, −1 for a zero.
int64_t source(int64_t i, int64_t n, int64_t width, char mode) {
  const int64_t at = i - width;
  if (at >= 0 && at < n) return at;
  if (mode == 'p') return at < 0 ? at + n : at - n;
  if (mode == 'r') return at < 0 ? -at : 2 * (n - 1) - at;
  return -1;
}

// For each axis and each of its padded cells, the source.
using Sources = std::vector<std::vector<int64_t>>;
// For each axis and each of its cells, the padded cells that show it, at most three.
using Images = std::vector<std::vector<std::vector<int64_t>>>;

struct Padding {
  int64_t width;
  // 'p', 'r' or 'z' per spatial axis: periodic, reflect, zero.
  std::string modes;

  explicit Padding(Settings& settings)
      : width(settings.integer("width")), modes(settings.text("modes")) {}

  // Whether space (without padding) has the right rank and is long enough.
  bool fits(const Shape& shape) const {
    if (width < 0 || shape.size() != modes.size() + 2 || modes.empty()) return false;
    for (size_t k = 0; k < modes.size(); ++k) {
      const int64_t n = shape[k + 1];
      const int64_t least = modes[k] == 'p' ? width : modes[k] == 'r' ? width + 1 : 1;
      if (n < std::max<int64_t>(least, 1)) return false;
    }
    return true;
  }

  Sources sources(const Shape& shape) const {
    Sources result(modes.size());
    for (size_t k = 0; k < modes.size(); ++k) {
      const int64_t n = shape[k + 1];
      for (int64_t i = 0; i < n + 2 * width; ++i) {
        result[k].push_back(source(i, n, width, modes[k]));
      }
    }
    return result;
  }

  Images images(const Shape& shape) const {
    const Sources from = sources(shape);
    Images result(modes.size());
    for (size_t k = 0; k < modes.size(); ++k) {
      result[k].resize(shape[k + 1]);
      for (size_t i = 0; i < from[k].size(); ++i) {
        if (from[k][i] >= 0) result[k][from[k][i]].push_back(static_cast<int64_t>(i));
      }
    }
    return result;
  }
};

// Rows that one part takes: some tens of kilobytes.
int64_t rows_per_part(int64_t row_bytes) {
  return std::max<int64_t>(1, (int64_t{128} << 10) / std::max<int64_t>(1, row_bytes));
}

template <typename T>
class PadField {
 public:
  explicit PadField(Settings& settings) : padding_(settings) {}

  void compute(Run& run) const {
    const Shape shape = run.shape_of_input(0);
    if (!run.ok()) return;
    if (!padding_.fits(shape)) return run.fail("the field is too small for its padding");
    Shape padded = shape;
    for (size_t k = 1; k + 1 < shape.size(); ++k) padded[k] += 2 * padding_.width;
    const T* x = run.input<T>(0);
    T* y = run.output<T>(0, run.type_of_input(0), padded);
    if (!run.ok() || size_of(padded) == 0) return;

    const Sources sources = padding_.sources(shape);
    const std::vector<int64_t>& columns = sources.back();
    const size_t last = shape.size() - 2;
    const int64_t channels = shape.back();
    const int64_t width = padding_.width;
    const int64_t inner = shape[last];
    const int64_t cells = padded[last];
    const int64_t rows = size_of(padded) / (cells * channels);
    const int64_t step = rows_per_part(cells * channels * sizeof(T));
    const auto border = [&](const T* from, T* to, int64_t begin, int64_t end) {
      for (int64_t j = begin; j < end; ++j) {
        T* cell = to + j * channels;
        if (columns[j] < 0) {
          std::memset(cell, 0, channels * sizeof(T));
        } else {
          std::memcpy(cell, from + columns[j] * channels, channels * sizeof(T));
        }
      }
    };
    share((rows + step - 1) / step, 2 * size_of(padded) * sizeof(T), [&](int64_t part) {
      for (int64_t row = part * step; row < std::min(rows, (part + 1) * step); ++row) {
        T* to = y + row * cells * channels;
        int64_t rest = row;
        int64_t from_row = 0;
        int64_t stride = 1;
        bool zero = false;
        for (size_t k = last; k-- > 1;) {
          const int64_t at = sources[k - 1][rest % padded[k]];
          rest /= padded[k];
          zero = zero || at < 0;
          from_row += at * stride;
          stride *= shape[k];
        }
        from_row += rest * stride;
        if (zero) {
          std::memset(to, 0, cells * channels * sizeof(T));
          continue;
        }
        const T* from = x + from_row * inner * channels;
        border(from, to, 0, width);
        std::memcpy(to + width * channels, from, inner * channels * sizeof(T));
        border(from, to, width + inner, cells);
      }
    });
  }

 private:
  const Padding padding_;
};

void copy_or_add(const float* from, float* to, int64_t count, bool first) {
  if (first) {
    std::memcpy(to, from, count * sizeof(float));
  } else {
    for (int64_t i = 0; i < count; ++i) to[i] += from[i];
  }
}

void copy_or_add(const BFloat16* from, float* to, int64_t count, bool first) {
  if (first) {
    for (int64_t i = 0; i < count; ++i) to[i] = widen(from[i]);
  } else {
    for (int64_t i = 0; i < count; ++i) to[i] += widen(from[i]);
  }
}

template <typename T>
class PadFieldGradient {
 public:
  explicit PadFieldGradient(Settings& settings) : padding_(settings) {}

  void compute(Run& run) const {
    const Shape padded = run.shape_of_input(0);
    if (!run.ok()) return;
    Shape shape = padded;
    for (size_t k = 1; k + 1 < shape.size(); ++k) shape[k] -= 2 * padding_.width;
    if (!padding_.fits(shape)) return run.fail("the gradient is too small for its padding");
    const T* dy = run.input<T>(0);
    T* dx = run.output<T>(0, run.type_of_input(0), shape);
    if (!run.ok() || size_of(shape) == 0) return;

    const Images images = padding_.images(shape);
    const std::vector<std::vector<int64_t>>& columns = images.back();
    const size_t last = shape.size() - 2;
    const int64_t channels = shape.back();
    const int64_t width = padding_.width;
    const int64_t inner = shape[last];
    const int64_t cells = padded[last];
    const int64_t rows = size_of(shape) / (inner * channels);
    const int64_t step = rows_per_part(cells * channels * sizeof(T));
    share((rows + step - 1) / step, 2 * size_of(padded) * sizeof(T), [&](int64_t part) {
      std::vector<float> sums(inner * channels);
      std::vector<int64_t> from_rows;
      std::vector<int64_t> next;
      for (int64_t row = part * step; row < std::min(rows, (part + 1) * step); ++row) {
        // All padded rows that show this one.
        from_rows.assign(1, 0);
        int64_t rest = row;
        int64_t stride = 1;
        for (size_t k = last; k-- > 1;) {
          next.clear();
          for (const int64_t base : from_rows) {
            for (const int64_t at : images[k - 1][rest % shape[k]]) next.push_back(base + at * stride);
          }
          from_rows.swap(next);
          rest /= shape[k];
          stride *= padded[k];
        }
        T* to = dx + row * inner * channels;
        float* sum = sums_in(to, sums);
        bool first = true;
        for (const int64_t base : from_rows) {
          const T* from = dy + (base + rest * stride) * cells * channels;
          copy_or_add(from + width * channels, sum, inner * channels, first);
          first = false;
          for (int64_t j = 0; j < inner; ++j) {
            if (columns[j].size() == 1) continue;
            for (const int64_t at : columns[j]) {
              if (at == j + width) continue;
              copy_or_add(from + at * channels, sum + j * channels, channels, false);
            }
          }
        }
        store(sum, to, inner * channels);
      }
    });
  }

 private:
  static float* sums_in(float* to, std::vector<float>&) { return to; }
  static float* sums_in(BFloat16*, std::vector<float>& sums) { return sums.data(); }
  static void store(const float*, float*, int64_t) {}
  static void store(const float* sum, BFloat16* to, int64_t count) {
    for (int64_t i = 0; i < count; ++i) to[i] = narrow<BFloat16>(sum[i]);
  }

  const Padding padding_;
};

}  // namespace

void register_pad_field() {
  const std::vector<const char*> attributes = {"T: {float, bfloat16}", "width: int", "modes: string"};
  define({"EddyflowPadField", {"x: T"}, {"y: T"}, attributes});
  implement<PadField<float>>("EddyflowPadField", TF_FLOAT);
  implement<PadField<BFloat16>>("EddyflowPadField", TF_BFLOAT16);
  define({"EddyflowPadFieldGradient", {"dy: T"}, {"dx: T"}, attributes});
  implement<PadFieldGradient<float>>("EddyflowPadFieldGradient", TF_FLOAT);
  implement<PadFieldGradient<BFloat16>>("EddyflowPadFieldGradient", TF_BFLOAT16);
}

}  // namespace eddyflow
