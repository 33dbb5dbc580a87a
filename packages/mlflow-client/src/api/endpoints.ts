import type {
  WireDatasetInput,
  WireExperiment,
  WireLoggedModel,
  WireMetric,
  WireModelInput,
  WireModelOutput,
  WireModelVersion,
  WireMultipartUpload,
  WirePage,
  WireRegisteredModel,
  WireRun,
  WireRunInfo,
  WireSearch,
  WireTag,
} from './wire.ts';

/**
 * One call of MLflow's REST API.
 *
 * `repeat: 'safe'` calls may be sent again when it is unknown whether the server has done them: it makes no difference.
 * `'once'` calls would make a second thing, or fail because the first is there.
 */
export interface Endpoint<Request, Answer> {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the server's address. `{name}` is filled in from the request's field of that name. */
  path: string;
  repeat: 'safe' | 'once';
  /** What an answer of MLflow's always has; lists it leaves out where they are empty. */
  field?: string;
  /** Never there: they carry the types. */
  request?: Request;
  answer?: Answer;
}

type Empty = Record<string, never>;
type Named = { name: string };
type OfVersion = { name: string; version: string };
type OfRun = { run_id: string };
type OfModel = { model_id: string };

const call =
  (method: Endpoint<unknown, unknown>['method'], base = 'api/2.0/mlflow') =>
  <Request, Answer = Empty>(
    path: string,
    repeat: 'safe' | 'once',
    field?: keyof Answer & string,
  ): Endpoint<Request, Answer> => ({
    method,
    path: `${base}/${path}`,
    repeat,
    ...(field !== undefined && { field }),
  });
const get = call('GET');
const post = call('POST');
const patch = call('PATCH');
const del = call('DELETE');
const postMultipart = call('POST', 'api/2.0/mlflow-artifacts/mpu');

