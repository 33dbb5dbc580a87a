import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { FaultProxy } from './fault-proxy.ts';

/** A directory that is removed after the test. */
export function tempDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'glyphlab-tracking-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** A proxy that ends after the test. */
export async function startProxy(target: string): Promise<FaultProxy> {
  const proxy = await FaultProxy.start(target);
  onTestFinished(() => proxy.stop());
  return proxy;
}
