// Convolutions with 3 × 3 (× 3) weights on processors with AVX-512.
#pragma once

#include <cstdint>
#include <vector>

namespace eddyflow {

// [batch, depth, height, width, channels]; a plane has the depth 1.
struct Field {
  int64_t batch, depth, height, width, channels;
};

// What is done to each value of the result: + bias + residual, then max(·, 0). Null is left out.
struct Finish {
  const float* bias = nullptr;
  const float* residual = nullptr;
  bool rectify = false;
};

// Whether the processor has the instructions.
bool has_winograd();

// Weights are [kernel depth (1 or 3), 3, 3, channels of the field, channels of the result].
void convolve_winograd(const float* x, const Field& of, const float* weight, int64_t kernel_depth, const Field& result,
                       const Finish& finish, float* y);

// dx is two longer than dy on each axis of the kernel.
void input_gradient_winograd(const float* dy, const Field& of, const float* weight, int64_t kernel_depth,
                             const Field& result, float* dx);

void weight_gradient_winograd(const float* x, const Field& of, const float* dy, const Field& result,
                              int64_t kernel_depth, float* dw);

}  // namespace eddyflow
