export * from "./convolution";
export * from "./fields";
export * from "./optimizer";
export * from "./sums";
export * from "./tiles";
