import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { ACTIONS } from '../../src/identity-center/advice.ts'

const textOf = (name: string): string => readFileSync(join(import.meta.dirname, '..', '..', name), 'utf8')
const page = textOf('docs/permissions.md')
const readme = textOf('README.md')
const template = parseTemplate(textOf('setup/role.yaml'))

/** As docs/permissions.md writes them. */
const NAMES = {
  'AWS::Partition': 'aws',
  'AWS::AccountId': '111122223333',
  GitHubOrganization: 'ORGANIZATION',
  GitHubRepository: 'REPOSITORY',
  IdentityStoreId: 'd-1234567890',
}
const IDS = { GitHubOrganizationId: '123', GitHubRepositoryId: '456' }

describe('setup/role.yaml', () => {
  it('makes the policies that docs/permissions.md shows', () => {
    const [read, access, trust] = [...page.matchAll(/```json\n(.+?)```/gs)].map(
      ([, json = '']) => JSON.parse(json) as unknown,
    )
    const { Role, ReadIdentities, ReadAccess } = rendered({ ...NAMES, ...IDS, Access: 'accounts' })
    expect(ReadIdentities?.PolicyDocument).toEqual(read)
    expect(ReadAccess?.PolicyDocument).toEqual({ Version: '2012-10-17', Statement: [access] })
    expect(Role?.AssumeRolePolicyDocument).toEqual(trust)
  })

  it.each([
    ['repo:ORGANIZATION/REPOSITORY:ref:refs/heads/main', {}],
    ['repo:ORGANIZATION@123/REPOSITORY@456:ref:refs/heads/main', IDS],
    ['repo:ORGANIZATION/REPOSITORY:environment:production', { GitHubEnvironment: 'production' }],
    [
      'repo:ORGANIZATION@123/REPOSITORY@456:environment:production',
      { ...IDS, GitHubEnvironment: 'production' },
    ],
  ])('trusts %s, a form that docs/permissions.md names', (sub, parameters) => {
    expect(JSON.stringify(rendered({ ...NAMES, ...parameters }).Role)).toContain(`:sub":"${sub}"`)
    expect(page).toContain(`\`${sub}\``)
  })

  it.each([
    [{}, true],
    [IDS, true],
    [{ GitHubOrganizationId: '123' }, false],
    [{ GitHubRepositoryId: '456' }, false],
  ])('takes both ids or neither: %j', (parameters, isTaken) => {
    const [{ Assert }] = template.Rules.Ids.Assertions
    expect(render(Assert, valuesWith(parameters))).toBe(isTaken)
  })

  it('reads any store where none is named', () => {
    const [, store] = statementsOf(rendered({ ...NAMES, IdentityStoreId: '' }))
    expect(store?.Resource).toBe('*')
  })

  it.each(['aws-cn', 'aws-us-gov', 'aws-eusc'])(
    'names resources of %s only, where deployed there',
    (name) => {
      const role = JSON.stringify(rendered({ ...NAMES, 'AWS::Partition': name }))
      expect(new Set(role.match(/arn:[\w-]*/g))).toEqual(new Set([`arn:${name}`]))
    },
  )

  it('allows what is called, and nothing else', () => {
    const called = Object.entries(ACTIONS).map(([operation, { service }]) => `${service}:${operation}`)
    const statements = statementsOf(rendered({ ...NAMES, ...IDS, Access: 'accounts' }))
    const allowed = statements.flatMap(({ Action }) => Action)
    // needs no permission
    expect([...allowed, 'sts:GetCallerIdentity'].sort()).toEqual(called.sort())
  })

  it('allows the actions that README.md and the table of docs/permissions.md name, and no other', () => {
    const actions = statementsOf(rendered(NAMES)).flatMap(({ Action }) => Action)
    const table = [...page.matchAll(/^\| `(\w+:\w+)` /gm)].map(([, action]) => action)
    expect(table.sort()).toEqual([...actions].sort())
    expect(namedBy(/^> \*\*AWS role:\*\*.*?^>$/ms.exec(readme)?.[0] ?? '')).toEqual(actions)
  })

  it.each([
    ['README.md', readme],
    ['docs/permissions.md', page],
  ])('has the parameters that %s gives it', (_, text) => {
    const given = [...text.matchAll(/\b([A-Z]\w+)=[\w-]/g)].map(([, name = '']) => name)
    expect(given.length).toBeGreaterThan(0)
    expect(Object.keys(template.Parameters)).toEqual(expect.arrayContaining(given))
  })

  it.each([
    ['GitHubBranch', 'release/1.x', 'release/*'],
    ['GitHubEnvironment', 'production eu', 'production?'],
    ['GitHubEnvironment', 'a%3Ab', '${aws:username}'],
    ['GitHubOrganization', 'my-org', 'my-org/'],
    ['GitHubRepository', 'identity.sync', '*'],
    ['GitHubRepositoryId', '456', 'R_456'],
    ['IdentityStoreId', 'd-1234567890', 'd-*'],
  ])('takes %s=%s, but not %s', (name, good, bad) => {
    const allowed = new RegExp(`^(?:${template.Parameters[name]?.AllowedPattern ?? ''})$`)
    expect([good, bad].map((value) => allowed.test(value))).toEqual([true, false])
  })
})

