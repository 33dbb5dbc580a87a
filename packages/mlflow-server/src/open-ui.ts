/** What a person types to see the runs of a workspace, for those who tell of a page on its private server. */
export const OPEN_UI = 'npx @glyphlab/mlflow-server ui';
