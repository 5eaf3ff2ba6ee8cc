type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * A manifest of version 1 as one of version 2: `model` became `method`, the sampler names its tableau and its
 * times, and what the condition is made of is said (the state before and nothing else). Anything else is returned
 * as it is; whether its fields fit is for the parser to say.
 */
export function upgradeManifest(json: unknown): unknown {
  if (!isRecord(json) || json["version"] !== 1) return json;
  const { model, sampler, clock = null, ...kept } = json;
  return {
    ...kept,
    version: 2,
    method: model,
    sampler: isRecord(sampler) ? upgradeSampler(sampler) : sampler,
    conditioning: { history: 1, parameters: { channels: [], mean: [], std: [] } },
    clock,
  };
}

function upgradeSampler({ method, grid }: Json): Json {
  return method === "flow"
    ? { kind: "jump", times: grid }
    : { kind: "integrate", tableau: method, times: grid };
}
