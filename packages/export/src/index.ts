export type { ModelDescription, ModelOrigin } from './description.ts';
export { describeModel } from './model-card.ts';
export { encodeOnnx } from './onnx/encode-onnx.ts';
export { encodeServingModel } from './saved-model/encode-serving-model.ts';
