// Stands before TensorFlow's TF_SessionRun and has it trace: the stock binding asks for no trace and has no way to. Loaded with
// RTLD_GLOBAL before the binding, so that the binding finds this function first.
//
// trace(library, skip, count): the calls after the first `skip`, `count` of them, are traced. take(): their RunMetadata, as Buffers.
#include <dlfcn.h>
#include <node_api.h>

#include <string>
#include <vector>

#include "tensorflow/c/c_api.h"

namespace {
decltype(&TF_SessionRun) run_session = nullptr;
decltype(&TF_NewBuffer) new_buffer = nullptr;
decltype(&TF_DeleteBuffer) delete_buffer = nullptr;
int32_t to_skip = 0;
int32_t to_trace = 0;
std::vector<std::string> traces;

// RunOptions { trace_level: FULL_TRACE }
const unsigned char kFullTrace[] = {0x08, 0x03};
}  // namespace

extern "C" __attribute__((visibility("default"))) void TF_SessionRun(
    TF_Session* session, const TF_Buffer* run_options, const TF_Output* inputs, TF_Tensor* const* input_values,
    int ninputs, const TF_Output* outputs, TF_Tensor** output_values, int noutputs,
    const TF_Operation* const* target_opers, int ntargets, TF_Buffer* run_metadata, TF_Status* status) {
  const bool traced = to_skip <= 0 && to_trace > 0 && run_options == nullptr && run_metadata == nullptr;
  if (to_skip > 0) --to_skip;
  if (!traced) {
    run_session(session, run_options, inputs, input_values, ninputs, outputs, output_values, noutputs, target_opers,
                ntargets, run_metadata, status);
    return;
  }
  --to_trace;
  const TF_Buffer options = {kFullTrace, sizeof kFullTrace, nullptr};
  TF_Buffer* metadata = new_buffer();
  run_session(session, &options, inputs, input_values, ninputs, outputs, output_values, noutputs, target_opers,
              ntargets, metadata, status);
  traces.emplace_back(static_cast<const char*>(metadata->data), metadata->length);
  delete_buffer(metadata);
}

namespace {
napi_value Trace(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value arguments[3];
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  size_t length = 0;
  napi_get_value_string_utf8(env, arguments[0], nullptr, 0, &length);
  std::string library(length, '\0');
  napi_get_value_string_utf8(env, arguments[0], &library[0], length + 1, &length);
  void* handle = dlopen(library.c_str(), RTLD_LAZY | RTLD_NODELETE);
  if (handle == nullptr) {
    napi_throw_error(env, nullptr, dlerror());
    return nullptr;
  }
  run_session = reinterpret_cast<decltype(run_session)>(dlsym(handle, "TF_SessionRun"));
  new_buffer = reinterpret_cast<decltype(new_buffer)>(dlsym(handle, "TF_NewBuffer"));
  delete_buffer = reinterpret_cast<decltype(delete_buffer)>(dlsym(handle, "TF_DeleteBuffer"));
  napi_get_value_int32(env, arguments[1], &to_skip);
  napi_get_value_int32(env, arguments[2], &to_trace);
  return nullptr;
}

napi_value Take(napi_env env, napi_callback_info) {
  napi_value list;
  napi_create_array(env, &list);
  for (size_t k = 0; k < traces.size(); ++k) {
    napi_value bytes;
    napi_create_buffer_copy(env, traces[k].size(), traces[k].data(), nullptr, &bytes);
    napi_set_element(env, list, static_cast<uint32_t>(k), bytes);
  }
  traces.clear();
  return list;
}

napi_value Init(napi_env env, napi_value exports) {
  napi_value function;
  napi_create_function(env, "trace", NAPI_AUTO_LENGTH, Trace, nullptr, &function);
  napi_set_named_property(env, exports, "trace", function);
  napi_create_function(env, "take", NAPI_AUTO_LENGTH, Take, nullptr, &function);
  napi_set_named_property(env, exports, "take", function);
  return exports;
}
}  // namespace

NAPI_MODULE(session_trace, Init)
