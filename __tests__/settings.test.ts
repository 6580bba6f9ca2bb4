import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { UserError } from '../src/errors.ts'
import {
  ACTION_INPUTS,
  parseActionSettings,
  parseConnectorSettings,
  parseRemovalLimit,
  type Environment,
  type RemovalLimit,
} from '../src/settings.ts'
import { TAG_NAMES } from '../src/snapshot/tags.ts'

const ACCOUNT = '111122223333'
const PATH = 'a snapshot directory with a slash, such as ./identity-store'

const parse = (
  inputs: Record<string, string>,
  environment: Environment = {},
): ReturnType<typeof parseActionSettings> =>
  parseActionSettings({ 'aws-account-id': ACCOUNT, ...inputs }, environment)

const connector = (
  parameters: Record<string, string>,
  { environment = {}, isDropIn = false }: { environment?: Environment; isDropIn?: boolean } = {},
): ReturnType<typeof parseConnectorSettings> =>
  parseConnectorSettings({ 'aws-account-id': ACCOUNT, ...parameters }, environment, { isDropIn })

describe('the defaults', () => {
  it('are these, with nothing but the account', () => {
    expect(parse({})).toEqual({
      account: ACCOUNT,
      profile: undefined,
      region: undefined,
      identityStoreId: undefined,
      requestsPerSecond: 20,
      source: 'aws',
      access: 'none',
      accessReview: false,
      mapping: { mapping: 'full', tags: [], machineUsers: null, disabledUsers: 'include' },
      removalLimit: { kind: 'percentage', value: 10 },
      deadlineMs: 120_000,
      warnings: [],
      outputDirectory: undefined,
      baseline: 'auto',
      comment: 'on-change',
      pullRequest: undefined,
      detail: 'auto',
      failOnChange: false,
      uploadArtifact: 'auto',
      artifactName: `identity-store-${ACCOUNT}`,
      artifactRetentionDays: undefined,
      raitoConnector: 'none',
      githubToken: '',
    })
  })

  it('hold for inputs that are empty or white space, as GitHub hands them on', () => {
    const blank = Object.fromEntries(
      ACTION_INPUTS.filter((name) => name !== 'aws-account-id').map((name, at) => [
        name,
        at % 2 ? '' : ' \n',
      ]),
    )
    expect(parse(blank)).toEqual(parse({}))
  })

  it('are the same for the connector, less what only the action takes', () => {
    const { requestsPerSecond, source, mapping, removalLimit, deadlineMs } = parse({})
    expect(connector({})).toEqual({
      account: ACCOUNT,
      requestsPerSecond,
      source,
      access: 'none',
      mapping,
      removalLimit,
      deadlineMs,
      profile: undefined,
      region: undefined,
      identityStoreId: undefined,
      baseline: undefined,
      warnings: [],
    })
  })
})

