import { afterEach, expect, test, vi } from 'vitest';
import { memberEnvironment } from './place.ts';

afterEach(() => vi.unstubAllEnvs());

test('settings that mean something on a node are passed to it; passwords, which Ray would show to everyone, are not', () => {
  vi.stubEnv('MLFLOW_TRACKING_URI', 'https://me:secret@tracker:5000/mlflow');
  vi.stubEnv('MLFLOW_TRACKING_PASSWORD', 'secret');
  vi.stubEnv('GLYPHLAB_DATA_DIR', '/storage/data: first');
  const environment = memberEnvironment(true, true);
  expect(environment).toMatchObject({
    MLFLOW_TRACKING_URI: 'https://tracker:5000/mlflow',
    GLYPHLAB_DATA_DIR: '/storage/data: first',
  });
  expect(JSON.stringify(environment)).not.toContain('secret');
  vi.stubEnv('MLFLOW_TRACKING_URI', 'http://tracker:5000');
  expect(memberEnvironment(true, true)).toMatchObject({ MLFLOW_TRACKING_URI: 'http://tracker:5000' });
});

test('members that are tracked need a server, unless nothing is trained', () => {
  vi.stubEnv('MLFLOW_TRACKING_URI', '');
  expect(() => memberEnvironment(true, true)).toThrow(
    expect.objectContaining({ code: 'RAY_NO_MLFLOW', kind: 'wrongInput' }),
  );
  expect(memberEnvironment(false, true)).not.toHaveProperty('MLFLOW_TRACKING_URI');
  expect(memberEnvironment(true, false)).not.toHaveProperty('MLFLOW_TRACKING_URI');
});
