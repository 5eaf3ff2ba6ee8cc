// The upper half of a float32: what mixed precision keeps. Sums are taken in float32.
#pragma once

#include <cstdint>
#include <cstring>

namespace eddyflow {

struct BFloat16 {
  uint16_t bits;
};

inline float widen(float value) { return value; }

inline float widen(BFloat16 value) {
  const uint32_t bits = static_cast<uint32_t>(value.bits) << 16;
  float result;
  std::memcpy(&result, &bits, sizeof result);
  return result;
}

template <typename T>
T narrow(float value);

template <>
inline float narrow<float>(float value) {
  return value;
}

// To the nearest, ties to even; NaN stays NaN.
template <>
inline BFloat16 narrow<BFloat16>(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  const uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
  const uint32_t quiet = (bits >> 16) | 0x40u;
  return {static_cast<uint16_t>(value != value ? quiet : rounded)};
}

}  // namespace eddyflow
