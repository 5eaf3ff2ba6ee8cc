// Convolution with 3 × 3 (× 3) weights, stride 1, no padding, and its gradients, by Winograd's minimal filtering F(2 × 2, 3 × 3):
// four products in place of nine for each value of the result. In the terms of A. Lavin, S. Gray, "Fast algorithms for
// convolutional neural networks", CVPR 2016, for tiles of 4 × 4 values d of the input, weights g and 2 × 2 values y,
//
//   y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A,  and for the gradients  dg = Gᵀ[(A dy Aᵀ) ⊙ (Bᵀ d B)]G,
//
// where the products ⊙, summed over channels, are 16 matrix products. The gradient of the input is a convolution of dy with
// the weights turned round. A third axis is summed over like the channels. Everything is in float32; the error is
// about that of the direct sum.
#include "winograd.h"

#include <immintrin.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <thread>

#include "crew.h"

#pragma GCC push_options
#pragma GCC target("avx512f")

namespace eddyflow {
namespace {

constexpr int64_t kLanes = 16;
constexpr int64_t kPoints = 16;
// Tiles that one thread transforms at a time: a multiple of the rows of every product.
constexpr int64_t kTiles = 24;

int64_t lanes_up(int64_t n) { return (n + kLanes - 1) / kLanes * kLanes; }

__mmask16 mask_of(int64_t left) {
  return left >= kLanes ? __mmask16(0xffff) : __mmask16((1u << left) - 1u);
}

// Memory of one thread that is kept for the next call: fresh pages would cost more than the work done in them.
float* scratch(int which, int64_t size) {
  struct Freed {
    void operator()(float* p) const { std::free(p); }
  };
  thread_local std::unique_ptr<float, Freed> held[4];
  thread_local int64_t sizes[4] = {};
  if (sizes[which] < size) {
    const int64_t bytes = (size * int64_t{sizeof(float)} + 63) / 64 * 64;
    held[which].reset();
    held[which].reset(static_cast<float*>(std::aligned_alloc(64, bytes)));
    sizes[which] = size;
    std::fill(held[which].get(), held[which].get() + size, 0.0f);
  }
  return held[which].get();
}

// Channels in panels of up to `widest` vectors, as even as they go.
class Panels {
 public:
  Panels(int64_t channels, int64_t widest) : vectors_(lanes_up(channels) / kLanes) {
    const int64_t count = (vectors_ + widest - 1) / widest;
    for (int64_t i = 0, first = 0; i < count; ++i) {
      const int64_t width = (vectors_ - first + count - i - 1) / (count - i);
      first_.push_back(first);
      width_.push_back(width);
      first += width;
    }
  }
  int64_t count() const { return static_cast<int64_t>(first_.size()); }
  int64_t width(int64_t panel) const { return width_[panel]; }
  int64_t first(int64_t panel) const { return first_[panel]; }
  int64_t padded() const { return vectors_ * kLanes; }
  // Where vector `v` of row `row` lies in an array of `rows` rows, panel after panel.
  int64_t at(int64_t v, int64_t row, int64_t rows) const {
    int64_t panel = 0;
    while (panel + 1 < count() && first_[panel + 1] <= v) ++panel;
    return first_[panel] * kLanes * rows + (row * width_[panel] + v - first_[panel]) * kLanes;
  }

