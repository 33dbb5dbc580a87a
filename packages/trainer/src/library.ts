/*
 * The commands `run` and `predict` as functions. What takes TensorFlow is imported when one is called.
 */
import type { ClassProbability, LoadedModel } from './project/loaded-model.ts';

export type { ClassProbability, LoadedModel };

export interface RunExperimentOptions {
  /** Overrides, as `training.epochs=2`. */
  set?: readonly string[];
  /** Go on with an interrupted run: its folder, its UUID or its MLflow run id. */
  resume?: string;
  /** False keeps the run on this machine. Default true. */
  tracking?: boolean;
}

export interface ExperimentOutcome {
  /** FAILED if the loss became infinite or NaN, KILLED after a signal. */
  status: 'FINISHED' | 'FAILED' | 'KILLED';
  /** The run's folder. */
  directory: string;
  /** What `loadModel` takes; undefined if no epoch came to its end. */
  modelDirectory: string | undefined;
  /** The best epoch, from 1; its weights are the model's. */
  bestEpoch: number;
  /** 0–1; undefined unless training came to its end. */
  testAccuracy: number | undefined;
  /** The run's page in MLflow, once MLflow has it. */
  url: string | undefined;
}

/**
 * Trains the experiment of a configuration file, evaluates it, logs it to MLflow and saves the model. Progress goes to standard error;
 * SIGINT and SIGTERM end the run in order.
 *
 * @throws GlyphlabError with what is wrong, where, and what to do
 */
export async function runExperiment(
  config: string,
  { set = [], tracking = true, resume }: RunExperimentOptions = {},
): Promise<ExperimentOutcome> {
  const { runToEnd } = await import('./run/start-run.ts');
  const options = { config, set: [...set], tracking, ...(resume !== undefined && { resume }) };
  const { run, end, training, evaluation, modelDirectory } = await runToEnd(options);
  return {
    status: training.status,
    directory: run.directory,
    modelDirectory,
    bestEpoch: training.bestEpoch,
    testAccuracy: evaluation?.accuracy,
    url: end.url,
  };
}

/**
 * @param name a folder, a name that `npx glyphlab zoo` lists, or one in MLflow, as `models:/digits@champion`
 * @throws InputError if there is no such model, or no run saved it
 */
export async function loadModel(name: string): Promise<LoadedModel> {
  return (await import('./project/loaded-model.ts')).loadModel(name);
}

/**
 * Which class each picture shows, the likeliest first. A picture is prepared as those were that the model has learnt from.
 *
 * @param files of pictures: PNG, JPEG, WebP, GIF, AVIF, TIFF, BMP
 * @returns in the order of the files
 * @throws GlyphlabError of the first file that cannot be read
 */
export async function predict(model: LoadedModel, files: readonly string[]): Promise<ClassProbability[][]> {
  return (await import('./project/loaded-model.ts')).predictFiles(model, files);
}
