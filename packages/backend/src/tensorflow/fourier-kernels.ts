import { kernelNames, type RealFftAttributes } from "@eddyflow/ops";
import { type Eager, type Handle, registerEagerKernel } from "./eager.ts";

/** TensorFlow's transforms over the last one to three axes. */
const suffixes = ["", "2D", "3D"] as const;

/** Registers the Fourier transform of real fields and its inverse. */
export function registerFourierKernels(eager: Eager): void {
  const { attribute, constant, float, run } = eager;
  const { TF_COMPLEX64, TF_FLOAT, TF_INT32 } = eager.backend.binding;
  const types = [attribute.type("Treal", TF_FLOAT), attribute.type("Tcomplex", TF_COMPLEX64)];
  const complex = [attribute.type("T", TF_COMPLEX64), attribute.type("Tout", TF_FLOAT)];
  const joined = [attribute.type("T", TF_FLOAT), attribute.type("Tout", TF_COMPLEX64)];
  const permutation = [...float, attribute.type("Tperm", TF_INT32)];

  /** Space last, for the transforms; only ever moved as real numbers. */
  const channelsFirst = (x: Handle): Handle => {
    const space = x.shape.slice(1, -1).map((_, k) => k + 1);
    return run("Transpose", permutation, [x, constant([0, space.length + 1, ...space])]);
  };
  const channelsLast = (x: Handle): Handle => {
    const space = x.shape.slice(2).map((_, k) => k + 2);
    return run("Transpose", permutation, [x, constant([0, ...space, 1])]);
  };
  const suffix = (x: Handle): string => suffixes[x.shape.length - 3] as string;

  registerEagerKernel<{ x: Handle }, RealFftAttributes>(eager, kernelNames.realFft, ({ x }) => {
    const lengths = constant(x.shape.slice(1, -1));
    const spectrum = run(`RFFT${suffix(x)}`, types, [channelsFirst(x), lengths]);
    return [
      channelsLast(run("Real", complex, [spectrum])),
      channelsLast(run("Imag", complex, [spectrum])),
    ];
  });
  registerEagerKernel<{ re: Handle; im: Handle }, RealFftAttributes>(
    eager,
    kernelNames.inverseRealFft,
    ({ re, im }, { length }) => {
      const lengths = constant([...re.shape.slice(1, -2), length]);
      const spectrum = run("Complex", joined, [channelsFirst(re), channelsFirst(im)]);
      return channelsLast(run(`IRFFT${suffix(re)}`, types, [spectrum, lengths]));
    },
  );
}
