export { DOWNLOAD_PREFIX, downloadWheel, type Wheel } from './download-wheel.ts';
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
  installFailed,
  lacksVersion,
} from './explain-failure.ts';
export { fileOfWheel } from './file-of-wheel.ts';
export {
  installPinned,
  locatePinned,
  type PinnedEnvironment,
  pythonRay,
  pythonTensorBoard,
  pythonTensorFlow,
} from './pinned-environment.ts';
export { pipInstall } from './pip-install.ts';
export type { Product } from './product.ts';
export { type Command, type CommandResult, lastLines, runCommand } from './run-command.ts';
export { unpackWheel } from './unpack-wheel.ts';
export { anyPip, findPip, findPython, pythonEnvironment, requirePython } from './user-python.ts';
