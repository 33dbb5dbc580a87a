import type { TestProject } from 'vitest/node';
import { startTestServer } from './index.ts';

/** vitest's globalSetup: one server for all tests of a package; its URL is `testServerUrl()`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer();
  project.provide('mlflowUrl', server.url);
  return () => server.stop();
}
