// fast-check with a fixed seed, for tests that state properties: see test/suite.ts on how to choose another.
import fc from 'fast-check';
import { seedOr } from './suite.ts';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: seedOr(20_261_121) });

export { fc };
