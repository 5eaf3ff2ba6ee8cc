// One step of Adam for all parameters of a network in two sweeps, and one of their moving average.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "crew.h"
#include "operation.h"

namespace eddyflow {
namespace {

// Entries that one part of a sweep takes; four to seven arrays of them fit into a second-level cache.
constexpr int64_t kEntriesPerPart = 32 << 10;

// Successive entries of one of several tensors.
struct Part {
  int tensor;
  int64_t first;
  int64_t count;
};

std::vector<Part> parts_of(const std::vector<Shape>& shapes) {
  std::vector<Part> parts;
  for (size_t i = 0; i < shapes.size(); ++i) {
    const int64_t size = size_of(shapes[i]);
    for (int64_t first = 0; first < size; first += kEntriesPerPart) {
      parts.push_back({static_cast<int>(i), first, std::min(kEntriesPerPart, size - first)});
    }
  }
  return parts;
}

double sum_of_squares(const float* x, int64_t count) {
  double total = 0;
  constexpr int64_t kLanes = 32;
  float lanes[kLanes];
  // Short runs in float32, so that none grows large against what is added to it.
  for (int64_t first = 0; first < count; first += 64 * kLanes) {
    const int64_t end = std::min(count, first + 64 * kLanes);
    std::fill(lanes, lanes + kLanes, 0.0f);
    int64_t i = first;
    for (; i + kLanes <= end; i += kLanes) {
      for (int64_t k = 0; k < kLanes; ++k) lanes[k] += x[i + k] * x[i + k];
    }
    for (const float lane : lanes) total += lane;
    for (; i < end; ++i) total += static_cast<double>(x[i]) * x[i];
  }
  return total;
}

// An array that an operation continues: where its old values are, and where the new ones go (the same place or not).
struct Continued {
  const float* from = nullptr;
  float* to = nullptr;
};

// Numbers of a step of Adam, in the order of the input `settings`.
struct Rates {
  float learning_rate;
  // Not read: 1 − take has more digits of β than a float of it.
  float beta1;
  float beta2;
  float epsilon;
  // 1 / (1 − β₁ⁿ) and 1 / √(1 − β₂ⁿ).
  float first_correction;
  float second_correction;
  float take_first;
  float take_second;
  float clip_norm;
};
constexpr int64_t kNumRates = sizeof(Rates) / sizeof(float);

void step_of_adam(const Rates& rates, float scale, int64_t count, const float* gradient,
                  const float* p, const float* m, const float* v, float* new_p, float* new_m, float* new_v) {
  const float rate = rates.learning_rate * rates.first_correction;
  // Each new array is the old one or another, entry by entry: nothing is read after it was written.
#pragma GCC ivdep
  for (int64_t i = 0; i < count; ++i) {
    const float g = gradient[i] * scale;
    const float first = m[i] + (g - m[i]) * rates.take_first;
    const float second = v[i] + (g * g - v[i]) * rates.take_second;
    new_p[i] = p[i] - rate * first / (std::sqrt(second) * rates.second_correction + rates.epsilon);
    new_m[i] = first;
    new_v[i] = second;
  }
}

class ApplyAdam {
 public:
  explicit ApplyAdam(Settings&) {}

