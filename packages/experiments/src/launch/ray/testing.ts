import { onTestFinished } from 'vitest';
import { RayClient } from './ray-client.ts';
import { RecordedRay } from './recorded-ray.ts';

/** Gone after the test, with a client that does not wait long. */
export class FakeRay extends RecordedRay {
  client!: RayClient;

  static async start(): Promise<FakeRay> {
    const ray = await new FakeRay().listen();
    ray.client = new RayClient(ray.address, { pauseMs: 1 });
    onTestFinished(async () => {
      await ray.client.close();
      ray.close();
    });
    return ray;
  }
}
