// What winograd.cc and winograd-bfloat16.cc share: included by each once, with the instructions it may use switched on, and
// without external names, so that neither takes the other's functions.
#pragma once

#include <immintrin.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "crew.h"
#include "winograd.h"

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

// Bᵀ along one axis.
inline void field_axis(__m512& a, __m512& b, __m512& c, __m512& d) {
  const __m512 b0 = b;
  a = _mm512_sub_ps(a, c);
  d = _mm512_sub_ps(b, d);
  b = _mm512_add_ps(b, c);
  c = _mm512_sub_ps(c, b0);
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

// Gᵀ s G.
inline void gather_weights(const __m512* s, __m512* g) {
  const __m512 half = _mm512_set1_ps(0.5f);
  __m512 rows[12];
#pragma GCC unroll 4
  for (int j = 0; j < 4; ++j) {
    const __m512 even = _mm512_mul_ps(half, _mm512_add_ps(s[4 + j], s[8 + j]));
    rows[j] = _mm512_add_ps(s[j], even);
    rows[4 + j] = _mm512_mul_ps(half, _mm512_sub_ps(s[4 + j], s[8 + j]));
    rows[8 + j] = _mm512_add_ps(s[12 + j], even);
  }
#pragma GCC unroll 3
  for (int i = 0; i < 3; ++i) {
    const __m512* r = rows + 4 * i;
    const __m512 even = _mm512_mul_ps(half, _mm512_add_ps(r[1], r[2]));
    g[3 * i] = _mm512_add_ps(r[0], even);
    g[3 * i + 1] = _mm512_mul_ps(half, _mm512_sub_ps(r[1], r[2]));
    g[3 * i + 2] = _mm512_add_ps(r[3], even);
  }
}

// The tiles of a result, two by two values each, one after the other.
struct Tiles {
  explicit Tiles(const Field& result)
      : depth(result.depth), down((result.height + 1) / 2), across((result.width + 1) / 2) {
    count = result.batch * depth * down * across;
  }
  struct Place {
    int64_t batch, z, y, x;
    // The first of its values, counted in points.
    int64_t corner(const Field& of) const { return ((batch * of.depth + z) * of.height + y) * of.width + x; }
  };
  Place place(int64_t tile) const {
    const int64_t x = tile % across;
    const int64_t rest = tile / across;
    return {rest / down / depth, rest / down % depth, 2 * (rest % down), 2 * x};
  }
  int64_t depth, down, across, count;
};

// Values beyond a field are zero.
template <typename Value>
const Value* nothing(int64_t channels) {
  thread_local std::vector<Value> kept;
  if (static_cast<int64_t>(kept.size()) < lanes_up(channels)) kept.assign(lanes_up(channels), Value{});
  return kept.data();
}

// Where the 4 × 4 values of a field stand that one tile of the result is made of.
template <typename Value>
struct TileOfField {
  TileOfField() = default;
  explicit TileOfField(int64_t channels) { std::fill(at, at + 16, nothing<Value>(channels)); }
  TileOfField(const Value* field, const Field& of, const Tiles::Place& place, int64_t kz, int64_t border,
              int64_t deep_border) {
    const int64_t z = place.z + kz - deep_border;
    for (int64_t i = 0; i < 16; ++i) {
      const int64_t y = place.y + i / 4 - border;
      const int64_t x = place.x + i % 4 - border;
      const bool inside = z >= 0 && z < of.depth && y >= 0 && y < of.height && x >= 0 && x < of.width;
      at[i] = inside ? field + (((place.batch * of.depth + z) * of.height + y) * of.width + x) * of.channels
                     : nothing<Value>(of.channels);
    }
  }
  const Value* at[16];
};

// Where the 2 × 2 values of one tile of a result stand.
template <typename Value>
struct TileOfResult {
  TileOfResult() = default;
  explicit TileOfResult(int64_t channels) { std::fill(at, at + 4, nothing<Value>(channels)); }
  TileOfResult(const Value* result, const Field& of, const Tiles::Place& place) {
    const Value* corner = result + place.corner(of) * of.channels;
    for (int64_t i = 0; i < 4; ++i) {
      const bool inside = place.y + i / 2 < of.height && place.x + i % 2 < of.width;
      at[i] = inside ? corner + (i / 2 * of.width + i % 2) * of.channels : nothing<Value>(of.channels);
    }
  }
  const Value* at[4];
};

int64_t bytes_of_tile(int64_t words, int64_t channels) {
  return kPoints * (words + channels) * int64_t{sizeof(float)};
}

// Tiles in blocks that keep all threads busy where there are few of them.
int64_t tiles_per_block(int64_t tiles) {
  const int64_t threads = std::max(1u, std::thread::hardware_concurrency());
  const int64_t share = (tiles + threads - 1) / threads;
  return share >= kTiles ? kTiles : std::max<int64_t>(12, (share + 11) / 12 * 12);
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

// `Format` says how values are stored (`Value`) and how many of the terms of a sum one 32-bit word of a product holds
// (`kPair`). Transformed fields and weights are arrays of words, in which neighbouring terms are paired.
template <typename Format>
class Winograd {
 public:
  using Value = typename Format::Value;

  static void convolve(const Value* x, const Field& of, const Value* weight, int64_t kernel_depth, const Field& result,
                       const Finish<Value>& finish, Value* y) {
    const Panels panels(result.channels, 4);
    const int64_t padded = lanes_up(of.channels);
    const int64_t words = kernel_depth * padded / kPair;
    const int64_t width = panels.padded();
    float* u = scratch(2, kPoints * words * width);
    share(words, kPoints * words * width * int64_t{sizeof(float)}, [&](int64_t word) {
      for (int64_t v = 0; v < width / kLanes; ++v) {
        __m512 g[kPair][9];
        for (int64_t p = 0; p < kPair; ++p) {
          const int64_t term = word * kPair + p;
          const int64_t c = term % padded;
          const Value* from = weight + (term / padded * 9 * of.channels + c) * result.channels + v * kLanes;
          const __mmask16 mask = c < of.channels ? mask_of(result.channels - v * kLanes) : __mmask16(0);
          for (int64_t k = 0; k < 9; ++k) g[p][k] = Format::load(mask, from + k * of.channels * result.channels);
        }
        transform_weights(g, u + panels.at(v, word, words), words * width);
      }
    });
    convolve_transformed(x, of, 0, kernel_depth, u, panels, result, finish, y);
  }

  static void input_gradient(const Value* dy, const Field& of, const Value* weight, int64_t kernel_depth,
                             const Field& result, Value* dx) {
    const Panels panels(result.channels, 4);
    const int64_t padded = lanes_up(of.channels);
    const int64_t words = kernel_depth * padded / kPair;
    const int64_t width = panels.padded();
    float* u = scratch(2, kPoints * words * width);
    const int64_t groups = padded / kLanes;
    const int64_t vectors = width / kLanes;
    share(kernel_depth * groups * vectors, kPoints * words * width * int64_t{sizeof(float)}, [&](int64_t part) {
      const int64_t v = part % vectors;
      const int64_t c = part / vectors % groups * kLanes;
      const int64_t kz = part / vectors / groups;
      const int64_t rows = std::min(kLanes, result.channels - v * kLanes);
      const int64_t columns = std::min(kLanes, of.channels - c);
      alignas(64) Value turned[9][kLanes * kLanes] = {};
      for (int64_t k = 0; k < 9; ++k) {
        // The last weight first, on every axis.
        const int64_t tap = (kernel_depth - 1 - kz) * 9 + 8 - k;
        const Value* from = weight + (tap * result.channels + v * kLanes) * of.channels + c;
        for (int64_t i = 0; i < rows; ++i) {
          for (int64_t j = 0; j < columns; ++j) turned[k][j * kLanes + i] = from[i * of.channels + j];
        }
      }
      for (int64_t j = 0; j < kLanes; j += kPair) {
        __m512 g[kPair][9];
        for (int64_t p = 0; p < kPair; ++p) {
          for (int64_t k = 0; k < 9; ++k) g[p][k] = Format::load(0xffff, turned[k] + (j + p) * kLanes);
        }
        transform_weights(g, u + panels.at(v, (kz * padded + c + j) / kPair, words), words * width);
      }
    });
    convolve_transformed(dy, of, 2, kernel_depth, u, panels, result, {}, dx);
  }

  static void weight_gradient(const Value* x, const Field& of, const Value* dy, const Field& result,
                              int64_t kernel_depth, Value* dw) {
    const Panels panels(result.channels, 3);
    const Tiles tiles(result);
    const int64_t padded = lanes_up(of.channels);
    const int64_t terms = kernel_depth * padded;
    const int64_t width = panels.padded();
    // Sums stay in the nearest memory while a block goes by.
    const int64_t block = kernel_depth == 1 ? 48 : 96;
    const int64_t words = block / kPair;
    const int64_t blocks = (tiles.count + block - 1) / block;
    // Each part adds up its own tiles in their order, so that the sum does not depend on which thread is faster.
    const int64_t parts = std::clamp<int64_t>(std::thread::hardware_concurrency(), 1, std::min<int64_t>(8, blocks));
    const int64_t size = kPoints * terms * width;
    float* sums = scratch(2, parts * size);
    share(parts, tiles.count * bytes_of_tile(terms, width), [&](int64_t part) {
      float* s = sums + part * size;
      std::fill(s, s + size, 0.0f);
      float* v = scratch(0, kPoints * words * terms);
      float* z = scratch(1, kPoints * words * width);
      for (int64_t index = blocks * part / parts; index < blocks * (part + 1) / parts; ++index) {
        const int64_t first = index * block;
        const int64_t count = std::min(block, tiles.count - first);
        for (int64_t t = 0; t < count; t += kPair) {
          const int64_t word = t / kPair;
          for (int64_t kz = 0; kz < kernel_depth; ++kz) {
            TileOfField<Value> from[kPair];
            for (int64_t p = 0; p < kPair; ++p) {
              from[p] = t + p < count ? TileOfField<Value>(x, of, tiles.place(first + t + p), kz, 0, 0)
                                      : TileOfField<Value>(of.channels);
            }
            for (int64_t c = 0; c < of.channels; c += kLanes) {
              const __mmask16 mask = mask_of(of.channels - c);
              __m512 d[kPair][16];
              for (int64_t p = 0; p < kPair; ++p) transform_field(from[p], c, mask, d[p]);
              put_pairs(d, v + word * terms + kz * padded + c, words * terms);
            }
          }
          TileOfResult<Value> from[kPair];
          for (int64_t p = 0; p < kPair; ++p) {
            from[p] = t + p < count ? TileOfResult<Value>(dy, result, tiles.place(first + t + p))
                                    : TileOfResult<Value>(result.channels);
          }
          for (int64_t c = 0; c < result.channels; c += kLanes) {
            const __mmask16 mask = mask_of(result.channels - c);
            __m512 d[kPair][16];
            for (int64_t p = 0; p < kPair; ++p) transform_gradient(from[p], c, mask, d[p]);
            put_pairs(d, z + panels.at(c / kLanes, word, words), words * width);
          }
        }
        const int64_t filled = (count + kPair - 1) / kPair;
        for (int64_t point = 0; point < kPoints; ++point) {
          for (int64_t panel = 0; panel < panels.count(); ++panel) {
            const int64_t at = panels.first(panel) * kLanes;
            const float* b = z + point * words * width + at * words;
            for (int64_t row = 0; row < terms; row += kOuterRows) {
              const float* a = v + point * words * terms + row;
              float* to = s + point * terms * width + at * terms + row * panels.width(panel) * kLanes;
              add_outer_panel(panels.width(panel), a, terms, b, filled, to);
            }
          }
        }
      }
    });
    share(terms, parts * size * int64_t{sizeof(float)}, [&](int64_t term) {
      const int64_t c = term % padded;
      if (c >= of.channels) return;
      Value* to = dw + (term / padded * 9 * of.channels + c) * result.channels;
      for (int64_t v = 0; v < width / kLanes; ++v) {
        const float* from = sums + panels.at(v, term, terms);
        __m512 s[16];
#pragma GCC unroll 16
        for (int i = 0; i < 16; ++i) s[i] = _mm512_load_ps(from + i * terms * width);
        for (int64_t part = 1; part < parts; ++part) {
#pragma GCC unroll 16
          for (int i = 0; i < 16; ++i) s[i] = _mm512_add_ps(s[i], _mm512_load_ps(from + part * size + i * terms * width));
        }
        __m512 g[9];
        gather_weights(s, g);
        const __mmask16 mask = mask_of(result.channels - v * kLanes);
        for (int64_t k = 0; k < 9; ++k) {
          Format::store(to + k * of.channels * result.channels + v * kLanes, mask, g[k]);
        }
      }
    });
  }

 private:
  static constexpr int64_t kPair = Format::kPair;

  static void put_pairs(const __m512 (&d)[kPair][16], float* to, int64_t stride) {
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) {
      __m512 pair[kPair];
      for (int64_t p = 0; p < kPair; ++p) pair[p] = d[p][i];
      Format::put_pair(to + i * stride, pair);
    }
  }

  // G g Gᵀ of the weights of neighbouring terms.
  static void transform_weights(const __m512 (&g)[kPair][9], float* to, int64_t stride) {
    __m512 u[kPair][16];
    for (int64_t p = 0; p < kPair; ++p) {
      __m512 rows[12];
#pragma GCC unroll 3
      for (int j = 0; j < 3; ++j) weight_axis(g[p][j], g[p][3 + j], g[p][6 + j], rows + j, 3);
#pragma GCC unroll 4
      for (int i = 0; i < 4; ++i) weight_axis(rows[3 * i], rows[3 * i + 1], rows[3 * i + 2], u[p] + 4 * i, 1);
    }
    put_pairs(u, to, stride);
  }

  // Bᵀ d B of one tile and 16 channels.
  static void transform_field(const TileOfField<Value>& from, int64_t channel, __mmask16 mask, __m512* d) {
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) d[i] = Format::load(mask, from.at[i] + channel);
#pragma GCC unroll 4
    for (int j = 0; j < 4; ++j) field_axis(d[j], d[4 + j], d[8 + j], d[12 + j]);
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) field_axis(d[4 * i], d[4 * i + 1], d[4 * i + 2], d[4 * i + 3]);
  }

  // A dy Aᵀ of one tile and 16 channels.
  static void transform_gradient(const TileOfResult<Value>& from, int64_t channel, __mmask16 mask, __m512* d) {
    __m512 g[4];
    for (int i = 0; i < 4; ++i) g[i] = Format::load(mask, from.at[i] + channel);
    const __m512 zero = _mm512_setzero_ps();
    const __m512 rows[4][2] = {{g[0], g[1]},
                               {_mm512_add_ps(g[0], g[2]), _mm512_add_ps(g[1], g[3])},
                               {_mm512_sub_ps(g[0], g[2]), _mm512_sub_ps(g[1], g[3])},
                               {_mm512_sub_ps(zero, g[2]), _mm512_sub_ps(zero, g[3])}};
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
      d[4 * i] = rows[i][0];
      d[4 * i + 1] = _mm512_add_ps(rows[i][0], rows[i][1]);
      d[4 * i + 2] = _mm512_sub_ps(rows[i][0], rows[i][1]);
      d[4 * i + 3] = _mm512_sub_ps(zero, rows[i][1]);
    }
  }

  // to[row][vector] = Σₖ a[row][k] b[k][vector], for R rows and N vectors.
  template <int R, int N>
  static void product(const float* a, int64_t a_row, const float* b, int64_t words, float* to, int64_t to_row) {
    __m512 sum[R][N];
#pragma GCC unroll 24
    for (int r = 0; r < R; ++r)
#pragma GCC unroll 4
      for (int n = 0; n < N; ++n) sum[r][n] = _mm512_setzero_ps();
    for (int64_t k = 0; k < words; ++k, b += N * kLanes) {
      __m512 vectors[N];
#pragma GCC unroll 4
      for (int n = 0; n < N; ++n) vectors[n] = _mm512_load_ps(b + n * kLanes);
#pragma GCC unroll 24
      for (int r = 0; r < R; ++r)
#pragma GCC unroll 4
        for (int n = 0; n < N; ++n) Format::multiply_add(a + r * a_row + k, vectors[n], sum[r][n]);
    }
#pragma GCC unroll 24
    for (int r = 0; r < R; ++r)
#pragma GCC unroll 4
      for (int n = 0; n < N; ++n) _mm512_store_ps(to + r * to_row + n * kLanes, sum[r][n]);
  }

  template <int R, int N>
  static void products(int64_t rows, const float* a, int64_t a_row, const float* b, int64_t words, float* to,
                       int64_t to_row) {
    for (int64_t row = 0; row < rows; row += R) {
      product<R, N>(a + row * a_row, a_row, b, words, to + row * to_row, to_row);
    }
  }

  static void multiply_panel(int64_t width, int64_t rows, const float* a, int64_t a_row, const float* b, int64_t words,
                             float* to, int64_t to_row) {
    switch (width) {
      case 4:
        return products<6, 4>(rows, a, a_row, b, words, to, to_row);
      case 3:
        return products<8, 3>(rows, a, a_row, b, words, to, to_row);
      case 2:
        return products<12, 2>(rows, a, a_row, b, words, to, to_row);
      default:
        return products<12, 1>(rows, a, a_row, b, words, to, to_row);
    }
  }

  static constexpr int64_t kOuterRows = 8;

  // to[row][vector] += Σₜ a[t][row] b[t][vector], for 8 rows and N vectors.
  template <int N>
  static void add_outer_products(const float* a, int64_t a_row, const float* b, int64_t words, float* to) {
    constexpr int R = kOuterRows;
    __m512 sum[R][N];
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r)
#pragma GCC unroll 3
      for (int n = 0; n < N; ++n) sum[r][n] = _mm512_load_ps(to + (r * N + n) * kLanes);
    for (int64_t t = 0; t < words; ++t, a += a_row, b += N * kLanes) {
      __m512 vectors[N];
#pragma GCC unroll 3
      for (int n = 0; n < N; ++n) vectors[n] = _mm512_load_ps(b + n * kLanes);
#pragma GCC unroll 8
      for (int r = 0; r < R; ++r)
#pragma GCC unroll 3
        for (int n = 0; n < N; ++n) Format::multiply_add(a + r, vectors[n], sum[r][n]);
    }
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r)
#pragma GCC unroll 3
      for (int n = 0; n < N; ++n) _mm512_store_ps(to + (r * N + n) * kLanes, sum[r][n]);
  }

  static void add_outer_panel(int64_t width, const float* a, int64_t a_row, const float* b, int64_t words, float* to) {
    switch (width) {
      case 3:
        return add_outer_products<3>(a, a_row, b, words, to);
      case 2:
        return add_outer_products<2>(a, a_row, b, words, to);
      default:
        return add_outer_products<1>(a, a_row, b, words, to);
    }
  }

  // The convolution of a field, continued by `border` zeros, with transformed weights u: [point][panel][word][vector].
  static void convolve_transformed(const Value* field, const Field& of, int64_t border, int64_t kernel_depth,
                                   const float* u, const Panels& panels, const Field& result,
                                   const Finish<Value>& finish, Value* to) {
    const Tiles tiles(result);
    const int64_t padded = lanes_up(of.channels);
    const int64_t words = kernel_depth * padded / kPair;
    // Behind the last channel there is nothing to add.
    const int64_t used = words - (padded - of.channels) / kPair;
    const int64_t width = panels.padded();
    const int64_t deep_border = kernel_depth == 1 ? 0 : border;
    const int64_t block = tiles_per_block(tiles.count);
    const int64_t blocks = (tiles.count + block - 1) / block;
    share(blocks, tiles.count * bytes_of_tile(words, width), [&](int64_t index) {
      const int64_t first = index * block;
      const int64_t count = std::min(block, tiles.count - first);
      // Rows are counted up to those of a product; what stands in the rest is not looked at.
      float* v = scratch(0, kPoints * kTiles * words);
      float* m = scratch(1, kPoints * kTiles * width);
      for (int64_t t = 0; t < count; ++t) {
        const Tiles::Place place = tiles.place(first + t);
        for (int64_t kz = 0; kz < kernel_depth; ++kz) {
          const TileOfField<Value> from(field, of, place, kz, border, deep_border);
          for (int64_t c = 0; c < of.channels; c += kLanes) {
            __m512 d[16];
            transform_field(from, c, mask_of(of.channels - c), d);
            float* at = v + t * words + (kz * padded + c) / kPair;
#pragma GCC unroll 16
            for (int i = 0; i < 16; ++i) Format::put_channels(at + i * kTiles * words, d[i]);
          }
        }
      }
      for (int64_t point = 0; point < kPoints; ++point) {
        for (int64_t panel = 0; panel < panels.count(); ++panel) {
          const int64_t at = panels.first(panel) * kLanes;
          multiply_panel(panels.width(panel), count, v + point * kTiles * words, words,
                         u + point * words * width + at * words, used, m + point * kTiles * width + at, width);
        }
      }
      for (int64_t t = 0; t < count; ++t) {
        const Tiles::Place place = tiles.place(first + t);
        const int64_t corner = place.corner(result);
        for (int64_t c = 0; c < result.channels; c += kLanes) {
          const __mmask16 mask = mask_of(result.channels - c);
          __m512 y[4];
          transform_result(m + t * width + c, kTiles * width, y);
          const __m512 bias = finish.bias == nullptr ? _mm512_setzero_ps() : Format::load(mask, finish.bias + c);
          for (int64_t i = 0; i < 4; ++i) {
            if (place.y + i / 2 >= result.height || place.x + i % 2 >= result.width) continue;
            const int64_t at = (corner + i / 2 * result.width + i % 2) * result.channels + c;
            __m512 value = _mm512_add_ps(y[i], bias);
            if (finish.residual != nullptr) value = _mm512_add_ps(value, Format::load(mask, finish.residual + at));
            if (finish.rectify) value = _mm512_max_ps(value, _mm512_setzero_ps());
            Format::store(to + at, mask, value);
          }
        }
      }
    });
  }
};

}  // namespace
}  // namespace eddyflow
