import { exerciseCatalogue } from './exercises.js';
import { parameterDefinitions, type ParameterName, type Parameters } from './parameters.js';
import { ruleDefinitions } from './rules.js';
import type { RuleDefinition } from './rule-definition.js';

/** A value with its unit, as a sentence says it. */
export function inWords(name: ParameterName, value: number): string {
  const { unit } = parameterDefinitions[name];
  switch (unit) {
    case '1':
      return value <= 1 ? `${Math.round(value * 1000) / 10} %` : String(value);
    case 'deg':
      return `${value}°`;
    case 'd':
      return `${value} days`;
    case 'NRS':
    case 'count':
    case 'year':
      return String(value);
    default:
      return `${value} ${unit}`;
  }
}

/** A rule's text with the values of a ruleset in place of the names. */
export const textOf = ({ text }: RuleDefinition, parameters: Parameters): string =>
  text.replace(/\{(\w+)\}/g, (_, name: ParameterName) => inWords(name, parameters[name]));

interface Versioned {
  readonly version: string;
  readonly parameters: Parameters;
}

/** The reference pages of a ruleset: file name → Markdown. One a rule, and `index.md`. */
export function rulePages(ruleset: Versioned): ReadonlyMap<string, string> {
  const pages = new Map<string, string>();
  for (const rule of ruleDefinitions) pages.set(`${rule.id}.md`, pageOf(rule, ruleset));
  return pages.set('index.md', indexOf(ruleset));
}

const made = (version: string): string =>
  `<!-- Made from ruleset ${version} by \`node scripts/rule-pages.mjs\`; change libs/domain/src/ruleset, not this page. -->`;

function pageOf(rule: RuleDefinition, { version, parameters }: Versioned): string {
  const rows = rule.parameters.map((name) => {
    const { unit, range, source, confidence } = parameterDefinitions[name];
    return `| \`${name}\` | ${parameters[name]} | ${unitWords[unit] ?? unit} | ${range[0]} to ${range[1]} | ${source} | ${confidence} |`;
  });
  const table =
    rows.length === 0
      ? ['Nothing about it can be set.']
      : [
          '| parameter | value | unit | may be set to | source | confidence |',
          '|---|---|---|---|---|---|',
          ...rows,
        ];
  const honours = rule.honours.length > 0 ? [`Honours of the article: ${rule.honours.join(', ')}.`, ''] : [];
  return [
    `# ${rule.id}: ${rule.title}`,
    '',
    made(version),
    '',
    textOf(rule, parameters),
    '',
    `Source: ${rule.source}. Confidence: ${rule.confidence}.`,
    '',
    ...honours,
    ...table,
    '',
    '[All rules](index.md)',
    '',
  ].join('\n');
}

const unitWords: Readonly<Record<string, string>> = {
  NRS: 'points of pain, 0-10',
  '1': 'share',
  deg: 'degrees',
  d: 'days',
  year: 'years',
};

function indexOf({ version, parameters }: Versioned): string {
  const rules = ruleDefinitions.map(
    ({ id, title, confidence }) => `| [${id}](${id}.md) | ${title} | ${confidence} |`,
  );
  const exercises = [...exerciseCatalogue]
    .sort((a, b) => a.order - b.order)
    .map(({ id, modality, muscles, easier, carriesBody }) => {
      const by = (role: string) =>
        Object.entries(muscles)
          .filter(([, each]) => each === role)
          .map(([muscle]) => muscle.replace(/-/g, ' '))
          .join(', ');
      const share = carriesBody ? `${parameters.bodyweightShareKg} kg` : '';
      return `| \`${id}\` | ${modality} | ${by('primary')} | ${by('main')} | ${by('assisting')} | ${easier ?? ''} | ${share} |`;
    });
  return [
    '# The rules',
    '',
    made(version),
    '',
    `Ruleset ${version}. Every decision names its rule and the version that made it; a new version never rewrites an old decision. The numbers on the pages are defaults: a clinician can change`,
    'them for one patient with an override of kind `rule`, within the range that the page gives, with a reason and until a date. Where a looser value could hurt, the range ends at the default.',
    '',
    '| rule | what it is about | confidence |',
    '|---|---|---|',
    ...rules,
    '',
    '## Exercises',
    '',
    'In the order in which they are tried. Load and repetitions of one rest on its effective load: what is held, and the share of the body that it carries.',
    '',
    '| exercise | modality | primary movers | main | assisting | easier variant | share of the body |',
    '|---|---|---|---|---|---|---|',
    ...exercises,
    '',
    '## Words that come with them',
    '',
    '`provisional`: the week is not closed yet and may still change. `mdc`: the smallest change of rotation that is more than measurement error. Phase `0`: enrolled, and `next` says what is missing.',
    '`unknown` beside a criterion: there is too little to judge; it never counts against anybody, and never advances either.',
    '',
    'An everyday check-in, with all that the rules look at: [check-in](../check-in.md).',
    '',
  ].join('\n');
}
