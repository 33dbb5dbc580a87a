// TensorFlow ops of our own: convolutions that compute less than oneDNN's do. Loading this registers them.
#include <cstdint>
#include <string>

#include "direct.h"
#include "kernel-api.h"
#include "tensorflow/c/ops.h"
#include "winograd.h"

namespace {

using glyphlab::Epilogue;
using glyphlab::Geometry;

// What an op is given and gives; `ok` tells whether all went well, and the op has failed where it did not.
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}
  ~Call() {
    for (TF_Tensor* tensor : tensors_)
      if (tensor) TF_DeleteTensor(tensor);
    TF_DeleteStatus(status_);
  }

  const float* input(int k) {
    TF_GetInput(context_, k, &tensors_[k], status_);
    return ok() ? static_cast<const float*>(TF_TensorData(tensors_[k])) : nullptr;
  }
  long size(int input, int axis) const { return TF_Dim(tensors_[input], axis); }
  bool hasRank(int input, int rank) const { return TF_NumDims(tensors_[input]) == rank; }

  float* output(std::initializer_list<int64_t> shape) {
    size_t bytes = sizeof(float);
    for (int64_t size : shape) bytes *= size;
    tensors_[kOutput] = TF_AllocateOutput(context_, 0, TF_FLOAT, shape.begin(), shape.size(), bytes, status_);
    return ok() ? static_cast<float*>(TF_TensorData(tensors_[kOutput])) : nullptr;
  }

  bool ok() {
    if (TF_GetCode(status_) == TF_OK) return true;
    TF_OpKernelContext_Failure(context_, status_);
    return false;
  }
  void fail(const char* message) {
    TF_SetStatus(status_, TF_INVALID_ARGUMENT, message);
    TF_OpKernelContext_Failure(context_, status_);
  }

 private:
  TF_OpKernelContext* context_;
  TF_Status* status_;
  static constexpr int kOutput = 3;  // behind the inputs
  TF_Tensor* tensors_[kOutput + 1] = {};
};

bool suits(const Geometry& g) { return g.in % glyphlab::kPanel == 0 && g.out % glyphlab::kPanel == 0; }

// What a call needs beside what `scratch` gives its inner loops.
struct Points {
  float* start;
  explicit Points(const Geometry& g)
      : start(static_cast<float*>(std::aligned_alloc(64, glyphlab::kPoints * g.in * g.out * sizeof(float)))) {}
  ~Points() { std::free(start); }
};

constexpr char kExpected[] = "Expected maps [n, h, w, channels] and a kernel [3, 3, in, out], channels in multiples of 16.";

bool isKernel(const Call& call, int input) {
  return call.hasRank(input, 4) && call.size(input, 0) == 3 && call.size(input, 1) == 3;
}

void convolve(void*, TF_OpKernelContext* context) {
  Call call(context);
  const float *x = call.input(0), *kernel = call.input(1);
  if (!call.ok()) return;
  if (!call.hasRank(0, 4) || !isKernel(call, 1) || call.size(0, 3) != call.size(1, 2)) return call.fail(kExpected);
  const Geometry g{call.size(0, 0), call.size(0, 1), call.size(0, 2), call.size(1, 2), call.size(1, 3)};
  if (!suits(g)) return call.fail(kExpected);
  float* y = call.output({g.images, g.height, g.width, g.out});
  if (!y) return;
  const Points points(g);
  glyphlab::transformKernel(kernel, g.in, g.out, points.start);
  glyphlab::convolve(x, points.start, y, g);
}

void inputGradient(void*, TF_OpKernelContext* context) {
  Call call(context);
  const float *kernel = call.input(0), *dy = call.input(1);
  if (!call.ok()) return;
  if (!isKernel(call, 0) || !call.hasRank(1, 4) || call.size(1, 3) != call.size(0, 3)) return call.fail(kExpected);
  const Geometry g{call.size(1, 0), call.size(1, 1), call.size(1, 2), call.size(0, 3), call.size(0, 2)};
  if (!suits(g)) return call.fail(kExpected);
  float* dx = call.output({g.images, g.height, g.width, g.out});
  if (!dx) return;
  const Points points(g);
  glyphlab::transformTurnedKernel(kernel, g.out, g.in, points.start);
  glyphlab::convolve(dy, points.start, dx, g);
}

