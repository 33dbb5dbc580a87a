import { printed, profileCommand, type ProfileOptions, runBench } from '../commands.ts';
import { describeProfile, profileStep } from './profile.ts';

await runBench<ProfileOptions>(profileCommand(), async (options, surroundings) =>
  printed(await profileStep(options, surroundings), describeProfile, options),
);
