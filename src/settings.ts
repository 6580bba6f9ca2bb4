import { UserError } from './errors.ts'
import type { MappingOptions } from './snapshot/model.ts'
import { TAG_NAMES, type TagName } from './snapshot/tags.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** A path as it was given: relative ones are resolved by the entry, which knows the directory that they start from. */
export interface GivenPath {
  path: string
}

export type Source = 'aws' | GivenPath

/** How much a result may lose: that many of each kind, or that percentage (0 to 100) of the baseline. */
export interface RemovalLimit {
  kind: 'percentage' | 'number'
  value: number
}

/** What both programs take. */
export interface Settings {
  /** 12 digits */
  account: string
  profile: string | undefined
  region: string | undefined
  identityStoreId: string | undefined
  /** 0.1 to 1000 */
  requestsPerSecond: number
  source: Source
  /** What is read besides identities: nothing, or accounts, permission sets and assignments. */
  access: 'none' | 'accounts'
  mapping: MappingOptions
  removalLimit: RemovalLimit
  /** A call to AWS gives up after this long. */
  deadlineMs: number
  /** What was set but does nothing, as sentences. */
  warnings: string[]
}

export interface ActionSettings extends Settings {
  accessReview: boolean
  /** undefined: identity-store/<account> in the runner's temp directory */
  outputDirectory: string | undefined
  baseline: 'auto' | 'none' | 'base' | 'artifact' | GivenPath
  comment: 'on-change' | 'always' | 'never'
  /** undefined: the event's */
  pullRequest: number | undefined
  detail: 'auto' | 'full' | 'counts'
  failOnChange: boolean
  uploadArtifact: 'auto' | 'true' | 'false'
  artifactName: string
  /** undefined: the repository's default */
  artifactRetentionDays: number | undefined
  raitoConnector: 'none' | 'own' | 'drop-in'
  githubToken: string
}

export interface ConnectorSettings extends Settings {
  baseline: string | undefined
}

/** The defaults of the inputs; action.yml holds the same, and a test compares them. Names not listed default to ''. */
export const DEFAULTS = {
  'requests-per-second': '20',
  source: 'aws',
  access: 'none',
  'access-review': 'false',
  mapping: 'full',
  'disabled-users': 'include',
  'max-removals': '10%',
  baseline: 'auto',
  comment: 'on-change',
  detail: 'auto',
  'fail-on-change': 'false',
  'upload-artifact': 'auto',
  'raito-connector': 'none',
} as const

export const ACTION_INPUTS = [
  'aws-account-id',
  'aws-profile',
  'aws-region',
  'aws-identity-store-id',
  'requests-per-second',
  'source',
  'access',
  'access-review',
  'output-directory',
  'mapping',
  'tags',
  'machine-users',
  'disabled-users',
  'max-removals',
  'baseline',
  'comment',
  'pull-request',
  'detail',
  'fail-on-change',
  'upload-artifact',
  'artifact-name',
  'artifact-retention-days',
  'raito-connector',
  'github-token',
] as const
export type InputName = (typeof ACTION_INPUTS)[number]

/** The input of each mapping option: a directory as source ignores it, and a baseline can differ in it. */
export const MAPPING_INPUTS = {
  mapping: 'mapping',
  tags: 'tags',
  machineUsers: 'machine-users',
  disabledUsers: 'disabled-users',
} as const satisfies Record<keyof MappingOptions, InputName>

export const CONNECTOR_PARAMETERS = [
  'aws-account-id',
  'aws-profile',
  'aws-region',
  'aws-identity-store-id',
  'requests-per-second',
  'source',
  'mapping',
  'tags',
  'machine-users',
  'disabled-users',
  'baseline',
  'max-removals',
] as const satisfies readonly InputName[]

/** The variable by which the action tells a later connector where the snapshot is, or that there is none. */
export const SOURCE_VARIABLE = 'AWS_ORGANIZATION_SYNC_SOURCE'
/** The value of that variable after a failed run. */
export const FAILED_SOURCE = 'failed'
const DEADLINE_VARIABLE = 'AWS_ORGANIZATION_SYNC_CALL_DEADLINE'
const DEFAULT_DEADLINE_SECONDS = 120

/**
 * The settings of the action from its inputs, by their names in action.yml.
 *
 * @throws UserError (parameters) with one line for each bad input: its name, what it held, what it takes
 */