/** Every call this client knows. */
export const endpoints = {
  createExperiment: post<{ name: string; artifact_location?: string; tags?: WireTag[] }, { experiment_id: string }>(
    'experiments/create',
    'once',
    'experiment_id',
  ),
  getExperiment: get<{ experiment_id: string }, { experiment: WireExperiment }>(
    'experiments/get',
    'safe',
    'experiment',
  ),
  getExperimentByName: get<{ experiment_name: string }, { experiment: WireExperiment }>(
    'experiments/get-by-name',
    'safe',
    'experiment',
  ),
  searchExperiments: post<WireSearch & { view_type?: string }, WirePage & { experiments?: WireExperiment[] }>(
    'experiments/search',
    'safe',
  ),
  updateExperiment: post<{ experiment_id: string; new_name: string }>('experiments/update', 'safe'),
  deleteExperiment: post<{ experiment_id: string }>('experiments/delete', 'once'),
  restoreExperiment: post<{ experiment_id: string }>('experiments/restore', 'once'),
  setExperimentTag: post<{ experiment_id: string } & WireTag>('experiments/set-experiment-tag', 'safe'),
  deleteExperimentTag: post<{ experiment_id: string; key: string }>('experiments/delete-experiment-tag', 'once'),

  createRun: post<
    { experiment_id: string; run_name?: string; user_id?: string; start_time: number; tags?: WireTag[] },
    { run: WireRun }
  >('runs/create', 'once', 'run'),
  getRun: get<OfRun, { run: WireRun }>('runs/get', 'safe', 'run'),
  updateRun: post<OfRun & { status?: string; end_time?: number; run_name?: string }, { run_info: WireRunInfo }>(
    'runs/update',
    'safe',
    'run_info',
  ),
  deleteRun: post<OfRun>('runs/delete', 'safe'),
  restoreRun: post<OfRun>('runs/restore', 'safe'),
  searchRuns: post<WireSearch & { experiment_ids: string[]; run_view_type?: string }, WirePage & { runs?: WireRun[] }>(
    'runs/search',
    'safe',
  ),
  logParam: post<OfRun & WireTag>('runs/log-parameter', 'safe'),
  logBatch: post<OfRun & { metrics?: WireMetric[]; params?: WireTag[]; tags?: WireTag[] }>('runs/log-batch', 'safe'),
  setTag: post<OfRun & WireTag>('runs/set-tag', 'safe'),
  deleteTag: post<OfRun & { key: string }>('runs/delete-tag', 'once'),
  logInputs: post<OfRun & { datasets?: WireDatasetInput[]; models?: WireModelInput[] }>('runs/log-inputs', 'once'),
  logOutputs: post<OfRun & { models: WireModelOutput[] }>('runs/outputs', 'once'),
  getMetricHistory: get<
    OfRun & { metric_key: string; max_results?: number; page_token?: string },
    WirePage & { metrics?: WireMetric[] }
  >('metrics/get-history', 'safe'),

  createLoggedModel: post<
    {
      experiment_id: string;
      name?: string;
      model_type?: string;
      source_run_id?: string;
      params?: WireTag[];
      tags?: WireTag[];
    },
    { model: WireLoggedModel }
  >('logged-models', 'once', 'model'),
  getLoggedModel: get<OfModel, { model: WireLoggedModel }>('logged-models/{model_id}', 'safe', 'model'),
  finalizeLoggedModel: patch<OfModel & { status: string }, { model: WireLoggedModel }>(
    'logged-models/{model_id}',
    'safe',
    'model',
  ),
  deleteLoggedModel: del<OfModel>('logged-models/{model_id}', 'once'),
  setLoggedModelTags: patch<OfModel & { tags: WireTag[] }>('logged-models/{model_id}/tags', 'safe'),
  deleteLoggedModelTag: del<OfModel & { tag_key: string }>('logged-models/{model_id}/tags/{tag_key}', 'once'),
  logLoggedModelParams: post<OfModel & { params: WireTag[] }>('logged-models/{model_id}/params', 'once'),
  searchLoggedModels: post<
    {
      experiment_ids: string[];
      filter?: string;
      max_results?: number;
      order_by?: { field_name: string; ascending?: boolean }[];
      page_token?: string;
    },
    WirePage & { models?: WireLoggedModel[] }
  >('logged-models/search', 'safe'),

  createRegisteredModel: post<
    Named & { description?: string; tags?: WireTag[] },
    { registered_model: WireRegisteredModel }
  >('registered-models/create', 'once', 'registered_model'),
  getRegisteredModel: get<Named, { registered_model: WireRegisteredModel }>(
    'registered-models/get',
    'safe',
    'registered_model',
  ),
  renameRegisteredModel: post<Named & { new_name: string }, { registered_model: WireRegisteredModel }>(
    'registered-models/rename',
    'once',
    'registered_model',
  ),
  updateRegisteredModel: patch<Named & { description: string }, { registered_model: WireRegisteredModel }>(
    'registered-models/update',
    'safe',
    'registered_model',
  ),
  deleteRegisteredModel: del<Named>('registered-models/delete', 'once'),
  searchRegisteredModels: get<WireSearch, WirePage & { registered_models?: WireRegisteredModel[] }>(
    'registered-models/search',
    'safe',
  ),
  setRegisteredModelTag: post<Named & WireTag>('registered-models/set-tag', 'safe'),
  deleteRegisteredModelTag: del<Named & { key: string }>('registered-models/delete-tag', 'once'),
  setAlias: post<OfVersion & { alias: string }>('registered-models/alias', 'safe'),
  getByAlias: get<Named & { alias: string }, { model_version: WireModelVersion }>(
    'registered-models/alias',
    'safe',
    'model_version',
  ),
  deleteAlias: del<Named & { alias: string }>('registered-models/alias', 'safe'),

  createModelVersion: post<
    Named & { source: string; run_id?: string; model_id?: string; description?: string; tags?: WireTag[] },
    { model_version: WireModelVersion }
  >('model-versions/create', 'once', 'model_version'),
  getModelVersion: get<OfVersion, { model_version: WireModelVersion }>('model-versions/get', 'safe', 'model_version'),
  updateModelVersion: patch<OfVersion & { description: string }, { model_version: WireModelVersion }>(
    'model-versions/update',
    'safe',
    'model_version',
  ),
  deleteModelVersion: del<OfVersion>('model-versions/delete', 'once'),
  searchModelVersions: get<WireSearch, WirePage & { model_versions?: WireModelVersion[] }>(
    'model-versions/search',
    'safe',
  ),
  setModelVersionTag: post<OfVersion & WireTag>('model-versions/set-tag', 'safe'),
  deleteModelVersionTag: del<OfVersion & { key: string }>('model-versions/delete-tag', 'once'),
  getDownloadUri: get<OfVersion, { artifact_uri: string }>('model-versions/get-download-uri', 'safe', 'artifact_uri'),

  createMultipartUpload: postMultipart<{ artifact: string; path: string; num_parts: number }, WireMultipartUpload>(
    'create/{artifact}',
    'once',
    'credentials',
  ),
  completeMultipartUpload: postMultipart<{
    artifact: string;
    path: string;
    upload_id: string;
    parts: { part_number: number; etag: string; url: string }[];
  }>('complete/{artifact}', 'once'),
  abortMultipartUpload: postMultipart<{ artifact: string; path: string; upload_id: string }>(
    'abort/{artifact}',
    'safe',
  ),
};
