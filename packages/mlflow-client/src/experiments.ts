import { InputError } from '@glyphlab/core';
import type { Caller, CallOptions } from './api/caller.ts';
import { endpoints } from './api/endpoints.ts';
import { eachPage, searchRequest, type SearchOptions } from './api/pages.ts';
import { fromWireTags, type Tags, toWireTags, type WireExperiment } from './api/wire.ts';
import { checkExperimentName, checkTags } from './limits.ts';
import { isMlflowError } from './errors.ts';

export type LifecycleStage = 'active' | 'deleted';
/** Which are searched: those that are not deleted (the default), the deleted ones, or both. */
export type ViewType = 'ACTIVE_ONLY' | 'DELETED_ONLY' | 'ALL';

export interface Experiment {
  experimentId: string;
  name: string;
  artifactLocation: string;
  lifecycleStage: LifecycleStage;
  createdMs: number;
  updatedMs: number;
  tags: Record<string, string>;
}

const toExperiment = (wire: WireExperiment): Experiment => ({
  experimentId: wire.experiment_id,
  name: wire.name,
  artifactLocation: wire.artifact_location ?? '',
  lifecycleStage: wire.lifecycle_stage === 'deleted' ? 'deleted' : 'active',
  createdMs: wire.creation_time ?? 0,
  updatedMs: wire.last_update_time ?? 0,
  tags: fromWireTags(wire.tags),
});

/** MLflow's experiments: named sets of runs. */
export class Experiments {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * @returns the new experiment's id
   * @throws MlflowHttpError RESOURCE_ALREADY_EXISTS also if a deleted experiment has the name; see `ensure`
   */
  async create(
    { name, artifactLocation, tags = {} }: { name: string; artifactLocation?: string; tags?: Tags },
    options?: CallOptions,
  ): Promise<string> {
    checkExperimentName(name);
    checkTags(tags);
    const request = { name, tags: toWireTags(tags), ...(artifactLocation && { artifact_location: artifactLocation }) };
    return (await this.#caller.call(endpoints.createExperiment, request, options)).experiment_id;
  }

  /**
   * The experiment of this name, created if there is none. However often and from however many processes it is called, there is
   * one; so it is tried again whatever fails.
   *
   * @throws InputError MLFLOW_EXPERIMENT_DELETED if it is there and deleted: the name is taken until it is restored or purged
   */
  async ensure(name: string, { tags = {} }: { tags?: Tags } = {}, options?: CallOptions): Promise<Experiment> {
    const present = await this.getByName(name, options);
    if (present) return checkActive(present);
    try {
      await this.create({ name, tags }, options);
    } catch (error) {
      if (!isMlflowError(error, 'RESOURCE_ALREADY_EXISTS')) {
        // The server may have created it before it failed.
        const created = await this.getByName(name, options).catch(() => undefined);
        if (!created) throw error;
      }
    }
    return checkActive((await this.getByName(name, options))!);
  }

  async get(experimentId: string, options?: CallOptions): Promise<Experiment> {
    const answer = await this.#caller.call(endpoints.getExperiment, { experiment_id: experimentId }, options);
    return toExperiment(answer.experiment);
  }

  /** Undefined if there is none. A deleted one is found, too: see its `lifecycleStage`. */
  async getByName(name: string, options?: CallOptions): Promise<Experiment | undefined> {
    checkExperimentName(name);
    try {
      const answer = await this.#caller.call(endpoints.getExperimentByName, { experiment_name: name }, options);
      return toExperiment(answer.experiment);
    } catch (error) {
      if (isMlflowError(error, 'RESOURCE_DOES_NOT_EXIST')) return undefined;
      throw error;
    }
  }

  /** All that match, a page at a time. */
  search(
    { filter, orderBy, pageSize = 1000, viewType }: SearchOptions & { viewType?: ViewType } = {},
    options?: CallOptions,
  ): AsyncGenerator<Experiment, void, undefined> {
    return eachPage(
      this.#caller,
      endpoints.searchExperiments,
      { ...searchRequest({ filter, orderBy, pageSize }), ...(viewType && { view_type: viewType }) },
      ({ experiments }) => experiments?.map(toExperiment),
      options,
    );
  }

  async rename(experimentId: string, newName: string, options?: CallOptions): Promise<void> {
    checkExperimentName(newName);
    await this.#caller.call(endpoints.updateExperiment, { experiment_id: experimentId, new_name: newName }, options);
  }

  /** Hides it; its name stays taken and `restore` brings it back. */
  async delete(experimentId: string, options?: CallOptions): Promise<void> {
    await this.#caller.call(endpoints.deleteExperiment, { experiment_id: experimentId }, options);
  }

  async restore(experimentId: string, options?: CallOptions): Promise<void> {
    await this.#caller.call(endpoints.restoreExperiment, { experiment_id: experimentId }, options);
  }

  async setTag(experimentId: string, key: string, value: string, options?: CallOptions): Promise<void> {
    checkTags({ [key]: value });
    await this.#caller.call(endpoints.setExperimentTag, { experiment_id: experimentId, key, value }, options);
  }

  async deleteTag(experimentId: string, key: string, options?: CallOptions): Promise<void> {
    await this.#caller.call(endpoints.deleteExperimentTag, { experiment_id: experimentId, key }, options);
  }
}

function checkActive(experiment: Experiment): Experiment {
  if (experiment.lifecycleStage === 'active') return experiment;
  throw new InputError(
    'MLFLOW_EXPERIMENT_DELETED',
    `The experiment "${experiment.name}" was deleted, and its name is still taken.`,
    {
      where: `experiment ${experiment.experimentId}`,
      hint: `Choose another name, or bring it back: mlflow experiments restore -x ${experiment.experimentId}`,
    },
  );
}
