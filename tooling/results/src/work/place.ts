/** Where works are made. */
export interface Place {
  /** Of the checkout. */
  readonly root: string;
  /** Folder of data, trainings and evaluations, relative to the root. */
  readonly out: string;
}
