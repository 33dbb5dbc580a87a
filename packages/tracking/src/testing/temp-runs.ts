import { onTestFinished } from 'vitest';
import { FaultProxy } from './fault-proxy.ts';

/** A proxy that ends after the test. */
export async function startProxy(target: string): Promise<FaultProxy> {
  const proxy = await FaultProxy.start(target);
  onTestFinished(() => proxy.stop());
  return proxy;
}
