import type { CallOptions } from './api/caller.ts';
import { ArtifactDirectory } from './artifacts/artifact-directory.ts';
import { Experiments } from './experiments.ts';
import { Transport } from './http/transport.ts';
import { LoggedModels } from './logged-models.ts';
import { ModelVersions } from './model-versions.ts';
import type { MlflowClientOptions } from './options.ts';
import { ping, type ServerInfo } from './ping.ts';
import { RegisteredModels } from './registered-models.ts';
import { Runs } from './runs.ts';

/** MLflow's REST API. Cheap to make: it connects with the first call. */
export class MlflowClient {
  /** The server's address, without credentials and without a slash at the end. */
  readonly url: string;
  readonly experiments: Experiments;
  readonly runs: Runs;
  readonly loggedModels: LoggedModels;
  readonly registeredModels: RegisteredModels;
  readonly modelVersions: ModelVersions;
  readonly #transport: Transport;

  /** @throws InputError if the address or another setting is wrong: MLFLOW_BAD_URI, MLFLOW_NO_URI, MLFLOW_BAD_SETTING */
  constructor(options: MlflowClientOptions = {}) {
    const transport = new Transport(options);
    this.#transport = transport;
    this.url = transport.url;
    this.experiments = new Experiments(transport);
    this.runs = new Runs(transport);
    this.loggedModels = new LoggedModels(transport);
    this.registeredModels = new RegisteredModels(transport);
    this.modelVersions = new ModelVersions(transport);
  }

  /** A client whose server was found to answer, with the given credentials; see `ping`. */
  static async connect(options: MlflowClientOptions = {}, call?: CallOptions): Promise<MlflowClient> {
    const client = new MlflowClient(options);
    try {
      await client.ping(call);
      return client;
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  /**
   * Makes sure that an MLflow server answers, takes the credentials and is new enough.
   *
   * @throws MlflowHttpError, MlflowConnectionError; GlyphlabError MLFLOW_NOT_MLFLOW, MLFLOW_SERVER_TOO_OLD
   */
  async ping(options?: CallOptions): Promise<ServerInfo> {
    return ping(this.#transport, options);
  }

  /**
   * The artifacts below a URI, as the `artifactUri` of a run or a logged model.
   *
   * @throws InputError MLFLOW_ARTIFACTS_NOT_SERVED if they are not served by the tracking server
   */
  artifacts(artifactUri: string): ArtifactDirectory {
    return new ArtifactDirectory(this.#transport, artifactUri);
  }

  /** Lets calls finish, then closes the connections. */
  async close(): Promise<void> {
    await this.#transport.close();
  }
}
