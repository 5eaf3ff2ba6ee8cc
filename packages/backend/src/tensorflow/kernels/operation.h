// What an operation of ours says to TensorFlow: its inputs and outputs as plain arrays, and its registration.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"

namespace eddyflow {

using Shape = std::vector<int64_t>;

int64_t size_of(const Shape& shape);

// One run of an operation. After a failure every further call does nothing, and `ok` says so.
class Run {
 public:
  explicit Run(TF_OpKernelContext* context);
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  bool ok() const;
  int num_inputs() const;
  TF_DataType type_of_input(int index) const;
  Shape shape_of_input(int index);
  template <typename T>
  const T* input(int index) {
    return static_cast<const T*>(input_data(index));
  }
  // New memory for an output.
  template <typename T>
  T* output(int index, TF_DataType type, const Shape& shape) {
    return static_cast<T*>(output_data(index, type, shape, sizeof(T)));
  }
  // The memory of an input as that of an output where nobody else holds it, else new memory; `forwarded` says which.
  // Must come before `input` and `shape_of_input` of the same index, which hold it.
  float* output_in_place(int index, int input, const Shape& shape, bool* forwarded);
  void fail(const std::string& message);

 private:
  TF_Tensor* held(int index);
  const void* input_data(int index);
  void* output_data(int index, TF_DataType type, const Shape& shape, size_t width);

  TF_OpKernelContext* const context_;
  TF_Status* const status_;
  std::vector<TF_Tensor*> inputs_;
  std::vector<TF_Tensor*> outputs_;
  bool failed_ = false;
};

// The attributes of an operation while it is made.
class Settings {
 public:
  explicit Settings(TF_OpKernelConstruction* construction);
  ~Settings();
  Settings(const Settings&) = delete;
  Settings& operator=(const Settings&) = delete;

  int64_t integer(const char* name);
  std::string text(const char* name);

 private:
  void check();

  TF_OpKernelConstruction* const construction_;
  TF_Status* const status_;
};

// How an operation is spelt for TensorFlow, e.g. "x: T", "y: T", "T: {float, bfloat16}".
struct Signature {
  const char* name;
  std::vector<const char*> inputs;
  std::vector<const char*> outputs;
  std::vector<const char*> attributes;
};

using Make = void* (*)(TF_OpKernelConstruction*);
using Compute = void (*)(void*, TF_OpKernelContext*);
using Destroy = void (*)(void*);

void define(const Signature& signature);
void implement(const char* name, TF_DataType type, Make make, Compute compute, Destroy destroy);

// Registers `Operation<T>` for float32 and bfloat16: a class with a constructor from Settings and `compute(Run&)`.
template <typename Operation>
void implement(const char* name, TF_DataType type) {
  implement(
      name, type,
      [](TF_OpKernelConstruction* construction) -> void* {
        Settings settings(construction);
        return new Operation(settings);
      },
      [](void* operation, TF_OpKernelContext* context) {
        Run run(context);
        static_cast<const Operation*>(operation)->compute(run);
      },
      [](void* operation) { delete static_cast<Operation*>(operation); });
}

}  // namespace eddyflow
