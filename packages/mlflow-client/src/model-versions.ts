import type { Caller, CallOptions } from './api/caller.ts';
import { endpoints } from './api/endpoints.ts';
import { eachPage, searchRequest, type SearchOptions } from './api/pages.ts';
import { fromWireTags, type Tags, toWireTags, type WireModelVersion } from './api/wire.ts';
import { checkTags } from './limits.ts';

export interface ModelVersion {
  /** Of the registered model. */
  name: string;
  version: string;
  /** Where its files came from, as `models:/m-…` or `runs:/…/model`. */
  source: string;
  runId: string | undefined;
  modelId: string | undefined;
  status: string;
  description: string;
  aliases: string[];
  tags: Record<string, string>;
  createdMs: number;
  updatedMs: number;
}

export interface NewModelVersion {
  name: string;
  source: string;
  runId?: string;
  modelId?: string;
  description?: string;
  tags?: Tags;
}

/** Versions of registered models. */
export class ModelVersions {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  async create(model: NewModelVersion, options?: CallOptions): Promise<ModelVersion> {
    const { name, source, runId, modelId, description, tags = {} } = model;
    checkTags(tags);
    const request = {
      name,
      source,
      tags: toWireTags(tags),
      ...(runId && { run_id: runId }),
      ...(modelId && { model_id: modelId }),
      ...(description && { description }),
    };
    return toModelVersion((await this.#caller.call(endpoints.createModelVersion, request, options)).model_version);
  }

  async get(name: string, version: string, options?: CallOptions): Promise<ModelVersion> {
    return toModelVersion(
      (await this.#caller.call(endpoints.getModelVersion, { name, version }, options)).model_version,
    );
  }

  async describe(name: string, version: string, description: string, options?: CallOptions): Promise<void> {
    await this.#caller.call(endpoints.updateModelVersion, { name, version, description }, options);
  }

  async delete(name: string, version: string, options?: CallOptions): Promise<void> {
    await this.#caller.call(endpoints.deleteModelVersion, { name, version }, options);
  }

  /** All that match, a page at a time; as `name = 'digits'`. */
  search(
    { filter, orderBy, pageSize = 1000 }: SearchOptions = {},
    options?: CallOptions,
  ): AsyncGenerator<ModelVersion, void, undefined> {
    return eachPage(
      this.#caller,
      endpoints.searchModelVersions,
      searchRequest({ filter, orderBy, pageSize }),
      ({ model_versions }) => model_versions?.map(toModelVersion),
      options,
    );
  }

  async setTag(name: string, version: string, key: string, value: string, options?: CallOptions): Promise<void> {
    checkTags({ [key]: value });
    await this.#caller.call(endpoints.setModelVersionTag, { name, version, key, value }, options);
  }

  async deleteTag(name: string, version: string, key: string, options?: CallOptions): Promise<void> {
    await this.#caller.call(endpoints.deleteModelVersionTag, { name, version, key }, options);
  }

  /** Where its files are: an artifact URI that `client.artifacts` takes. */
  async artifactUri(name: string, version: string, options?: CallOptions): Promise<string> {
    return (await this.#caller.call(endpoints.getDownloadUri, { name, version }, options)).artifact_uri;
  }
}

export const toModelVersion = (wire: WireModelVersion): ModelVersion => ({
  name: wire.name,
  version: wire.version,
  source: wire.source ?? '',
  runId: wire.run_id || undefined,
  modelId: wire.model_id || undefined,
  status: wire.status ?? 'READY',
  description: wire.description ?? '',
  aliases: wire.aliases ?? [],
  tags: fromWireTags(wire.tags),
  createdMs: wire.creation_timestamp ?? 0,
  updatedMs: wire.last_updated_timestamp ?? 0,
});