export function parseActionSettings(
  inputs: Readonly<Record<string, string>>,
  environment: Environment,
): ActionSettings {
  const read = createReader(inputs)
  const common = parseCommon(read, environment, 'full')
  const settings: ActionSettings = {
    ...common,
    access: word(read, 'access', ['none', 'accounts']),
    accessReview: read('access-review', 'true or false', asBoolean) === 'true',
    outputDirectory: read.optional(
      'output-directory',
      'a path with a slash, such as ./identity-store',
      asPath,
    )?.path,
    baseline: read(
      'baseline',
      'auto, none, base, artifact, or the path of a snapshot directory with a slash, such as ./identity-store',
      (text) => asWord(['auto', 'none', 'base', 'artifact'])(text) ?? asPath(text),
    ),
    comment: word(read, 'comment', ['on-change', 'always', 'never']),
    pullRequest: read.optional(
      'pull-request',
      'the number of a pull request, such as 7',
      asNumber(1, 2 ** 31),
    ),
    detail: word(read, 'detail', ['auto', 'full', 'counts']),
    failOnChange: read('fail-on-change', 'true or false', asBoolean) === 'true',
    uploadArtifact: read(
      'upload-artifact',
      'auto, true or false',
      (text) => asWord(['auto'])(text) ?? asBoolean(text),
    ),
    artifactName:
      read.optional(
        'artifact-name',
        'a name of at most 255 characters without control characters and any of " : < > | * ? \\ /',
        asArtifactName,
      ) ?? `identity-store-${common.account}`,
    artifactRetentionDays: read.optional(
      'artifact-retention-days',
      'a whole number of days from 1 to 400',
      asNumber(1, 400),
    ),
    raitoConnector: word(read, 'raito-connector', ['none', 'own', 'drop-in']),
    githubToken: inputs['github-token']?.trim() ?? '',
  }
  if (settings.accessReview && settings.source === 'aws' && settings.access === 'none')
    read.report('access-review', 'true only together with access: accounts')
  read.finish()
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
): ConnectorSettings {
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
  const read = createReader(given, accountAdvice(parameters['aws-account-id']))
  const settings: ConnectorSettings = {
    ...parseCommon(read, environment, isDropIn ? 'reference' : 'full'),
    baseline: read.optional(
      'baseline',
      'the path of a snapshot directory with a slash, such as ./baseline',
      asPath,
    )?.path,
  }
  read.finish()
  return settings
}

/** Reads `max-removals`: `0%` to `100%` with up to six decimals, or a whole number; undefined for anything else. */
export function parseRemovalLimit(text: string): RemovalLimit | undefined {
  const [, percentage, number] = /^(?:(\d{1,3}(?:\.\d{1,6})?)%|(\d{1,15}))$/.exec(text.trim()) ?? []
  if (number !== undefined) return { kind: 'number', value: Number(number) }
  if (percentage === undefined || Number(percentage) > 100) return undefined
  return { kind: 'percentage', value: Number(percentage) }
}

function parseCommon(read: Reader, environment: Environment, mappingDefault: 'full' | 'reference'): Settings {
  const source = read(
    'source',
    'aws, or the path of a snapshot directory with a slash, such as ./identity-store',
    (text) => asWord(['aws'])(text) ?? asPath(text),
  )
  const settings: Settings = {
    account: read('aws-account-id', 'the 12 digits of an AWS account, in quotes', asAccount),
    profile: read.optional('aws-profile', 'the name of a profile in one line', asLine),
    region: read.optional('aws-region', 'the name of a region, such as eu-west-1', asRegion),
    identityStoreId: read.optional(
      'aws-identity-store-id',
      'the id of an identity store, such as d-1234567890',
      asStoreId,
    ),
    requestsPerSecond: read('requests-per-second', 'a number from 0.1 to 1000', (text) =>
      asDecimal(text, 0.1, 1000),
    ),
    source,
    access: 'none',
    mapping: {
      mapping: read(
        'mapping',
        'full or reference',
        asWord(['full', 'reference']),
        source === 'aws' ? mappingDefault : 'full',
      ),
      tags: read('tags', `any of ${TAG_NAMES.join(', ')}, separated by commas or lines`, asTags),
      machineUsers:
        read.optional('machine-users', 'a regular expression (JavaScript, flag u)', asPattern) ?? null,
      disabledUsers: word(read, 'disabled-users', ['include', 'exclude']),
    },
    removalLimit: read('max-removals', 'a percentage from 0% to 100% or a whole number', parseRemovalLimit),
    deadlineMs: 1000 * readDeadline(read, environment),
    warnings: [],
  }
  if (source === 'aws') refuseUnderReference(read, settings.mapping)
  else settings.warnings.push(...ignoredWithDirectory(read))
  return settings
}

function refuseUnderReference(read: Reader, mapping: MappingOptions): void {
  if (mapping.mapping !== 'reference') return
  for (const name of ['tags', 'machine-users'] as const)
    if (read.isSet(name))
      read.report(name, 'no value with mapping "reference", which writes neither tags nor isMachine')
}

function ignoredWithDirectory(read: Reader): string[] {
  const ignored = (['access', ...Object.values(MAPPING_INPUTS)] as const).filter((name) => read.isSet(name))
  if (ignored.length === 0) return []
  return [
    `With a directory as source, ${ignored.join(', ')} ${ignored.length === 1 ? 'is' : 'are'} ignored: the snapshot was mapped when it was written.`,
  ]
}

