import type { Registry } from '@glyphlab/config';
import type { MetricKind } from '@glyphlab/core';
import { type DatasetKind, datasets } from '@glyphlab/data/kinds';
import { metrics } from '@glyphlab/evaluation/kinds';
import { cnn } from '@glyphlab/model-cnn';
import { efficientnet } from '@glyphlab/model-efficientnet';
import { efficientnetLite } from '@glyphlab/model-efficientnet-lite';
import { resnet } from '@glyphlab/model-resnet';
import type { AugmentationKind, LossKind, ModelKind, OptimizerKind } from '@glyphlab/nn';
import { augmentationPresets, augmentations, losses, optimizers } from '@glyphlab/nn/kinds';
import type { CallbackKind, ScheduleKind } from '@glyphlab/training';
import { callbacks, schedules } from '@glyphlab/training/kinds';

/** All that a configuration can name, by what it is. */
export interface Kinds extends Registry {
  datasets: readonly DatasetKind[];
  models: readonly ModelKind[];
  augmentations: readonly AugmentationKind[];
  losses: readonly LossKind[];
  optimizers: readonly OptimizerKind[];
  schedules: readonly ScheduleKind[];
  callbacks: readonly CallbackKind[];
  metrics: readonly MetricKind[];
}

/** Every network that comes with us. The model generator adds its line here. */
const models: readonly ModelKind[] = [cnn, resnet, efficientnet, efficientnetLite];

/** What comes with us; a project adds its own: see `project.ts`. */
export const ownKinds: Kinds = {
  datasets,
  models,
  augmentations,
  augmentationPresets,
  losses,
  optimizers,
  schedules,
  callbacks,
  metrics,
};
