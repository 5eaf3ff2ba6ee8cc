// TensorFlow writes banners while its libraries are loaded, before it reads its own TF_CPP_MIN_LOG_LEVEL. It asks Abseil for
// the least severity to write, by a function that the loader looks for here first: the addon stands before the
// libraries that it needs. It is called before anything of the addon has been initialised.
#include <cstdlib>

namespace absl {
inline namespace lts_20250814 {

enum class LogSeverityAtLeast : int { kInfo = 0, kWarning = 1, kError = 2 };

// Errors are always written.
__attribute__((visibility("default"))) LogSeverityAtLeast MinLogLevel() {
  const char* level = std::getenv("TF_CPP_MIN_LOG_LEVEL");
  switch (level == nullptr ? 0 : std::atoi(level)) {
    case 0:
      return LogSeverityAtLeast::kInfo;
    case 1:
      return LogSeverityAtLeast::kWarning;
    default:
      return LogSeverityAtLeast::kError;
  }
}

}  // namespace lts_20250814
}  // namespace absl