describe('good inputs', () => {
  it('are all read, white space around them let go', () => {
    const padded = {
      'aws-account-id': ` ${ACCOUNT} `,
      'aws-profile': ' sync reader ',
      'aws-region': 'eu-west-1\n',
      'aws-identity-store-id': ' d-1234567890',
      'requests-per-second': ' 7.5 ',
      source: ' aws ',
      access: ' accounts ',
      'access-review': ' TRUE ',
      'output-directory': ' ./identity-store ',
      mapping: ' full',
      tags: ' Title ',
      'machine-users': ' ^svc- ',
      'disabled-users': 'exclude ',
      'max-removals': ' 25 ',
      baseline: ' artifact ',
      comment: ' never ',
      'pull-request': ' 7 ',
      detail: ' counts ',
      'fail-on-change': ' true ',
      'upload-artifact': ' false ',
      'artifact-name': ' identities ',
      'artifact-retention-days': ' 30 ',
      'raito-connector': ' drop-in ',
      'github-token': ' token ',
    }
    expect(Object.keys(padded)).toEqual(ACTION_INPUTS)
    expect(parse(padded)).toEqual({
      account: ACCOUNT,
      profile: 'sync reader',
      region: 'eu-west-1',
      identityStoreId: 'd-1234567890',
      requestsPerSecond: 7.5,
      source: 'aws',
      access: 'accounts',
      accessReview: true,
      mapping: { mapping: 'full', tags: ['Title'], machineUsers: '^svc-', disabledUsers: 'exclude' },
      removalLimit: { kind: 'number', value: 25 },
      deadlineMs: 120_000,
      warnings: [],
      outputDirectory: './identity-store',
      baseline: 'artifact',
      comment: 'never',
      pullRequest: 7,
      detail: 'counts',
      failOnChange: true,
      uploadArtifact: 'false',
      artifactName: 'identities',
      artifactRetentionDays: 30,
      raitoConnector: 'drop-in',
      githubToken: 'token',
    })
  })

  const good: [string, string, (settings: ReturnType<typeof parse>) => unknown, unknown][] = [
    ['aws-region', 'us-gov-west-1', (s) => s.region, 'us-gov-west-1'],
    ['aws-region', 'eusc-de-east-1', (s) => s.region, 'eusc-de-east-1'],
    [
      'aws-identity-store-id',
      '0123abcd-4567-89ab-cdef-0123456789ab',
      (s) => s.identityStoreId,
      '0123abcd-4567-89ab-cdef-0123456789ab',
    ],
    ['aws-region', 'us-east-12', (s) => s.region, 'us-east-12'],
    ['requests-per-second', '7.25', (s) => s.requestsPerSecond, 7.25],
    ['source', './old~', (s) => s.source, { path: './old~' }],
    ['artifact-name', 'a'.repeat(200), (s) => s.artifactName, 'a'.repeat(200)],
    ['requests-per-second', '0.1', (s) => s.requestsPerSecond, 0.1],
    ['requests-per-second', '1000', (s) => s.requestsPerSecond, 1000],
    ['source', './identity-store', (s) => s.source, { path: './identity-store' }],
    ['source', '/absolute/path', (s) => s.source, { path: '/absolute/path' }],
    ['source', 'C:\\snapshots', (s) => s.source, { path: 'C:\\snapshots' }],
    ['mapping', 'reference', (s) => s.mapping.mapping, 'reference'],
    ['baseline', 'none', (s) => s.baseline, 'none'],
    ['baseline', 'base', (s) => s.baseline, 'base'],
    ['baseline', './old', (s) => s.baseline, { path: './old' }],
    ['comment', 'always', (s) => s.comment, 'always'],
    ['detail', 'full', (s) => s.detail, 'full'],
    ['fail-on-change', 'TRUE', (s) => s.failOnChange, true],
    ['upload-artifact', 'true', (s) => s.uploadArtifact, 'true'],
    ['artifact-retention-days', '400', (s) => s.artifactRetentionDays, 400],
    ['raito-connector', 'own', (s) => s.raitoConnector, 'own'],
    ['max-removals', '0', (s) => s.removalLimit, { kind: 'number', value: 0 }],
    ['max-removals', '0.5%', (s) => s.removalLimit, { kind: 'percentage', value: 0.5 }],
    ['max-removals', '100%', (s) => s.removalLimit, { kind: 'percentage', value: 100 }],
  ]
  it.each(good)('%s takes %s', (name, text, pick, value) => {
    expect(pick(parse({ [name]: text }))).toEqual(value)
  })

  it('take a deadline for calls from the environment, in seconds', () => {
    const deadline = (text: string): number =>
      parse({}, { AWS_ORGANIZATION_SYNC_CALL_DEADLINE: text }).deadlineMs
    expect([' 2.5 ', '', '600'].map(deadline)).toEqual([2_500, 120_000, 600_000])
  })
})

