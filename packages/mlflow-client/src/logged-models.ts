import type { Caller, CallOptions } from './api/caller.ts';
import { endpoints } from './api/endpoints.ts';
import { eachPage, type SearchOptions } from './api/pages.ts';
import { type WireLoggedModel, fromWireTags, type Tags, toWireTags } from './api/wire.ts';
import { checkParams, checkTags } from './limits.ts';
import { type LoggedMetric, toLoggedMetric } from './metrics.ts';

/** A model is PENDING until its files are there. */
export type LoggedModelStatus = 'PENDING' | 'READY' | 'UPLOAD_FAILED' | 'UNSPECIFIED';

export interface LoggedModel {
  modelId: string;
  experimentId: string;
  name: string;
  modelType: string | undefined;
  sourceRunId: string | undefined;
  status: LoggedModelStatus;
  statusMessage: string | undefined;
  /** Where its files belong. */
  artifactUri: string;
  createdMs: number;
  updatedMs: number;
  params: Record<string, string>;
  tags: Record<string, string>;
  metrics: LoggedMetric[];
}

export interface NewLoggedModel {
  experimentId: string;
  name?: string;
  modelType?: string;
  sourceRunId?: string;
  params?: Tags;
  tags?: Tags;
}

/** MLflow 3's logged models: the files of a model, with the run they came from. */
export class LoggedModels {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** A new model that waits for its files. Upload them to its `artifactUri`, then call `finalize`. */
  async create(model: NewLoggedModel, options?: CallOptions): Promise<LoggedModel> {
    const { experimentId, name, modelType, sourceRunId, params = {}, tags = {} } = model;
    checkParams(params);
    checkTags(tags);
    const request = {
      experiment_id: experimentId,
      params: toWireTags(params),
      tags: toWireTags(tags),
      ...(name && { name }),
      ...(modelType && { model_type: modelType }),
      ...(sourceRunId && { source_run_id: sourceRunId }),
    };
    return toLoggedModel((await this.#caller.call(endpoints.createLoggedModel, request, options)).model);
  }

  async get(modelId: string, options?: CallOptions): Promise<LoggedModel> {
    return toLoggedModel((await this.#caller.call(endpoints.getLoggedModel, { model_id: modelId }, options)).model);
  }

  /** Says that the files are there, or that they will not come. */
  async finalize(modelId: string, status: 'READY' | 'UPLOAD_FAILED', options?: CallOptions): Promise<LoggedModel> {
    const request = { model_id: modelId, status: `LOGGED_MODEL_${status}` };
    return toLoggedModel((await this.#caller.call(endpoints.finalizeLoggedModel, request, options)).model);
  }

  async delete(modelId: string, options?: CallOptions): Promise<void> {
    await this.#caller.call(endpoints.deleteLoggedModel, { model_id: modelId }, options);
  }

  async setTags(modelId: string, tags: Tags, options?: CallOptions): Promise<void> {
    checkTags(tags);
    await this.#caller.call(endpoints.setLoggedModelTags, { model_id: modelId, tags: toWireTags(tags) }, options);
  }

  async deleteTag(modelId: string, key: string, options?: CallOptions): Promise<void> {
    await this.#caller.call(endpoints.deleteLoggedModelTag, { model_id: modelId, tag_key: key }, options);
  }

  async logParams(modelId: string, params: Tags, options?: CallOptions): Promise<void> {
    checkParams(params);
    await this.#caller.call(endpoints.logLoggedModelParams, { model_id: modelId, params: toWireTags(params) }, options);
  }

  /** All that match, a page at a time. `orderBy` takes fields, as `creation_time` or `metrics.loss`. */
  search(
    search: Omit<SearchOptions, 'orderBy'> & {
      experimentIds: readonly string[];
      orderBy?: readonly { field: string; ascending?: boolean }[];
    },
    options?: CallOptions,
  ): AsyncGenerator<LoggedModel, void, undefined> {
    const { experimentIds, filter, orderBy, pageSize = 50 } = search;
    const order_by = orderBy?.map(({ field, ascending = true }) => ({ field_name: field, ascending }));
    return eachPage(
      this.#caller,
      endpoints.searchLoggedModels,
      {
        experiment_ids: [...experimentIds],
        max_results: pageSize,
        ...(filter && { filter }),
        ...(order_by && { order_by }),
      },
      ({ models }) => models?.map(toLoggedModel),
      options,
    );
  }
}

const toLoggedModel = ({ info, data }: WireLoggedModel): LoggedModel => ({
  modelId: info.model_id,
  experimentId: info.experiment_id,
  name: info.name ?? '',
  modelType: info.model_type || undefined,
  sourceRunId: info.source_run_id || undefined,
  status: (info.status?.replace('LOGGED_MODEL_', '') ?? 'UNSPECIFIED') as LoggedModelStatus,
  statusMessage: info.status_message || undefined,
  artifactUri: info.artifact_uri ?? '',
  createdMs: info.creation_timestamp_ms ?? 0,
  updatedMs: info.last_updated_timestamp_ms ?? 0,
  params: fromWireTags(data?.params),
  tags: fromWireTags(info.tags),
  metrics: (data?.metrics ?? []).map(toLoggedMetric),
});