 private:
  int64_t vectors_;
  std::vector<int64_t> first_;
  std::vector<int64_t> width_;
};

inline void forward_axis(__m512& a, __m512& b, __m512& c, __m512& d) {
  const __m512 b0 = b;
  a = _mm512_sub_ps(a, c);
  d = _mm512_sub_ps(b, d);
  b = _mm512_add_ps(b, c);
  c = _mm512_sub_ps(c, b0);
}

// Bᵀ d B of one tile and 16 channels.
inline void transform_field(const float* const* from, int64_t channel, __mmask16 mask, float* to, int64_t stride) {
  __m512 d[16];
#pragma GCC unroll 16
  for (int i = 0; i < 16; ++i) d[i] = _mm512_maskz_loadu_ps(mask, from[i] + channel);
#pragma GCC unroll 4
  for (int j = 0; j < 4; ++j) forward_axis(d[j], d[4 + j], d[8 + j], d[12 + j]);
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) forward_axis(d[4 * i], d[4 * i + 1], d[4 * i + 2], d[4 * i + 3]);
#pragma GCC unroll 16
  for (int i = 0; i < 16; ++i) _mm512_store_ps(to + i * stride, d[i]);
}

// G along one axis: three weights become four.
inline void weight_axis(__m512 a, __m512 b, __m512 c, __m512* to, int step) {
  const __m512 half = _mm512_set1_ps(0.5f);
  const __m512 ends = _mm512_mul_ps(half, _mm512_add_ps(a, c));
  to[0] = a;
  to[step] = _mm512_fmadd_ps(half, b, ends);
  to[2 * step] = _mm512_fnmadd_ps(half, b, ends);
  to[3 * step] = c;
}

inline void transform_weights(const __m512* g, float* to, int64_t stride) {
  __m512 rows[12];
  __m512 u[16];
#pragma GCC unroll 3
  for (int j = 0; j < 3; ++j) weight_axis(g[j], g[3 + j], g[6 + j], rows + j, 3);
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) weight_axis(rows[3 * i], rows[3 * i + 1], rows[3 * i + 2], u + 4 * i, 1);
#pragma GCC unroll 16
  for (int i = 0; i < 16; ++i) _mm512_store_ps(to + i * stride, u[i]);
}

// to[row][vector] = Σₖ a[row][k] b[k][vector], for R rows and N vectors.
template <int R, int N>
inline void product(const float* a, int64_t a_row, const float* b, int64_t terms, float* to, int64_t to_row) {
  __m512 sum[R][N];
#pragma GCC unroll 24
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 4
    for (int n = 0; n < N; ++n) sum[r][n] = _mm512_setzero_ps();
  for (int64_t k = 0; k < terms; ++k, b += N * kLanes) {
    __m512 vectors[N];
#pragma GCC unroll 4
    for (int n = 0; n < N; ++n) vectors[n] = _mm512_load_ps(b + n * kLanes);
#pragma GCC unroll 24
    for (int r = 0; r < R; ++r) {
      const __m512 factor = _mm512_set1_ps(a[r * a_row + k]);
#pragma GCC unroll 4
      for (int n = 0; n < N; ++n) sum[r][n] = _mm512_fmadd_ps(factor, vectors[n], sum[r][n]);
    }
  }
#pragma GCC unroll 24
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 4
    for (int n = 0; n < N; ++n) _mm512_store_ps(to + r * to_row + n * kLanes, sum[r][n]);
}

template <int R, int N>
void products(int64_t rows, const float* a, int64_t a_row, const float* b, int64_t terms, float* to, int64_t to_row) {
  for (int64_t row = 0; row < rows; row += R) {
    product<R, N>(a + row * a_row, a_row, b, terms, to + row * to_row, to_row);
  }
}