describe('tags', () => {
  it.each([
    ['Title,Status', ['Status', 'Title']],
    ['Title\nStatus\n', ['Status', 'Title']],
    ['Title\r\n\r\n Status ,\n,', ['Status', 'Title']],
    ['Manager, Manager,Department', ['Department', 'Manager']],
    [TAG_NAMES.toReversed().join(','), TAG_NAMES],
  ])('%j are read in the order in which they are written, each once', (text, names) => {
    expect(parse({ tags: text }).mapping.tags).toEqual(names)
  })

  it('give the same whatever their order and separators', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...TAG_NAMES]),
        fc.constantFrom(',', '\n', ' , ', '\r\n', ',\n'),
        (names, separator) => {
          expect(parse({ tags: names.join(separator) }).mapping.tags).toEqual(
            TAG_NAMES.filter((name) => names.includes(name)),
          )
        },
      ),
      { seed: 1, numRuns: 100 },
    )
  })
})

describe('a bad input', () => {
  const account = 'the 12 digits of an AWS account, in quotes'
  const region = 'the name of a region, such as eu-west-1'
  const store = 'the id of an identity store, such as d-1234567890'
  const rate = 'a number from 0.1 to 1000'
  const source = `aws, or the path of ${PATH}`
  const output = 'a path with a slash, such as ./identity-store'
  const tags = `any of ${TAG_NAMES.join(', ')}, separated by commas or lines`
  const removals = 'a percentage from 0% to 100% or a whole number'
  const baseline = `auto, none, base, artifact, or the path of ${PATH}`
  const pattern = 'a regular expression (JavaScript, flag u)'
  const pull = 'the number of a pull request, such as 7'
  const artifact = 'a name of at most 255 characters without control characters and any of " : < > | * ? \\ /'
  const days = 'a whole number of days from 1 to 400'
  const profile = 'the name of a profile in one line'

  const bad: [string, string, string][] = [
    ['aws-account-id', '', account],
    ['aws-account-id', '11112222333', account],
    ['aws-account-id', '1111222233334', account],
    ['aws-account-id', '1111-2222-3333', account],
    ['aws-account-id', '1.11122223333e+11', account],
    ['aws-account-id', '１１１１２２２２３３３３', account],
    ['aws-profile', 'two\nlines', profile],
    ['aws-profile', 'p'.repeat(257), profile],
    ['aws-region', 'Ireland', region],
    ['aws-region', 'eu west 1', region],
    ['aws-region', 'EU-WEST-1', region],
    ['aws-region', 'eu-west-1a', region],
    ['aws-region', 'evil.example.com/eu-west-1', region],
    ['aws-identity-store-id', 'd-123', store],
    ['aws-identity-store-id', 'xd-1234567890', store],
    ['aws-identity-store-id', 'd-1234567890x', store],
    ['aws-identity-store-id', 'ssoins-1234567890abcdef', store],
    ['aws-identity-store-id', 'D-1234567890', store],
    ['requests-per-second', '0', rate],
    ['requests-per-second', '0.05', rate],
    ['requests-per-second', '1000.5', rate],
    ['requests-per-second', '-5', rate],
    ['requests-per-second', '1e2', rate],
    ['requests-per-second', '20/s', rate],
    ['requests-per-second', 'NaN', rate],
    ['source', 'AWS', source],
    ['source', 'identity-store', source],
    ['source', './one\n./two', source],
    ['source', 'on C:\\snapshots', source],
    ['output-directory', 'identity-store', output],
    ['output-directory', './zero\0', output],
    ['mapping', 'Reference', 'full or reference'],
    ['tags', 'title', tags],
    ['tags', 'Title;Status', tags],
    ['tags', 'Title, Birthdate', tags],
    ['machine-users', '(', pattern],
    ['machine-users', '\\p{Nothing}', pattern],
    ['disabled-users', 'drop', 'include or exclude'],
    ['max-removals', '101%', removals],
    ['max-removals', '1.5', removals],
    ['max-removals', '-1', removals],
    ['max-removals', '10 %', removals],
    ['max-removals', 'all', removals],
    ['baseline', 'main', baseline],
    ['baseline', 'Auto', baseline],
    ['comment', 'c'.repeat(100), 'on-change, always or never'],
    ['comment', 'true', 'on-change, always or never'],
    ['pull-request', '#7', pull],
    ['pull-request', '0', pull],
    ['pull-request', '7.5', pull],
    ['detail', 'names', 'auto, full or counts'],
    ['fail-on-change', 'yes', 'true or false'],
    ['upload-artifact', 'always', 'auto, true or false'],
    ['artifact-name', 'a/b', artifact],
    ['artifact-name', 'a:b', artifact],
    ['artifact-name', 'a"b', artifact],
    ['artifact-name', 'a<b', artifact],
    ['artifact-name', 'a>b', artifact],
    ['artifact-name', 'a|b', artifact],
    ['artifact-name', 'a*b', artifact],
    ['artifact-name', 'a?b', artifact],
    ['artifact-name', 'a\\b', artifact],
    ['artifact-name', 'a\0b', artifact],
    ['artifact-name', '..', artifact],
    ['artifact-name', 'a'.repeat(256), artifact],
    ['artifact-retention-days', '0', days],
    ['artifact-retention-days', '401', days],
    ['artifact-retention-days', '1.5', days],
    ['artifact-retention-days', 'forever', days],
    ['raito-connector', 'yes', 'none, own or drop-in'],
  ]
  it.each(bad)('%s with %j is told with what it takes', (name, text, takes) => {
    const error = problemOf(() => parse({ [name]: text }))
    const cut = text.length > 100 ? `${text.slice(0, 100)}…` : text
    const holds = text === '' ? 'is empty' : `holds ${JSON.stringify(cut)}`
    expect(error.kind).toBe('parameters')
    expect(error.message).toBe(`${name} ${holds}; it takes ${takes}.`)
  })

  it.each([
    ['~/identity-store', true],
    ['identity~', false],
  ])('%s as a path is told that no shell replaces the ~: %j', (text, isTold) => {
    expect(problemOf(() => parse({ source: text })).message.endsWith('. The ~ is not expanded.')).toBe(isTold)
  })

  it('is told as the environment variable that holds it', () => {
    const error = problemOf(() => parse({}, { AWS_ORGANIZATION_SYNC_CALL_DEADLINE: 'soon' }))
    expect(error.message).toBe(
      'AWS_ORGANIZATION_SYNC_CALL_DEADLINE holds "soon"; it takes a number of seconds above 0.',
    )
  })

  it.each(['tags', 'machine-users'])('%s is one together with mapping reference', (name) => {
    const error = problemOf(() => parse({ mapping: 'reference', [name]: 'Title' }))
    expect(error.message).toBe(
      `${name} holds "Title"; it takes no value with mapping "reference", which writes neither tags nor isMachine.`,
    )
  })

  it('is told together with all the others, one line each, in the order of reading', () => {
    const error = problemOf(() =>
      parse(
        {
          'aws-account-id': '12',
          'aws-region': 'Ireland',
          tags: 'Shoe size',
          comment: 'perhaps',
          'artifact-retention-days': 'x',
        },
        { AWS_ORGANIZATION_SYNC_CALL_DEADLINE: '0' },
      ),
    )
    const lines = error.message.split('\n')
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      'aws-account-id',
      'aws-region',
      'tags',
      'AWS_ORGANIZATION_SYNC_CALL_DEADLINE',
      'comment',
      'artifact-retention-days',
    ])
    for (const line of lines) expect(line).toMatch(/^\S+ holds ".*"; it takes .*\.$/)
  })

  it('cannot break out of its line, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...ACTION_INPUTS), fc.string({ unit: 'binary', maxLength: 300 })),
        (inputs) => {
          const error = problemOf(() => parseActionSettings({ ...inputs, 'aws-account-id': 'none' }, {}))
          const lines = error.message.split(/[\r\n]/)
          for (const line of lines) expect(line).toMatch(/^[a-z-]+ (is empty|holds ".*"); it takes .*\.$/s)
          expect(new Set(lines.map((line) => line.split(' ')[0])).size).toBe(lines.length)
        },
      ),
      { seed: 2, numRuns: 100 },
    )
  })

  it('never shows the token', () => {
    const error = problemOf(() => parse({ comment: 'no', 'github-token': 'ghs_secret' }))
    expect(error.message).not.toContain('secret')
  })
})

