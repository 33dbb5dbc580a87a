import type { Caller, CallOptions } from './api/caller.ts';
import { endpoints } from './api/endpoints.ts';
import { eachPage, searchRequest, type SearchOptions } from './api/pages.ts';
import { fromWireTags, type Tags, toWireTags, type WireRegisteredModel } from './api/wire.ts';
import { isMlflowError } from './errors.ts';
import { checkAlias, checkModelName, checkTags } from './limits.ts';
import { type ModelVersion, toModelVersion } from './model-versions.ts';

export interface RegisteredModel {
  name: string;
  description: string;
  tags: Record<string, string>;
  /** Version by alias. */
  aliases: Record<string, string>;
  createdMs: number;
  updatedMs: number;
}

/** MLflow's registry: names that stand for versions of a model. */
export class RegisteredModels {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  async create(
    { name, description, tags = {} }: { name: string; description?: string; tags?: Tags },
    options?: CallOptions,
  ): Promise<RegisteredModel> {
    checkModelName(name);
    checkTags(tags);
    const request = { name, tags: toWireTags(tags), ...(description && { description }) };
    return toRegisteredModel(
      (await this.#caller.call(endpoints.createRegisteredModel, request, options)).registered_model,
    );
  }

  /** The registered model of this name, created if there is none. However often it is called, there is one. */
  async ensure(name: string, options?: CallOptions): Promise<RegisteredModel> {
    const present = await this.get(name, options);
    if (present) return present;
    try {
      return await this.create({ name }, options);
    } catch (error) {
      const created = await this.get(name, options).catch(() => undefined);
      if (!created) throw error;
      return created;
    }
  }

  /** Undefined if there is none. */
  async get(name: string, options?: CallOptions): Promise<RegisteredModel | undefined> {
    try {
      const answer = await this.#caller.call(endpoints.getRegisteredModel, { name }, options);
      return toRegisteredModel(answer.registered_model);
    } catch (error) {
      if (isMlflowError(error, 'RESOURCE_DOES_NOT_EXIST')) return undefined;
      throw error;
    }
  }

  async rename(name: string, newName: string, options?: CallOptions): Promise<void> {
    await this.#caller.call(endpoints.renameRegisteredModel, { name, new_name: newName }, options);
  }

  async describe(name: string, description: string, options?: CallOptions): Promise<void> {
    await this.#caller.call(endpoints.updateRegisteredModel, { name, description }, options);
  }

  /** Deletes it with all its versions. */
  async delete(name: string, options?: CallOptions): Promise<void> {
    await this.#caller.call(endpoints.deleteRegisteredModel, { name }, options);
  }

  /** All that match, a page at a time; as `name LIKE 'digits%'`. */
  search(
    { filter, orderBy, pageSize = 100 }: SearchOptions = {},
    options?: CallOptions,
  ): AsyncGenerator<RegisteredModel, void, undefined> {
    return eachPage(
      this.#caller,
      endpoints.searchRegisteredModels,
      searchRequest({ filter, orderBy, pageSize }),
      ({ registered_models }) => registered_models?.map(toRegisteredModel),
      options,
    );
  }

  async setTag(name: string, key: string, value: string, options?: CallOptions): Promise<void> {
    checkTags({ [key]: value });
    await this.#caller.call(endpoints.setRegisteredModelTag, { name, key, value }, options);
  }

  async deleteTag(name: string, key: string, options?: CallOptions): Promise<void> {
    await this.#caller.call(endpoints.deleteRegisteredModelTag, { name, key }, options);
  }

  /** Points an alias at a version, wherever it pointed before. */
  async setAlias(name: string, alias: string, version: string, options?: CallOptions): Promise<void> {
    checkAlias(alias);
    await this.#caller.call(endpoints.setAlias, { name, alias, version }, options);
  }

  async deleteAlias(name: string, alias: string, options?: CallOptions): Promise<void> {
    await this.#caller.call(endpoints.deleteAlias, { name, alias }, options);
  }

  /** The version an alias points at; undefined if there is no such alias. */
  async getByAlias(name: string, alias: string, options?: CallOptions): Promise<ModelVersion | undefined> {
    try {
      return toModelVersion((await this.#caller.call(endpoints.getByAlias, { name, alias }, options)).model_version);
    } catch (error) {
      // A missing alias is answered as a bad parameter.
      const missing = isMlflowError(error, 'INVALID_PARAMETER_VALUE') && /not found/i.test(error.serverMessage);
      if (missing || isMlflowError(error, 'RESOURCE_DOES_NOT_EXIST')) return undefined;
      throw error;
    }
  }
}

const toRegisteredModel = (wire: WireRegisteredModel): RegisteredModel => ({
  name: wire.name,
  description: wire.description ?? '',
  tags: fromWireTags(wire.tags),
  aliases: Object.fromEntries((wire.aliases ?? []).map(({ alias, version }) => [alias, version])),
  createdMs: wire.creation_timestamp ?? 0,
  updatedMs: wire.last_updated_timestamp ?? 0,
});
