import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { accessFile, inlinePolicyOf, readAccess } from '../../src/snapshot/access-file.ts'
import type { Access } from '../../src/snapshot/access.ts'
import { bytesFiles, directoryFiles, readSnapshot } from '../../src/snapshot/read.ts'
import { writeSnapshot } from '../../src/snapshot/write.ts'
import { accessOf, ADMINISTRATOR, anyAccess, arnOf, permissionSet } from '../fixtures/access.ts'
import { identitiesOf, recordsOf, type Records } from '../fixtures/identities.ts'
import { anyMappedRecords, description, small } from './identities.ts'

const access = accessOf(
  [
    ['GROUP', 'g-1', '111122223333', 'a'],
    ['GROUP', 'g-2', '444455556666', 'b'],
    ['USER', 'u-2', '111122223333', 'b'],
  ],
  [
    permissionSet('a', { ...ADMINISTRATOR, sessionDuration: 'PT12H' }),
    permissionSet('b', {
      name: '<b>',
      customerManagedPolicies: ['/Deploy', '/team/Deploy'],
      inlinePolicy: { 9: [], 10: {} },
    }),
  ],
  { '111122223333': 'prod-payments' },
)
const arn = arnOf('')

const TEXT = `{
"format":"aws-organization-sync/access/1",
"accounts":[
{"id":"111122223333","name":"prod-payments"},
{"id":"444455556666","name":null}
],
"permissionSets":[
{"arn":"${arn}a","name":"a","description":"","sessionDuration":"PT12H","managedPolicies":["arn:aws:iam::aws:policy/AdministratorAccess"],"customerManagedPolicies":[],"inlinePolicy":null,"permissionsBoundary":null},
{"arn":"${arn}b","name":"<b>","description":"","sessionDuration":"PT1H","managedPolicies":[],"customerManagedPolicies":["/Deploy","/team/Deploy"],"inlinePolicy":{"10":{},"9":[]},"permissionsBoundary":null}
],
"assignments":[
{"principalType":"GROUP","principalId":"g-1","account":"111122223333","permissionSet":"${arn}a"},
{"principalType":"GROUP","principalId":"g-2","account":"444455556666","permissionSet":"${arn}b"},
{"principalType":"USER","principalId":"u-2","account":"111122223333","permissionSet":"${arn}b"}
]
}
`
const EMPTY =
  '{\n"format":"aws-organization-sync/access/1",\n"accounts":[],\n"permissionSets":[],\n"assignments":[]\n}\n'

describe('accessFile', () => {
  it('writes a record a line, keys of policies sorted as text', () => {
    expect([...accessFile(access)].join('')).toBe(TEXT)
  })

  it('writes an empty list on the line of its key', () => {
    expect([...accessFile(accessOf([], []))].join('')).toBe(EMPTY)
  })
})

