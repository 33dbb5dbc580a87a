import type { ArtifactDirectory } from './artifacts.ts';
import type { CallOptions } from './api/caller.ts';
import { Experiments } from './experiments.ts';
import { LoggedModels } from './logged-models.ts';
import { ModelVersions } from './model-versions.ts';
import type { MlflowClientOptions } from './options.ts';
import { RegisteredModels } from './registered-models.ts';
import { Runs } from './runs.ts';

/** MLflow's REST API. Cheap to make: it connects with the first call. */
export class MlflowClient {
  /** The server's address, without credentials. */
  readonly url: string;
  readonly experiments: Experiments;
  readonly runs: Runs;
  readonly loggedModels: LoggedModels;
  readonly registeredModels: RegisteredModels;
  readonly modelVersions: ModelVersions;

  /** @throws InputError if the address or another setting is wrong: MLFLOW_BAD_URI, MLFLOW_NO_URI, MLFLOW_BAD_SETTING */
  constructor(options: MlflowClientOptions = {}) {
    const caller = { call: notYet, sendBatch: notYet };
    this.url = options.trackingUri ?? '';
    this.experiments = new Experiments(caller);
    this.runs = new Runs(caller);
    this.loggedModels = new LoggedModels(caller);
    this.registeredModels = new RegisteredModels(caller);
    this.modelVersions = new ModelVersions(caller);
  }

  /** A client whose server was found to answer, with the given credentials; see `ping`. */
  static async connect(options: MlflowClientOptions = {}, call?: CallOptions): Promise<MlflowClient> {
    const client = new MlflowClient(options);
    await client.ping(call);
    return client;
  }

  /**
   * Makes sure that an MLflow server answers, takes the credentials and is new enough.
   *
   * @returns the server's version
   * @throws MlflowHttpError, MlflowConnectionError; GlyphlabError MLFLOW_NOT_MLFLOW, MLFLOW_SERVER_TOO_OLD
   */
  async ping(_options?: CallOptions): Promise<{ version: string }> {
    return notYet();
  }

  /**
   * The artifacts below a URI, as a run's `artifactUri`.
   *
   * @throws InputError MLFLOW_ARTIFACTS_NOT_SERVED if they are not served by the tracking server
   */
  artifacts(_artifactUri: string): ArtifactDirectory {
    throw new Error('not yet');
  }

  /** Ends its connections. What is under way is finished. */
  async close(): Promise<void> {}
}

async function notYet(): Promise<never> {
  throw new Error('not yet');
}
