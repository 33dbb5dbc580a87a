import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { publicExports, publishedPackages, workspace } from '@glyphlab/release/published-packages';
import type MarkdownIt from 'markdown-it';
import {
  Application,
  type CommentDisplayPart,
  type Context,
  Converter,
  type DeclarationReflection,
  type DocumentationEntryPoint,
  type DocumentReflection,
  Logger,
  LogLevel,
  MinimalSourceFile,
  normalizePath,
  KindRouter,
  type ProjectReflection,
  type Reflection,
} from 'typedoc';
import ts from 'typescript';
import { documentGroups, readMarkdown, titleOf } from './documents.ts';

const SITE = join(workspace, 'dist', 'docs');

interface Module {
  /** As it is imported. */
  name: string;
  source: string;
  /** Of the package, at its main module. */
  readme?: string;
}

const modules: readonly Module[] = publishedPackages().flatMap(({ dir, manifest }) =>
  publicExports(manifest)
    .filter(([, source]) => source.endsWith('.ts'))
    .map(([subpath, source]) => ({
      name: join(manifest.name, subpath),
      source: join(dir, source),
      ...(subpath === '.' && { readme: join(dir, 'README.md') }),
    })),
);

/** Keeps what is wrong; says nothing of what is right. */
class Problems extends Logger {
  readonly found: string[] = [];
  override log(message: string, level: LogLevel): void {
    if (level >= LogLevel.Warn) this.found.push(message);
  }
}

/**
 * Writes the site: README and documents as they stand in the repository, and the API of the packages that npm gets from their
 * docstrings.
 *
 * @returns its folder, and what typedoc has to say against it
 */
export async function writeSite(): Promise<{ dir: string; problems: readonly string[] }> {
  const app = await Application.bootstrap({
    name: 'glyphlab',
    readme: join(workspace, 'README.md'),
    basePath: workspace,
    projectDocuments: documentGroups.flatMap(({ files }) => files.map((file) => join(workspace, file))),
    // In the order of the files.
    sort: ['kind', 'alphabetical-ignoring-documents'],
    groupOrder: documentGroups.map(({ title }) => title),
    navigation: { includeGroups: true },
    // Links go to pages of the site or to files beside them, whichever server they lie on.
    disableSources: true,
    disableGit: true,
    githubPages: false,
    highlightLanguages: ['ts', 'js', 'json', 'yaml', 'bash', 'python'],
    router: 'files',
    markdownItLoader: codeInHeadingsAsText,
    validation: { invalidLink: true, invalidPath: true, notExported: false },
  });
  app.renderer.defineRouter('files', FileRouter);
  const problems = new Problems();
  app.logger = problems;
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document: DocumentReflection) => nameByHeading(document));
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, addReadmes);
  const project = app.converter.convert(entryPoints());
  app.validate(project);
  await app.generateDocs(project, SITE);
  return { dir: SITE, problems: problems.found };
}

function entryPoints(): DocumentationEntryPoint[] {
  const { config } = ts.readConfigFile(join(workspace, 'tsconfig.base.json'), ts.sys.readFile) as { config: { compilerOptions: object } }; // prettier-ignore
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, workspace);
  const sources = modules.map(({ source }) => source);
  const program = ts.createProgram(sources, { ...options, composite: false, noEmit: true });
  return modules.map(({ name, source }) => ({
    displayName: name,
    program,
    sourceFile: program.getSourceFile(source)!,
  }));
}

/** The address of a document is its path in the repository, so that it stays where its title changes. */
class FileRouter extends KindRouter {
  protected override getIdealBaseName(reflection: Reflection): string {
    if (!reflection.isDocument()) return super.getIdealBaseName(reflection);
    const file = reflection.project.files.getReflectionPath(reflection)!;
    return relative(workspace, file).replace(/(\/README)?\.md$/, '');
  }
}

/** Typedoc leaves code out of anchors and of the list of headings; GitHub does not. */
function codeInHeadingsAsText({ core }: MarkdownIt): void {
  core.ruler.push('code-in-headings', ({ tokens }) => {
    const headings = tokens.filter((_, k) => tokens[k - 1]?.type === 'heading_open');
    for (const part of headings.flatMap(({ children }) => children ?? []))
      if (part.type === 'code_inline') part.type = 'text';
  });
}

/** In the list of pages a document is called what its first heading says. */
function nameByHeading(document: DocumentReflection): void {
  const file = relative(workspace, document.project.files.getReflectionPath(document)!);
  document.name = titleOf(readMarkdown(file));
  document.frontmatter['group'] = documentGroups.find(({ files }) => files.includes(file))!.title;
}

/** What stands in a README: under its module, and no heading that repeats its name. */
function addReadmes({ converter, project }: Context): void {
  project.readme = withoutTitle(project.readme!);
  for (const { name, readme } of modules) {
    if (readme === undefined) continue;
    const file = new MinimalSourceFile(readFileSync(readme, 'utf8'), normalizePath(readme));
    const module = project.getChildByName([name]) as DeclarationReflection;
    module.readme = withoutTitle(converter.parseRawComment(file, project.files).content);
    registerReadme(project, readme, module);
  }
  for (const document of project.documents ?? []) {
    const file = project.files.getReflectionPath(document)!;
    if (file.endsWith('/README.md')) registerReadme(project, file, document);
  }
}

const withoutTitle = ([first, ...others]: readonly CommentDisplayPart[]): CommentDisplayPart[] => [
  { ...first!, text: first!.text.replace(/^# .+\n+/, '') },
  ...others,
];

/** Links to a README or to its folder lead to the page that shows it. */
function registerReadme(project: ProjectReflection, readme: string, page: Reflection): void {
  for (const path of [readme, dirname(readme)]) project.files.registerReflectionPath(normalizePath(path), page);
}
