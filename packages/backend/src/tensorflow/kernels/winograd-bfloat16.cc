// Minimal filtering in bfloat16, on AVX-512 with its products of pairs.
#include "winograd.h"

#if __GNUC__ >= 11

#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512bf16")

#include "winograd-kernel.h"

namespace eddyflow {
namespace {

struct Half {
  using Value = BFloat16;
  static constexpr int64_t kPair = 2;

  static __m512 load(__mmask16 mask, const BFloat16* from) {
    const __m512i bits = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, from));
    return _mm512_castsi512_ps(_mm512_slli_epi32(bits, 16));
  }
  static __m256i narrowed(__m512 value) { return (__m256i)_mm512_cvtneps_pbh(value); }
  static void store(BFloat16* to, __mmask16 mask, __m512 value) {
    _mm256_mask_storeu_epi16(to, mask, narrowed(value));
  }
  // Neighbouring channels in one word.
  static void put_channels(float* to, __m512 value) {
    _mm256_store_si256(reinterpret_cast<__m256i*>(to), narrowed(value));
  }
  // Each lane of the first and of the second vector in one word.
  static void put_pair(float* to, const __m512* value) {
    const __m512i first = _mm512_cvtepu16_epi32(narrowed(value[0]));
    const __m512i second = _mm512_slli_epi32(_mm512_cvtepu16_epi32(narrowed(value[1])), 16);
    _mm512_store_si512(to, _mm512_or_si512(first, second));
  }
  static void multiply_add(const float* factor, __m512 vector, __m512& sum) {
    sum = _mm512_dpbf16_ps(sum, (__m512bh)_mm512_set1_ps(*factor), (__m512bh)vector);
  }
};

}  // namespace

template <>
bool has_winograd<BFloat16>() {
  return __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl");
}

template <>
void convolve_winograd(const BFloat16* x, const Field& of, const BFloat16* weight, int64_t kernel_depth,
                       const Field& result, const Finish<BFloat16>& finish, BFloat16* y) {
  Winograd<Half>::convolve(x, of, weight, kernel_depth, result, finish, y);
}

template <>
void input_gradient_winograd(const BFloat16* dy, const Field& of, const BFloat16* weight, int64_t kernel_depth,
                             const Field& result, BFloat16* dx) {
  Winograd<Half>::input_gradient(dy, of, weight, kernel_depth, result, dx);
}

template <>
void weight_gradient_winograd(const BFloat16* x, const Field& of, const BFloat16* dy, const Field& result,
                              int64_t kernel_depth, BFloat16* dw) {
  Winograd<Half>::weight_gradient(x, of, dy, result, kernel_depth, dw);
}

}  // namespace eddyflow

#pragma GCC pop_options

#else

namespace eddyflow {

template <>
bool has_winograd<BFloat16>() {
  return false;
}

template <>
void convolve_winograd(const BFloat16*, const Field&, const BFloat16*, int64_t, const Field&, const Finish<BFloat16>&,
                       BFloat16*) {}

template <>
void input_gradient_winograd(const BFloat16*, const Field&, const BFloat16*, int64_t, const Field&, BFloat16*) {}

template <>
void weight_gradient_winograd(const BFloat16*, const Field&, const BFloat16*, const Field&, int64_t, BFloat16*) {}

}  // namespace eddyflow

#endif
