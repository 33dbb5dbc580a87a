import type { Registry } from '@glyphlab/config';
import { datasetSchemas } from '@glyphlab/data';
import { cnn } from '@glyphlab/model-cnn';
import { efficientnet } from '@glyphlab/model-efficientnet';
import { resnet } from '@glyphlab/model-resnet';
import type { ModelKind } from '@glyphlab/nn';

/** Every network that a configuration can name. The model generator adds its line here. */
export const models: readonly ModelKind[] = [cnn, resnet, efficientnet];

/** What `model.type` and `dataset.type` may be, with their options. */
export const registry: Registry = {
  models: Object.fromEntries(models.map(({ type, options }) => [type, options])),
  datasets: datasetSchemas,
};