// to[row][vector] += Σₜ a[t][row] b[t][vector], for 8 rows and N vectors.
template <int N>
inline void add_outer_products(const float* a, int64_t a_row, const float* b, int64_t terms, float* to) {
  constexpr int R = 8;
  __m512 sum[R][N];
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 3
    for (int n = 0; n < N; ++n) sum[r][n] = _mm512_load_ps(to + (r * N + n) * kLanes);
  for (int64_t t = 0; t < terms; ++t, a += a_row, b += N * kLanes) {
    __m512 vectors[N];
#pragma GCC unroll 3
    for (int n = 0; n < N; ++n) vectors[n] = _mm512_load_ps(b + n * kLanes);
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) {
      const __m512 factor = _mm512_set1_ps(a[r]);
#pragma GCC unroll 3
      for (int n = 0; n < N; ++n) sum[r][n] = _mm512_fmadd_ps(factor, vectors[n], sum[r][n]);
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 3
    for (int n = 0; n < N; ++n) _mm512_store_ps(to + (r * N + n) * kLanes, sum[r][n]);
}

// The tiles of a result, two by two values each, one after the other.
struct Tiles {
  explicit Tiles(const Field& result)
      : depth(result.depth), down((result.height + 1) / 2), across((result.width + 1) / 2) {
    count = result.batch * depth * down * across;
  }
  struct Place {
    int64_t batch, z, y, x;
  };
  Place place(int64_t tile) const {
    const int64_t x = tile % across;
    const int64_t rest = tile / across;
    return {rest / down / depth, rest / down % depth, 2 * (rest % down), 2 * x};
  }
  int64_t depth, down, across, count;
};

// Values beyond the field are zero.
const float* zeros(int64_t size) {
  thread_local std::vector<float> kept;
  if (static_cast<int64_t>(kept.size()) < size) kept.assign(size, 0.0f);
  return kept.data();
}

// Writes Bᵀ d B of tiles `first` … `first + count − 1` into v: [point][tile][kz · channels + channel], channels padded. The
// field is continued by `border` zeros on every side.
void transform_fields(const float* field, const Field& of, int64_t border, int64_t kernel_depth, const Tiles& tiles,
                      int64_t first, int64_t count, int64_t stored, float* v) {
  const int64_t padded = lanes_up(of.channels);
  const int64_t terms = kernel_depth * padded;
  const float* nothing = zeros(padded);
  const int64_t deep_border = kernel_depth == 1 ? 0 : border;
  for (int64_t t = 0; t < count; ++t) {
    const Tiles::Place at = tiles.place(first + t);
    for (int64_t kz = 0; kz < kernel_depth; ++kz) {
      const int64_t z = at.z + kz - deep_border;
      const float* from[16];
      for (int64_t i = 0; i < 4; ++i) {
        for (int64_t j = 0; j < 4; ++j) {
          const int64_t y = at.y + i - border;
          const int64_t x = at.x + j - border;
          const bool inside = z >= 0 && z < of.depth && y >= 0 && y < of.height && x >= 0 && x < of.width;
          from[4 * i + j] =
              inside ? field + (((at.batch * of.depth + z) * of.height + y) * of.width + x) * of.channels : nothing;
        }
      }
      for (int64_t c = 0; c < of.channels; c += kLanes) {
        transform_field(from, c, mask_of(of.channels - c), v + t * terms + kz * padded + c, stored * terms);
      }
    }
  }
}

int64_t product_bytes(int64_t tiles, int64_t terms, int64_t channels) {
  return tiles * kPoints * (terms + channels) * int64_t{sizeof(float)};
}

// Tiles in blocks that keep all threads busy where there are few of them.
int64_t tiles_per_block(int64_t tiles) {
  const int64_t threads = std::max(1u, std::thread::hardware_concurrency());
  const int64_t share = (tiles + threads - 1) / threads;
  return share >= kTiles ? kTiles : std::max<int64_t>(12, (share + 11) / 12 * 12);
}

void multiply_panel(int64_t width, int64_t rows, const float* a, int64_t a_row, const float* b, int64_t terms, float* to,
                    int64_t to_row) {
  switch (width) {
    case 4:
      return products<6, 4>(rows, a, a_row, b, terms, to, to_row);
    case 3:
      return products<8, 3>(rows, a, a_row, b, terms, to, to_row);
    case 2:
      return products<12, 2>(rows, a, a_row, b, terms, to, to_row);
    default:
      return products<12, 1>(rows, a, a_row, b, terms, to, to_row);
  }
}

// Aᵀ m A of one tile and 16 channels.
inline void transform_result(const float* from, int64_t stride, __m512* y) {
  __m512 m[16];
#pragma GCC unroll 16
  for (int i = 0; i < 16; ++i) m[i] = _mm512_load_ps(from + i * stride);
  __m512 rows[8];
#pragma GCC unroll 4
  for (int j = 0; j < 4; ++j) {
    rows[j] = _mm512_add_ps(_mm512_add_ps(m[j], m[4 + j]), m[8 + j]);
    rows[4 + j] = _mm512_sub_ps(_mm512_sub_ps(m[4 + j], m[8 + j]), m[12 + j]);
  }
#pragma GCC unroll 2
  for (int i = 0; i < 2; ++i) {
    y[2 * i] = _mm512_add_ps(_mm512_add_ps(rows[4 * i], rows[4 * i + 1]), rows[4 * i + 2]);
    y[2 * i + 1] = _mm512_sub_ps(_mm512_sub_ps(rows[4 * i + 1], rows[4 * i + 2]), rows[4 * i + 3]);
  }
}

// The convolution of a field, continued by `border` zeros, with transformed weights u: [point][panel][term][vector].
void convolve(const float* field, const Field& of, int64_t border, int64_t kernel_depth, const float* u,
              const Panels& panels, const Field& result, const Finish& finish, float* to) {
  const Tiles tiles(result);
  const int64_t padded = lanes_up(of.channels);
  const int64_t terms = kernel_depth * padded;
  const int64_t width = panels.padded();
  const int64_t block = tiles_per_block(tiles.count);
  const int64_t blocks = (tiles.count + block - 1) / block;
  share(blocks, tiles.count * product_bytes(1, terms, width), [&](int64_t index) {
    const int64_t first = index * block;
    const int64_t count = std::min(block, tiles.count - first);
    // Rows are counted up to those of a product; what stands in the rest is not looked at.
    float* v = scratch(0, kPoints * kTiles * terms);
    float* m = scratch(1, kPoints * kTiles * width);
    transform_fields(field, of, border, kernel_depth, tiles, first, count, kTiles, v);
    for (int64_t point = 0; point < kPoints; ++point) {
      for (int64_t panel = 0; panel < panels.count(); ++panel) {
        const int64_t at = panels.first(panel) * kLanes;
        multiply_panel(panels.width(panel), count, v + point * kTiles * terms, terms, u + point * terms * width + at * terms,
                       terms - (padded - of.channels), m + point * kTiles * width + at, width);
      }
    }
    for (int64_t t = 0; t < count; ++t) {
      const Tiles::Place place = tiles.place(first + t);
      const int64_t corner = ((place.batch * result.depth + place.z) * result.height + place.y) * result.width + place.x;
      for (int64_t c = 0; c < result.channels; c += kLanes) {
        const __mmask16 mask = mask_of(result.channels - c);
        __m512 y[4];
        transform_result(m + t * width + c, kTiles * width, y);
        const __m512 bias = finish.bias == nullptr ? _mm512_setzero_ps() : _mm512_maskz_loadu_ps(mask, finish.bias + c);
        for (int64_t i = 0; i < 4; ++i) {
          if (place.y + i / 2 >= result.height || place.x + i % 2 >= result.width) continue;
          const int64_t at = (corner + i / 2 * result.width + i % 2) * result.channels + c;
          __m512 value = _mm512_add_ps(y[i], bias);
          if (finish.residual != nullptr) {
            value = _mm512_add_ps(value, _mm512_maskz_loadu_ps(mask, finish.residual + at));
          }
          if (finish.rectify) value = _mm512_max_ps(value, _mm512_setzero_ps());
          _mm512_mask_storeu_ps(to + at, mask, value);
        }
      }
    }
  });
}

// 16 × 16 weights w[from row + i][column + j] to turned[column + j][i].
void turn(const float* from, int64_t row, float* to, int64_t rows, int64_t columns) {
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < columns; ++j) to[j * kLanes + i] = from[i * row + j];
  }
}

}  // namespace

