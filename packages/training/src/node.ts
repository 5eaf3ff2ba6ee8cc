export { type JsonLinesLoggerOptions, jsonLinesLogger } from "./json-lines-logger.ts";
export { type TensorBoardLoggerOptions, tensorBoardLogger } from "./tensor-board-logger.ts";
