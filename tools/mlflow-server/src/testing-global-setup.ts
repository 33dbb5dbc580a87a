/** vitest's globalSetup: one server for all tests of a package; its URL is `testServerUrl()`. */
export default async function setup(): Promise<() => Promise<void>> {
  throw new Error('not yet');
}
