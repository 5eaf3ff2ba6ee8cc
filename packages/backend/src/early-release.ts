import { clone, engine, type Tensor } from "@tensorflow/tfjs-core";

interface TapeNode {
  gradient?: (dys: (Tensor | null)[]) => Record<string, () => Tensor>;
  readonly saved?: Tensor[];
}

interface EngineInternals {
  addTapeNode(...node: unknown[]): void;
  readonly state: {
    readonly activeTape: TapeNode[];
    readonly gradientDepth: number;
    readonly activeScope: { readonly id: number; readonly track: Tensor[] };
  };
}

/**
 * Frees memory during backpropagation: TensorFlow.js keeps every tensor that was saved for it, every gradient of an
 * intermediate result and every temporary of a gradient function until the whole pass has ended. After this, what
 * an operation needed for its own gradient goes when the operation before it has its turn. Gradients of
 * gradients are left alone. Calling it again changes nothing.
 */
export function releaseEarly(): void {
  const internals = engine() as unknown as EngineInternals;
  if (Object.hasOwn(internals, "addTapeNode")) return;
  const addTapeNode = internals.addTapeNode.bind(internals);
  let finished: { readonly pass: number; readonly tensors: readonly Tensor[] } | undefined;

  internals.addTapeNode = (...parts) => {
    addTapeNode(...parts);
    const node = internals.state.activeTape.at(-1);
    const gradient = node?.gradient;
    if (node === undefined || gradient === undefined) return;
    node.gradient = (dys) => {
      const { activeScope, gradientDepth } = internals.state;
      // Within a taped function (a gradient of a gradient) everything may be needed once more.
      if (gradientDepth > 0) return gradient(dys);
      // What an earlier pass left is no longer ours: its scope has disposed it, or given it away.
      if (finished?.pass === activeScope.id) for (const x of finished.tensors) x.dispose();
      const numTracked = activeScope.track.length;
      const functions = gradient(dys);
      const temporaries = activeScope.track.slice(numTracked);
      // A gradient that the caller passed in belongs to another scope and stays.
      const ours = dys.filter(
        (dy): dy is Tensor =>
          dy !== null && (dy as unknown as { scopeId: number }).scopeId === activeScope.id,
      );
      finished = {
        pass: activeScope.id,
        tensors: [...ours, ...temporaries, ...(node.saved ?? [])],
      };
      const passedOn = new Set<Tensor | null>([...dys, ...temporaries]);
      return Object.fromEntries(
        Object.entries(functions).map(([name, compute]) => [
          name,
          () => {
            const dx = compute();
            return passedOn.has(dx) ? clone(dx) : dx;
          },
        ]),
      );
    };
  };
}