  void compute(Run& run) const {
    const int count = (run.num_inputs() - 1) / 4;
    // The gradients come first: their shapes are those of all else, of which no input may be held yet.
    std::vector<Shape> shapes(count);
    std::vector<const float*> gradients(count);
    for (int i = 0; i < count; ++i) {
      shapes[i] = run.shape_of_input(i);
      gradients[i] = run.input<float>(i);
    }
    std::vector<Continued> states(3 * count);
    for (int i = 0; i < 3 * count && run.ok(); ++i) {
      bool forwarded = false;
      states[i].to = run.output_in_place(i, count + i, shapes[i % count], &forwarded);
      states[i].from = forwarded ? states[i].to : run.input<float>(count + i);
      if (!forwarded && run.ok() && run.shape_of_input(count + i) != shapes[i % count]) {
        return run.fail("a gradient has not the shape of its parameter");
      }
    }
    const int settings = 4 * count;
    const bool complete = run.shape_of_input(settings) == Shape{kNumRates};
    float* norm = run.output<float>(3 * count, TF_FLOAT, {});
    float* skipped = run.output<float>(3 * count + 1, TF_FLOAT, {});
    if (!run.ok()) return;
    if (!complete) return run.fail("the settings of Adam are not complete");
    Rates rates;
    std::memcpy(&rates, run.input<float>(settings), sizeof rates);

    const std::vector<Part> parts = parts_of(shapes);
    const int64_t num_parts = static_cast<int64_t>(parts.size());
    int64_t entries = 0;
    for (const Part& part : parts) entries += part.count;
    std::vector<double> squares(parts.size());
    share(num_parts, entries * sizeof(float), [&](int64_t k) {
      const Part& part = parts[k];
      squares[k] = sum_of_squares(gradients[part.tensor] + part.first, part.count);
    });
    double total = 0;
    for (const double square : squares) total += square;
    // In float32, as everywhere: where this overflows the step is skipped.
    *norm = std::sqrt(static_cast<float>(total));
    const bool finite = std::isfinite(*norm);
    *skipped = finite ? 0.0f : 1.0f;
    const float scale = rates.clip_norm < *norm ? rates.clip_norm / *norm : 1.0f;

    share(num_parts, 7 * entries * sizeof(float), [&](int64_t k) {
      const Part& part = parts[k];
      const Continued* state[3];
      for (int role = 0; role < 3; ++role) state[role] = &states[role * count + part.tensor];
      if (!finite) {
        for (const Continued* one : state) {
          if (one->from != one->to) {
            std::memcpy(one->to + part.first, one->from + part.first, part.count * sizeof(float));
          }
        }
        return;
      }
      step_of_adam(rates, scale, part.count, gradients[part.tensor] + part.first,
                   state[0]->from + part.first, state[1]->from + part.first, state[2]->from + part.first,
                   state[0]->to + part.first, state[1]->to + part.first, state[2]->to + part.first);
    });
  }
};

class ApplyAverage {
 public:
  explicit ApplyAverage(Settings&) {}

  void compute(Run& run) const {
    const int count = (run.num_inputs() - 1) / 2;
    std::vector<Shape> shapes(count);
    std::vector<const float*> parameters(count);
    for (int i = 0; i < count; ++i) {
      shapes[i] = run.shape_of_input(i);
      parameters[i] = run.input<float>(i);
    }
    std::vector<Continued> averages(count);
    for (int i = 0; i < count && run.ok(); ++i) {
      bool forwarded = false;
      averages[i].to = run.output_in_place(i, count + i, shapes[i], &forwarded);
      averages[i].from = forwarded ? averages[i].to : run.input<float>(count + i);
      if (!forwarded && run.ok() && run.shape_of_input(count + i) != shapes[i]) {
        return run.fail("an average has not the shape of its parameter");
      }
    }
    const float* rate = run.input<float>(2 * count);
    if (!run.ok()) return;
    const std::vector<Part> parts = parts_of(shapes);
    int64_t entries = 0;
    for (const Part& part : parts) entries += part.count;
    share(static_cast<int64_t>(parts.size()), 3 * entries * sizeof(float), [&](int64_t k) {
      const Part& part = parts[k];
      const float* parameter = parameters[part.tensor] + part.first;
      const float* from = averages[part.tensor].from + part.first;
      float* to = averages[part.tensor].to + part.first;
#pragma GCC ivdep
      for (int64_t i = 0; i < part.count; ++i) to[i] = from[i] + *rate * (parameter[i] - from[i]);
    });
  }
};

}  // namespace

void register_optimizer() {
  define({"EddyflowApplyAdam",
          {"gradient: count * T", "parameter: count * T", "first: count * T", "second: count * T", "settings: T"},
          {"new_parameter: count * T", "new_first: count * T", "new_second: count * T", "norm: T", "skipped: T"},
          {"T: {float}", "count: int"}});
  implement<ApplyAdam>("EddyflowApplyAdam", TF_FLOAT);
  define({"EddyflowApplyAverage",
          {"parameter: count * T", "average: count * T", "rate: T"},
          {"new_average: count * T"},
          {"T: {float}", "count: int"}});
  implement<ApplyAverage>("EddyflowApplyAverage", TF_FLOAT);
}

}  // namespace eddyflow
