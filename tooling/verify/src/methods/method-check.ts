/** What a check found, and the largest value that is right. */
export interface Finding {
  readonly value: number;
  readonly bound: number;
}

/** One fact about a method that is known in closed form. */
export interface MethodCheck {
  /** What is measured, in words; unique within its group. */
  readonly name: string;
  /** Trains a network, which takes longer than a test may. */
  readonly trains?: boolean;
  /** `most` ends a training after so many steps, with a value that says nothing. */
  readonly measure: (most?: number) => Promise<Finding>;
}

/** The checks of one method. */
export interface CheckGroup {
  /** The name of the method, or of what else is checked. */
  readonly name: string;
  readonly checks: readonly MethodCheck[];
}

/** What came of a check: it is right where value ≤ bound. */
export interface CheckOutcome extends Finding {
  /** "group: check". */
  readonly name: string;
  readonly ok: boolean;
}

/** Runs the checks of the groups one after the other. What one throws goes through. */
export async function* runMethodChecks(
  groups: readonly CheckGroup[],
  { trains, only }: { readonly trains: boolean; readonly only: string | null },
): AsyncGenerator<CheckOutcome, void, void> {
  for (const { name, checks } of groups) {
    for (const check of checks) {
      const title = `${name}: ${check.name}`;
      if ((check.trains === true && !trains) || !title.includes(only ?? "")) continue;
      const { value, bound } = await check.measure();
      yield { name: title, ok: value <= bound, value, bound };
    }
  }
}
