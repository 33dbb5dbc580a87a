/** MLflow's messages as they travel. Answers leave out whatever holds its default, so nearly all is optional there. */

export interface WireTag {
  key: string;
  value?: string;
}

export interface WireExperiment {
  experiment_id: string;
  name: string;
  artifact_location?: string;
  lifecycle_stage?: string;
  creation_time?: number;
  last_update_time?: number;
  tags?: WireTag[];
}

export interface WireMetric {
  key: string;
  /** `"NaN"`, `"Infinity"`, `"-Infinity"` travel as text. */
  value?: number | string;
  timestamp?: number;
  step?: number;
  dataset_name?: string | undefined;
  dataset_digest?: string | undefined;
  model_id?: string | undefined;
  run_id?: string;
}

interface WireDataset {
  name: string;
  digest: string;
  source_type: string;
  source: string;
  schema?: string;
  profile?: string;
}

export interface WireDatasetInput {
  dataset: WireDataset;
  tags?: WireTag[];
}

export interface WireModelInput {
  model_id: string;
}

export interface WireModelOutput {
  model_id: string;
  step?: number;
}

export interface WireRunInfo {
  run_id: string;
  run_name?: string;
  experiment_id: string;
  user_id?: string;
  status?: string;
  start_time?: number;
  end_time?: number;
  artifact_uri?: string;
  lifecycle_stage?: string;
}

export interface WireRun {
  info: WireRunInfo;
  data?: { metrics?: WireMetric[]; params?: WireTag[]; tags?: WireTag[] };
  inputs?: { dataset_inputs?: WireDatasetInput[]; model_inputs?: WireModelInput[] };
  outputs?: { model_outputs?: WireModelOutput[] };
}

export interface WireLoggedModel {
  info: {
    model_id: string;
    experiment_id: string;
    name?: string;
    creation_timestamp_ms?: number;
    last_updated_timestamp_ms?: number;
    artifact_uri?: string;
    status?: string;
    status_message?: string;
    model_type?: string;
    source_run_id?: string;
    tags?: WireTag[];
  };
  data?: { params?: WireTag[]; metrics?: WireMetric[] };
}

export interface WireRegisteredModel {
  name: string;
  creation_timestamp?: number;
  last_updated_timestamp?: number;
  description?: string;
  latest_versions?: WireModelVersion[];
  tags?: WireTag[];
  aliases?: { alias: string; version: string }[];
}

export interface WireModelVersion {
  name: string;
  version: string;
  creation_timestamp?: number;
  last_updated_timestamp?: number;
  description?: string;
  source?: string;
  run_id?: string;
  model_id?: string;
  status?: string;
  status_message?: string;
  tags?: WireTag[];
  aliases?: string[];
}

export interface WireFile {
  path: string;
  is_dir?: boolean;
  file_size?: number;
}

export interface WireMultipartUpload {
  upload_id?: string;
  credentials: { url: string; part_number: number; headers?: Record<string, string> }[];
}

/** What every search takes. */
export interface WireSearch {
  filter?: string;
  max_results?: number;
  order_by?: string[];
  page_token?: string;
}

export interface WirePage {
  next_page_token?: string;
}

/** Tags or params as `{ key: value }`. */
export type Tags = Readonly<Record<string, string>>;

export const toWireTags = (tags: Tags): WireTag[] => Object.entries(tags).map(([key, value]) => ({ key, value }));

/** An empty value is left out of answers. */
export const fromWireTags = (tags: readonly WireTag[] = []): Record<string, string> =>
  Object.fromEntries(tags.map(({ key, value }) => [key, value ?? '']));
