import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scratch } from '../testing/index.ts';
import { unexpectedWorkspace, workspaceDir } from './workspace.ts';

test('a workspace above that is no project is told', () => {
  const above = scratch();
  const here = join(above, 'some', 'where');
  mkdirSync(here, { recursive: true });
  mkdirSync(join(above, '.glyphlab'), { recursive: true });
  expect(workspaceDir(here)).toBe(above);
  expect(unexpectedWorkspace(here)).toContain(above);
  expect(unexpectedWorkspace(above)).toBeUndefined();
  mkdirSync(join(here, '.glyphlab'));
  expect(unexpectedWorkspace(here)).toBeUndefined();
});
