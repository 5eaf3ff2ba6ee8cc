// Convolution with 3 × 3 (× 3) weights and its gradients: what TensorFlow calls of winograd.h.
#include "operation.h"
#include "winograd.h"

namespace eddyflow {
namespace {

// [batch, y, x, channel] or [batch, z, y, x, channel].
Field field_of(const Shape& shape) {
  if (shape.size() == 4) return {shape[0], 1, shape[1], shape[2], shape[3]};
  return {shape[0], shape[1], shape[2], shape[3], shape[4]};
}

// The same, each axis of the kernel longer by `by`.
Shape lengthened(Shape shape, int64_t by, int64_t channels) {
  for (size_t axis = 1; axis + 1 < shape.size(); ++axis) shape[axis] += by;
  shape.back() = channels;
  return shape;
}

bool is_field(const Shape& shape) { return shape.size() == 4 || shape.size() == 5; }

bool is_three(const Shape& weight) {
  for (size_t axis = 0; axis + 2 < weight.size(); ++axis) {
    if (weight[axis] != 3) return false;
  }
  return true;
}

bool has_room(const Shape& shape, int64_t least) {
  for (size_t axis = 1; axis + 1 < shape.size(); ++axis) {
    if (shape[axis] < least) return false;
  }
  return true;
}

int64_t kernel_depth(const Shape& field) { return field.size() == 4 ? 1 : 3; }

template <typename T>
bool can_run(Run& run) {
  if (has_winograd<T>()) return true;
  run.fail("the processor lacks AVX-512 for this type");
  return false;
}

// The last of the inputs, where there are four, is what is added to the result.
template <typename T>
class Convolution {
 public:
  explicit Convolution(Settings& settings) : rectify_(settings.integer("rectify") != 0) {}

  void compute(Run& run) const {
    const Shape shape = run.shape_of_input(0);
    const Shape weight = run.shape_of_input(1);
    if (!run.ok() || !can_run<T>(run)) return;
    if (!is_field(shape) || weight.size() != shape.size() || !is_three(weight) || !has_room(shape, 3) ||
        weight[weight.size() - 2] != shape.back()) {
      return run.fail("the weights do not fit the field");
    }
    const Shape result = lengthened(shape, -2, weight.back());
    if (run.shape_of_input(2) != Shape{weight.back()}) return run.fail("the bias does not fit the weights");
    const bool adds = run.num_inputs() > 3;
    if (adds && run.shape_of_input(3) != result) return run.fail("what is added does not fit the result");
    const T* x = run.input<T>(0);
    const T* w = run.input<T>(1);
    const Finish<T> finish{run.input<T>(2), adds ? run.input<T>(3) : nullptr, rectify_};
    T* y = run.output<T>(0, run.type_of_input(0), result);
    if (!run.ok() || size_of(result) == 0) return;
    convolve_winograd(x, field_of(shape), w, kernel_depth(shape), field_of(result), finish, y);
  }

 private:
  const bool rectify_;
};

template <typename T>
class ConvolutionInputGradient {
 public:
  explicit ConvolutionInputGradient(Settings&) {}

  void compute(Run& run) const {
    const Shape shape = run.shape_of_input(0);
    const Shape weight = run.shape_of_input(1);
    if (!run.ok() || !can_run<T>(run)) return;
    if (!is_field(shape) || weight.size() != shape.size() || !is_three(weight) || weight.back() != shape.back()) {
      return run.fail("the weights do not fit the gradient");
    }
    const Shape result = lengthened(shape, 2, weight[weight.size() - 2]);
    const T* dy = run.input<T>(0);
    const T* w = run.input<T>(1);
    T* dx = run.output<T>(0, run.type_of_input(0), result);
    if (!run.ok() || size_of(result) == 0) return;
    input_gradient_winograd(dy, field_of(shape), w, kernel_depth(shape), field_of(result), dx);
  }
};

template <typename T>
class ConvolutionWeightGradient {
 public:
  explicit ConvolutionWeightGradient(Settings&) {}

  void compute(Run& run) const {
    const Shape shape = run.shape_of_input(0);
    const Shape gradient = run.shape_of_input(1);
    if (!run.ok() || !can_run<T>(run)) return;
    if (!is_field(shape) || !has_room(shape, 3) || lengthened(shape, -2, gradient.back()) != gradient) {
      return run.fail("the gradient does not fit the field");
    }
    Shape result(shape.size(), 3);
    result[shape.size() - 2] = shape.back();
    result[shape.size() - 1] = gradient.back();
    const T* x = run.input<T>(0);
    const T* dy = run.input<T>(1);
    T* dw = run.output<T>(0, run.type_of_input(0), result);
    if (!run.ok() || size_of(result) == 0) return;
    weight_gradient_winograd(x, field_of(shape), dy, field_of(gradient), kernel_depth(shape), dw);
  }
};

}  // namespace

void register_convolution() {
  const char* const types = "T: {float, bfloat16}";
  define({"EddyflowConvolution",
          {"x: T", "weight: T", "bias: T", "residual: count * T"},
          {"y: T"},
          {types, "count: int >= 0", "rectify: int"}});
  implement<Convolution<float>>("EddyflowConvolution", TF_FLOAT);
  implement<Convolution<BFloat16>>("EddyflowConvolution", TF_BFLOAT16);
  define({"EddyflowConvolutionInputGradient", {"dy: T", "weight: T"}, {"dx: T"}, {types}});
  implement<ConvolutionInputGradient<float>>("EddyflowConvolutionInputGradient", TF_FLOAT);
  implement<ConvolutionInputGradient<BFloat16>>("EddyflowConvolutionInputGradient", TF_BFLOAT16);
  define({"EddyflowConvolutionWeightGradient", {"x: T", "dy: T"}, {"dweight: T"}, {types}});
  implement<ConvolutionWeightGradient<float>>("EddyflowConvolutionWeightGradient", TF_FLOAT);
  implement<ConvolutionWeightGradient<BFloat16>>("EddyflowConvolutionWeightGradient", TF_BFLOAT16);
}

}  // namespace eddyflow
