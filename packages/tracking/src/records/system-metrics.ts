import { readFile, statfs } from 'node:fs/promises';
import si from 'systeminformation';

const MEGABYTE = 1e6;

/** Measures the machine under the names that MLflow's page has charts for. */
export class SystemMetrics {
  readonly #directory: string;
  #networkAtStart: { received: number; sent: number } | undefined;
  #hasGpu: boolean | undefined;

  /** @param directory whose disk is measured */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** What could be measured, at this moment; the processor's load is that since the last call. */
  async sample(): Promise<Record<string, number>> {
    const parts = await Promise.allSettled([
      this.#processor(),
      this.#memory(),
      this.#disk(),
      this.#network(),
      this.#gpus(),
    ]);
    return Object.assign({}, ...parts.map((part) => (part.status === 'fulfilled' ? part.value : {}))) as Record<
      string,
      number
    >;
  }

  async #processor(): Promise<Record<string, number>> {
    return { 'system/cpu_utilization_percentage': round((await si.currentLoad()).currentLoad) };
  }

  async #memory(): Promise<Record<string, number>> {
    const { total, available } = await si.mem();
    return {
      'system/system_memory_usage_megabytes': round((total - available) / MEGABYTE),
      'system/system_memory_usage_percentage': round((100 * (total - available)) / total),
    };
  }

  async #disk(): Promise<Record<string, number>> {
    // The library would start `df`, which copies the tables of a large process.
    const { bsize, blocks, bfree, bavail } = await statfs(this.#directory);
    const used = blocks - bfree;
    return {
      'system/disk_usage_percentage': round((100 * used) / (used + bavail)),
      'system/disk_usage_megabytes': round((used * bsize) / MEGABYTE),
      'system/disk_available_megabytes': round((bavail * bsize) / MEGABYTE),
    };
  }

  /** Since the first sample, as MLflow's own client counts. */
  async #network(): Promise<Record<string, number>> {
    const { received, sent } = await bytesOfNetwork();
    this.#networkAtStart ??= { received, sent };
    return {
      'system/network_receive_megabytes': round((received - this.#networkAtStart.received) / MEGABYTE),
      'system/network_transmit_megabytes': round((sent - this.#networkAtStart.sent) / MEGABYTE),
    };
  }

  /**
   * Asks for graphics cards once, and again only if one told its load: the question starts programs, and takes seconds on a busy
   * machine. So it holds up no first sample: a short run would have none.
   */
  async #gpus(): Promise<Record<string, number>> {
    if (this.#hasGpu === undefined) {
      this.#hasGpu = false;
      void measuredCards().then(
        (cards) => (this.#hasGpu = cards.length > 0),
        () => undefined,
      );
    }
    if (!this.#hasGpu) return {};
    return Object.assign({}, ...(await measuredCards()).map(gpuMetrics)) as Record<string, number>;
  }
}

/** All interfaces together, since the machine was started. */
async function bytesOfNetwork(): Promise<{ received: number; sent: number }> {
  // The library starts `cat` and a shell here, and each start copies the tables of a large process.
  const interfaces =
    process.platform === 'linux' ? parseNetDev(await readFile('/proc/net/dev', 'utf8')) : await si.networkStats('*');
  return {
    received: interfaces.reduce((sum, { rx_bytes }) => sum + rx_bytes, 0),
    sent: interfaces.reduce((sum, { tx_bytes }) => sum + tx_bytes, 0),
  };
}

/** Two lines of headings, then `name: ` and 16 numbers: the first is what was received, the ninth what was sent (man 5 proc). */
function parseNetDev(text: string): { rx_bytes: number; tx_bytes: number }[] {
  const lines = text.trim().split('\n').slice(2);
  return lines.map((line) => {
    const counts = line.slice(line.indexOf(':') + 1).trim().split(/\s+/).map(Number); // prettier-ignore
    return { rx_bytes: counts[0] ?? 0, tx_bytes: counts[8] ?? 0 };
  });
}

const measuredCards = async (): Promise<si.Systeminformation.GraphicsControllerData[]> =>
  (await si.graphics()).controllers.filter(({ utilizationGpu }) => utilizationGpu !== undefined);

function gpuMetrics(card: si.Systeminformation.GraphicsControllerData, index: number): Record<string, number> {
  const { utilizationGpu, memoryUsed, memoryTotal, powerDraw, powerLimit } = card;
  const values = {
    utilization_percentage: utilizationGpu,
    memory_usage_megabytes: memoryUsed,
    memory_usage_percentage: memoryUsed !== undefined && memoryTotal ? (100 * memoryUsed) / memoryTotal : undefined,
    power_usage_watts: powerDraw,
    power_usage_percentage: powerDraw !== undefined && powerLimit ? (100 * powerDraw) / powerLimit : undefined,
  };
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [[`system/gpu_${index}_${name}`, round(value)]],
    ),
  );
}

const round = (value: number): number => Math.round(value * 100) / 100;