interface Template {
  Parameters: Record<string, { Default?: string; AllowedPattern?: string }>
  Rules: { Ids: { Assertions: [{ Assert: unknown }] } }
  Conditions: Record<string, unknown>
  Resources: Record<string, { Condition?: string; Properties: Resource }>
}

interface Resource {
  AssumeRolePolicyDocument?: unknown
  PolicyDocument?: { Statement: Statement[] }
}

interface Statement {
  Action: string | string[]
  Resource: unknown
}

/** `!Sub x` as `{ "Fn::Sub": "x" }`: the short forms of CloudFormation's YAML, written out. */
function parseTemplate(text: string): Template {
  const customTags = ['Ref', 'Sub', 'If', 'GetAtt', 'Equals', 'Not', 'And', 'Or'].flatMap((name) => {
    const [tag, key] = [`!${name}`, name === 'Ref' ? name : `Fn::${name}`]
    return [
      { tag, resolve: (value: string) => ({ [key]: value }) },
      {
        tag,
        collection: 'seq' as const,
        resolve: (list: { toJSON: () => unknown }) => ({ [key]: list.toJSON() }),
      },
    ]
  })
  return parse(text, { customTags }) as Template
}

/** The properties of the resources that CloudFormation makes with these parameters. */
function rendered(given: Record<string, string>): Record<string, Resource> {
  const values = new Map(
    Object.entries(template.Parameters).map(([name, { Default = '' }]) => [name, Default]),
  )
  for (const [name, value] of Object.entries(given)) values.set(name, value)
  const made = Object.entries(template.Resources).filter(
    ([, { Condition }]) => Condition === undefined || holds(Condition, values),
  )
  return Object.fromEntries(
    made.map(([name, { Properties }]) => [name, render(Properties, values) as Resource]),
  )
}

function valuesWith(given: Record<string, string>): ReadonlyMap<string, string> {
  const values = new Map(
    Object.entries(template.Parameters).map(([name, { Default = '' }]) => [name, Default]),
  )
  for (const [name, value] of Object.entries(given)) values.set(name, value)
  return values
}

function holds(condition: string, values: ReadonlyMap<string, string>): boolean {
  return render(template.Conditions[condition], values) === true
}

function render(node: unknown, values: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(node)) return node.map((item) => render(item, values))
  if (typeof node !== 'object' || node === null) return node
  const [[name, value] = []] = Object.entries(node) as [string, unknown][]
  const of = (item: unknown): unknown => render(item, values)
  const [first, second, third] = Array.isArray(value) ? (value as unknown[]) : [value]
  switch (name) {
    case 'Ref':
      return values.get(String(value))
    case 'Fn::Equals':
      return of(first) === of(second)
    case 'Fn::Not':
      return !of(first)
    case 'Fn::And':
      return (value as unknown[]).every((item) => of(item) === true)
    case 'Fn::Or':
      return (value as unknown[]).some((item) => of(item) === true)
    case 'Fn::If':
      return of(holds(String(first), values) ? second : third)
    case 'Fn::Sub': {
      const own = of(second ?? {}) as Record<string, string>
      return String(first).replace(/\$\{([\w:]+)\}/g, (_, key: string) => own[key] ?? values.get(key) ?? '')
    }
    default:
      return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, of(item)]))
  }
}

function statementsOf(resources: Record<string, Resource>): Statement[] {
  return Object.values(resources).flatMap(({ PolicyDocument }) => PolicyDocument?.Statement ?? [])
}

/** `sso:A`, `identitystore:B`, `C`: an action without a service has that of the one before. */
function namedBy(prose: string): string[] {
  let service = ''
  return [...prose.matchAll(/`(?:(\w+):)?(\w+)`/g)].map(([, prefix, action = '']) => {
    service = prefix ?? service
    return `${service}:${action}`
  })
}