describe('a directory as source', () => {
  it('ignores the mapping options, and says so in one sentence', () => {
    const settings = parse({
      source: './identity-store',
      mapping: 'reference',
      tags: 'Title',
      'machine-users': '^svc',
      'disabled-users': 'exclude',
    })
    expect(settings.warnings).toEqual([
      'With a directory as source, mapping, tags, machine-users, disabled-users are ignored: the snapshot was mapped when it was written.',
    ])
  })

  it.each([
    [
      { tags: 'Title' },
      ['With a directory as source, tags is ignored: the snapshot was mapped when it was written.'],
    ],
    [
      { access: 'accounts' },
      ['With a directory as source, access is ignored: the snapshot was mapped when it was written.'],
    ],
    [{ 'upload-artifact': 'auto', mapping: 'full', 'disabled-users': 'include', tags: ' ' }, []],
  ])('with %j warns of what is set and does nothing', (inputs, warnings) => {
    expect(parse({ source: './identity-store', ...inputs }).warnings).toEqual(warnings)
  })

  it('still refuses values that are wrong in any case', () => {
    expect(problemOf(() => parse({ source: './identity-store', tags: 'Shoe' })).message).toMatch(
      /^tags holds/,
    )
  })
})

describe('the parameters of the connector', () => {
  it('are read as the inputs of the action are, lists as text or as JSON', () => {
    const { mapping } = connector({ tags: '["Title", "Status"]' })
    expect(mapping.tags).toEqual(['Status', 'Title'])
    expect(connector({ tags: 'Title,Status' }).mapping).toEqual(mapping)
    expect(connector({ tags: '[]' }).mapping.tags).toEqual([])
    expect(connector({ tags: ' ["Title"] ' }).mapping.tags).toEqual(['Title'])
  })

  it.each(['["Shoe"]', '[1]', '[["Title"]]', '["Title"', '{"Title":true}'])('refuse %s as tags', (text) => {
    expect(problemOf(() => connector({ tags: text })).message).toMatch(
      /^tags holds ".*"; it takes any of Status/,
    )
  })

  it.each(['1.11122223333e+11', '1.11122223333E+11', '1.1e11', '11112222333', '111122223333.0'])(
    'say "quote it" where YAML took the account for the number %s',
    (text) => {
      expect(problemOf(() => connector({ 'aws-account-id': text })).message).toBe(
        `aws-account-id holds "${text}"; it takes the 12 digits of an AWS account, in quotes. In raito.yml, quote it: YAML took it for a number.`,
      )
    },
  )

  it.each(['production', 'account 1', '1 account', ''])(
    'say no such thing of the account %j, which is no number',
    (text) => {
      expect(problemOf(() => connector({ 'aws-account-id': text })).message).not.toContain('YAML')
    },
  )

  it('say "quote it" of a number with white space around it, and nothing of an account that is absent', () => {
    expect(problemOf(() => connector({ 'aws-account-id': ' 123 ' })).message).toContain('YAML')
    expect(problemOf(() => parseConnectorSettings({}, {}, { isDropIn: false })).message).toBe(
      'aws-account-id is empty; it takes the 12 digits of an AWS account, in quotes.',
    )
  })

  const inherited = { AWS_ORGANIZATION_SYNC_SOURCE: '/runner/temp/identity-store/1' }
  it('take the source of the environment where they name none', () => {
    expect(connector({}, { environment: inherited }).source).toEqual({
      path: '/runner/temp/identity-store/1',
    })
    expect(connector({ source: ' ' }, { environment: inherited }).source).toEqual({
      path: '/runner/temp/identity-store/1',
    })
    expect(connector({ source: 'aws' }, { environment: inherited }).source).toBe('aws')
    expect(connector({ source: './mine' }, { environment: inherited }).source).toEqual({ path: './mine' })
  })

  it('are refused where the run that should have made the snapshot failed, unless they name a source', () => {
    const environment = { AWS_ORGANIZATION_SYNC_SOURCE: ' failed ' }
    const error = problemOf(() => connector({}, { environment }))
    expect(error.kind).toBe('precondition')
    expect(error.message).toMatch(/^The earlier AWS Organization Sync run failed .*nothing is imported\.$/)
    expect(connector({ source: 'aws' }, { environment }).source).toBe('aws')
  })

  it('of a drop-in map as the reference connector does, with source aws only', () => {
    expect(connector({}, { isDropIn: true }).mapping.mapping).toBe('reference')
    expect(connector({ mapping: 'full', tags: 'Title' }, { isDropIn: true }).mapping).toMatchObject({
      mapping: 'full',
      tags: ['Title'],
    })
    expect(connector({ source: './mine' }, { isDropIn: true })).toMatchObject({
      mapping: { mapping: 'full' },
      warnings: [],
    })
    expect(problemOf(() => connector({ tags: 'Title' }, { isDropIn: true })).message).toMatch(/^tags holds/)
  })

  it.each([
    ['./baseline', './baseline'],
    ['', undefined],
  ])('name a baseline directory as %j', (text, path) => {
    expect(connector({ baseline: text }).baseline).toBe(path)
  })

  it.each(['auto', 'none', 'artifact'])('do not take the baseline %s, which is for the action', (text) => {
    expect(problemOf(() => connector({ baseline: text })).message).toBe(
      `baseline holds "${text}"; it takes the path of a snapshot directory with a slash, such as ./baseline.`,
    )
  })
})

