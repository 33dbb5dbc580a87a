import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeError, GlyphlabError, InputError } from '@glyphlab/core';
import { checkKey, limits } from '@glyphlab/mlflow-client/limits';
import { checkParams, checkRegistration, checkTags } from '../journal/checks.ts';
import { toMetricValue, type DatasetRecord, type EndStatus } from '../journal/entries.ts';
import type { Journal } from '../journal/journal.ts';
import type { LoggedBefore } from '../journal/logged-before.ts';
import { ERROR_TAG } from './tags.ts';
import { ARTIFACTS_DIR, MODELS_DIR } from './run-directory.ts';
import {
  checkArtifactPath,
  checkNotImages,
  filesUnder,
  placeDirectory,
  placeFile,
  unlessDiskIsFull,
} from './run-files.ts';
import type { RunLock } from './run-lock.ts';
import type { ModelToLog, ParamValue, TrackedRun, RunEnd, DeliveryStatus, Table } from './tracked-run.ts';
import { LoggedTables } from '../records/page-artifacts.ts';
import { imagePaths } from '../records/page-artifacts.ts';
import type { DrainThread } from '../worker/drain-thread.ts';

export interface JournalRunParts {
  uuid: string;
  directory: string;
  journal: Journal;
  lock: RunLock;
  /** What an earlier process logged, if the run is resumed. */
  before: LoggedBefore | undefined;
  /** Whether it is to be sent. */
  isTracked: boolean;
  /** Undefined if nothing is to be sent or measured. */
  drain: DrainThread | undefined;
  onMessage: (text: string) => void;
}

/** A run whose journal this process writes. */
export class JournalRun implements TrackedRun {
  readonly uuid: string;
  readonly directory: string;
  readonly #parts: JournalRunParts;
  readonly #tables: LoggedTables;
  readonly #background = new Set<Promise<void>>();
  readonly #datasets = new Set<string>();
  #hasImages: boolean;
  #ended: EndStatus | undefined;
  #result: Promise<RunEnd> | undefined;

  constructor(parts: JournalRunParts) {
    this.uuid = parts.uuid;
    this.directory = parts.directory;
    this.#parts = parts;
    this.#tables = new LoggedTables(parts.before?.tags.get(LoggedTables.tag));
    this.#hasImages = parts.before?.tags.has('mlflow.loggedImages') ?? false;
  }

  logMetrics(metrics: Readonly<Record<string, number>>, step: number): void {
    this.#mustBeOpen();
    const { journal, before, drain } = this.#parts;
    journal.appendMetrics(metrics, step, before && ((key) => before.hasMetric(key, step)));
    if (journal.lines % limits.batch.metrics === 0) drain?.look();
  }

  logParams(params: Readonly<Record<string, ParamValue>>): void {
    this.#mustBeOpen();
    const values = checkParams(params);
    const { before } = this.#parts;
    for (const [key, value] of Object.entries(values)) {
      const was = before?.params.get(key);
      if (was === undefined) continue;
      delete values[key];
      // MLflow never lets a param change, so the run says it with a tag.
      if (was !== value) this.setTags({ [`glyphlab.changed.${key}`]: `${was} → ${value}` });
    }
    if (Object.keys(values).length > 0) this.#parts.journal.append({ type: 'params', values });
  }

  setTags(tags: Readonly<Record<string, string>>): void {
    this.#mustBeOpen();
    const values = checkTags(tags);
    if (Object.keys(values).length > 0) this.#parts.journal.append({ type: 'tags', values });
  }

