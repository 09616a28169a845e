import { Command, CommanderError, Option } from 'commander';
import { SettingsError } from '../config';
import { SETTING_NAMES } from '../config/names';
import { suggestion } from '../config/nearest';
import { Failure } from './failure';
import { type ListenOptions, listen } from './listen';
import { DEFAULT_URL, type PublishOptions, publish } from './publish';
import { serve } from './serve';

const HELP = '; see toporia-gateway --help';

/** Runs one command line. Mistakes are one line on standard error: code 2 for wrong use, 1 for a failure. */
export async function run(args: readonly string[]): Promise<void> {
  const program = createProgram();
  try {
    await program.parseAsync(args.length > 0 ? args : ['--help'], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    const [line, exitCode] = explain(
      error,
      program.commands.find((command) => command.name() === args[0]),
    );
    process.stderr.write(`toporia-gateway: ${line}\n`);
    process.exitCode = exitCode;
  }
}

function createProgram(): Command {
  const program = new Command('toporia-gateway')
    .description('The Toporia Socket.IO Gateway: rooms, presence and broadcasting from any backend.')
    .version(__VERSION__, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    // Commander would print its own lines beside ours.
    .configureOutput({ outputError: () => {} });

  const serving = program
    .command('serve')
    .description('start the gateway; each flag can also be set by a variable of the environment');
  for (const { flag, argument, help, env } of SETTING_NAMES) {
    if (!flag) continue;
    const spec = argument === undefined ? `--${flag} [true|false]` : `--${flag} <${argument}>`;
    serving.addOption(new Option(spec, env ? `${help} [${env}]` : help));
  }
  serving.action((_options, command: Command) => serve(flagsOf(command)));

  program
    .command('publish')
    .description('publish one message, over the HTTP API or through Redis, and print its id')
    .argument('<channel>', 'room to publish to')
    .argument('<event>', 'name of the event')
    .argument('<json>', 'data, as JSON')
    .option('--url <url>', `address of a gateway (${DEFAULT_URL})`)
    .option('--key <key>', 'key of the HTTP API [REALTIME_API_KEY]')
    .option('--redis-url <url>', "the gateways' Redis, in place of both [REALTIME_BROKER=redis, REDIS_…]")
    .option('--namespace <name>', 'namespace to publish in', '/')
    .action((channel: string, event: string, json: string, options: PublishOptions) =>
      publish(channel, event, json, options),
    );

  program
    .command('listen')
    .description('join rooms and print what arrives there, one line a message')
    .argument('<room...>', 'rooms to join')
    .option('--url <url>', 'address of the gateway', DEFAULT_URL)
    .option('--namespace <name>', 'namespace to connect to', '/')
    .option('--path <path>', 'HTTP path of Socket.IO', '/socket.io/')
    .option('--token <token>', 'JWT to authenticate with')
    .option('--json', 'print one JSON object a line: room, event, data, meta')
    .option('--count <number>', 'stop after so many messages')
    .action((rooms: string[], options: ListenOptions) => listen(rooms, options));

  return program;
}

/** The flags that were given, by their own names. */
function flagsOf(command: Command): Record<string, unknown> {
  return Object.fromEntries(
    command.options
      .map((option) => [option.name(), command.getOptionValue(option.attributeName())])
      .filter(([, value]) => value !== undefined),
  );
}

function explain(error: unknown, command: Command | undefined): [line: string, exitCode: number] {
  if (error instanceof Failure) return [error.message, error.exitCode];
  if (error instanceof SettingsError) return [error.message, 2];
  if (error instanceof CommanderError) return [usageLine(error, command), 2];
  return [error instanceof Error ? oneLine(error.message) : String(error), 1];
}

/** What Commander says in several lines, in one of ours. */
function usageLine({ message }: CommanderError, command: Command | undefined): string {
  const flag = /unknown option '(-[^'=]*)/.exec(message)?.[1];
  if (flag !== undefined) {
    const known = command?.options.map(({ long }) => long ?? '') ?? [];
    return `unknown flag "${flag}"${suggestion(flag, known) || HELP}`;
  }
  const line = oneLine(message)
    .replace(/^error: /, '')
    .replace(/'([^']*)'/g, '"$1"')
    .replace(/ \(Did you mean (.*)\?\)$/, '; did you mean "$1"?');
  return line.includes('did you mean') ? line : `${line}${HELP}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
