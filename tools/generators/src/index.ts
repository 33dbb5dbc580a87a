export { type Files, generateInProject, type ProjectKind, projectKinds } from './project/generate-in-project.ts';
