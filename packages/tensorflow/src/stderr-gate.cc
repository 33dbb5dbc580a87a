// TensorFlow prints two lines when its library is loaded, before it reads TF_CPP_MIN_LOG_LEVEL, and nothing turns them
// off. mute() turns standard error to /dev/null meanwhile; restore() turns it back. Both do nothing if called twice.
#include <fcntl.h>
#include <node_api.h>
#include <unistd.h>

#include <mutex>

namespace {
std::mutex guard;  // worker threads may load TensorFlow side by side
int saved = -1;

napi_value Mute(napi_env, napi_callback_info) {
  std::lock_guard<std::mutex> lock(guard);
  if (saved != -1) return nullptr;
  int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nothing == -1) return nullptr;
  saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (saved != -1) dup2(nothing, STDERR_FILENO);
  close(nothing);
  return nullptr;
}

napi_value Restore(napi_env, napi_callback_info) {
  std::lock_guard<std::mutex> lock(guard);
  if (saved == -1) return nullptr;
  dup2(saved, STDERR_FILENO);
  close(saved);
  saved = -1;
  return nullptr;
}

napi_value Init(napi_env env, napi_value exports) {
  napi_property_descriptor functions[] = {
      {"mute", nullptr, Mute, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"restore", nullptr, Restore, nullptr, nullptr, nullptr, napi_default, nullptr},
  };
  napi_define_properties(env, exports, 2, functions);
  return exports;
}
}  // namespace

NAPI_MODULE(stderr_gate, Init)
