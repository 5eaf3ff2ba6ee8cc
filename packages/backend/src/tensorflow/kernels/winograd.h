// Convolutions with 3 × 3 (× 3) weights, stride 1, no padding, and their gradients, by Winograd's minimal filtering
// F(2 × 2, 3 × 3): four products in place of nine for each value of the result. In the terms of A. Lavin, S. Gray, "Fast
// algorithms for convolutional neural networks", CVPR 2016, for tiles d of 4 × 4 values of the field, weights g and 2 × 2
// values y,
//
//   y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A,  and for the gradient  dg = Gᵀ[(A dy Aᵀ) ⊙ (Bᵀ d B)]G,
//
// where the products ⊙, summed over channels or over tiles, are 16 matrix products. The gradient of the field is a
// convolution of dy with the weights turned round. A third axis is summed over like the channels. The error in float32
// is about that of the direct sum; in bfloat16 fields, weights and what is multiplied are rounded, and sums are in float32.
#pragma once

#include <cstdint>

#include "bfloat16.h"

namespace eddyflow {

// [batch, depth, height, width, channels]; a plane has the depth 1.
struct Field {
  int64_t batch, depth, height, width, channels;
};

// What is done to each value of the result: + bias + residual, then max(·, 0). Null is left out.
template <typename T>
struct Finish {
  const T* bias = nullptr;
  const T* residual = nullptr;
  bool rectify = false;
};

// Whether the processor and the compiler have the instructions: AVX-512, for BFloat16 with its products.
template <typename T>
bool has_winograd();

// Weights are [kernel depth (1 or 3), 3, 3, channels of the field, channels of the result].
template <typename T>
void convolve_winograd(const T* x, const Field& of, const T* weight, int64_t kernel_depth, const Field& result,
                       const Finish<T>& finish, T* y);

// dx is two longer than dy on each axis of the kernel.
template <typename T>
void input_gradient_winograd(const T* dy, const Field& of, const T* weight, int64_t kernel_depth, const Field& result,
                             T* dx);

template <typename T>
void weight_gradient_winograd(const T* x, const Field& of, const T* dy, const Field& result, int64_t kernel_depth,
                              T* dw);

}  // namespace eddyflow
