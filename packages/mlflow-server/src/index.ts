export { type InstallOptions, installMlflow, installServing } from './install.ts';
export { OPEN_UI } from './open-ui.ts';
export { locateServing, type MlflowInstallation } from './installation.ts';
export { sharedLocalServer, type SharedServer, type SharedServerOptions, sharedServerPort } from './shared-server.ts';
export { type MlflowServer, type ServerOptions, startServer } from './start-server.ts';