function readDeadline(read: Reader, environment: Environment): number {
  const text = environment[DEADLINE_VARIABLE]?.trim() ?? ''
  if (text === '') return DEFAULT_DEADLINE_SECONDS
  const seconds = asDecimal(text, 0.001, 86_400)
  if (seconds === undefined) read.report(DEADLINE_VARIABLE, 'a number of seconds above 0', text)
  return seconds ?? DEFAULT_DEADLINE_SECONDS
}

interface Reader {
  /** The parsed value of an input. Of a bad text, for which the parser gives undefined, nobody sees it: finish throws. */
  <T>(name: InputName, takes: string, parse: (text: string) => T | undefined, byDefault?: string): T
  /** Likewise; undefined where the input is empty. */
  optional<T>(name: InputName, takes: string, parse: (text: string) => T | undefined): T | undefined
  /** Whether the input holds something other than its default. */
  isSet(name: InputName): boolean
  report(name: string, takes: string, held?: string): void
  /** Throws what was reported, all at once. */
  finish(): void
}

function createReader(
  inputs: Readonly<Record<string, string>>,
  advice: Partial<Record<InputName, string>> = {},
): Reader {
  const problems: string[] = []
  const textOf = (name: InputName): string => inputs[name]?.trim() ?? ''
  const defaultOf = (name: InputName): string => (DEFAULTS as Partial<Record<InputName, string>>)[name] ?? ''
  const read = <T>(
    name: InputName,
    takes: string,
    parse: (text: string) => T | undefined,
    byDefault = defaultOf(name),
  ): T => {
    const text = textOf(name) === '' ? byDefault : textOf(name)
    const value = parse(text)
    if (value === undefined) read.report(name, takes, text)
    // Where there is none, finish throws before anybody uses it.
    return value as T
  }
  read.optional = <T>(
    name: InputName,
    takes: string,
    parse: (text: string) => T | undefined,
  ): T | undefined => (textOf(name) === '' ? undefined : read(name, takes, parse))
  read.isSet = (name: InputName): boolean => textOf(name) !== '' && textOf(name) !== defaultOf(name)
  read.report = (name: string, takes: string, held = textOf(name as InputName)): void => {
    const holds = held === '' ? 'is empty' : `holds ${quote(held)}`
    const more = advice[name as InputName] ?? (held.startsWith('~/') ? 'The ~ is not expanded.' : undefined)
    problems.push(`${name} ${holds}; it takes ${takes}.${more === undefined ? '' : ` ${more}`}`)
  }
  read.finish = (): void => {
    if (problems.length > 0) throw new UserError('parameters', problems.join('\n'))
  }
  return read
}

function word<const T extends string>(read: Reader, name: InputName, words: readonly [T, ...T[]]): T {
  const listed = `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`
  return read(name, listed, asWord(words))
}

function asWord<const T extends string>(words: readonly T[]): (text: string) => T | undefined {
  return (text) => words.find((one) => one === text)
}

function asBoolean(text: string): 'true' | 'false' | undefined {
  return asWord(['true', 'false'])(text.toLowerCase())
}

/** A path always contains a slash, so that keywords can be added later. No shell has replaced a `~` at its start. */
function asPath(text: string): GivenPath | undefined {
  const isPath = (text.includes('/') && !text.startsWith('~')) || /^[A-Za-z]:\\/.test(text)
  return isPath && !text.includes('\0') && !/[\r\n]/.test(text) ? { path: text } : undefined
}

function asAccount(text: string): string | undefined {
  return /^\d{12}$/.test(text) ? text : undefined
}

function asLine(text: string): string | undefined {
  return /^\P{Cc}{1,256}$/u.test(text) ? text : undefined
}

function asRegion(text: string): string | undefined {
  return /^[a-z]{2,8}(-[a-z]+){1,3}-\d{1,2}$/.test(text) ? text : undefined
}

/** `d-` and ten characters, or a UUID for stores that were migrated (identitystore API, IdentityStoreId). */
function asStoreId(text: string): string | undefined {
  return /^(d-[0-9a-z]{10}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.test(text) ? text : undefined
}

function asDecimal(text: string, least: number, most: number): number | undefined {
  const value = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : NaN
  return value >= least && value <= most ? value : undefined
}

function asNumber(least: number, most: number): (text: string) => number | undefined {
  return (text) => (/^\d+$/.test(text) ? asDecimal(text, least, most) : undefined)
}

function asTags(text: string): TagName[] | undefined {
  const names = text
    .split(/[,\r\n]/)
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const known: readonly string[] = TAG_NAMES
  if (!names.every((name) => known.includes(name))) return undefined
  return TAG_NAMES.filter((name) => names.includes(name))
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
