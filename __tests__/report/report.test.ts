import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm } from 'micromark-extension-gfm'
import { visit } from 'unist-util-visit'
import { checkRemovals } from '../../src/changes/guard.ts'
import { shown } from '../../src/report/markdown.ts'
import type { ReportInput } from '../../src/report/report.ts'
import {
  COMMENT_BUDGET,
  SUMMARY_BUDGET,
  hasChanges,
  renderComment,
  renderReport,
  renderSummary,
} from '../../src/report/report.ts'
import { TAG_SOURCE } from '../../src/snapshot/model.ts'
import type { Tag } from '../../src/snapshot/model.ts'
import { accessOf, ADMINISTRATOR, permissionSet, type Row } from '../fixtures/access.ts'
import { HOSTILE_NAMES } from '../fixtures/hostile-names.ts'
import { anyName, anyRecords, group, user, type Records } from '../fixtures/identities.ts'
import { accessInput, SCENARIOS, reportInput } from '../fixtures/report-inputs.ts'

const MARKER = '<!-- marker -->'
const OUR_HTML =
  /^(?:<details(?: open)?>\n<summary><b>[\w ,:()]*<\/b><\/summary>|<\/?details>|<\/?summary>|<!-- marker -->)$/
const OUR_NODES = new Set([
  'root',
  'html',
  'heading',
  'table',
  'tableRow',
  'tableCell',
  'paragraph',
  'text',
  'strong',
  'inlineCode',
  'blockquote',
  'list',
  'listItem',
])
/** All the words that stand outside of code. */
const OUR_WORDS = new Set(
  `Identity store of account changes change no any more Before Added Removed Changed Now Users Groups Memberships Assignments Read from AWS From a
  snapshot identity region instance compared with commit artifact the in and CAUTION WARNING NOTE Refused nothing was written More would be removed than
  allows users user groups group memberships e mail addresses allowed address assignments If this is intended set to for one run not look at what changed
  IAM Center both snapshots longer has have an User name Name E mail Field Id Group Machine Display Description Parent Tag Tags Order empty Not everything
  fits here Left out but output added removed is This warning review decides Count Deleted created again under same What had assigned old ids gone
  existing new Access opened closed Nobody becomes administrator person people become administrators gains gain privileged access through assigned
  directly because permission set below Permission Account Through other read only h min session unknown Sessions that are open now last until they expire
  up Session duration Level managed policies Customer Inline policy Permissions boundary sets Assigned Administrators Assignment Names
  are hidden here input To show them The refused baseline holds so current ones used sides access opens closes only by`.split(
    /\s+/,
  ),
)

