import { ArgumentError } from "@eddyflow/core";
import type { Experiment } from "@eddyflow/experiments";
import { l2, paramsOf } from "@eddyflow/losses";
import { defineMethod } from "@eddyflow/methods";
import { copyParams, velocityField, velocityNetwork } from "@eddyflow/models";
import { normalTensor } from "@eddyflow/random";
import { equalSteps, euler, integrate, midpoint, uniformTimes } from "@eddyflow/samplers";
import { clone, sub, type Tensor, zeros } from "@tensorflow/tfjs-core";

/** One Euler step to where the teacher carries the same noise: ‖z + v(z, y, 0) − x̂₁(z, y)‖². */
const oneStep = defineMethod({
  name: "one_step",
  about: "one Euler step to the teacher's end point",
  needsTeacher: true,
  recipe: ({ z, training, count }) =>
    z.strictObject({
      ...training({ iterations: 2000 }),
      teacherSteps: count.default(4).describe("midpoint steps of the teacher"),
    }),
  async learner({ teacherSteps }, { network, networks = {}, teacher }) {
    const params = teacher?.sets["student"];
    if (params === undefined) {
      throw new ArgumentError({
        problem: "there is no teacher",
        expected: "a velocity run",
        remedy: "give --teacher",
      });
    }
    const student = velocityNetwork(network, { networks });
    const norm = l2();
    return {
      networks: { student: network },
      init: () => copyParams(params),
      frozen: { teacher: params },
      objective: {
        trains: "student",
        targets: (sets, { previous, next }, { key, rows }) => {
          const noise = normalTensor(key, next.shape, rows);
          const taught = velocityField(student, paramsOf(sets, "teacher"));
          const times = uniformTimes(teacherSteps);
          const end = integrate(taught, noise, previous, { tableau: midpoint, times });
          return { noise, end, y: clone(previous as Tensor) };
        },
        loss: (sets, { noise, end, y }) => {
          const own = velocityField(student, paramsOf(sets, "student"));
          const times = uniformTimes(1);
          const made = integrate(own, noise as Tensor, y as Tensor, { tableau: euler, times });
          return { loss: norm(sub(made, end as Tensor), zeros([1])) };
        },
      },
      sampler: equalSteps("euler", 1),
      judge: { kind: "teacher" },
    };
  },
});

export default {
  name: "own-method",
  data: { system: "kuramoto-sivashinsky-2d" },
  methods: [oneStep],
} satisfies Experiment;
