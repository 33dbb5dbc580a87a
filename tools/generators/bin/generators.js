#!/usr/bin/env node
// In the workspace the TypeScript sources are run as they are; as published, what was built of them.
import { existsSync } from 'node:fs';

const isSource = existsSync(new URL('../src/project/cli.ts', import.meta.url));
if (isSource) (await import('tsx/esm/api')).register();
await import(isSource ? '../src/project/cli.ts' : '../dist/project/cli.js');