void kernelGradient(void*, TF_OpKernelContext* context) {
  Call call(context);
  const float *x = call.input(0), *dy = call.input(1);
  if (!call.ok()) return;
  if (!call.hasRank(0, 4) || !call.hasRank(1, 4)) return call.fail(kExpected);
  for (int axis = 0; axis < 3; axis++)
    if (call.size(0, axis) != call.size(1, axis)) return call.fail(kExpected);
  const Geometry g{call.size(0, 0), call.size(0, 1), call.size(0, 2), call.size(0, 3), call.size(1, 3)};
  if (!suits(g)) return call.fail(kExpected);
  float* kernel = call.output({3, 3, g.in, g.out});
  if (!kernel) return;
  const Points points(g);
  glyphlab::kernelGradient(x, dy, kernel, g, points.start);
}

struct FusedAttrs {
  unsigned char relu, pool;
};

void* readFusedAttrs(TF_OpKernelConstruction* construction) {
  auto* attrs = new FusedAttrs{};
  TF_Status* status = TF_NewStatus();
  TF_OpKernelConstruction_GetAttrBool(construction, "relu", &attrs->relu, status);
  if (TF_GetCode(status) == TF_OK) TF_OpKernelConstruction_GetAttrBool(construction, "pool", &attrs->pool, status);
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return attrs;
}

void deleteFusedAttrs(void* attrs) { delete static_cast<FusedAttrs*>(attrs); }

void fusedConvolve(void* attrs, TF_OpKernelContext* context) {
  Call call(context);
  const float *x = call.input(0), *kernel = call.input(1), *bias = call.input(2);
  if (!call.ok()) return;
  if (!call.hasRank(0, 4) || !isKernel(call, 1) || call.size(0, 3) != call.size(1, 2)) return call.fail(kExpected);
  const Geometry g{call.size(0, 0), call.size(0, 1), call.size(0, 2), call.size(1, 2), call.size(1, 3)};
  const bool isDirect = g.in <= glyphlab::kFewChannels && g.out % glyphlab::kPanel == 0;
  if (!(isDirect || suits(g)) || !call.hasRank(2, 1) || call.size(2, 0) != g.out) return call.fail(kExpected);
  const auto* given = static_cast<FusedAttrs*>(attrs);
  const Epilogue after{bias, given->relu != 0, given->pool != 0};
  float* y = call.output({g.images, after.height(g), after.width(g), g.out});
  if (!y) return;
  if (isDirect) return glyphlab::convolveDirectly(x, kernel, y, g, after);
  const Points points(g);
  glyphlab::transformKernel(kernel, g.in, g.out, points.start);
  glyphlab::convolve(x, points.start, y, g, after);
}

void unknownShape(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeInferenceContextSetUnknownShape(context, status);
}

using Strings = std::initializer_list<const char*>;
using Compute = void (*)(void*, TF_OpKernelContext*);

// An op of float32 tensors; attributes as TensorFlow writes them.
void add(const char* name, Strings inputs, const char* result, Compute compute, Strings attrs = {},
         void* (*create)(TF_OpKernelConstruction*) = nullptr, void (*remove)(void*) = nullptr) {
  TF_Status* status = TF_NewStatus();
  TF_OpDefinitionBuilder* op = TF_NewOpDefinitionBuilder(name);
  for (const char* input : inputs) TF_OpDefinitionBuilderAddInput(op, (std::string(input) + ": T").c_str());
  TF_OpDefinitionBuilderAddOutput(op, (std::string(result) + ": T").c_str());
  TF_OpDefinitionBuilderAddAttr(op, "T: {float}");
  for (const char* attr : attrs) TF_OpDefinitionBuilderAddAttr(op, attr);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(op, unknownShape);
  TF_RegisterOpDefinition(op, status);
  if (TF_GetCode(status) == TF_OK)
    TF_RegisterKernelBuilder(name, TF_NewKernelBuilder(name, "CPU", create, compute, remove), status);
  TF_DeleteStatus(status);
}

const bool registered = [] {
  add("GlyphlabConv2D", {"x", "kernel"}, "y", convolve);
  add("GlyphlabConv2DBackpropInput", {"kernel", "dy"}, "dx", inputGradient);
  add("GlyphlabConv2DBackpropFilter", {"x", "dy"}, "dkernel", kernelGradient);
  add("GlyphlabFusedConv2D", {"x", "kernel", "bias"}, "y", fusedConvolve, {"relu: bool", "pool: bool"}, readFusedAttrs,
      deleteFusedAttrs);
  return true;
}();

}  // namespace

// Node asks an addon for this; TensorFlow for Python does not, so nothing of Node's is called.
extern "C" __attribute__((visibility("default"))) void* napi_register_module_v1(void*, void* exports) { return exports; }
