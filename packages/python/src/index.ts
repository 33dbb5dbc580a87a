export {
  addToEnvironment,
  type InstallOptions,
  locateEnvironment,
  makeEnvironment,
  type OpenEnvironment,
  venvPython,
} from './environment.ts';
export {
  diskFull,
  explainFileError,
  explainOutput,
  explainPipInstall,
  explainPipOutput,
  installFailed,
  lacksVersion,
} from './explain-failure.ts';
export {
  installPinned,
  locatePinned,
  type PinnedEnvironment,
  pythonRay,
  pythonTensorFlow,
} from './pinned-environment.ts';
export { bytesBelow, pipInstall } from './pip-install.ts';
export type { Product } from './product.ts';
export { type Command, type CommandResult, lastLines, runCommand } from './run-command.ts';
export { findPip, findPython, pythonEnvironment, requirePip, requirePython } from './user-python.ts';
