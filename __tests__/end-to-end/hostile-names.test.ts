import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Nodes } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm } from 'micromark-extension-gfm'
import { visit } from 'unist-util-visit'
import {
  ACCOUNT,
  addGroup,
  addMembership,
  addUser,
  createOrganization,
  newId,
} from '../../emulator/organization.ts'
import type { ActionResult } from '../../emulator/runner.ts'
import { HOSTILE_NAMES } from '../fixtures/hostile-names.ts'
import { group as team, user as person, type Records } from '../fixtures/identities.ts'
import type { Scene } from './scene.ts'
import {
  filesOf,
  newDirectory,
  outputFile,
  people,
  pullRequestRun,
  putSnapshot,
  startScene,
} from './scene.ts'

/** Names that would stand out in a log: the others are words such as null. */
const TELLING = HOSTILE_NAMES.flatMap((name) => name.split(/\s+/)).filter((word) => word.length > 7)
/** What no text may hold outside of `\u{…}`: control and format characters, surrogates, and other line ends. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/u

/** Everybody and everything has a hostile name, address, description and title. */
function hostile(): Records {
  const id = (n: number) => String(n).padStart(4, '0')
  const names = HOSTILE_NAMES.map((name, n) => ({ name, n }))
  return {
    users: names.map(({ name, n }) =>
      person(id(n), {
        name,
        userName: name,
        email: name,
        tags: name === '' ? null : [{ key: 'Title', value: name, source: 'AWS IAM Identity Center' }],
        groupExternalIds: [id(n)],
      }),
    ),
    groups: names.map(({ name, n }) => team(id(n), { name, description: name })),
  }
}

let scene: Scene
let number: number

beforeAll(async () => {
  // The same names in AWS, with groups that hold their namesakes.
  const organization = createOrganization({ seed: 1, users: 1, groups: 1, memberships: 1, account: ACCOUNT })
  HOSTILE_NAMES.forEach((name, n) => {
    const user = addUser(organization, {
      UserId: newId(organization, 2 * n),
      UserName: name.slice(0, 128),
      DisplayName: name.slice(0, 1024),
      Emails: [{ Value: name.slice(0, 1024), Primary: true }],
      Title: name.slice(0, 1024),
    })
    const group = addGroup(organization, {
      GroupId: newId(organization, 2 * n + 1),
      DisplayName: name.slice(0, 1024),
      Description: name.slice(0, 1024),
    })
    addMembership(organization, group, user)
  })
  scene = await startScene({ organization })
  number = scene.repository.createPull({ base: 'a'.repeat(40), head: 'b'.repeat(40) })
})
afterAll(() => scene.close())

function textsOf(result: ActionResult): Record<string, string> {
  const [comment] = scene.repository.comments(number).slice(-1)
  return { report: outputFile(result, 'report-file'), comment: comment?.body ?? '', summary: result.summary }
}

