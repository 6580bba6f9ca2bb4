import { UserError } from './errors.ts'
import type { MappingOptions } from './snapshot/model.ts'
import { TAG_NAMES, type TagName } from './snapshot/tags.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** A path as it was given: relative ones are resolved by the entry, which knows the directory that they start from. */
export interface GivenPath {
  path: string
}

/** How much a result may lose: that many of each kind, or that percentage (0 to 100) of the baseline. */
export interface RemovalLimit {
  kind: 'percentage' | 'number'
  value: number
}

interface Input<T> {
  /** As in action.yml; an input without one is optional, and undefined where it is empty. */
  default?: string
  /** Completes "it takes …". */
  takes: string
  /** Undefined for a text that the input does not take. */
  parse: (text: string) => T | undefined
}

/** Every input, in the order of action.yml. */
export const INPUTS = {
  'aws-account-id': {
    // Required: an empty text is no account.
    default: '',
    takes: 'the 12 digits of an AWS account, in quotes',
    parse: matching(/^\d{12}$/),
  },
  'aws-profile': { takes: 'the name of a profile in one line', parse: matching(/^\P{Cc}{1,256}$/u) },
  'aws-region': {
    takes: 'the name of a region, such as eu-west-1',
    parse: matching(/^[a-z]{2,8}(-[a-z]+){1,3}-\d{1,2}$/),
  },
  'aws-identity-store-id': {
    takes: 'the id of an identity store, such as d-1234567890',
    // The UUID is that of a store that was migrated (identitystore API, IdentityStoreId).
    parse: matching(/^(d-[0-9a-z]{10}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/),
  },
  'requests-per-second': { default: '20', takes: 'a number from 0.1 to 1000', parse: decimal(0.1, 1000) },
  source: {
    default: 'aws',
    takes: 'aws, or the path of a snapshot directory with a slash, such as ./identity-store',
    parse: (text) => asWord(text, ['aws']) ?? asPath(text),
  },
  access: { default: 'none', ...oneOf('none', 'accounts') },
  'access-review': { default: 'false', takes: 'true or false', parse: asBoolean },
  'output-directory': { takes: 'a path with a slash, such as ./identity-store', parse: asPath },
  mapping: { default: 'full', ...oneOf('full', 'reference') },
  tags: {
    default: '',
    takes: `any of ${TAG_NAMES.join(', ')}, separated by commas or lines`,
    parse: asTags,
  },
  'machine-users': { takes: 'a regular expression (JavaScript, flag u)', parse: asPattern },
  'disabled-users': { default: 'include', ...oneOf('include', 'exclude') },
  'max-removals': {
    default: '10%',
    takes: 'a percentage from 0% to 100% or a whole number',
    parse: parseRemovalLimit,
  },
  baseline: {
    default: 'auto',
    takes:
      'auto, none, base, artifact, or the path of a snapshot directory with a slash, such as ./identity-store',
    parse: (text) => asWord(text, ['auto', 'none', 'base', 'artifact']) ?? asPath(text),
  },
  comment: { default: 'on-change', ...oneOf('on-change', 'always', 'never') },
  'pull-request': { takes: 'the number of a pull request, such as 7', parse: wholeNumber(1, 2 ** 31) },
  detail: { default: 'auto', ...oneOf('auto', 'full', 'counts') },
  'fail-on-change': { default: 'false', takes: 'true or false', parse: asBoolean },
  'upload-artifact': {
    default: 'auto',
    takes: 'auto, true or false',
    parse: (text) => asWord(text, ['auto']) ?? asWord(text.toLowerCase(), ['true', 'false']),
  },
  'artifact-name': {
    takes: 'a name of at most 255 characters without control characters and any of " : < > | * ? \\ /',
    parse: asArtifactName,
  },
  'artifact-retention-days': {
    takes: 'a whole number of days from 1 to 400',
    parse: wholeNumber(1, 400),
  },
  'raito-connector': { default: 'none', ...oneOf('none', 'own', 'drop-in') },
  'github-token': { default: '', takes: 'a token', parse: (text) => text },
} satisfies Record<string, Input<unknown>>

export type InputName = keyof typeof INPUTS
export const ACTION_INPUTS = Object.keys(INPUTS) as InputName[]

/** The input of each mapping option: a directory as source ignores it, and a baseline can differ in it. */
export const MAPPING_INPUTS = {
  mapping: 'mapping',
  tags: 'tags',
  machineUsers: 'machine-users',
  disabledUsers: 'disabled-users',
} as const satisfies Record<keyof MappingOptions, InputName>

/** The variable by which the action tells a later connector where the snapshot is, or that there is none. */
export const SOURCE_VARIABLE = 'AWS_ORGANIZATION_SYNC_SOURCE'
/** The value of that variable after a failed run. */
export const FAILED_SOURCE = 'failed'
const DEADLINE_VARIABLE = 'AWS_ORGANIZATION_SYNC_CALL_DEADLINE'
const DEADLINE = {
  default: '120',
  takes: 'a number of seconds above 0',
  parse: decimal(0.001, 86_400),
} satisfies Input<number>

/** What both programs take. */
export type Settings = ReturnType<typeof readCommon>
export type ActionSettings = ReturnType<typeof parseActionSettings>
export type ConnectorSettings = ReturnType<typeof parseConnectorSettings>

/**
 * The settings of the action from its inputs, by their names in action.yml.
 *
 * @throws UserError (parameters) with one line for each bad input: its name, what it held, what it takes
 */
export function parseActionSettings(inputs: Readonly<Record<string, string>>, environment: Environment) {
  const reader = createReader(inputs, environment)
  const { read } = reader
  const common = readCommon(reader, 'full')
  const settings = {
    ...common,
    access: read('access'),
    accessReview: read('access-review'),
    /** undefined: identity-store/<account> in the runner's temp directory */
    outputDirectory: read('output-directory')?.path,
    baseline: read('baseline'),
    comment: read('comment'),
    /** undefined: the event's */
    pullRequest: read('pull-request'),
    detail: read('detail'),
    failOnChange: read('fail-on-change'),
    uploadArtifact: read('upload-artifact'),
    artifactName: read('artifact-name') ?? `identity-store-${common.account}`,
    /** undefined: the repository's default */
    artifactRetentionDays: read('artifact-retention-days'),
    raitoConnector: read('raito-connector'),
    githubToken: read('github-token'),
  }
  if (settings.accessReview && settings.source === 'aws' && settings.access === 'none')
    reader.report('access-review', 'true only together with access: accounts')
  reader.finish()
  return settings
}

/**
 * The settings of the connector from the parameters that the Raito CLI hands on, all as text (lists as JSON).
 *
 * @throws UserError (parameters) as above; UserError (precondition) where the run that should have made the snapshot failed
 */
export function parseConnectorSettings(
  parameters: Readonly<Record<string, string>>,
  environment: Environment,
  { isDropIn }: { isDropIn: boolean },
) {
  const source = parameters['source']?.trim() ?? ''
  const inherited = environment[SOURCE_VARIABLE]?.trim() ?? ''
  if (source === '' && inherited === FAILED_SOURCE)
    throw new UserError(
      'precondition',
      `The earlier AWS Organization Sync run failed (${SOURCE_VARIABLE} is "${FAILED_SOURCE}"), so there is no snapshot to import. Fix that run; until then nothing is imported.`,
    )
  const given = {
    ...parameters,
    source: source === '' ? inherited : source,
    tags: jsonListAsText(parameters['tags'] ?? ''),
  }
  const reader = createReader(given, environment, accountAdvice(parameters['aws-account-id']))
  const baseline = {
    takes: 'the path of a snapshot directory with a slash, such as ./baseline',
    parse: asPath,
  }
  const settings = {
    ...readCommon(reader, isDropIn ? 'reference' : 'full'),
    baseline: reader.readAs('baseline', baseline)?.path,
  }
  reader.finish()
  return settings
}

/** Reads `max-removals`: `0%` to `100%` with up to six decimals, or a whole number; undefined for anything else. */
export function parseRemovalLimit(text: string): RemovalLimit | undefined {
  const [, percentage, number] = /^(?:(\d{1,3}(?:\.\d{1,6})?)%|(\d{1,15}))$/.exec(text.trim()) ?? []
  if (number !== undefined) return { kind: 'number', value: Number(number) }
  if (percentage === undefined || Number(percentage) > 100) return undefined
  return { kind: 'percentage', value: Number(percentage) }
}

function readCommon(reader: Reader, mappingDefault: 'full' | 'reference') {
  const { read, readAs } = reader
  const source = read('source')
  const mappingInput = { ...INPUTS.mapping, default: source === 'aws' ? mappingDefault : 'full' }
  const settings = {
    account: read('aws-account-id'),
    profile: read('aws-profile'),
    region: read('aws-region'),
    identityStoreId: read('aws-identity-store-id'),
    requestsPerSecond: read('requests-per-second'),
    source,
    /** What is read besides identities: nothing, or accounts, permission sets and assignments. */
    access: 'none' as Value<'access'>,
    mapping: {
      mapping: readAs('mapping', mappingInput),
      tags: read('tags'),
      machineUsers: read('machine-users') ?? null,
      disabledUsers: read('disabled-users'),
    } satisfies MappingOptions,
    removalLimit: read('max-removals'),
    /** A call to AWS gives up after this long. */
    deadlineMs: 1000 * readAs(DEADLINE_VARIABLE, DEADLINE),
    /** What was set but does nothing, as sentences. */
    warnings: source === 'aws' ? [] : ignoredWithDirectory(reader),
  }
  if (source === 'aws') refuseUnderReference(reader, settings.mapping)
  return settings
}

function refuseUnderReference({ isSet, report }: Reader, { mapping }: MappingOptions): void {
  if (mapping !== 'reference') return
  for (const name of ['tags', 'machine-users'] as const)
    if (isSet(name))
      report(name, 'no value with mapping "reference", which writes neither tags nor isMachine')
}

function ignoredWithDirectory({ isSet }: Reader): string[] {
  const ignored = (['access', ...Object.values(MAPPING_INPUTS)] as const).filter(isSet)
  if (ignored.length === 0) return []
  return [
    `With a directory as source, ${ignored.join(', ')} ${ignored.length === 1 ? 'is' : 'are'} ignored: the snapshot was mapped when it was written.`,
  ]
}

type ValueOf<I extends Input<unknown>> =
  Exclude<ReturnType<I['parse']>, undefined> | (I extends { default: string } ? never : undefined)
type Value<Name extends InputName> = ValueOf<(typeof INPUTS)[Name]>
type Reader = ReturnType<typeof createReader>

/** Reads inputs, and gathers what is wrong with them; `finish` throws it, all at once. */
function createReader(
  inputs: Readonly<Record<string, string>>,
  environment: Environment,
  advice: Partial<Record<string, string>> = {},
) {
  const problems: string[] = []

  function textOf(name: string): string {
    return (name === DEADLINE_VARIABLE ? environment : inputs)[name]?.trim() ?? ''
  }

  function report(name: string, takes: string): void {
    const held = textOf(name)
    const holds = held === '' ? 'is empty' : `holds ${quote(held)}`
    const more = advice[name] ?? (held.startsWith('~/') ? 'The ~ is not expanded.' : undefined)
    problems.push(`${name} ${holds}; it takes ${takes}.${more === undefined ? '' : ` ${more}`}`)
  }

  function readAs<I extends Input<unknown>>(name: string, input: I): ValueOf<I> {
    const text = textOf(name) === '' ? input.default : textOf(name)
    const value = text === undefined ? undefined : input.parse(text)
    if (text !== undefined && value === undefined) report(name, input.takes)
    // Of a bad text there is no value, and nobody sees that: finish throws.
    return value as ValueOf<I>
  }

  return {
    report,
    readAs,
    read: <Name extends InputName>(name: Name): Value<Name> => readAs(name, INPUTS[name]),
    /** Whether the input holds something other than its default. */
    isSet: (name: InputName): boolean => {
      const input: Input<unknown> = INPUTS[name]
      return !['', input.default].includes(textOf(name))
    },
    finish: (): void => {
      if (problems.length > 0) throw new UserError('parameters', problems.join('\n'))
    },
  }
}

function matching(pattern: RegExp): (text: string) => string | undefined {
  return (text) => (pattern.test(text) ? text : undefined)
}

function oneOf<const T extends string>(...words: T[]): Input<T> {
  const takes = `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`
  return { takes, parse: (text) => asWord(text, words) }
}

function asWord<const T extends string>(text: string, words: readonly T[]): T | undefined {
  return words.find((word) => word === text)
}

function asBoolean(text: string): boolean | undefined {
  const word = asWord(text.toLowerCase(), ['true', 'false'])
  return word && word === 'true'
}

/** A path always contains a slash, so that keywords can be added later. No shell has replaced a `~` at its start. */
function asPath(text: string): GivenPath | undefined {
  const isPath = (text.includes('/') && !text.startsWith('~')) || /^[A-Za-z]:\\/.test(text)
  return isPath && !text.includes('\0') && !/[\r\n]/.test(text) ? { path: text } : undefined
}

function decimal(least: number, most: number): (text: string) => number | undefined {
  return (text) => {
    const value = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : NaN
    return value >= least && value <= most ? value : undefined
  }
}

function wholeNumber(least: number, most: number): (text: string) => number | undefined {
  return (text) => (/^\d+$/.test(text) ? decimal(least, most)(text) : undefined)
}

function asTags(text: string): TagName[] | undefined {
  const names = new Set(text.split(/[,\r\n]/).map((name) => name.trim()))
  names.delete('')
  const tags = TAG_NAMES.filter((name) => names.has(name))
  return tags.length === names.size ? tags : undefined
}

function asPattern(text: string): string | undefined {
  try {
    new RegExp(text, 'u')
    return text
  } catch {
    return undefined
  }
}

/** What GitHub refuses for the sake of file systems: see @actions/artifact. */
function asArtifactName(text: string): string | undefined {
  const isName = text.length <= 255 && !/[":<>|*?\\/\p{Cc}]/u.test(text) && !/^\.\.?$/.test(text)
  return isName ? text : undefined
}

/** YAML lists reach the connector as JSON. */
function jsonListAsText(text: string): string {
  if (!text.trim().startsWith('[')) return text
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) && list.every((item) => typeof item === 'string') ? list.join(',') : text
  } catch {
    return text
  }
}

/** YAML takes an unquoted account id for a number, and the CLI hands on what is left of it. */
function accountAdvice(text: string | undefined): Partial<Record<InputName, string>> {
  const isNumber = /^[\d.]+(e[+-]?\d+)?$/i.test(text?.trim() ?? '')
  return isNumber ? { 'aws-account-id': 'In raito.yml, quote it: YAML took it for a number.' } : {}
}

function quote(text: string): string {
  const cut = text.length > 100 ? `${text.slice(0, 100)}…` : text
  return JSON.stringify(cut)
}
