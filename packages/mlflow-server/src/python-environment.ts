import { fileURLToPath } from 'node:url';

/** A file of this package's `python` directory. */
export const pythonFile = (name: string): string => fileURLToPath(new URL(`../python/${name}`, import.meta.url));

/**
 * The environment in which our Python runs: the user's, less what would change what Python imports and what MLflow does. The
 * settings of pip stay, but those that would install elsewhere.
 */
export function pythonEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const unwanted = /^(PYTHON|_?MLFLOW_|PIP_(TARGET|PREFIX|ROOT|USER|REQUIRE_VIRTUALENV|QUIET|CONSTRAINT|PYTHON)$)/;
  const kept = Object.entries(env).filter(([name]) => !unwanted.test(name));
  return {
    ...Object.fromEntries(kept),
    PYTHONNOUSERSITE: '1',
    PYTHONUTF8: '1',
    // Messages are read for what went wrong.
    LC_ALL: 'C.UTF-8',
    PIP_NO_INPUT: '1',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_USER: '0',
  };
}
