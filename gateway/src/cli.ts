import { run } from './cli/program';

await run(process.argv.slice(2));