  logDataset(dataset: DatasetRecord): void {
    this.#mustBeOpen();
    if (dataset.digest.length === 0 || dataset.digest.length > limits.digestLength) {
      throw new InputError(
        'TRACKING_BAD_DIGEST',
        `A dataset's digest has 1 to ${limits.digestLength} characters. Received: "${dataset.digest}".`,
      );
    }
    const mark = `${dataset.digest} ${dataset.name}`;
    if (this.#datasets.has(mark)) {
      throw new InputError(
        'TRACKING_SAME_DATASET',
        `The dataset ${dataset.name} with digest ${dataset.digest} has already been logged.`,
        {
          hint: 'MLflow keeps one context for a name and digest: give train, val and test different digests.',
        },
      );
    }
    this.#datasets.add(mark);
    if (!this.#parts.before?.hasDataset(dataset)) this.#parts.journal.append({ type: 'dataset', ...dataset });
  }

  logArtifact(localPath: string, artifactPath: string): void {
    this.#mustBeOpen();
    checkNotImages(artifactPath);
    for (const file of filesUnder(localPath)) {
      this.#place(file === '' ? artifactPath : `${artifactPath}/${file}`, { path: join(localPath, file) });
    }
  }

  logBytes(bytes: Uint8Array | string, artifactPath: string): void {
    this.#mustBeOpen();
    checkNotImages(artifactPath);
    this.#place(artifactPath, { bytes });
  }

  logImage(key: string, step: number, png: Uint8Array, thumbnailPng: Uint8Array = png): void {
    this.#mustBeOpen();
    checkKey('metric', key);
    const paths = imagePaths(key, step, Date.now());
    if (this.#parts.before?.hasImage(paths.image)) return;
    if (!this.#hasImages) this.setTags({ 'mlflow.loggedImages': 'true' });
    this.#hasImages = true;
    this.#place(paths.thumbnail, { bytes: thumbnailPng });
    this.#place(paths.image, { bytes: png });
  }

  logTable(path: string, table: Table): void {
    this.#mustBeOpen();
    if (!path.endsWith('.json'))
      throw new InputError('TRACKING_BAD_TABLE', `A table's path ends in .json. Received: ${path}.`);
    this.#place(path, { bytes: JSON.stringify(table) });
    const tags = this.#tables.add(path);
    if (tags) this.setTags(tags);
  }

  logModel({ directory, name, step = 0, params = {}, tags = {}, metrics = {}, dataset, register }: ModelToLog): void {
    this.#mustBeOpen();
    if (!existsSync(join(directory, 'MLmodel'))) {
      throw new InputError('TRACKING_NO_MLMODEL', 'A model directory holds a file named MLmodel.', {
        where: directory,
        hint: 'Write one with writeMlModel().',
      });
    }
    if (register) checkRegistration(register);
    // The same model logged again by a resumed run is the same logged model.
    const id = createHash('sha256').update(`${this.uuid}\n${name}\n${step}`).digest('hex').slice(0, 32);
    const target = join(this.directory, MODELS_DIR, id);
    if (!unlessDiskIsFull(() => placeDirectory(target, directory), this.#parts.onMessage)) return;
    for (const key of Object.keys(metrics)) checkKey('metric', key);
    const fresh = Object.entries(metrics).filter(([key]) => !this.#parts.before?.hasMetric(key, step));
    this.#parts.journal.append({
      type: 'model',
      id,
      name,
      step,
      params: checkParams(params),
      tags: checkTags(tags),
      metrics: Object.fromEntries(fresh.map(([key, value]) => [key, toMetricValue(value)])),
      ...(dataset && { dataset }),
    });
    if (register) this.#parts.journal.append({ type: 'register', model: id, ...register });
  }

  /** Takes what is still being gathered, as tags and as artifacts by their paths; the run's end waits for it. */
  addLater(found: Promise<{ tags?: Record<string, string>; files?: Record<string, string> }>): void {
    const task = found.then(
      ({ tags, files = {} }) => {
        if (tags) this.#parts.journal.append({ type: 'tags', values: checkTags(tags) });
        for (const [path, bytes] of Object.entries(files)) this.#place(path, { bytes });
      },
      (error: unknown) =>
        this.#parts.onMessage(`Which code the run comes from could not be determined: ${describeError(error)}`),
    );
    this.#background.add(task);
    void task.finally(() => this.#background.delete(task));
  }

  async flush(): Promise<void> {
    await this.#parts.journal.sync();
  }

  status(): DeliveryStatus {
    const { journal, drain } = this.#parts;
    const sent = drain?.status();
    return {
      waiting: Math.max(0, journal.lines - (sent?.delivered ?? 0)),
      delivered: sent?.delivered ?? 0,
      ...(sent?.url !== undefined && { url: sent.url }),
      ...(sent?.lastError !== undefined && { lastError: sent.lastError }),
    };
  }

  announceEnd(status: EndStatus): void {
    if (this.#ended) return;
    this.#parts.journal.append({ type: 'ended', status });
    this.#parts.drain?.look();
  }

  end(status: EndStatus, error?: unknown): Promise<RunEnd> {
    this.#result ??= this.#finish(status, error);
    return this.#result;
  }

  abandon(): void {
    this.#end('KILLED');
    this.#parts.drain?.stop();
    this.#close();
  }

  async #finish(status: EndStatus, error: unknown): Promise<RunEnd> {
    this.#end(status, error);
    await Promise.all(this.#background);
    await this.#parts.journal.sync();
    const { complete: delivered, refused } = (await this.#parts.drain?.finish()) ?? { complete: false, refused: [] };
    const { waiting, url, lastError } = this.status();
    const openWith = this.#parts.drain?.status().openWith;
    this.#close();
    return {
      isTracked: this.#parts.isTracked,
      delivered,
      // The last to wait may be a measurement of the machine, which the journal does not hold.
      waiting: delivered ? 0 : Math.max(1, waiting),
      refused,
      ...(url !== undefined && { url }),
      ...(openWith !== undefined && { openWith }),
      ...(!delivered && lastError !== undefined && { error: lastError }),
    };
  }

  #end(status: EndStatus, error?: unknown): void {
    if (this.#ended) return;
    if (error !== undefined) this.setTags({ [ERROR_TAG]: describeError(error) });
    this.#parts.journal.append({ type: 'ended', status });
    this.#ended = status;
  }

  #place(path: string, from: { path: string } | { bytes: Uint8Array | string }): void {
    const target = join(this.directory, ARTIFACTS_DIR, checkArtifactPath(path));
    const bytes = unlessDiskIsFull(() => placeFile(target, from), this.#parts.onMessage);
    if (bytes !== undefined) this.#parts.journal.append({ type: 'artifact', path, bytes });
  }

  #close(): void {
    this.#parts.journal.close();
    this.#parts.lock.release();
  }

  #mustBeOpen(): void {
    if (this.#ended)
      throw new GlyphlabError(
        'TRACKING_RUN_ENDED',
        `The run has ended as ${this.#ended}; nothing can be logged to it.`,
      );
  }
}
