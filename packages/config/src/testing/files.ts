import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import type { Registry } from '../schema/experiment.ts';

/** A directory with these files, gone after the test. */
export function directoryWith(files: Record<string, string | Uint8Array>): string {
  const directory = mkdtempSync(join(tmpdir(), 'glyphlab-config-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
  return directory;
}

/** Two datasets and two models, with options of every kind. */
export const registry: Registry = {
  datasets: {
    digits: z.strictObject({
      valFraction: z.number().gt(0).lt(1).default(0.1).describe('Share held out. Default 0.1.'),
      limit: z.int().min(1).optional().describe('Images of each part. Default all.'),
    }),
    letters: z.strictObject({ merged: z.boolean().default(true).describe('Join what looks alike. Default true.') }),
  },
  models: {
    cnn: z.strictObject({
      filters: z.array(z.int().min(1)).min(1).default([32, 64]).describe('Filters of each block. Default 32, 64.'),
      dropout: z.number().min(0).lt(1).default(0.4).describe('Share of units left out. Default 0.4.'),
    }),
    resnet: z.strictObject({ depth: z.int().min(8).describe('Layers.') }),
  },
};

/** The shortest complete experiment. */
export const minimal = 'name: minimal\ndataset: { type: digits }\nmodel: { type: cnn }\n';
