#include "parallel.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <thread>

namespace glyphlab {
namespace {

int threadsInOp() {
  const char* named = std::getenv("TF_NUM_INTRAOP_THREADS");
  const int threads = named ? std::atoi(named) : 0;
  return threads > 0 ? threads : std::max(1u, std::thread::hardware_concurrency());
}

// One piece of work after another, each shared among all threads.
class Pool {
 public:
  explicit Pool(int helpers) {
    for (int k = 0; k < helpers; k++) std::thread([this] { help(); }).detach();
  }

  void run(long count, const std::function<void(long)>& body) {
    // Another op has the helpers: alone then, rather than wait.
    std::unique_lock<std::mutex> turn(turn_, std::try_to_lock);
    if (!turn.owns_lock()) {
      for (long k = 0; k < count; k++) body(k);
      return;
    }
    auto work = std::make_shared<Work>(count, &body);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      work_ = work;
    }
    changed_.notify_all();
    work->take();
    std::unique_lock<std::mutex> lock(work->mutex);
    work->ended.wait(lock, [&] { return work->left == 0; });
  }

 private:
  struct Work {
    Work(long count, const std::function<void(long)>* body) : count(count), body(body), left(count) {}
    const long count;
    const std::function<void(long)>* body;  // not looked at when all is taken
    std::atomic<long> next{0};
    std::mutex mutex;
    std::condition_variable ended;
    long left;

    void take() {
      long done = 0;
      for (long k; (k = next++) < count; done++) (*body)(k);
      std::lock_guard<std::mutex> lock(mutex);
      left -= done;
      if (left == 0) ended.notify_all();
    }
  };

  void help() {
    std::shared_ptr<Work> last;
    for (;;) {
      {
        std::unique_lock<std::mutex> lock(mutex_);
        changed_.wait(lock, [&] { return work_ != last; });
        last = work_;
      }
      last->take();
    }
  }

  std::mutex turn_, mutex_;
  std::condition_variable changed_;
  std::shared_ptr<Work> work_;
};

}  // namespace

void parallel(long count, const std::function<void(long)>& body) {
  static const int threads = threadsInOp();
  if (threads == 1 || count == 1) {
    for (long k = 0; k < count; k++) body(k);
    return;
  }
  // Never taken down: its threads may outlive what a process tidies up at its end.
  static Pool& pool = *new Pool(threads - 1);
  pool.run(count, body);
}

float* scratch(long floats) {
  struct Buffer {
    float* start = nullptr;
    long size = 0;
    ~Buffer() { std::free(start); }
  };
  thread_local Buffer buffer;
  if (floats > buffer.size) {
    std::free(buffer.start);
    const long bytes = (floats * sizeof(float) + 63) / 64 * 64;
    buffer.start = static_cast<float*>(std::aligned_alloc(64, bytes));
    buffer.size = buffer.start ? floats : 0;
  }
  return buffer.start;
}

}  // namespace glyphlab
