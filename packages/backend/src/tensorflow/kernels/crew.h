// Threads that share the parts of one operation.
#pragma once

#include <cstdint>
#include <functional>

namespace eddyflow {

// Calls part(0) … part(count − 1), each once, in any order; on several threads where `bytes`, what all of them read and
// write, makes up for waking them. A thread that wakes too late finds nothing left to do and is not waited for.
void share(int64_t count, int64_t bytes, const std::function<void(int64_t)>& part);

}  // namespace eddyflow
