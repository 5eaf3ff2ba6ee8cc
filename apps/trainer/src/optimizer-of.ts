import type { TrainingRecipe } from "@eddyflow/methods";
import {
  adam,
  adamW,
  constant,
  cosine,
  type Optimizer,
  type Schedule,
  warmUpCosine,
} from "@eddyflow/training";

/** The learning rate over a budget of steps, as a recipe says. */
export function scheduleOf({ schedule, learningRate }: TrainingRecipe, steps: number): Schedule {
  switch (schedule.kind) {
    case "cosine":
      return cosine({ ...learningRate, steps });
    case "constant":
      return constant(learningRate.max);
    case "warmup-cosine":
      return warmUpCosine({ ...learningRate, steps, warmUp: Math.floor(schedule.warmUp * steps) });
  }
}

/** The optimizer of a recipe. */
export function optimizerOf(
  { optimizer, clipNorm }: TrainingRecipe,
  learningRate: Schedule,
): Optimizer {
  switch (optimizer.kind) {
    case "adam":
      return adam({ learningRate, clipNorm });
    case "adamw":
      return adamW({ learningRate, clipNorm, weightDecay: optimizer.weightDecay });
  }
}