describe('max-removals', () => {
  it.each<[string, RemovalLimit]>([
    ['10%', { kind: 'percentage', value: 10 }],
    [' 0% ', { kind: 'percentage', value: 0 }],
    ['100%', { kind: 'percentage', value: 100 }],
    ['12.5%', { kind: 'percentage', value: 12.5 }],
    ['0.000001%', { kind: 'percentage', value: 0.000001 }],
    ['0', { kind: 'number', value: 0 }],
    ['250', { kind: 'number', value: 250 }],
  ])('reads %j', (text, limit) => {
    expect(parseRemovalLimit(text)).toEqual(limit)
  })

  it('gives back every percentage and number it takes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), fc.boolean(), (value, isPercentage) => {
        const text = isPercentage ? `${value / 100}%` : String(value)
        expect(parseRemovalLimit(text)).toEqual({
          kind: isPercentage ? 'percentage' : 'number',
          value: isPercentage ? value / 100 : value,
        })
      }),
      { seed: 3 },
    )
  })

  it.each([
    '',
    '%',
    '-1',
    '-1%',
    '100.1%',
    '100.0000001%',
    '101%',
    '1.5',
    '1e3',
    '1,5%',
    '.5%',
    '5.%',
    '10 %',
    '10%%',
    'ten',
    'NaN',
    '0x10',
    '1.2345678%',
    '9'.repeat(16),
  ])('refuses %j', (text) => {
    expect(parseRemovalLimit(text)).toBeUndefined()
  })
})

function problemOf(act: () => unknown): UserError {
  try {
    act()
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
  throw new Error('nothing was refused')
}