bool has_winograd() { return __builtin_cpu_supports("avx512f"); }

void convolve_winograd(const float* x, const Field& of, const float* weight, int64_t kernel_depth, const Field& result,
                       const Finish& finish, float* y) {
  const Panels panels(result.channels, 4);
  const int64_t padded = lanes_up(of.channels);
  const int64_t terms = kernel_depth * padded;
  const int64_t width = panels.padded();
  float* u = scratch(2, kPoints * terms * width);
  share(terms, kPoints * terms * width * int64_t{sizeof(float)}, [&](int64_t term) {
    const int64_t c = term % padded;
    const float* from = weight + (term / padded * 9 * of.channels + c) * result.channels;
    for (int64_t v = 0; v < width / kLanes; ++v) {
      const __mmask16 mask = c < of.channels ? mask_of(result.channels - v * kLanes) : __mmask16(0);
      __m512 g[9];
      for (int64_t k = 0; k < 9; ++k) {
        g[k] = _mm512_maskz_loadu_ps(mask, from + k * of.channels * result.channels + v * kLanes);
      }
      transform_weights(g, u + panels.at(v, term, terms), terms * width);
    }
  });
  convolve(x, of, 0, kernel_depth, u, panels, result, finish, y);
}

void input_gradient_winograd(const float* dy, const Field& of, const float* weight, int64_t kernel_depth,
                             const Field& result, float* dx) {
  const Panels panels(result.channels, 4);
  const int64_t padded = lanes_up(of.channels);
  const int64_t terms = kernel_depth * padded;
  const int64_t width = panels.padded();
  float* u = scratch(2, kPoints * terms * width);
  const int64_t groups = padded / kLanes;
  share(kernel_depth * groups * (width / kLanes), kPoints * terms * width * int64_t{sizeof(float)}, [&](int64_t part) {
    const int64_t v = part % (width / kLanes);
    const int64_t c = part / (width / kLanes) % groups * kLanes;
    const int64_t kz = part / (width / kLanes) / groups;
    const int64_t rows = std::min(kLanes, result.channels - v * kLanes);
    const int64_t columns = std::min(kLanes, of.channels - c);
    alignas(64) float turned[9][kLanes * kLanes] = {};
    for (int64_t k = 0; k < 9; ++k) {
      // The last weight first, on every axis.
      const int64_t from = (kernel_depth - 1 - kz) * 9 + 8 - k;
      turn(weight + (from * result.channels + v * kLanes) * of.channels + c, of.channels, turned[k], rows, columns);
    }
    for (int64_t i = 0; i < kLanes; ++i) {
      __m512 g[9];
      for (int64_t k = 0; k < 9; ++k) g[k] = _mm512_load_ps(turned[k] + i * kLanes);
      transform_weights(g, u + panels.at(v, kz * padded + c + i, terms), terms * width);
    }
  });
  convolve(dy, of, 2, kernel_depth, u, panels, result, {}, dx);
}

