#include "operation.h"

#include <numeric>

namespace eddyflow {

int64_t size_of(const Shape& shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1},
                         [](int64_t size, int64_t n) { return size * n; });
}

Run::Run(TF_OpKernelContext* context)
    : context_(context), status_(TF_NewStatus()), inputs_(TF_NumInputs(context), nullptr) {}

Run::~Run() {
  for (TF_Tensor* tensor : inputs_) {
    if (tensor != nullptr) TF_DeleteTensor(tensor);
  }
  for (TF_Tensor* tensor : outputs_) TF_DeleteTensor(tensor);
  TF_DeleteStatus(status_);
}

bool Run::ok() const { return !failed_; }

int Run::num_inputs() const { return static_cast<int>(inputs_.size()); }

TF_DataType Run::type_of_input(int index) const { return TF_InputDatatype(context_, index); }

Shape Run::shape_of_input(int index) {
  TF_Tensor* tensor = held(index);
  if (tensor == nullptr) return {};
  Shape shape(TF_NumDims(tensor));
  for (size_t k = 0; k < shape.size(); ++k) shape[k] = TF_Dim(tensor, static_cast<int>(k));
  return shape;
}

float* Run::output_in_place(int index, int input, const Shape& shape, bool* forwarded) {
  if (failed_) return nullptr;
  int from = -1;
  TF_Tensor* tensor =
      TF_ForwardInputOrAllocateOutput(context_, &input, 1, index, shape.data(),
                                      static_cast<int>(shape.size()), &from, status_);
  if (TF_GetCode(status_) != TF_OK) {
    fail(TF_Message(status_));
    return nullptr;
  }
  outputs_.push_back(tensor);
  *forwarded = from == input;
  return static_cast<float*>(TF_TensorData(tensor));
}

void Run::fail(const std::string& message) {
  if (failed_) return;
  failed_ = true;
  TF_SetStatus(status_, TF_INVALID_ARGUMENT, message.c_str());
  TF_OpKernelContext_Failure(context_, status_);
}

TF_Tensor* Run::held(int index) {
  if (failed_) return nullptr;
  if (inputs_[index] == nullptr) {
    TF_GetInput(context_, index, &inputs_[index], status_);
    if (TF_GetCode(status_) != TF_OK) {
      fail(TF_Message(status_));
      return nullptr;
    }
  }
  return inputs_[index];
}

const void* Run::input_data(int index) {
  TF_Tensor* tensor = held(index);
  return tensor == nullptr ? nullptr : TF_TensorData(tensor);
}

void* Run::output_data(int index, TF_DataType type, const Shape& shape, size_t width) {
  if (failed_) return nullptr;
  TF_Tensor* tensor =
      TF_AllocateOutput(context_, index, type, shape.data(), static_cast<int>(shape.size()),
                        static_cast<size_t>(size_of(shape)) * width, status_);
  if (TF_GetCode(status_) != TF_OK) {
    fail(TF_Message(status_));
    return nullptr;
  }
  outputs_.push_back(tensor);
  return TF_TensorData(tensor);
}

Settings::Settings(TF_OpKernelConstruction* construction)
    : construction_(construction), status_(TF_NewStatus()) {}

Settings::~Settings() { TF_DeleteStatus(status_); }

int64_t Settings::integer(const char* name) {
  int64_t value = 0;
  TF_OpKernelConstruction_GetAttrInt64(construction_, name, &value, status_);
  check();
  return value;
}

std::string Settings::text(const char* name) {
  int32_t list_size = 0;
  int32_t size = 0;
  TF_OpKernelConstruction_GetAttrSize(construction_, name, &list_size, &size, status_);
  std::string value(size, ' ');
  TF_OpKernelConstruction_GetAttrString(construction_, name, &value[0], value.size(), status_);
  check();
  return value;
}

void Settings::check() {
  if (TF_GetCode(status_) != TF_OK) TF_OpKernelConstruction_Failure(construction_, status_);
}

void define(const Signature& signature) {
  TF_OpDefinitionBuilder* builder = TF_NewOpDefinitionBuilder(signature.name);
  for (const char* text : signature.attributes) TF_OpDefinitionBuilderAddAttr(builder, text);
  for (const char* text : signature.inputs) TF_OpDefinitionBuilderAddInput(builder, text);
  for (const char* text : signature.outputs) TF_OpDefinitionBuilderAddOutput(builder, text);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(
      builder, [](TF_ShapeInferenceContext* context, TF_Status* status) {
        TF_ShapeInferenceContextSetUnknownShape(context, status);
      });
  // An operation that could not be registered is missing when it is called, which says so.
  TF_Status* status = TF_NewStatus();
  TF_RegisterOpDefinition(builder, status);
  TF_DeleteStatus(status);
}

void implement(const char* name, TF_DataType type, Make make, Compute compute, Destroy destroy) {
  TF_Status* status = TF_NewStatus();
  TF_KernelBuilder* builder = TF_NewKernelBuilder(name, "CPU", make, compute, destroy);
  TF_KernelBuilder_TypeConstraint(builder, "T", type, status);
  TF_RegisterKernelBuilder(name, builder, status);
  TF_DeleteStatus(status);
}

}  // namespace eddyflow
