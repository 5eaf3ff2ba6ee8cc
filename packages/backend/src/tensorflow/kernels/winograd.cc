// Minimal filtering in float32, on AVX-512.
#include "winograd.h"

#pragma GCC push_options
#pragma GCC target("avx512f")

#include "winograd-kernel.h"

namespace eddyflow {
namespace {

struct Single {
  using Value = float;
  static constexpr int64_t kPair = 1;

  static __m512 load(__mmask16 mask, const float* from) { return _mm512_maskz_loadu_ps(mask, from); }
  static void store(float* to, __mmask16 mask, __m512 value) { _mm512_mask_storeu_ps(to, mask, value); }
  static void put_channels(float* to, __m512 value) { _mm512_store_ps(to, value); }
  static void put_pair(float* to, const __m512* value) { _mm512_store_ps(to, *value); }
  static void multiply_add(const float* factor, __m512 vector, __m512& sum) {
    sum = _mm512_fmadd_ps(_mm512_set1_ps(*factor), vector, sum);
  }
};

}  // namespace

template <>
bool has_winograd<float>() {
  return __builtin_cpu_supports("avx512f");
}

template <>
void convolve_winograd(const float* x, const Field& of, const float* weight, int64_t kernel_depth, const Field& result,
                       const Finish<float>& finish, float* y) {
  Winograd<Single>::convolve(x, of, weight, kernel_depth, result, finish, y);
}

template <>
void input_gradient_winograd(const float* dy, const Field& of, const float* weight, int64_t kernel_depth,
                             const Field& result, float* dx) {
  Winograd<Single>::input_gradient(dy, of, weight, kernel_depth, result, dx);
}

template <>
void weight_gradient_winograd(const float* x, const Field& of, const float* dy, const Field& result,
                              int64_t kernel_depth, float* dw) {
  Winograd<Single>::weight_gradient(x, of, dy, result, kernel_depth, dw);
}

}  // namespace eddyflow

#pragma GCC pop_options