/** Fails where anything but code, or other than a name as it is shown, comes from a name. */
function expectInert(markdown: string, names: ReadonlySet<string>) {
  const faults: string[] = []
  const shownNames = new Set([...names].map((name) => shown(name)))
  // A long value that changed is shown from its first difference on.
  const isEndOfName = (value: string) =>
    [...names].some((name) => Array.from(name).some((_, at) => shown(`…${name.slice(at)}`) === value))
  visit(fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }), (node) => {
    if (!OUR_NODES.has(node.type)) faults.push(`a node of type ${node.type}`)
    if (node.type === 'html' && !OUR_HTML.test(node.value)) faults.push(`the HTML ${node.value}`)
    if (node.type === 'table' && new Set(node.children.map((row) => row.children.length)).size !== 1)
      faults.push('a broken table')
    if (node.type === 'inlineCode' && !shownNames.has(node.value) && !isEndOfName(node.value))
      faults.push(`the code ${node.value}`)
    if (node.type !== 'text') return
    if (/[@#<>:]\S/.test(node.value)) faults.push(`the text ${node.value}`)
    faults.push(
      ...(node.value.match(/\p{L}+/gu) ?? [])
        .filter((word) => !OUR_WORDS.has(word))
        .map((word) => `the word ${word}`),
    )
  })
  for (const block of markdown.split('\n\n').filter((part) => part.startsWith('| '))) {
    // GitHub's own parser takes any escaped punctuation for a pair, micromark only \\ and \|.
    const columns = block.split('\n').map((line) => line.replace(/\\[!-/:-@[-`{-~]/g, '').split('|').length)
    if (new Set(columns).size !== 1) faults.push(`a table broken for GitHub: ${block.slice(0, 200)}`)
  }
  expect(faults).toEqual([])
}

const FIXED = [
  'd-1234567890',
  '111122223333',
  '444455556666',
  'eu-west-1',
  '3f786850e387',
  '2718281828',
  '20%',
  '40',
  'max-removals',
  'changes-file',
  'detail',
  'full',
  'Title',
  'Locale',
  'true',
  'false',
]

function namesOf(...sides: Records[]): Set<string> {
  const names = new Set(FIXED)
  const addTags = (tags: Tag[] | null) => {
    for (const { value } of tags ?? []) names.add(value)
  }
  for (const { users, groups } of sides) {
    for (const { externalId, name, userName, email, groupExternalIds, tags } of users) {
      for (const value of [externalId, name, userName, email, ...(groupExternalIds ?? [])]) names.add(value)
      addTags(tags)
    }
    for (const { externalId, name, displayName, description, parentGroupExternalIds, tags } of groups) {
      for (const value of [externalId, name, displayName, description]) names.add(value)
      names.add((parentGroupExternalIds ?? []).join(', '))
      addTags(tags)
    }
  }
  for (let n = 0; n < 300; n++) names.add(String(n))
  return names
}

describe('names in the report', () => {
  it('are inert, whatever they are', () => {
    fc.assert(
      fc.property(anyRecords, anyRecords, (a, b) => {
        const comment = renderComment(reportInput(a, b), MARKER)
        expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(COMMENT_BUDGET)
        expectInert(comment, namesOf(a, b))
      }),
      { seed: 20260506, numRuns: 60 },
    )
  })

  it.each(HOSTILE_NAMES.map((name) => [name.slice(0, 40), name]))('are inert: %j', (_, name) => {
    const a: Records = {
      users: [user('1', { name, userName: name, email: name, groupExternalIds: ['g'] })],
      groups: [group('g', { name, description: name })],
    }
    const b: Records = {
      users: [user('1'), user('2', { name, userName: name, groupExternalIds: ['g', 'h'] })],
      groups: [group('g'), group('h', { name })],
    }
    for (const [before, now] of [
      [a, b],
      [b, a],
    ] as const)
      expectInert(renderComment(reportInput(before, now), MARKER), namesOf(a, b))
  })

  it.each(HOSTILE_NAMES.filter((name) => name !== '').map((name) => [name.slice(0, 40), name]))(
    'are inert as those of accounts and permission sets: %j',
    (_, name) => {
      const sets = [
        permissionSet('a', { name, description: name, ...ADMINISTRATOR }),
        permissionSet('b', { name }),
        permissionSet('c', { name, sessionDuration: 'PT99999999M' }),
      ]
      const names = { '111122223333': name, '444455556666': name }
      const organization = {
        users: [user('1', { userName: name, groupExternalIds: ['g'] })],
        groups: [group('g', { name })],
      }
      const one = {
        ...organization,
        access: accessOf(
          [
            ['GROUP', 'g', '111122223333', 'a'],
            ['USER', '1', '111122223333', 'c'],
          ],
          sets,
          names,
        ),
      }
      const other = {
        ...organization,
        access: accessOf(
          [
            ['GROUP', 'g', '111122223333', 'c'],
            ['GROUP', 'g', '444455556666', 'b'],
            ['USER', '1', '111122223333', 'b'],
          ],
          sets.map((set) => ({ ...set, description: '', inlinePolicy: name })),
          names,
        ),
      }
      const known = new Set([...namesOf(organization), shown(name), 'ps-a', 'ps-b', 'ps-c'])
      for (const [before, now] of [
        [one, other],
        [other, one],
      ] as const)
        expectInert(renderComment(accessInput(before, now), MARKER), known)
    },
  )

  it('of accounts and permission sets do not appear in a report of counts, nor do their ids', () => {
    const input = { ...scenario('access-one-person'), detail: 'counts' as const }
    for (const text of [renderComment(input, MARKER), renderReport(input), renderSummary(input)]) {
      expect(text).toContain('**1 person becomes an administrator.** Access: 3 opened, 0 closed.')
      expect(text).not.toMatch(/prod-|111111111111|arn:|AdministratorAccess|admins|person\./)
    }
  })

  it('fit and are inert in any number and length', () => {
    fc.assert(
      fc.property(
        fc.nat(1500),
        fc.nat(300),
        fc.array(fc.tuple(anyName, fc.nat(120)), { minLength: 1, maxLength: 5 }),
        (n, offset, parts) => {
          const names = parts.map(([name, times]) => name.repeat(times))
          const at = (i: number) => names[i % names.length] ?? ''
          const id = (i: number) => String(i).padStart(5, '0')
          const groups = Array.from({ length: Math.min(n, 200) }, (_, i) => group(id(i), { name: at(i) }))
          const users = Array.from({ length: n }, (_, i) =>
            user(id(i), { name: at(i), userName: at(i), groupExternalIds: [id(i % 200)] }),
          )
          const [a, b] = [
            { users, groups },
            { users: users.slice(offset).map((u) => ({ ...u, email: '' })), groups: groups.slice(offset) },
          ]
          const input = reportInput(a, b)
          const summary = renderSummary(input)
          const comment = renderComment(input, MARKER)
          expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(COMMENT_BUDGET)
          expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(SUMMARY_BUDGET)
          expectInert(comment, namesOf(a))
        },
      ),
      { seed: 20260507, numRuns: 6 },
    )
  })

  it.each(Object.keys(SCENARIOS))('do not appear at all in a report of counts: %s', (name) => {
    const { run } = scenario('scheduled-run')
    const { comparison, ...rest } = scenario(name)
    for (const kind of ['aws', 'directory'] as const) {
      const input: ReportInput = { ...rest, kind, ...(run && { run }), detail: 'counts', warnings: [] }
      if (comparison !== undefined) input.comparison = { ...comparison, notes: [] }
      const report = renderReport(input).trimEnd()
      expectInert(report, new Set(FIXED))
      expect(renderComment(input, MARKER).trimEnd()).toBe(`${MARKER}\n${report}`)
      const summary = renderSummary(input)
      expect(summary.slice(0, report.length)).toBe(report)
      const codes = summary.slice(report.length).matchAll(/`([^`]+)`/g)
      expect(Array.from(codes, ([, code]) => code)).toEqual(Object.keys(run?.calls ?? {}))
    }
  })
})

describe('a report', () => {
  const small = scenario('small-change')

  it('is the same text for the same state', () => {
    expect(renderReport(structuredCloneOf(small))).toBe(renderReport(small))
  })

  it('begins with the marker where it is a comment, and is the report file else', () => {
    const comment = renderComment(small, MARKER)
    expect(comment.split('\n', 1)[0]).toBe(MARKER)
    expect(renderReport(small)).toBe(comment.slice(MARKER.length + 1))
  })

  it('says that the changes have gone only where there was a comment', () => {
    const none = scenario('no-changes')
    expect(renderComment(none, MARKER)).toContain(': no changes\n')
    expect(renderComment(none, MARKER, true)).toContain(': no changes any more\n')
    expect(renderComment(small, MARKER, true)).toBe(renderComment(small, MARKER))
  })

  it('says of 5,000 changes what is left out, adding up to the whole', () => {
    const input = scenario('5000-changes')
    const comment = renderComment(input, MARKER)
    const [, missing, total] = /^> - Users added: ([\d,]+) of ([\d,]+)$/m.exec(comment) ?? []
    const rows = comment
      .split(/<summary>/)
      .find((part) => part.startsWith('<b>Users added: 1,000'))
      ?.match(/^\| `person/gm)
    expect(total).toBe('1,000')
    expect(Number(missing) + (rows?.length ?? 0)).toBe(1000)
    expect(renderSummary(input)).not.toContain('Not everything fits')
  })

  it('gives each list a row for each change, where all fit', () => {
    const summary = renderSummary(scenario('5000-changes'))
    expect(summary.match(/^\| `person\.\d+@example\.com` \| Name \|/gm)?.length).toBe(875)
    expect(summary.match(/`person\.0500@example\.com`/g)?.length).toBe(2)
  })

  it('tells of the guard by what it would do: refuse for AWS, warn for a directory', () => {
    expect(renderReport(scenario('guard-refused'))).toContain('[!CAUTION]')
    expect(renderReport(scenario('guard-warns'))).toContain('the review decides')
    const comparison = comparisonOf(small)
    const verdict = checkRemovals(comparison.changes, { kind: 'percentage', value: 100 })
    expect(renderReport({ ...small, comparison: { ...comparison, verdict } })).not.toContain('max-removals')
  })

  it('tells of 100,000 people who gain a pair through one group in one row, within its budget', () => {
    const users = Array.from({ length: 100_000 }, (_, i) =>
      user(`u${String(i).padStart(6, '0')}`, { groupExternalIds: ['g'] }),
    )
    const organization = { users, groups: [group('g')] }
    const comment = renderComment(
      accessInput(
        { ...organization, access: accessOf([], []) },
        {
          ...organization,
          access: accessOf([['GROUP', 'g', '111122223333', 'a']], [permissionSet('a', ADMINISTRATOR)]),
        },
      ),
      MARKER,
    )
    expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(COMMENT_BUDGET)
    expect(comment).toContain('**100,000 people become administrators.**')
    expect(comment).toContain(
      '`u000000@example.com` and 99,999 more: `a` in `111122223333`, through `Group g`',
    )
    expect(comment).toMatch(
      /and 99,995 more.* \| `a` \(\*\*administrator\*\*, 1 h session\) \| `111122223333` \| `Group g` \|/,
    )
    const [, missing = ''] = /Access opened: ([\d,]+) of 100,000/.exec(comment) ?? []
    expect(comment.match(/`u\d{6}@example\.com`/g)).toHaveLength(100_001 - Number(missing.replace(',', '')))
  })

  it('says where names are hidden what to set, and links to the run', () => {
    const runUrl = 'https://github.com/example/identity/actions/runs/42'
    const hidden = renderReport({ ...scenario('counts-only'), runUrl })
    expect(hidden).toContain(
      'set the input `detail` to `full`. What else there is: [the run](https://github.com/example/identity/actions/runs/42).',
    )
    expect(renderReport({ ...small, runUrl })).not.toContain(runUrl)
  })

  it('has the counts alone where there is no baseline', () => {
    const report = renderReport(scenario('no-baseline'))
    expect(report).toContain('| Users | 60 |')
    expect(report).not.toContain('Before')
    expect(report).not.toContain('ListUsers')
  })

  it('fits with any number of warnings and notes of any length', () => {
    const long = Array.from({ length: 500 }, () => '\u{1f600}\u202e'.repeat(5000))
    const comparison = comparisonOf(small)
    const text = renderComment(
      { ...small, warnings: long, comparison: { ...comparison, notes: long } },
      MARKER,
    )
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(COMMENT_BUDGET)
    expect(text).toContain('Users added: 3')
  })

  it.each([
    ['path', '/home/runner/store', 'compared with the snapshot in `/home/runner/store`.'],
    ['artifact', '2718281828', 'compared with artifact `2718281828`.'],
    ['commit', '3f786850e387550fdab836ed7e6dc881de23001b', 'compared with commit `3f786850e387`.'],
  ] as const)('names a baseline that is a %s', (kind, reference, sentence) => {
    const comparison = comparisonOf(small)
    const baseline = { ...comparison.baseline, kind, reference }
    expect(renderReport({ ...small, comparison: { ...comparison, baseline } })).toContain(sentence)
  })

  it('names the account of the instance only where it is another one', () => {
    const own = renderReport({ ...small, origin: { ...small.origin, ownerAccount: small.origin.account } })
    expect(own).toMatch(/^### Identity store of account `111122223333`: 20 changes$/m)
    expect(own).toMatch(/^From a snapshot, identity store `d-1234567890`, region `eu-west-1`, compared with/m)
  })

  it('says of one user and of several that their e-mail address is gone', () => {
    const lost = (count: number) => {
      const users = ['a', 'b', 'c'].map((id) => user(id))
      const now = users.map((one, i) => (i < count ? { ...one, email: '' } : one))
      return renderReport(reportInput({ users, groups: [] }, { users: now, groups: [] }))
    }
    expect(lost(1)).toContain('1 user in both snapshots no longer has an e-mail address.')
    expect(lost(2)).toContain('2 users in both snapshots no longer have an e-mail address.')
    expect(lost(0)).not.toContain('e-mail address')
  })

  it('shows twelve warnings, and how many more are in the log', () => {
    const warnings = Array.from({ length: 15 }, (_, i) => `Warning number ${String(i + 1)}.`)
    const report = renderReport({ ...small, warnings })
    expect(report).toContain('> - Warning number 12.\n> - And 3 more, in the log.')
    expect(report).not.toContain('Warning number 13.')
    const twelve = renderReport({ ...small, warnings: warnings.slice(0, 12) })
    expect(twelve).toContain('Warning number 12.')
    expect(twelve).not.toContain('in the log')
  })

  it('names a field that changed as a person would', () => {
    const before = { users: [user('1', { isMachine: null })], groups: [group('g', { name: 'old' })] }
    const renamed = { name: 'new', displayName: 'New', parentGroupExternalIds: ['p', 'q'] }
    const now = {
      users: [user('1', { isMachine: true, userName: 'other' })],
      groups: [group('g', renamed)],
    }
    const rows = renderReport(reportInput(before, now)).match(/^\| `(?:other|new)` .*$/gm)
    expect(rows).toEqual([
      '| `other` | User name | `1@example.com` | `other` |',
      '| `other` | Machine | — | `true` |',
      '| `new` | Name | `old` | `new` |',
      '| `new` | Display name | `old` | `New` |',
      '| `new` | Parent groups | — | `p, q` |',
    ])
  })

  it('shows every imported field of added and removed records', () => {
    const tags = [
      { key: 'Title', value: 'CISO', source: TAG_SOURCE },
      { key: 'Locale', value: 'en', source: TAG_SOURCE },
    ]
    const one = {
      users: [user('1', { tags, isMachine: false }), user('2')],
      groups: [group('g', { description: 'All' }), group('h')],
    }
    const nobody = { users: [], groups: [] }
    for (const [before, now] of [
      [nobody, one],
      [one, nobody],
    ] as const) {
      const report = renderReport(reportInput(before, now))
      expect(report).toMatch(/^\| `1@.*\| `Title` `CISO`, `Locale` `en`, Machine `false` \|$/m)
      expect(report).toContain('| `Group g` | `g` | `All` |')
      expect(report).toMatch(/^\| `2@.*\| — \|$/m)
      expect(report).toContain('| `Group h` | `h` | — |')
    }
  })

  it('keeps an empty tag from opening code that swallows the next name', () => {
    const tags = [
      { key: 'Title', value: '', source: TAG_SOURCE },
      { key: 'Locale', value: '@octocat', source: TAG_SOURCE },
    ]
    const now: Records = { users: [user('1', { tags })], groups: [] }
    const comment = renderComment(reportInput({ users: [], groups: [] }, now), MARKER)
    expectInert(comment, new Set([...namesOf(now), '@octocat']))
  })

  const tag = (value: string, key = 'Title', source = TAG_SOURCE) => ({ key, value, source })
  it.each<[string, Tag[] | null, Tag[] | null, string]>([
    ['two values made one', [tag('a'), tag('b')], [tag('a, b')], 'Tag `Title` | `a`, `b` | `a, b`'],
    ['an empty value', null, [tag('')], 'Tag `Title` | — | empty'],
    ['a value that was empty', [tag('')], [tag('a')], 'Tag `Title` | empty | `a`'],
    ['a value that is empty now', [tag('a')], [tag('')], 'Tag `Title` | `a` | empty'],
    [
      'another source',
      [tag('a')],
      [tag('a', 'Title', 'Okta')],
      `\`a\` of \`${TAG_SOURCE}\` | \`a\` of \`Okta\``,
    ],
    [
      'another order',
      [tag('a'), tag('b', 'Locale')],
      [tag('b', 'Locale'), tag('a')],
      'Order of tags | `Title`, `Locale` | `Locale`, `Title`',
    ],
  ])('shows a change of tags: %s', (_, before, now, row) => {
    const sideOf = (tags: Tag[] | null) => ({ users: [user('1', { tags })], groups: [] })
    expect(renderReport(reportInput(sideOf(before), sideOf(now)))).toContain(row)
  })

  it.each(['x', '\u200b', '\u{1f600}'])(
    'shows the first difference of long values: after many %j',
    (letter) => {
      const sideOf = (name: string) => ({ users: [user('1', { name })], groups: [] })
      for (const length of [0, 5, 60, 300]) {
        const [a, b] = ['A', 'B'].map((one) => letter.repeat(length) + one + letter.repeat(300))
        const [, before, now] =
          /\| Name \| (.*) \| (.*) \|/.exec(renderReport(reportInput(sideOf(a ?? ''), sideOf(b ?? '')))) ?? []
        expect(before).not.toBe(now)
        expect([before, now]).toEqual([expect.stringContaining('A'), expect.stringContaining('B')])
      }
    },
  )

  it('tells records that look alike apart by their ids', () => {
    const cyrillic = '\u0430dmin'
    const before = {
      users: [user('old', { userName: 'ana' }), user('other')],
      groups: [group('1', { name: 'Admins' })],
    }
    const now = {
      users: [
        user('new', { userName: 'ana' }),
        user('other', { name: 'x', groupExternalIds: ['2'] }),
        user('p', { userName: cyrillic }),
        user('q', { userName: 'e\u0301va' }),
        user('r', { userName: '\uff41dmin' }),
        user('s', { userName: '\u5c71\u7530\u3072\u308d' }),
        user('t', { userName: '\u13aadmin' }),
      ],
      groups: [group('1', { name: 'Admins' }), group('2', { name: 'Admins' })],
    }
    const report = renderReport(reportInput(before, now))
    for (const cell of [
      '`ana` (`old`)',
      '`ana` (`new`)',
      '(`p`)',
      '(`q`)',
      '(`r`)',
      '(`t`)',
      '`Admins` (`2`)',
    ])
      expect(report).toContain(cell)
    expect(report).not.toMatch(/\(`(?:s|other)`\)/)
    expect(report).toContain('Deleted and created again under the same name: 1 user. What AWS')
    const counts: ReportInput = { ...reportInput(before, now), detail: 'counts' }
    expect(renderSummary(counts)).toContain('Deleted and created again under the same name')
    expect(renderSummary(counts)).not.toMatch(/`(?:ana|old|new)`/)
  })

  it('tells a group apart from the one whose name it took', () => {
    const sideOf = (id: string) => ({
      users: [user('u', { groupExternalIds: [id] })],
      groups: [group(id, { name: 'Admins' })],
    })
    const report = renderReport(reportInput(sideOf('1'), sideOf('2')))
    expect(report).toContain('| `Admins` (`1`) | | `u@example.com` |')
    expect(report).toContain('| `Admins` (`2`) | `u@example.com` | |')
  })

  it('shows the first groups where the memberships of all do not fit', () => {
    const id = (i: number) => String(i).padStart(5, '0')
    const groups = Array.from({ length: 3000 }, (_, i) => group(id(i), { name: `group ${id(i)}` }))
    const inAll = { groupExternalIds: groups.map(({ externalId }) => externalId) }
    const input = reportInput({ users: [user('1')], groups }, { users: [user('1', inAll)], groups })
    const comment = renderComment(input, MARKER)
    const [, shownGroups = ''] =
      /Group changes of existing users: 3,000 \(first ([\d,]+) groups\)</.exec(comment) ?? []
    const count = Number(shownGroups.replace(',', ''))
    expect(count).toBeGreaterThanOrEqual(800)
    expect(comment.match(/^\| `group \d+` /gm)).toHaveLength(count)
    expect(comment).toContain(
      `Group changes of existing users: ${(3000 - count).toLocaleString('en-US')} of 3,000`,
    )
  })

  it('says, folded, how the store was read, and the rate where it has become steady', () => {
    const { run } = scenario('scheduled-run')
    if (run === undefined) throw new Error('no run')
    const rowsOf = (more: Partial<typeof run>) => {
      const summary = renderSummary({ ...small, run: { ...run, ...more } })
      const [, read = ''] = summary.split('<details>\n<summary><b>How the identity store was read</b>')
      return [...read.matchAll(/^\| (.+?) \| (.+?) \|$/gm)].map(
        ([, label, value]) => `${String(label)}: ${String(value)}`,
      )
    }
    expect(rowsOf({ calls: { ListUsers: 2, ListGroups: 0 } })).toEqual([
      'Calls: 2',
      ':-: -:',
      '`ListUsers`: 2',
      'Time: 12.4 s',
      'Calls per second: 18.7 (limit 20)',
      'Throttled: 0',
      'Retries: 1',
      'Memberships read: by group',
    ])
    expect(rowsOf({ seconds: 9.9, direction: null }).join()).not.toMatch(/per second|Memberships read/)
    expect(rowsOf({ seconds: 10 }).join()).toContain('Calls per second')
  })

  it('counts as a change any of the eight differences', () => {
    const none = {
      users: { added: 0, removed: 0, changed: 0 },
      groups: { added: 0, removed: 0, changed: 0 },
      memberships: { added: 0, removed: 0 },
    }
    const { changes } = comparisonOf(small)
    expect(hasChanges({ ...changes, counts: none })).toBe(false)
    for (const kind of ['users', 'groups', 'memberships'] as const) {
      for (const verb of Object.keys(none[kind]))
        expect(hasChanges({ ...changes, counts: { ...none, [kind]: { ...none[kind], [verb]: 1 } } })).toBe(
          true,
        )
    }
  })

  it.each([
    ['access-set-becomes-administrator', true],
    ['access-only-closings', true],
    ['access-nothing', false],
  ])('counts as a change an assignment or a permission set that differs: %s', (name, expected) => {
    expect(hasChanges(comparisonOf(scenario(name)).changes)).toBe(expected)
  })
})

/** The names in the first column of each row, of each list by its title. */
function listsOf(markdown: string): Record<string, string[]> {
  const lists = markdown.split('<summary><b>').slice(1)
  return Object.fromEntries(
    lists.map((list) => [
      list.slice(0, list.indexOf(':')),
      [...list.matchAll(/^\| `(.*?)`/gm)].map(([, name = '']) => name),
    ]),
  )
}

describe('the order of a report', () => {
  it('of rows is by name without regard to case, then by id', () => {
    const people = (more: object) =>
      ['b', 'C', 'a', 'B'].map((userName, i) => user(String(i), { userName, ...more }))
    const teams = ['y', 'Z', 'x', 'Y'].map((name, i) => group(String(i), { name }))
    const inAll = { groupExternalIds: teams.map(({ externalId }) => externalId) }
    const nobody = { users: [], groups: [] }
    const added = renderReport(reportInput(nobody, { users: people(inAll), groups: teams }))
    const memberships = 'Memberships of new users, removed users and removed groups'
    const [users, groups] = [
      ['a', 'b', 'B', 'C'],
      ['x', 'y', 'Y', 'Z'],
    ]
    expect(listsOf(added)).toEqual({ 'Users added': users, 'Groups added': groups, [memberships]: groups })
    expect(added).toContain('| `x` | `a`, `b`, `B`, `C` | |')
    const removed = renderReport(reportInput({ users: people({}), groups: teams }, nobody))
    expect(listsOf(removed)).toEqual({ 'Users removed': users, 'Groups removed': groups })
    const changed = renderReport(
      reportInput(
        { users: people({}), groups: teams },
        { users: people({ name: 'x' }), groups: teams.map((one) => ({ ...one, description: 'x' })) },
      ),
    )
    expect(listsOf(changed)).toEqual({ 'Users changed': users, 'Groups changed': groups })
  })

  it('puts what changed for people who stay before what follows from those who came or went', () => {
    const teams = ['kept', 'gone'].map((id) => group(id, { name: id }))
    const before = {
      users: [
        user('leaver', { groupExternalIds: ['kept'] }),
        user('stays', { groupExternalIds: ['gone', 'kept'] }),
        // An id that a group has as well.
        user('kept'),
      ],
      groups: teams,
    }
    const now = {
      users: [user('joiner', { groupExternalIds: ['kept'] }), user('stays', { groupExternalIds: ['new'] })],
      groups: [group('kept', { name: 'kept' }), group('new', { name: 'new' })],
    }
    const report = renderReport(reportInput(before, now))
    expect(Object.keys(listsOf(report))).toEqual([
      'Group changes of existing users',
      'Users added',
      'Users removed',
      'Groups added',
      'Groups removed',
      'Memberships of new users, removed users and removed groups',
    ])
    const [existing = '', following = ''] = [
      /Group changes[^]*?<\/details>/,
      /Memberships of new[^]*?<\/details>/,
    ].map((list) => list.exec(report)?.[0])
    expect(existing.match(/^\| `.*$/gm)).toEqual([
      '| `kept` | | `stays@example.com` |',
      '| `new` | `stays@example.com` | |',
    ])
    expect(following.match(/^\| `.*$/gm)).toEqual([
      '| `gone` | | `stays@example.com` |',
      '| `kept` | `joiner@example.com` | `leaver@example.com` |',
    ])
  })

  it('has the account first, then why it is refused, then who becomes an administrator, then the counts', () => {
    const input = { ...scenario('access-one-person'), kind: 'aws' as const }
    const comparison = comparisonOf(scenario('access-guard-refused'))
    const { changes } = comparisonOf(input)
    const report = renderReport({ ...input, comparison: { ...comparison, changes } })
    const order = [
      '### Identity store of account `111122223333`',
      'Refused: nothing was written',
      'becomes an administrator',
      '| Users |',
      'Access opened',
    ]
    const places = order.map((part) => report.indexOf(part))
    expect(places).not.toContain(-1)
    expect(places).toEqual([...places].sort((a, b) => a - b))
  })

  it('folds all but five of sixty names, and leaves none out', () => {
    const ids = Array.from({ length: 60 }, (_, i) => `u${String(i).padStart(2, '0')}`)
    const sideOf = (groupExternalIds: string[] | null) => ({
      users: ids.map((id) => user(id, { groupExternalIds })),
      groups: [group('g')],
    })
    const report = renderReport(reportInput(sideOf(null), sideOf(['g'])))
    const [, open = '', unfolded = ''] =
      /^\| `Group g` \| <details><summary>(.*) and 55 more<\/summary>(.*)<\/details> \| \|$/m.exec(report) ??
      []
    expect(open.split(', ')).toHaveLength(5)
    expect([...open.split(', '), ...unfolded.split(', ')]).toEqual(ids.map((id) => `\`${id}@example.com\``))
    expect(
      renderReport(reportInput(sideOf(null), { ...sideOf(['g']), users: sideOf(['g']).users.slice(0, 6) })),
    ).not.toContain('more</summary>')
  })
})

describe('access in a report', () => {
  const accounts = { '111122223333': 'prod', '444455556666': 'prod' }
  const sets = [
    permissionSet('a', { name: 'Admin', ...ADMINISTRATOR }),
    permissionSet('i', { name: 'Iam', managedPolicies: ['arn:aws:iam::aws:policy/IAMFullAccess'] }),
  ]
  const people = {
    users: ['u', 'v'].map((id) => user(id, { groupExternalIds: ['g'] })),
    groups: [group('g')],
  }
  const organizationWith = (rows: Row[], ofSets = sets) => ({
    ...people,
    access: accessOf(rows, ofSets, accounts),
  })

  it.each<[string, Row[], string]>([
    [
      'privileged access',
      [['GROUP', 'g', '111122223333', 'i']],
      '**Nobody becomes an administrator, but 2 people gain privileged access.** Access: 2 opened, 0 closed.',
    ],
    [
      'both',
      [
        ['GROUP', 'g', '111122223333', 'i'],
        ['USER', 'u', '111122223333', 'a'],
      ],
      '**1 person becomes an administrator, and 2 people gain privileged access.** Access: 3 opened, 0 closed.',
    ],
    [
      'privileged access of one',
      [['USER', 'u', '444455556666', 'i']],
      'but 1 person gains privileged access.**',
    ],
  ])('says in its first line who gains %s, with names or without', (_, rows, sentence) => {
    for (const detail of ['full', 'counts'] as const)
      expect(renderReport(accessInput(organizationWith([]), organizationWith(rows), { detail }))).toContain(
        sentence,
      )
  })

  it('says of an administrator which set, in which account, and how', () => {
    const rows: Row[] = [
      ['USER', 'u', '111122223333', 'a'],
      ['GROUP', 'g', '444455556666', 'a'],
    ]
    const report = renderReport(accessInput(organizationWith([]), organizationWith(rows)))
    expect(report).toContain('> - `u@example.com`: `Admin` in `prod` (`111122223333`), assigned directly')
    expect(report).toContain(
      '> - `u@example.com`, `v@example.com`: `Admin` in `prod` (`444455556666`), through `Group g`',
    )
  })

  it('tells an administrator by a changed permission set, and the levels of that set', () => {
    const rows: Row[] = [['GROUP', 'g', '111122223333', 'a']]
    const was = sets.map((set) => ({ ...set, managedPolicies: [] }))
    const report = renderReport(accessInput(organizationWith(rows, was), organizationWith(rows)))
    expect(report).toContain('through `Group g`, because the permission set changed')
    expect(report.match(/^> - /gm)).toHaveLength(1)
    expect(report).toContain('| `Admin` | Level | other | **administrator** |')
    expect(listsOf(report)['Administrators through a changed permission set']).toHaveLength(1)
  })

  it('tells names that look alike apart by ids: of people, groups, accounts and permission sets', () => {
    const looks = 'p\u0430yments'
    const hostile = {
      users: [user('u', { userName: looks, groupExternalIds: ['g'] })],
      groups: [group('g', { name: looks })],
    }
    const access = (rows: Row[], name: string) =>
      accessOf(rows, [permissionSet('a', { name, ...ADMINISTRATOR }), permissionSet('b', { name })], {
        '111122223333': looks,
      })
    const rows: Row[] = [
      ['GROUP', 'g', '111122223333', 'a'],
      ['GROUP', 'g', '111122223333', 'b'],
    ]
    const report = renderReport(
      accessInput({ ...hostile, access: access([], looks) }, { ...hostile, access: access(rows, looks) }),
    )
    const [u, g, a, b, account] = ['u', 'g', 'ps-a', 'ps-b', '111122223333'].map(
      (id) => `\`${looks}\` (\`${id}\`)`,
    )
    expect(report).toContain(`> - ${u}: ${a} in ${account}, through ${g}\n`)
    expect(report).toContain(`| ${u} | ${b} (1 h session) | ${account} | ${g} |`)
    expect(report).toContain(`| Added | ${g} | ${b} | ${account} |`)
    expect(report).toContain(`| ${a} | Added |`)
    // Two sets of one plain name are told apart as well.
    const same = renderReport(
      accessInput({ ...hostile, access: access([], 'Same') }, { ...hostile, access: access(rows, 'Same') }),
    )
    expect(same).toContain('`Same` (`ps-a`)')
    expect(renderReport(accessInput(organizationWith([]), organizationWith(rows.slice(0, 1))))).not.toContain(
      'ps-a',
    )
  })
})

function scenario(name: string): ReportInput {
  const input = SCENARIOS[name]
  if (input === undefined) throw new Error(`no scenario ${name}`)
  return input
}

function comparisonOf({ comparison }: ReportInput) {
  if (comparison === undefined) throw new Error('no comparison')
  return comparison
}

/** Another object of the same content; functions cannot be cloned. */
function structuredCloneOf(input: ReportInput): ReportInput {
  const { comparison, ...rest } = input
  return comparison === undefined
    ? { ...rest }
    : { ...structuredClone(rest), comparison: { ...comparison, changes: { ...comparison.changes } } }
}
