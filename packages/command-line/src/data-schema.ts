import { z } from "zod";

const positive = z.number().positive();
const notNegative = z.number().nonnegative();
const count = z.int().positive();
const axis = z.int().nonnegative();
const perAxis = z.union([count, z.array(count).min(1)]);

const observationStep = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("fields"), channels: z.array(z.string()).min(1) }),
  z.strictObject({ kind: z.literal("stride"), pointStride: perAxis }),
  z.strictObject({ kind: z.literal("average"), points: perAxis }),
  z.strictObject({ kind: z.literal("slice"), axis, at: notNegative }),
  z.strictObject({ kind: z.literal("crop"), axis, from: axis, to: count }),
]);

const observation = z.union([z.strictObject({ pointStride: count }), z.array(observationStep)], {
  error: "is neither { pointStride } nor a list of steps",
});

const pairs = { frameStride: count.exactOptional(), timestamp: z.boolean().exactOptional() };

const recorded = {
  ...pairs,
  frameInterval: positive,
  frames: z.int().min(2),
  trajectories: z.strictObject({ train: count, validation: count, test: count }),
  observation,
};

/** Whether all points of a plane of `numPoints` can be seen at a stride; other steps are checked with the data. */
const fits = (seen: z.infer<typeof observation>, numPoints: number) =>
  !("pointStride" in seen) || numPoints % seen.pointStride === 0;

const wholeMultiple = (value: number, unit: number) =>
  Math.abs(value / unit - Math.round(value / unit)) < 1e-6;

const kuramotoSivashinsky = z
  .strictObject({
    system: z.literal("kuramoto-sivashinsky-2d"),
    operator: z.enum(["biharmonic", "sum-of-fourth-powers"]),
    domainExtent: positive,
    numPoints: z.int().min(4),
    dt: positive,
    warmUp: notNegative,
    ...recorded,
  })
  .refine(({ numPoints, observation }) => fits(observation, numPoints), {
    path: ["observation", "pointStride"],
    message: "does not divide numPoints",
  })
  .refine(({ frameInterval, dt }) => wholeMultiple(frameInterval, dt) && frameInterval >= dt, {
    path: ["frameInterval"],
    message: "is not a multiple of dt",
  })
  .refine(({ warmUp, dt }) => wholeMultiple(warmUp, dt), {
    path: ["warmUp"],
    message: "is not a multiple of dt",
  });

const compressibleNavierStokes = z
  .strictObject({
    system: z.literal("compressible-navier-stokes-2d"),
    numPoints: z.int().min(4),
    averagedTo: z.int().min(4),
    mach: positive,
    eta: notNegative,
    zeta: notNegative,
    initial: z.discriminatedUnion("kind", [
      z.strictObject({
        kind: z.literal("turbulence"),
        projection: z.enum(["solenoidal", "shifted"]),
      }),
      z.strictObject({ kind: z.literal("random") }),
    ]),
    ...recorded,
  })
  .refine(({ numPoints, averagedTo }) => numPoints % averagedTo === 0, {
    path: ["averagedTo"],
    message: "does not divide numPoints",
  })
  .refine(({ averagedTo, observation }) => fits(observation, averagedTo), {
    path: ["observation", "pointStride"],
    message: "does not divide averagedTo",
  });

const rayleighTaylor = z
  .strictObject({
    system: z.literal("rayleigh-taylor-3d"),
    numPoints: z.tuple([z.int().min(4), z.int().min(4), z.int().min(4)]),
    atwood: z.array(positive.lt(1)).min(1),
    reducedGravity: positive,
    viscosity: notNegative,
    diffusivity: notNegative,
    interfaces: z
      .array(
        z.strictObject({
          mu: z.number(),
          sigma: positive,
          phaseSpread: notNegative.max(Math.PI),
        }),
      )
      .min(1),
    ...recorded,
  })
  .refine(({ numPoints, observation }) => numPoints.every((points) => fits(observation, points)), {
    path: ["observation", "pointStride"],
    message: "does not divide numPoints",
  });

const files = z.strictObject({
  system: z.literal("files"),
  path: z.union(
    [z.string(), z.strictObject({ train: z.string(), validation: z.string(), test: z.string() })],
    { error: "is neither a path nor { train, validation, test } with one each" },
  ),
  channels: z.array(z.string()).min(1).exactOptional(),
  timeStride: count.exactOptional(),
  frames: z.int().min(2).exactOptional(),
  frameInterval: positive.exactOptional(),
  extent: z.array(positive).exactOptional(),
  boundary: z.array(z.enum(["periodic", "wall"])).exactOptional(),
  observation: observation.exactOptional(),
  ...pairs,
});

/** Where data come from. */
export const dataSchema = z.discriminatedUnion("system", [
  kuramotoSivashinsky,
  compressibleNavierStokes,
  rayleighTaylor,
  files,
]);
