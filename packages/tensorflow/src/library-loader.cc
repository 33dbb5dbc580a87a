// load(file, quiet) loads a shared library on a thread of Node's pool, while JavaScript goes on: for TensorFlow's 800 MB that takes half
// a second. The library stays loaded, so whoever needs it later has it at once. With `quiet`, what its initialisers print is dropped:
// what this thread writes to C's stderr, and nobody else.
#include <dlfcn.h>
#include <node_api.h>
#include <pthread.h>
#include <stdio.h>

#include <string>

namespace {
struct Load {
  std::string file;
  bool quiet = false;
  bool loaded = false;
  pthread_t thread;
  FILE* shown = nullptr;
  napi_deferred deferred = nullptr;
  napi_async_work work = nullptr;
};

#ifdef __GLIBC__
ssize_t PassOthers(void* cookie, const char* text, size_t size) {
  auto* load = static_cast<Load*>(cookie);
  if (!pthread_equal(load->thread, pthread_self())) fwrite(text, 1, size, load->shown);
  return static_cast<ssize_t>(size);
}

/** Another thread may still hold it when the library is loaded: neither it nor its `Load` is ever freed. */
FILE* FilterOf(Load* load) {
  cookie_io_functions_t functions = {nullptr, PassOthers, nullptr, nullptr};
  FILE* filter = fopencookie(load, "w", functions);
  if (filter != nullptr) setvbuf(filter, nullptr, _IONBF, 0);
  return filter;
}
#endif

void Execute(napi_env, void* data) {
  auto* load = static_cast<Load*>(data);
  load->thread = pthread_self();
  load->shown = stderr;
#ifdef __GLIBC__
  FILE* filter = load->quiet ? FilterOf(load) : nullptr;
  if (filter != nullptr) stderr = filter;
#endif
  load->loaded = dlopen(load->file.c_str(), RTLD_LAZY | RTLD_NODELETE) != nullptr;
#ifdef __GLIBC__
  stderr = load->shown;
#endif
}

void Complete(napi_env env, napi_status, void* data) {
  auto* load = static_cast<Load*>(data);
  napi_value loaded;
  napi_get_boolean(env, load->loaded, &loaded);
  napi_resolve_deferred(env, load->deferred, loaded);
  napi_delete_async_work(env, load->work);
}

/** @returns a promise of whether it was loaded */
napi_value Start(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2];
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  auto* load = new Load;
  size_t length = 0;
  napi_get_value_string_utf8(env, arguments[0], nullptr, 0, &length);
  load->file.resize(length);
  napi_get_value_string_utf8(env, arguments[0], &load->file[0], length + 1, &length);
  napi_get_value_bool(env, arguments[1], &load->quiet);
  napi_value promise, name;
  napi_create_promise(env, &load->deferred, &promise);
  napi_create_string_utf8(env, "library", NAPI_AUTO_LENGTH, &name);
  napi_create_async_work(env, nullptr, name, Execute, Complete, load, &load->work);
  napi_queue_async_work(env, load->work);
  return promise;
}

napi_value Init(napi_env env, napi_value exports) {
  napi_value load;
  napi_create_function(env, "load", NAPI_AUTO_LENGTH, Start, nullptr, &load);
  napi_set_named_property(env, exports, "load", load);
  return exports;
}
}  // namespace

NAPI_MODULE(library_loader, Init)