void weight_gradient_winograd(const float* x, const Field& of, const float* dy, const Field& result,
                              int64_t kernel_depth, float* dw) {
  const Panels panels(result.channels, 3);
  const Tiles tiles(result);
  const int64_t padded = lanes_up(of.channels);
  const int64_t terms = kernel_depth * padded;
  const int64_t width = panels.padded();
  const int64_t block = kernel_depth == 1 ? 48 : 96;
  const int64_t blocks = (tiles.count + block - 1) / block;
  // Each part adds up its own tiles in their order, so that the sum does not depend on which thread is faster.
  const int64_t parts =
      std::clamp<int64_t>(std::thread::hardware_concurrency(), 1, std::min<int64_t>(8, std::max<int64_t>(1, blocks)));
  const int64_t size = kPoints * terms * width;
  float* sums = scratch(2, parts * size);
  const float* none = zeros(width);
  share(parts, tiles.count * product_bytes(1, terms, width), [&](int64_t part) {
    float* s = sums + part * size;
    std::fill(s, s + size, 0.0f);
    float* v = scratch(0, kPoints * block * terms);
    float* z = scratch(1, kPoints * block * width);
    for (int64_t index = blocks * part / parts; index < blocks * (part + 1) / parts; ++index) {
      const int64_t first = index * block;
      const int64_t count = std::min(block, tiles.count - first);
      transform_fields(x, of, 0, kernel_depth, tiles, first, count, block, v);
      for (int64_t t = 0; t < count; ++t) {
        const Tiles::Place place = tiles.place(first + t);
        const float* corner =
            dy + (((place.batch * result.depth + place.z) * result.height + place.y) * result.width + place.x) * result.channels;
        const float* from[4];
        for (int64_t i = 0; i < 4; ++i) {
          const bool inside = place.y + i / 2 < result.height && place.x + i % 2 < result.width;
          from[i] = inside ? corner + (i / 2 * result.width + i % 2) * result.channels : none;
        }
        for (int64_t c = 0; c < result.channels; c += kLanes) {
          const __mmask16 mask = mask_of(result.channels - c);
          __m512 g[4];
          for (int i = 0; i < 4; ++i) g[i] = _mm512_maskz_loadu_ps(mask, from[i] + c);
          float* to = z + panels.at(c / kLanes, t, block);
          const __m512 rows[4][2] = {{g[0], g[1]},
                                     {_mm512_add_ps(g[0], g[2]), _mm512_add_ps(g[1], g[3])},
                                     {_mm512_sub_ps(g[0], g[2]), _mm512_sub_ps(g[1], g[3])},
                                     {_mm512_sub_ps(_mm512_setzero_ps(), g[2]), _mm512_sub_ps(_mm512_setzero_ps(), g[3])}};
          const int64_t stride = block * width;
#pragma GCC unroll 4
          for (int i = 0; i < 4; ++i) {
            _mm512_store_ps(to + (4 * i) * stride, rows[i][0]);
            _mm512_store_ps(to + (4 * i + 1) * stride, _mm512_add_ps(rows[i][0], rows[i][1]));
            _mm512_store_ps(to + (4 * i + 2) * stride, _mm512_sub_ps(rows[i][0], rows[i][1]));
            _mm512_store_ps(to + (4 * i + 3) * stride, _mm512_sub_ps(_mm512_setzero_ps(), rows[i][1]));
          }
        }
      }
      for (int64_t point = 0; point < kPoints; ++point) {
        for (int64_t panel = 0; panel < panels.count(); ++panel) {
          const int64_t at = panels.first(panel) * kLanes;
          const float* b = z + point * block * width + at * block;
          for (int64_t row = 0; row < terms; row += 8) {
            const float* a = v + point * block * terms + row;
            float* to = s + point * terms * width + at * terms + row * panels.width(panel) * kLanes;
            switch (panels.width(panel)) {
              case 3:
                add_outer_products<3>(a, terms, b, count, to);
                break;
              case 2:
                add_outer_products<2>(a, terms, b, count, to);
                break;
              default:
                add_outer_products<1>(a, terms, b, count, to);
            }
          }
        }
      }
    }
  });
  share(terms, parts * size * int64_t{sizeof(float)}, [&](int64_t term) {
    const int64_t c = term % padded;
    if (c >= of.channels) return;
    float* to = dw + (term / padded * 9 * of.channels + c) * result.channels;
    for (int64_t v = 0; v < width / kLanes; ++v) {
      const float* from = sums + panels.at(v, term, terms);
      __m512 s[16];
#pragma GCC unroll 16
      for (int i = 0; i < 16; ++i) s[i] = _mm512_load_ps(from + i * terms * width);
      for (int64_t part = 1; part < parts; ++part) {
#pragma GCC unroll 16
        for (int i = 0; i < 16; ++i) s[i] = _mm512_add_ps(s[i], _mm512_load_ps(from + part * size + i * terms * width));
      }
      const __m512 half = _mm512_set1_ps(0.5f);
      __m512 rows[12];
#pragma GCC unroll 4
      for (int j = 0; j < 4; ++j) {
        const __m512 even = _mm512_mul_ps(half, _mm512_add_ps(s[4 + j], s[8 + j]));
        rows[j] = _mm512_add_ps(s[j], even);
        rows[4 + j] = _mm512_mul_ps(half, _mm512_sub_ps(s[4 + j], s[8 + j]));
        rows[8 + j] = _mm512_add_ps(s[12 + j], even);
      }
      const __mmask16 mask = mask_of(result.channels - v * kLanes);
#pragma GCC unroll 3
      for (int i = 0; i < 3; ++i) {
        const __m512* r = rows + 4 * i;
        const __m512 even = _mm512_mul_ps(half, _mm512_add_ps(r[1], r[2]));
        const __m512 g[3] = {_mm512_add_ps(r[0], even), _mm512_mul_ps(half, _mm512_sub_ps(r[1], r[2])),
                             _mm512_add_ps(r[3], even)};
        for (int64_t k = 0; k < 3; ++k) {
          _mm512_mask_storeu_ps(to + (3 * i + k) * of.channels * result.channels + v * kLanes, mask, g[k]);
        }
      }
    }
  });
}

}  // namespace eddyflow

#pragma GCC pop_options
