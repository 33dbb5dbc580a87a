export * from './errors.ts';
export * from './image-shape.ts';
export * from './metric.ts';
export * from './nearest.ts';
export * from './progress-printer.ts';
export * from './progress.ts';
export * from './text-table.ts';
export * from './user-dirs.ts';
