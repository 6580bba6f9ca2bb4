import { existsSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { styleText } from 'node:util'
import { previewPage, screenshot } from '../scripts/render-preview.mjs'
import { demoOrganization } from './demo-organization.ts'
import { startIdentityCenter } from './identity-center.ts'
import type { Organization } from './organization.ts'
import {
  addGroup,
  addMembership,
  addUser,
  changeUser,
  groupsOf,
  membershipsOf,
  newId,
  removeMembership,
  removeUser,
  renameUser,
  storeOf,
  usersOf,
} from './organization.ts'
import { runHost } from './raito-host.ts'
import type { ActionResult } from './runner.ts'
import { DIST, runAction } from './runner.ts'

// styleText heeds NO_COLOR, FORCE_COLOR and whether the output is a terminal.
const bold = (text: string): string => styleText('bold', text)
const faint = (text: string): string => styleText('dim', text)
const green = (text: string): string => styleText('green', text)
const red = (text: string): string => styleText('red', text)
const cyan = (text: string): string => styleText('cyan', text)

/** The place of Operations among the groups. */
const OPERATIONS = 8
const problems: string[] = []

if (existsSync(join(DIST, 'index.js'))) {
  await demonstrate()
} else {
  problems.push(`There is no index.js in ${DIST}: npm run build makes it.`)
}
for (const problem of problems) console.error(red(`✗ ${problem}`))
if (problems.length > 0) process.exitCode = 1

/** A sync, a change in the organization, a second sync with its report. */
async function demonstrate(): Promise<void> {
  const place = mkdtempSync(join(tmpdir(), 'aws-organization-sync-demo-'))
  const workspace = join(place, 'workspace')
  const organization = demoOrganization()
  const center = await startIdentityCenter(organization, { latency: 20 })
  const sync = async (title: string, inputs: Record<string, string>): Promise<ActionResult> => {
    const result = await runAction({
      workspace,
      temp: join(place, 'temp'),
      env: center.environment,
      repository: 'example/identity',
      event: { repository: { private: true, visibility: 'private', default_branch: 'main' } },
      inputs: {
        'aws-account-id': organization.account,
        access: 'accounts',
        'access-review': 'true',
        tags: 'Status, Title',
        'upload-artifact': 'false',
        comment: 'never',
        ...inputs,
      },
    })
    expect(result.code === 0, `${title} ended with code ${String(result.code)}.`)
    if (result.code !== 0) show('What it printed', `${result.stdout}${result.stderr}`, 40)
    return result
  }

  try {
    heading('1  The first sync')
    console.log(
      faint(
        'An IAM Identity Center on this machine; dist/index.js runs against it as a GitHub runner starts it.\n',
      ),
    )
    const first = await sync('The first sync', { 'output-directory': './identity-store', baseline: 'none' })
    expectCounts(first, organization)
    showCounts(first, center.calls)
    showFiles(first)
    show('Job summary', first.summary, 30)
    if (first.code !== 0) return

    heading('2  The organization changes')
    for (const line of changeOrganization(organization)) console.log(`  ${cyan('•')} ${line}`)
    center.reset()

    heading('3  The second sync, compared with the first')
    const second = await sync('The second sync', {
      'output-directory': './identity-store-later',
      baseline: './identity-store',
    })
    expectCounts(second, organization)
    expectChanges(second)
    showCounts(second, center.calls)
    const reportFile = second.outputs['report-file'] ?? ''
    expect(reportFile !== '' && existsSync(reportFile), 'The second sync wrote no report.')
    if (reportFile === '' || !existsSync(reportFile)) return
    const report = readFileSync(reportFile, 'utf8')
    show('Report, as a pull request would show it', report, 60)
    const preview = join(place, 'report.html')
    writeFileSync(preview, previewPage(report))
    const pictures = process.argv[2]
    if (pictures !== undefined) {
      screenshot(previewPage(report, 'comment'), resolve(pictures, 'comment.png'), 914, 640)
      screenshot(previewPage(second.summary, 'summary'), resolve(pictures, 'summary.png'), 914, 1550)
    }

    heading('4  Handing over to Raito')
    await handOver(second, place, organization)

    heading('Files')
    for (const [name, path] of [
      ['first snapshot', first.outputs.directory],
      ['second snapshot', second.outputs.directory],
      ['changes', second.outputs['changes-file']],
      ['report', reportFile],
      ['report, to look at', preview],
      ['access review', second.outputs['access-review-file']],
    ] as const) {
      console.log(`  ${name.padEnd(20)}${cyan(path ?? 'none')}`)
    }
    expect(center.complaints.length === 0, `The emulator complains: ${center.complaints.join('; ')}`)
    console.log(problems.length === 0 ? green('\n✓ Everything is as expected.') : '')
  } finally {
    await center.close()
  }
}

/** A step that installs the connector, then what `raito run` would do with it. */
async function handOver(last: ActionResult, place: string, organization: Organization): Promise<void> {
  const directory = last.outputs.directory ?? ''
  const install = await runAction({
    workspace: join(place, 'workspace'),
    temp: join(place, 'temp'),
    home: join(place, 'home'),
    repository: 'example/identity',
    inputs: {
      'aws-account-id': organization.account,
      source: directory,
      baseline: 'none',
      'raito-connector': 'own',
    },
  })
  const name = install.outputs['connector-name'] ?? ''
  const version = install.outputs['connector-version'] ?? ''
  expect(install.code === 0 && name !== '', 'The connector was not installed.')
  if (install.code !== 0) return
  console.log(
    `${green('✓')} installed ${cyan(name)} ${version}, from the snapshot alone, without AWS credentials`,
  )

  const workingDirectory = join(place, 'raito')
  mkdirSync(workingDirectory)
  const run = await runHost({
    home: join(place, 'home'),
    workingDirectory,
    connectorName: name,
    connectorVersion: version,
    environment: install.exported,
    parameters: { 'aws-account-id': organization.account },
  })
  const isSame = (bytes: Buffer | undefined, file: string): boolean =>
    bytes?.equals(readFileSync(join(directory, file))) === true
  expect(
    isSame(run.files?.users, 'users.json') && isSame(run.files?.groups, 'groups.json'),
    `The connector did not hand the snapshot over: ${run.error?.message ?? 'other bytes'}`,
  )
  expect(!run.exit.killed, 'The connector did not leave when it was asked to.')
  console.log(
    `${green('✓')} raito run (played by a host on this machine) took over ${String(run.counts?.users)} users and ${String(run.counts?.groups)} groups, byte for byte`,
  )
}

/** The changes, and a line on each for a person. */
function changeOrganization(organization: Organization): string[] {
  const users = usersOf(organization)
  const groups = groupsOf(organization)
  const id = (n: number): string => users[n]?.UserId ?? ''
  const group = (n: number): string => groups[n]?.GroupId ?? ''
  const leaver =
    storeOf(organization).members[2]?.find((userId) => userId !== undefined && userId !== id(10)) ?? ''

  const joined = addUser(organization, {
    UserId: newId(organization, 1),
    UserName: 'user61@example.com',
    DisplayName: 'User 61',
    Emails: [{ Value: 'user61@example.com', Primary: true }],
    UserStatus: 'ENABLED',
  })
  addMembership(organization, group(0), joined)
  removeUser(organization, id(10))
  renameUser(organization, id(20), '<img src=x onerror=alert(1)> @everyone | [link](https://example.com)')
  changeUser(organization, id(30), {
    UserStatus: 'DISABLED',
    Emails: [{ Value: 'new30@example.com', Primary: true }],
  })
  const added = addGroup(organization, { GroupId: newId(organization, 2), DisplayName: 'Contractors' })
  addMembership(organization, added, id(1))
  removeMembership(organization, group(2), leaver)
  addMembership(organization, group(OPERATIONS), id(40))
  return [
    'a user joins, and becomes a member of Analysts',
    'a user leaves, with all memberships',
    'a user takes a name that tries to be HTML, a mention, a table and a link',
    'a user is disabled, with another e-mail address',
    'a group Contractors is added, with one member',
    'a user is no longer a member of Billing',
    'a user becomes a member of Operations, whose members are administrators of prod-payments',
  ]
}

function expect(holds: boolean, problem: string): void {
  if (!holds) problems.push(problem)
}

function expectCounts(result: ActionResult, organization: Organization): void {
  const expected = {
    users: usersOf(organization).length,
    groups: groupsOf(organization).length,
    memberships: membershipsOf(organization).length,
    assignments: organization.access.assignments.length,
  }
  for (const [name, count] of Object.entries(expected)) {
    expect(
      result.outputs[name] === String(count),
      `${name} is ${result.outputs[name] ?? 'not set'}, not ${count}.`,
    )
  }
}

function expectChanges(result: ActionResult): void {
  const expected = {
    changed: 'true',
    'users-added': '1',
    'users-removed': '1',
    'users-changed': '2',
    'groups-added': '1',
    'groups-removed': '0',
    'groups-changed': '0',
    'administrators-added': '1',
  }
  for (const [name, value] of Object.entries(expected)) {
    expect(result.outputs[name] === value, `${name} is ${result.outputs[name] ?? 'not set'}, not ${value}.`)
  }
}

function heading(text: string): void {
  console.log(`\n${bold(text)}\n`)
}

function showCounts(result: ActionResult, calls: Record<string, number>): void {
  const { users = '?', groups = '?', memberships = '?' } = result.outputs
  const total = Object.values(calls).reduce((sum, count) => sum + count, 0)
  const mark = result.code === 0 ? green('✓') : red('✗')
  const seconds = (result.milliseconds / 1000).toFixed(1)
  console.log(
    `${mark} ${bold(users)} users, ${bold(groups)} groups, ${bold(memberships)} memberships; ${total} calls, ${seconds} s with the start of Node`,
  )
}

function showFiles(result: ActionResult): void {
  for (const name of ['users-file', 'groups-file', 'access-file', 'manifest-file']) {
    const path = result.outputs[name] ?? ''
    if (path === '' || !existsSync(path)) {
      problems.push(`There is no ${name}.`)
      continue
    }
    const lines = readFileSync(path, 'utf8').split('\n')
    console.log(`\n${cyan(path)} ${faint(`${statSync(path).size} bytes`)}`)
    for (const line of lines.filter((text) => text !== '').slice(0, name === 'manifest-file' ? 8 : 3)) {
      console.log(`  ${shortened(line)}`)
    }
    console.log(faint('  …'))
  }
}

function show(title: string, text: string, most: number): void {
  const lines = text.trimEnd().split('\n')
  console.log(`\n${cyan(title)}`)
  for (const line of lines.slice(0, most)) console.log(`${faint('│')} ${shortened(line)}`)
  if (lines.length > most) console.log(faint(`│ … ${lines.length - most} more lines`))
}

function shortened(line: string): string {
  const width = Math.max(60, process.stdout.columns || 120) - 4
  return line.length > width ? `${line.slice(0, width - 1)}…` : line
}
