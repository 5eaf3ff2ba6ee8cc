import { EddyflowError } from "@eddyflow/core";

/** Functions that a worker answers to, each with one argument. */
export type Answers = Readonly<Record<string, (argument: never) => unknown>>;

interface Question {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly problem: string; readonly remedy: string | null };

/** In a worker: answers the questions of the page one after the other. */
export function answer(answers: Answers): void {
  const scope = self as unknown as {
    onmessage: (event: MessageEvent<Question>) => void;
    postMessage(answer: Answer): void;
  };
  let before: Promise<void> = Promise.resolve();
  scope.onmessage = ({ data: { id, name, argument } }) => {
    before = before.then(async () => {
      try {
        const result = await answers[name]?.(argument as never);
        scope.postMessage({ id, result });
      } catch (error) {
        const known = error instanceof EddyflowError;
        const problem = known ? `${error.problem}; expected ${error.expected}` : String(error);
        scope.postMessage({ id, problem, remedy: known ? error.remedy : null });
      }
    });
  };
}

/** What a worker could not do, in words for the reader of the page. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

/** In the page: a function that asks the worker and resolves to its answer. */
export function asker<A extends Answers>(worker: Worker) {
  const open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let last = 0;
  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    const settle = open.get(data.id);
    open.delete(data.id);
    if ("result" in data) settle?.resolve(data.result);
    else settle?.reject(new RefusedError([data.problem, data.remedy].filter(Boolean).join(". ")));
  };
  worker.onerror = (event) => {
    for (const { reject } of open.values()) reject(new Error(event.message || "a worker ended"));
    open.clear();
  };
  return <Name extends keyof A & string>(
    name: Name,
    argument: Parameters<A[Name]>[0],
  ): Promise<Awaited<ReturnType<A[Name]>>> =>
    new Promise((resolve, reject) => {
      last += 1;
      open.set(last, { resolve: resolve as (value: unknown) => void, reject });
      worker.postMessage({ id: last, name, argument });
    });
}
