import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { CommandFailed, WrongUse } from './output.js';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

/** Failures whose own words say what to do; told apart by name, so that their libraries need not be loaded for it. */
const outspoken = new Set(['ConfigError', 'EngineError']);

/** The code of a command is loaded when the command is asked for: much of it is the server's own. */
const from =
  <Commands, Name extends keyof Commands>(load: () => Promise<Commands>, name: Name) =>
  async (...args: unknown[]): Promise<void> => {
    const { [name]: command } = await load();
    await (command as (...args: unknown[]) => unknown)(...args);
  };

const operate = () => import('./commands/operate.js');
const views = () => import('./commands/views.js');
const rulesets = () => import('./commands/ruleset.js');

/** The `coxa` command. Exit codes: 0 done, 1 failed, 2 wrong use. */
export async function run(args: readonly string[]): Promise<number> {
  process.exitCode = 0;
  try {
    await program().parseAsync([...args], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof WrongUse) {
      console.error(error.message);
      return 2;
    }
    if (error instanceof CommandFailed || (error instanceof Error && outspoken.has(error.name)))
      console.error(error.message);
    else console.error(error);
    return 1;
  }
}

function program(): Command {
  const coxa = new Command('coxa').description('Coxa from the command line').version(version).exitOverride();
  const command = (name: string, description: string, parent = coxa) =>
    parent.command(name).description(description).exitOverride();
  const json = ['--json', 'print one JSON document and nothing else'] as const;
  command('demo', 'a small clinic with eight weeks of history')
    .option(...json)
    .action(from(() => import('./commands/demo.js'), 'demo'));
  command('token', 'print a token for the local key')
    .option('--role <role>', 'device, patient, clinician or operator')
    .option('--subject <subject>', 'who it stands for')
    .option('--expires <time>', 'how long it is valid', '12h')
    .action(from(() => import('./commands/token.js'), 'token'));
  command('import <file>', 'import check-ins from a plain CSV, or the file of a motion sensor')
    .option('--token <token>', "a clinician's token; for a recording also its device's")
    .option('--device <id>', 'whose recording it is')
    .option('--transport <name>', 'stream it as its device would: json, cbor (over HTTP), websocket or mqtt')
    .option('--mqtt <url>', 'the broker, when it is not in COXA_MQTT_URL')
    .option('--sensor <name>', 'which sensor, when the file holds several')
    .option('--session <id>', "its id; made from the file's content when left out")
    .option('--capture <id>', 'pairs sensors worn at once')
    .option('--segment <segment>', 'pelvis, thigh or shank; as registered when left out')
    .option('--side <side>', 'left or right; as registered when left out')
    .option('--position <position>', 'seated, prone, supine or standing')
    .option('--purpose <purpose>', 'measurement, practice or strength')
    .option('--motion <motion>', 'active or passive')
    .option('--started-at <instant>', 'when the file does not say')
    .option('--mounting <w,x,y,z>', 'sensor to segment; as registered when left out')
    .option('--neutral <from-to>', 'neutral pose, ms from the first sample')
    .option(...json)
    .action(from(() => import('./commands/import-any.js'), 'importAny'));
  command('simulate', 'send the load of many devices')
    .option('--patients <n>', 'devices that send', '10')
    .option('--rate <hz>', 'samples a second of each', '50')
    .option('--minutes <m>', 'how long', '1')
    .option('--transport <name>', 'json, cbor (over HTTP), websocket or mqtt', 'json')
    .option('--mqtt <url>', 'the broker, when it is not in COXA_MQTT_URL')
    .option(...json)
    .action(from(() => import('./commands/simulate.js'), 'simulate'));
  command('motion <header...>', 'what recordings of motion sensors say')
    .option('--json', 'print one JSON line for each recording and mode, and nothing else')
    .option('--plot <file>', 'draw angles, repetitions and flags as SVG')
    .action(from(() => import('./commands/motion.js'), 'motion'));
  command('inspect <patient>', 'what is known of one patient')
    .option('--as-of <instant>', 'as it was then')
    .option('--why <exercise>', 'the chain of events behind its target')
    .option('--week <week>', 'of another week, such as 2026-W03')
    .option('--token <token>', "a clinician's token")
    .option('--local', 'on the machine that holds the data')
    .option(...json)
    .action(from(operate, 'inspect'));
  command('rebuild [view...]', 'list the views, or rebuild those named')
    .option('--all', 'all of them')
    .option(...json)
    .action(from(operate, 'rebuild'));
  command('verify', 'recompute every view from the log and compare')
    .option(...json)
    .action(from(operate, 'verify'));
  command('doctor', 'look at settings, folder, keys, servers and clocks; says what is wrong and what to do')
    .option(...json)
    .action(from(() => import('./commands/doctor.js'), 'doctor'));
  command('move', 'carry an embedded installation to Kafka, the event store and Redis')
    .requiredOption('--from <folder>', 'its data folder; nobody may be using it')
    .requiredOption('--to <runtime>', 'distributed: the servers that the settings name')
    .option(...json)
    .action(from(() => import('./commands/move.js'), 'move'));
  const view = command('views', 'views beside each other: build, compare, switch, put back');
  command('ls', 'where each stands, and what is kept beside it', view)
    .option(...json)
    .action(from(views, 'viewsList'));
  command('build <view>', 'build it anew beside the one in use', view)
    .option(...json)
    .action(from(views, 'viewsBuild'));
  command('compare <view>', 'compare what was built with the one in use, entry by entry', view)
    .option(...json)
    .action(from(views, 'viewsCompare'));
  command('switch <view>', 'put what was built in its place, and keep the other', view)
    .option(...json)
    .action(from(views, 'viewsSwitch'));
  command('rollback <view>', 'take the switch back', view)
    .option(...json)
    .action(from(views, 'viewsRollback'));
  command(
    'drop <view> <what>',
    'give up what is kept: beside, before, or an earlier version such as v1',
    view,
  )
    .option(...json)
    .action(from(views, 'viewsDrop'));
  const ruleset = command('ruleset', 'the rules as data');
  command('show', 'every parameter with its value, range and source', ruleset)
    .option(...json)
    .action(from(rulesets, 'rulesetShow'));
  command('check <file>', 'read a ruleset file and tell all its faults', ruleset)
    .option(...json)
    .action(from(rulesets, 'rulesetCheck'));
  command('compare <file>', 'replay every history under another ruleset; nothing is changed', ruleset)
    .option('--token <token>', "a clinician's token")
    .option('--local', 'on the machine that holds the data')
    .option(...json)
    .action(from(rulesets, 'rulesetCompare'));
  const parked = command('parked', 'messages that could not be handled');
  command('ls', 'list them', parked)
    .option(...json)
    .action(from(operate, 'parkedList'));
  command('replay <id>', 'handle the messages of its key again, in order', parked)
    .option(...json)
    .action(from(operate, 'parkedReplay'));
  command('drop <id>', 'give one up, for good', parked)
    .option(...json)
    .action(from(operate, 'parkedDrop'));
  return coxa;
}
