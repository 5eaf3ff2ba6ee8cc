/** A wheel of PyPI, named by content. */
export interface Wheel {
  /** What pip is asked for. */
  readonly requirement: string;
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The wheels that an install is made of, and where their parts lie in it. */
export interface Distribution {
  readonly title: string;
  /** The wheel with TensorFlow's libraries, then those whose libraries it loads. */
  readonly wheels: readonly [Wheel, ...Wheel[]];
  /** Folder of TensorFlow's libraries and the addon inside the install. */
  readonly folder: string;
  /** What stays on the disk, and what is needed beside it while it is being installed. */
  readonly bytes: { readonly installed: number; readonly scratch: number };
}

/** For the processor. */
export const cpu: Distribution = {
  title: "TensorFlow",
  wheels: [
    {
      requirement: "tensorflow-cpu==2.21.0",
      file: "tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl",
      bytes: 273_829_956,
      sha256: "2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c",
    },
  ],
  folder: "",
  bytes: { installed: 853_616_864, scratch: 350_000_000 },
};

/**
 * For NVIDIA cards: the wheel that is built for CUDA, and the packages of its extra `and-cuda`. It looks for their
 * libraries in `../nvidia/<library>/lib` of its own folder.
 */
export const cuda: Distribution = {
  title: "TensorFlow for CUDA",
  wheels: [
    {
      requirement: "tensorflow==2.21.0",
      file: "tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl",
      bytes: 572_440_367,
      sha256: "9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124",
    },
    {
      requirement: "nvidia-cublas-cu12==12.9.3.13",
      file: "nvidia_cublas_cu12-12.9.3.13-py3-none-manylinux_2_27_x86_64.whl",
      bytes: 581_217_458,
      sha256: "d7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72",
    },
    {
      requirement: "nvidia-cuda-cupti-cu12==12.8.90",
      file: "nvidia_cuda_cupti_cu12-12.8.90-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
      bytes: 10_248_621,
      sha256: "ea0cb07ebda26bb9b29ba82cda34849e73c166c18162d3913575b0c9db9a6182",
    },
    {
      requirement: "nvidia-cuda-nvcc-cu12==12.9.86",
      file: "nvidia_cuda_nvcc_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl",
      bytes: 40_546_229,
      sha256: "5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0",
    },
    {
      requirement: "nvidia-cuda-nvrtc-cu12==12.9.86",
      file: "nvidia_cuda_nvrtc_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl",
      bytes: 89_568_129,
      sha256: "210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4",
    },
    {
      requirement: "nvidia-cuda-runtime-cu12==12.9.79",
      file: "nvidia_cuda_runtime_cu12-12.9.79-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
      bytes: 3_493_179,
      sha256: "25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3",
    },
    {
      requirement: "nvidia-cudnn-cu12==9.28.0.42",
      file: "nvidia_cudnn_cu12-9.28.0.42-py3-none-manylinux_2_27_x86_64.whl",
      bytes: 716_538_495,
      sha256: "9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375",
    },
    {
      requirement: "nvidia-cufft-cu12==11.4.1.4",
      file: "nvidia_cufft_cu12-11.4.1.4-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
      bytes: 200_877_592,
      sha256: "c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28",
    },
    {
      requirement: "nvidia-curand-cu12==10.3.10.19",
      file: "nvidia_curand_cu12-10.3.10.19-py3-none-manylinux_2_27_x86_64.whl",
      bytes: 68_295_626,
      sha256: "49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e",
    },
    {
      requirement: "nvidia-cusolver-cu12==11.7.5.82",
      file: "nvidia_cusolver_cu12-11.7.5.82-py3-none-manylinux_2_27_x86_64.whl",
      bytes: 338_117_415,
      sha256: "15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88",
    },
    {
      requirement: "nvidia-cusparse-cu12==12.5.10.65",
      file: "nvidia_cusparse_cu12-12.5.10.65-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
      bytes: 366_465_088,
      sha256: "73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78",
    },
    {
      requirement: "nvidia-nccl-cu12==2.32.3",
      file: "nvidia_nccl_cu12-2.32.3-py3-none-manylinux_2_27_x86_64.whl",
      bytes: 351_526_311,
      sha256: "bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c",
    },
    {
      requirement: "nvidia-nvjitlink-cu12==12.9.86",
      file: "nvidia_nvjitlink_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl",
      bytes: 39_748_338,
      sha256: "e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9",
    },
  ],
  folder: "tensorflow",
  bytes: { installed: 5_661_295_320, scratch: 800_000_000 },
};

/**
 * The TensorFlow that is installed. Only its C libraries and C headers are used, so that the Python version in the
 * wheels' names does not matter; it is the tag that pip is asked for.
 */
export const tensorflow = {
  version: "2.21.0",
  /** What makes any pip on any Python choose these very wheels; "311" is the spelling that old and new pips both read. */
  pipTarget: [
    "--implementation=cp",
    "--python-version=311",
    "--abi=cp311",
    "--abi=none",
    "--platform=manylinux_2_27_x86_64",
    "--platform=manylinux_2_17_x86_64",
    "--platform=manylinux2014_x86_64",
    "--platform=manylinux1_x86_64",
  ],
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
