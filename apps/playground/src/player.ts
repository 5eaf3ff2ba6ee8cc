/** Runs one thing after the other: what a person asks for, and, while it plays, a state after each other. */
export interface Player {
  readonly isPlaying: boolean;
  play(playing: boolean): void;
  /** Does `task` as soon as what runs now has ended. */
  ask(task: () => Promise<void>): void;
}

/** A player whose `step` runs again and again while it plays and the page is seen; errors pause it. */
export function createPlayer(
  step: () => Promise<void>,
  onError: (error: unknown) => void,
  onPlaying: (playing: boolean) => void,
): Player {
  const tasks: (() => Promise<void>)[] = [];
  let playing = false;
  let wake = (): void => {};
  const play = (wanted: boolean): void => {
    playing = wanted;
    onPlaying(playing);
    wake();
  };
  document.addEventListener("visibilitychange", () => wake());

  async function run(): Promise<never> {
    for (;;) {
      const task = tasks.shift() ?? (playing && !document.hidden ? step : undefined);
      if (task === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      try {
        await task();
      } catch (error) {
        if (task === step) play(false);
        onError(error);
      }
    }
  }
  void run();

  return {
    get isPlaying() {
      return playing;
    },
    play,
    ask(task) {
      tasks.push(task);
      wake();
    },
  };
}
