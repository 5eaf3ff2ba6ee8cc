/** The keys of `T` that one writes; lists are written whole, and a choice with its `kind`. */
export type Partially<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T as K extends "kind" ? K : never]: T[K] } & {
        readonly [K in keyof T as K extends "kind" ? never : K]?: Partially<T[K]>;
      }
    : T;
