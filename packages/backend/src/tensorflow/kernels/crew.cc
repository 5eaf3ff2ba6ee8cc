#include "crew.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace eddyflow {
namespace {

// What one thread reads and writes in the tens of microseconds that another takes to wake.
constexpr int64_t kBytesWorthWaking = 200 << 10;

class Crew {
 public:
  explicit Crew(int helpers) : helpers_(helpers) {
    for (int i = 0; i < helpers; ++i) std::thread([this] { help(); }).detach();
  }

  void share(int64_t count, const std::function<void(int64_t)>& part) {
    std::unique_lock<std::mutex> only(busy_, std::try_to_lock);
    if (helpers_ == 0 || !only.owns_lock()) {
      for (int64_t i = 0; i < count; ++i) part(i);
      return;
    }
    {
      std::lock_guard<std::mutex> lock(mutex_);
      part_ = &part;
      count_ = count;
      next_ = 0;
      ++job_;
    }
    wake_.notify_all();
    work(part, count);
    std::unique_lock<std::mutex> lock(mutex_);
    part_ = nullptr;
    done_.wait(lock, [this] { return working_ == 0; });
  }

 private:
  void work(const std::function<void(int64_t)>& part, int64_t count) {
    for (int64_t i = next_++; i < count; i = next_++) part(i);
  }

  void help() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (uint64_t seen = 0;;) {
      wake_.wait(lock, [&] { return part_ != nullptr && job_ != seen; });
      seen = job_;
      const std::function<void(int64_t)>& part = *part_;
      const int64_t count = count_;
      ++working_;
      lock.unlock();
      work(part, count);
      lock.lock();
      if (--working_ == 0) done_.notify_one();
    }
  }

  const int helpers_;
  std::mutex busy_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  const std::function<void(int64_t)>* part_ = nullptr;
  int64_t count_ = 0;
  std::atomic<int64_t> next_{0};
  uint64_t job_ = 0;
  int working_ = 0;
};

}  // namespace

void share(int64_t count, int64_t bytes, const std::function<void(int64_t)>& part) {
  if (count < 2 || bytes < kBytesWorthWaking) {
    for (int64_t i = 0; i < count; ++i) part(i);
    return;
  }
  // Memory feeds no more than a few threads. The crew is never destroyed: its threads sleep until the process ends.
  static Crew* const crew =
      new Crew(std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 8) - 1);
  crew->share(count, part);
}

}  // namespace eddyflow
