import { InputError } from '@glyphlab/core';
import type { Caller, CallOptions } from './api/caller.ts';
import { endpoints } from './api/endpoints.ts';
import { eachPage, searchRequest, type SearchOptions } from './api/pages.ts';
import { type Tags, toWireTags } from './api/wire.ts';
import { type DatasetInput, toWireDatasetInput } from './datasets.ts';
import { MlflowError } from './errors.ts';
import type { ViewType } from './experiments.ts';
import { checkKey, checkParams, checkTags } from './limits.ts';
import { type Batch, type LogBatch, logBatch } from './log-batch.ts';
import { type LoggedMetric, type MetricInput, toLoggedMetric } from './metrics.ts';
import { type Run, type RunStatus, runStatuses, toRun } from './run.ts';

export interface NewRun {
  experimentId: string;
  name?: string;
  /** Default: now. MLflow's own default is 1970. */
  startTimeMs?: number;
  tags?: Tags;
  userId?: string;
}

/** MLflow's runs, and what is logged to them. */
export class Runs {
  readonly #caller: Caller;
  readonly #logBatch: LogBatch;

  constructor(caller: Caller & LogBatch) {
    this.#caller = caller;
    this.#logBatch = caller;
  }

  /**
   * Creates a run; never sent twice, because each would make a run. See `createOnce`.
   *
   * @throws MlflowError with `mayBeDone` if it is unknown whether there is one now
   */
  async create(run: NewRun, options?: CallOptions): Promise<Run> {
    const { experimentId, name, startTimeMs = Date.now(), tags = {}, userId } = run;
    checkTags(tags);
    const request = {
      experiment_id: experimentId,
      start_time: startTimeMs,
      tags: toWireTags(tags),
      ...(name && { run_name: name }),
      ...(userId && { user_id: userId }),
    };
    return toRun((await this.#caller.call(endpoints.createRun, request, options)).run);
  }

  /**
   * The run of this experiment that carries the tag; created with it if there is none. With a value that is unique (a UUID of the
   * caller's) there is never a second run, whatever failed before and however often it is called.
   */
  async createOnce(run: NewRun, { key, value }: { key: string; value: string }, options?: CallOptions): Promise<Run> {
    const find = () => this.findByTag(run.experimentId, key, value, options);
    const present = await find();
    if (present) return present;
    try {
      return await this.create({ ...run, tags: { ...run.tags, [key]: value } }, options);
    } catch (error) {
      if (!(error instanceof MlflowError && error.mayBeDone)) throw error;
      const created = await find().catch(() => undefined);
      if (!created) throw error;
      return created;
    }
  }

  /** The run of this experiment that carries the tag, also a deleted one; undefined if none does. */
  async findByTag(experimentId: string, key: string, value: string, options?: CallOptions): Promise<Run | undefined> {
    checkKey('tag', key);
    if (/['"`]/.test(key) || /['"`\\]/.test(value)) {
      throw new InputError('MLFLOW_BAD_FILTER', `MLflow cannot search for a tag with a quote in it: ${key} = ${value}`);
    }
    const filter = `tags.\`${key}\` = '${value}'`;
    for await (const run of this.search(
      { experimentIds: [experimentId], filter, viewType: 'ALL', pageSize: 1 },
      options,
    )) {
      return run;
    }
    return undefined;
  }

  async get(runId: string, options?: CallOptions): Promise<Run> {
    return toRun((await this.#caller.call(endpoints.getRun, { run_id: runId }, options)).run);
  }

  /** Sets what is given. MLflow never sets an end time by itself: give one with a final status. */
  async update(
    runId: string,
    { status, endTimeMs, name }: { status?: RunStatus; endTimeMs?: number; name?: string },
    options?: CallOptions,
  ): Promise<void> {
    // A status it does not know is answered 200 and ignored.
    if (status !== undefined && !runStatuses.includes(status)) {
      throw new InputError(
        'MLFLOW_BAD_STATUS',
        `Unknown run status: ${String(status)}. Known: ${runStatuses.join(', ')}.`,
      );
    }
    const request = {
      run_id: runId,
      ...(status && { status }),
      ...(endTimeMs !== undefined && { end_time: endTimeMs }),
      ...(name !== undefined && { run_name: name }),
    };
    await this.#caller.call(endpoints.updateRun, request, options);
  }

  /** Ends a run, now unless another time is given. */
  async finish(
    runId: string,
    { status = 'FINISHED', endTimeMs = Date.now() }: { status?: RunStatus; endTimeMs?: number } = {},
    options?: CallOptions,
  ): Promise<void> {
    await this.update(runId, { status, endTimeMs }, options);
  }

  /** All that match, a page at a time. */
  search(
    search: SearchOptions & { experimentIds: readonly string[]; viewType?: ViewType },
    options?: CallOptions,
  ): AsyncGenerator<Run, void, undefined> {
    const { experimentIds, filter, orderBy, pageSize = 1000, viewType } = search;
    return eachPage(
      this.#caller,
      endpoints.searchRuns,
      {
        experiment_ids: [...experimentIds],
        ...searchRequest({ filter, orderBy, pageSize }),
        ...(viewType && { run_view_type: viewType }),
      },
      ({ runs }) => runs?.map(toRun),
      options,
    );
  }

  /** Hides it; `restore` brings it back. */
  async delete(runId: string, options?: CallOptions): Promise<void> {
    await this.#caller.call(endpoints.deleteRun, { run_id: runId }, options);
  }

  async restore(runId: string, options?: CallOptions): Promise<void> {
    await this.#caller.call(endpoints.restoreRun, { run_id: runId }, options);
  }

  /**
   * Logs metrics, params and tags, in as many requests as the server's limits ask for, one after the other. A point that is
   * logged again with the same key, value, time and step is stored once, so a batch that failed can be sent again whole.
   *
   * @throws InputError before anything is sent, if the server would refuse, cut or garble something
   * @throws MlflowHttpError INVALID_PARAMETER_VALUE if a param has another value already
   */
  async logBatch(runId: string, batch: Batch, options?: CallOptions): Promise<void> {
    await logBatch(this.#logBatch, runId, batch, options);
  }

  async logMetric(runId: string, point: MetricInput, options?: CallOptions): Promise<void> {
    await this.logBatch(runId, { metrics: [point] }, options);
  }

  async logParam(runId: string, key: string, value: string, options?: CallOptions): Promise<void> {
    checkParams({ [key]: value });
    await this.#caller.call(endpoints.logParam, { run_id: runId, key, value }, options);
  }

  async setTag(runId: string, key: string, value: string, options?: CallOptions): Promise<void> {
    checkTags({ [key]: value });
    await this.#caller.call(endpoints.setTag, { run_id: runId, key, value }, options);
  }

  async deleteTag(runId: string, key: string, options?: CallOptions): Promise<void> {
    await this.#caller.call(endpoints.deleteTag, { run_id: runId, key }, options);
  }

  /** Every point of one metric, in the order of step and time, a page at a time. */
  metricHistory(
    runId: string,
    key: string,
    { pageSize = 25_000 }: { pageSize?: number } = {},
    options?: CallOptions,
  ): AsyncGenerator<LoggedMetric, void, undefined> {
    const request = { run_id: runId, metric_key: key, max_results: pageSize };
    return eachPage(
      this.#caller,
      endpoints.getMetricHistory,
      request,
      ({ metrics }) => metrics?.map(toLoggedMetric),
      options,
    );
  }

  /** Records the datasets, and the models, that a run reads. */
  async logInputs(
    runId: string,
    { datasets = [], modelIds = [] }: { datasets?: readonly DatasetInput[]; modelIds?: readonly string[] },
    options?: CallOptions,
  ): Promise<void> {
    const request = {
      run_id: runId,
      datasets: datasets.map(toWireDatasetInput),
      models: modelIds.map((model_id) => ({ model_id })),
    };
    // Datasets are told apart by name and digest: the same again is the same. Models would fail the second time.
    const repeat = modelIds.length === 0 ? 'safe' : 'once';
    await this.#caller.call({ ...endpoints.logInputs, repeat }, request, options);
  }

  /** Records the logged models that a run made, each at a step. */
  async logOutputs(
    runId: string,
    models: readonly { modelId: string; step: number }[],
    options?: CallOptions,
  ): Promise<void> {
    const request = { run_id: runId, models: models.map(({ modelId, step }) => ({ model_id: modelId, step })) };
    await this.#caller.call(endpoints.logOutputs, request, options);
  }
}
