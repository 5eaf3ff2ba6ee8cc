/**
 * The TensorFlow that is installed: one wheel of PyPI, named by content. Only its C libraries and C headers are used,
 * so that the Python version in its name does not matter; it is the tag that pip is asked for.
 */
export const tensorflow = {
  version: "2.21.0",
  requirement: "tensorflow-cpu==2.21.0",
  /** What makes any pip on any Python choose this very wheel; "311" is the spelling that old and new pips both read. */
  pipTarget: [
    "--implementation=cp",
    "--python-version=311",
    "--abi=cp311",
    "--platform=manylinux_2_27_x86_64",
  ],
  wheel: {
    file: "tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl",
    bytes: 273_829_956,
    sha256: "2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c",
  },
  record: "tensorflow_cpu-2.21.0.dist-info/RECORD",
  libraries: ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"],
  /** Below `tensorflow/include/` in the wheel: what the addon includes, directly or not. */
  headers: [
    "tensorflow/c/c_api.h",
    "tensorflow/c/c_api_macros.h",
    "tensorflow/c/eager/c_api.h",
    "tensorflow/c/experimental/stream_executor/stream_executor.h",
    "tensorflow/c/kernels.h",
    "tensorflow/c/ops.h",
    "tensorflow/c/tf_attrtype.h",
    "tensorflow/c/tf_buffer.h",
    "tensorflow/c/tf_datatype.h",
    "tensorflow/c/tf_status.h",
    "tensorflow/c/tf_tensor.h",
    "tensorflow/c/tf_tstring.h",
    "tensorflow/core/common_runtime/next_pluggable_device/c/tf_rendezvous_c_api.h",
    "tensorflow/core/platform/ctstring.h",
    "tensorflow/core/platform/ctstring_internal.h",
    "tsl/platform/ctstring.h",
    "tsl/platform/ctstring_internal.h",
    "tsl/platform/platform.h",
    "xla/tsl/c/tsl_status.h",
  ],
} as const;

/** The C++ sources of the addon, in `binding/` of the npm package @tensorflow/tfjs-node, with their sha256. */
export const binding = {
  version: "4.22.0",
  sources: {
    "tfjs_backend.cc": "37a6a6f29e0be5e6ba17fe2b7c943a730f1069eaa8a536fd42ea22b0c56695f7",
    "tfjs_binding.cc": "352e096779ac9c9cfe0648ea887e8991828375e2b11955b4e220b7ab5b9fb690",
  },
} as const;

export const addonFile = "tfjs_binding.node";