describe('inlinePolicyOf', () => {
  const nested = (levels: number) => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`
  it.each([
    ['', null],
    ['no JSON', 'no JSON'],
    ['[]', '[]'],
    ['{"b":1}', { b: 1 }],
    [nested(101), nested(101)],
  ])('of %j', (text, expected) => {
    expect(inlinePolicyOf(text)).toEqual(expected)
  })

  it('keeps an object of 100 levels', () => {
    expect(inlinePolicyOf(nested(100))).toEqual(JSON.parse(nested(100)))
  })
})

describe('a snapshot with access', () => {
  it('reads back as it was written, with a fourth file that the manifest names', async () => {
    const any = anyMappedRecords.chain((identities) =>
      fc.tuple(fc.constant(identities), anyAccess(identities)),
    )
    await fc.assert(
      fc.asyncProperty(any, async ([identities, some]) => {
        await inDirectory(async (directory) => {
          const manifest = await write(directory, identities, some)
          expect(await read(directory)).toEqual({ manifest, ...identities, access: some })
          expect(Object.keys(manifest)).toContain('access')
        })
      }),
      { seed: 3, numRuns: 60 },
    )
  })

  it('has its keys in the places that the format names', async () => {
    await inDirectory(async (directory) => {
      await write(directory, small, access)
      const manifest = fs.readFileSync(join(directory, 'manifest.json'), 'utf8')
      const keys = [...manifest.matchAll(/^ *"([\w.]+)":/gm)].map(([, key]) => key)
      const start = keys.indexOf('access')
      expect(keys.slice(start, start + 8)).toEqual([
        'access',
        'counts',
        'users',
        'groups',
        'memberships',
        'accounts',
        'permissionSets',
        'assignments',
      ])
      expect(keys.slice(-3)).toEqual(['access.json', 'sha256', 'bytes'])
      expect(fs.statSync(join(directory, 'access.json')).mode & 0o777).toBe(0o600)
    })
  })

  it('leaves no access.json behind where the next run reads none, and one that is not ours alone', async () => {
    await inDirectory(async (directory) => {
      await write(directory, small, undefined)
      const plain = contents(directory)
      await write(directory, small, access)
      expect(Object.keys(contents(directory))).toEqual([
        'access.json',
        'groups.json',
        'manifest.json',
        'users.json',
      ])
      await write(directory, small, undefined)
      expect(contents(directory)).toEqual(plain)
      fs.writeFileSync(join(directory, 'access.json'), '{}')
      await write(directory, small, undefined)
      expect(contents(directory)).toEqual({ ...plain, 'access.json': '{}' })
    })
  })

  it('ignores an access.json that the manifest does not name', async () => {
    await inDirectory(async (directory) => {
      await write(directory, small, undefined)
      fs.writeFileSync(join(directory, 'access.json'), '{}')
      expect(await read(directory)).not.toHaveProperty('access')
    })
  })
})

describe('an access.json that is hostile or damaged', () => {
  const policy = '{"10":{},"9":[]}'
  it.each<[string, (text: string) => string, string | undefined]>([
    ['CRLF', (text) => text.replaceAll('\n', '\r\n'), 'different line endings'],
    ['no final newline', (text) => text.slice(0, -1), 'lacks the final newline'],
    ['a second final newline', (text) => `${text}\n`, 'after its last record'],
    ['a byte order mark', (text) => `\ufeff${text}`, 'byte order mark'],
    ['another format', (text) => text.replace('access/1', 'access/2'), 'before its first record'],
    ['nothing', () => '', 'layout'],
    ['half a file', (text) => text.slice(0, text.indexOf('"assignments"')), 'layout'],
    ['a missing end', (text) => text.replace('\n}\n', '\n'), 'layout'],
    ['an unknown key', (text) => text.replace('{"id"', '{"x":1,"id"'), 'account 1: it is not in the form'],
    ['a repeated key', (text) => text.replace('{"id"', '{"id":"1","id"'), 'account 1: it is not in the form'],
    [
      '__proto__',
      (text) => text.replace('{"id"', '{"__proto__":{},"id"'),
      'account 1: it is not in the form',
    ],
    ['a missing key', (text) => text.replace('"description":"",', ''), 'permission set 1: its description'],
    ['a blank', (text) => text.replace('{"arn"', '{ "arn"'), 'permission set 1: it is not in the form'],
    [
      'an account id of 11 digits',
      (text) => text.replaceAll('444455556666', '44445555666'),
      'account 2: its id',
    ],
    ['an empty name', (text) => text.replace('"prod-payments"', '""'), 'account 1: its name'],
    [
      'accounts out of order',
      (text) => text.replace('"id":"111122223333"', '"id":"999922223333"'),
      'account 2: its id is out of order',
    ],
    [
      'an arn that is none',
      (text) => text.replace(`"arn":"${arn}a"`, '"arn":"x"'),
      'permission set 1: its arn',
    ],
    [
      'a repeated set',
      (text) => text.replace(`"arn":"${arn}b"`, `"arn":"${arn}a"`),
      'permission set 2: its arn is out of order',
    ],
    [
      'a duration that is none',
      (text) => text.replace('PT12H', 'long'),
      'permission set 1: its sessionDuration',
    ],
    [
      'policies out of order',
      (text) => text.replace('"/Deploy","/team/Deploy"', '"/team/Deploy","/Deploy"'),
      'permission set 2: its customerManagedPolicies',
    ],
    [
      'a policy with unsorted keys',
      (text) => text.replace(policy, '{"9":[],"10":{}}'),
      'permission set 2: it is not in the form',
    ],
    [
      'a policy in a text',
      (text) => text.replace(policy, JSON.stringify(policy)),
      'permission set 2: its inlinePolicy is text',
    ],
    [
      'an empty policy text',
      (text) => text.replace(policy, '""'),
      'permission set 2: its inlinePolicy is text',
    ],
    [
      'a policy of 101 levels',
      (text) => text.replace(policy, `${'{"a":'.repeat(101)}1${'}'.repeat(101)}`),
      'permission set 2: its inlinePolicy has more than 100 levels',
    ],
    [
      'a policy of 100,000 levels',
      (text) => text.replace(policy, `${'['.repeat(100_000)}${']'.repeat(100_000)}`),
      'permission set 2: ',
    ],
    [
      'a line of 256 KiB',
      (text) => text.replace('<b>', 'b'.repeat(256 * 1024)),
      'permission set 2: it is longer than 256 KiB',
    ],
    [
      'a principal type of another kind',
      (text) => text.replace('"USER"', '"ROLE"'),
      'assignment 3: its principalType',
    ],
    [
      'an unknown group',
      (text) => text.replace('"g-2"', '"g-3"'),
      'assignment 2: its principalId is not a group',
    ],
    [
      'a group in the place of a user',
      (text) => text.replace('"u-2"', '"g-2"'),
      'assignment 3: its principalId is not a user',
    ],
    [
      'an unknown user',
      (text) => text.replace('"u-2"', '"u-3"'),
      'assignment 3: its principalId is not a user',
    ],
    [
      'an unknown account',
      (text) => text.replace(`"account":"444455556666"`, '"account":"555555555555"'),
      'assignment 2: its account',
    ],
    [
      'an unknown set',
      (text) =>
        text.replace(`"111122223333","permissionSet":"${arn}b"`, `"111122223333","permissionSet":"${arn}c"`),
      'assignment 3: its permissionSet',
    ],
    [
      'a repeated assignment',
      (text) => text.replace(/(\{"principalType":"USER".*)\n/, '$1,\n$1\n'),
      'manifest.json counts only 3',
    ],
    [
      'an assignment in the place of another',
      (text) => text.replace(/^(.*"g-1".*)\n.*"g-2".*\n/m, '$1\n$1\n'),
      'assignment 2: it is out of order',
    ],
    [
      'assignments out of order',
      (text) => text.replace(/^(.*"g-1".*)\n(.*"g-2".*)\n/m, '$2\n$1\n'),
      'assignment 2: it is out of order',
    ],
    [
      'an account that no assignment names',
      (text) => text.replace('"account":"444455556666"', '"account":"111122223333"'),
      'account 2: no assignment refers to it',
    ],
    [
      'a set that no assignment names',
      (text) => text.replaceAll(new RegExp(`"permissionSet":"${arn}b"`, 'g'), `"permissionSet":"${arn}a"`),
      'permission set 2: no assignment refers to it',
    ],
    [
      'a record less',
      (text) => text.replace(/,\n.*"USER".*/, ''),
      'counts 3 assignments, but access.json contains 2',
    ],
    ['another byte', (text) => text.replace('prod-payments', 'prod-paymentz'), undefined],
  ])('is refused: %s', async (_, damage, expected) => {
    const text = damage(TEXT)
    expect(text).not.toBe(TEXT)
    if (expected === undefined) {
      const error = await refusal(text, digestOf(TEXT))
      expect(error).toContain('is not the file that its manifest.json describes')
      return
    }
    const error = await refusal(text)
    expect(error).toMatch(/(?:access|manifest).json of x/)
    expect(error).toContain(expected)
    expect(error).not.toMatch(/g-3|u-3|prod-/)
  })

  it('is refused where it is missing', async () => {
    expect(await refusal(undefined)).toContain('access.json of x is missing')
  })

  it('is refused before its policies need more than 128 MiB of memory', () => {
    const wide = permissionSet('10', { inlinePolicy: { a: Array.from({ length: 99_998 }, () => 0) } })
    const lines = [...accessFile(accessOf([['GROUP', 'g-1', '111122223333', '10']], [wide]))]
      .join('')
      .split('\n')
    const at = lines.findIndex((line) => line.startsWith('{"arn"'))
    const most = { accounts: 1, permissionSets: 41, assignments: 41 }
    const reader = readAccess(identitiesOf(small), most, (where, what) => {
      throw new Error(`${where}: ${what}`)
    })
    for (const line of lines.slice(0, at)) reader.line(line)
    const readSet = (number: number) => {
      reader.line(`${lines[at]?.replace('ps-10', `ps-${number}`) ?? ''},`)
    }
    for (let number = 10; number < 29; number++) readSet(number)
    expect(() => {
      readSet(29)
    }).toThrow('permission set 20: the file needs more than 128 MiB of memory')
  })

  it('is not written either', async () => {
    const long = permissionSet('a', { description: 'x'.repeat(256 * 1024) })
    const some = accessOf([['GROUP', 'g-1', '111122223333', 'a']], [long])
    await expect(inDirectory((directory) => write(directory, small, some))).rejects.toThrow(
      'The data from AWS would make an unreadable snapshot (access.json of the new snapshot, permission set 1: it is longer than 256 KiB), so nothing was replaced.',
    )
  })
})

function digestOf(text: string) {
  return { sha256: createHash('sha256').update(text).digest('hex'), bytes: Buffer.byteLength(text) }
}

async function refusal(
  text: string | undefined,
  digest = digestOf(text ?? ''),
  counted: Access = access,
): Promise<string> {
  return inDirectory(async (directory) => {
    await write(directory, small, counted)
    const files = new Map(
      Object.entries(contents(directory)).map(([name, bytes]) => [name, Buffer.from(bytes)]),
    )
    const manifest = JSON.parse(String(files.get('manifest.json'))) as { files: Record<string, unknown> }
    manifest.files['access.json'] = digest
    files.set('manifest.json', Buffer.from(JSON.stringify(manifest)))
    if (text === undefined) files.delete('access.json')
    else files.set('access.json', Buffer.from(text))
    const read = readSnapshot(bytesFiles('x', files), { manifest: 'required' })
    return read.then(
      () => 'read',
      (error: unknown) => (error instanceof Error ? error.message : ''),
    )
  })
}

async function inDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = fs.mkdtempSync(join(fs.realpathSync(tmpdir()), 'access-'))
  try {
    return await work(directory)
  } finally {
    fs.rmSync(directory, { recursive: true })
  }
}

function write(directory: string, records: Records, some: Access | undefined) {
  return writeSnapshot({
    directory,
    roots: [directory],
    identities: identitiesOf(records),
    access: some,
    description,
  })
}

async function read(directory: string) {
  const snapshot = await readSnapshot(directoryFiles(directory), { manifest: 'required' })
  return snapshot && recordsOf(snapshot)
}

function contents(directory: string): Record<string, string> {
  return Object.fromEntries(
    fs.readdirSync(directory).map((name) => [name, fs.readFileSync(join(directory, name), 'utf8')]),
  )
}
