// Registers all operations of this folder when the addon is loaded, once in a process.
namespace eddyflow {

void register_pad_field();
void register_max_pool();
void register_bias_gradient();
void register_optimizer();
void register_convolution();

namespace {

const bool registered = [] {
  register_pad_field();
  register_max_pool();
  register_bias_gradient();
  register_optimizer();
  register_convolution();
  return true;
}();

}  // namespace
}  // namespace eddyflow
