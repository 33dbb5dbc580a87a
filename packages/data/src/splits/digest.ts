import { createHash } from 'node:crypto';
import type { Split } from '../dataset.ts';

/** Fingerprint of a split's images and labels in their order: 36 hexadecimal digits, the most that MLflow keeps. */
export function splitDigest({ images, labels }: Split): string {
  return createHash('sha256').update(images).update(labels).digest('hex').slice(0, 36);
}
