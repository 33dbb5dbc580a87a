import { defineDataset, defineModel, defineProject } from '@glyphlab/trainer';
import { z } from 'zod';

// What configurations name by `type`. The options are checked, and completed by their defaults; TensorFlow is imported by `load`.

const strokes = defineDataset({
  type: 'strokes',
  pictures: 'resize',
  options: z
    .strictObject({ size: z.int().min(30).default(3000).describe('Training images. Default 3000.') })
    .describe('Drawn strokes: upright, level, slanted.'),
  load: async () => (await import('./src/strokes.ts')).drawStrokes,
});

const smallNet = defineModel({
  type: 'smallNet',
  options: z
    .strictObject({ filters: z.int().min(1).default(16).describe('Filters of the first convolution. Default 16.') })
    .describe('Two convolutions and a dense layer.'),
  load: async () => (await import('./src/small-net.ts')).buildSmallNet,
});

export default defineProject({ datasets: [strokes], models: [smallNet] });