/** As GitHub reads it: nothing but our own structure, and names as inert code. */
function verifyInert(markdown: string): void {
  for (const line of markdown.split('\n')) expect(line).not.toMatch(UNSEEN)
  const root = fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] })
  const types = new Set<Nodes['type']>()
  visit(root, (node) => {
    types.add(node.type)
    if (node.type === 'html') {
      expect(node.value).toMatch(
        /^(<!-- aws-organization-sync \d{12} d-[0-9a-f]{10} (aws|directory) -->|<\/?details>|<\/?summary>|(<details( open)?>\n)?<summary><b>[\w,:() ]+<\/b><\/summary>)$/,
      )
    }
    if (node.type === 'text') {
      expect(node.value).not.toMatch(/[@<`|]|https?:|www\.|:\w+:|#\d|GH-\d|octocat|owned|alert\(|\$\(/)
    }
  })
  const expected = [
    'root',
    'html',
    'heading',
    'text',
    'inlineCode',
    'table',
    'tableRow',
    'tableCell',
    'paragraph',
    'list',
    'listItem',
    'strong',
    'blockquote',
    'break',
    'emphasis',
  ]
  expect([...types].filter((type) => !expected.includes(type))).toEqual([])
  const headings = [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, text]) => text)
  for (const text of headings) expect(text).toMatch(/^Identity store of account `\d{12}`/)
}

function verifyLog(result: ActionResult): void {
  for (const text of [result.stdout, result.stderr]) {
    for (const word of TELLING) expect(text.includes(word)).toBe(false)
    expect(text.replaceAll('\n', '')).not.toMatch(UNSEEN)
  }
  // Whatever a runner could take for a command is one that the action means.
  const lines = result.stdout.split('\n').filter((line) => /::|##\[/.test(line))
  expect(lines).toHaveLength(result.annotations.length)
  for (const { command } of result.annotations) expect(['warning', 'error', 'debug']).toContain(command)
  for (const [name, value] of Object.entries(result.outputs)) {
    const isPath = /-file$|^directory$/.test(name)
    expect(value).toMatch(
      isPath
        ? /^(\/[\w./-]+)?$/
        : /^(\d*|true|false|d-[0-9a-f]{10}|http:\/\/127\.0\.0\.1[\w:/.#-]*|https:\/\/github\.[\w/.#-]*|identity-store-\d{12}|local--connectors\/aws-organization-sync|\d+\.\d+\.\d+)$/,
    )
  }
}

describe('hostile names are inert in report, comment, summary, log, workflow commands and outputs', () => {
  it.each<[string, () => [before: Records, now: Records]]>([
    ['where they come', () => [people(1), hostile()]],
    ['where they go', () => [hostile(), people(1)]],
    [
      'where they take the place of good ones',
      () => {
        const all = hostile()
        const good: Records = {
          users: all.users.map((user) => ({
            ...person(user.externalId),
            groupExternalIds: user.groupExternalIds,
          })),
          groups: all.groups.map(({ externalId }) => team(externalId)),
        }
        return [good, all]
      },
    ],
    [
      'where good ones take theirs, and everybody leaves the groups',
      () => {
        const all = hostile()
        return [all, { users: all.users.map(({ externalId }) => person(externalId)), groups: all.groups }]
      },
    ],
  ])('%s', async (_title, pair) => {
    const [before, now] = pair()
    const workspace = newDirectory()
    putSnapshot(join(workspace, 'before'), before)
    putSnapshot(join(workspace, 'now'), now)
    const result = await scene.run({
      ...pullRequestRun({ number }),
      workspace,
      inputs: { source: './now', baseline: './before', detail: 'full' },
    })
    expect([result.code, result.errors]).toEqual([0, []])
    const texts = textsOf(result)
    for (const text of Object.values(texts)) {
      verifyInert(text)
      expect(text).toContain('`')
    }
    // They are all shown where there is room.
    expect(texts['summary']).toContain('`@octocat`')
    expect(texts['summary']).toContain('`<img src=x onerror=alert(1)>`')
    expect(texts['summary']).toContain('`::error::owned`')
    verifyLog(result)
    // Every one of them is what it was, where a program reads it; no file can hold a lone surrogate.
    const read = new Set<unknown>()
    JSON.parse(outputFile(result, 'changes-file'), (_, value: unknown) => {
      read.add(value)
      return value
    })
    for (const name of HOSTILE_NAMES) expect(read).toContain(name.toWellFormed())
  })

  it('read from AWS, with everything that a run can write', async () => {
    const workspace = newDirectory()
    const inputs = { 'output-directory': './store', tags: 'Title', detail: 'full', 'raito-connector': 'own' }
    const first = await scene.run({ workspace, inputs: { ...inputs, baseline: 'none' } })
    expect([first.code, first.errors]).toEqual([0, []])
    verifyLog(first)
    const written = JSON.parse(outputFile(first, 'users-file')) as { name: string }[]
    expect(written.map(({ name }) => name)).toContain('::error::owned')
    putSnapshot(join(workspace, 'before'), people(3), {
      identityStoreId: first.outputs['aws-identity-store-id'],
    })
    const second = await scene.run({
      ...pullRequestRun({ number }),
      workspace,
      inputs: { ...inputs, baseline: './before' },
    })
    expect([second.code, second.errors]).toEqual([0, []])
    for (const text of Object.values(textsOf(second))) verifyInert(text)
    verifyLog(second)
    expect(scene.center.complaints).toEqual([])
  })

  it('in the error of a file that is refused', async () => {
    const workspace = newDirectory()
    const files = filesOf(hostile())
    const texts = [
      files['users.json'].replace('"isMachine":null', '"isMachine":"::error::owned"'),
      files['users.json'].replaceAll('"name"', '"::error::owned\\n::set-output name=changed::false"'),
      files['users.json'].slice(0, -500),
    ]
    for (const text of texts) {
      putSnapshot(join(workspace, 'now'), { ...files, 'users.json': text })
      const result = await scene.run({ workspace, inputs: { source: './now' } })
      expect([result.code, result.errors.length]).toEqual([1, 1])
      verifyLog(result)
    }
  })
})
