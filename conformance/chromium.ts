import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { recordsOf } from '../__tests__/fixtures/identities.ts'
import { oracleOf } from '../__tests__/fixtures/review.ts'
import { startIdentityCenter } from '../emulator/identity-center.ts'
import { changeUser, createOrganization, usersOf } from '../emulator/organization.ts'
import type { Organization } from '../emulator/organization.ts'
import { runAction } from '../emulator/runner.ts'
import type { ActionResult } from '../emulator/runner.ts'
import { directoryFiles, readSnapshot } from '../src/snapshot/read.ts'
import { MissingPeer } from './peer.ts'
import type { Check, Conformance } from './peer.ts'

const VIEWS = ['overview', 'people', 'access', 'groups', 'accounts', 'sets', 'matrix']

/** The page of the access review in a browser that others wrote. */
export async function runChromium({ check, dist }: Conformance): Promise<void> {
  const browser = await launch()
  try {
    await visit(browser, dist, false, 'plain', check)
    await visit(browser, dist, true, 'hostile', check)
  } finally {
    await browser.close()
  }
}

/** CHROMIUM names it; else it is looked for on the PATH. */
async function launch(): Promise<Browser> {
  const executable = process.env['CHROMIUM'] ?? 'chromium'
  try {
    const executablePath = execFileSync('which', [executable], { encoding: 'utf8' }).trim()
    return await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  } catch {
    throw new MissingPeer(`there is no ${executable} here that starts`)
  }
}

async function visit(
  browser: Browser,
  dist: string,
  hostileNames: boolean,
  title: string,
  report: Check,
): Promise<void> {
  const check: Check = (what, ...rest) => report(`${title}: ${what}`, ...rest)
  const organization = createOrganization({
    ...{ seed: 16, users: 120, groups: 14, memberships: 300, hostileNames },
    access: { accounts: 9, permissionSets: 8, assignments: 40, direct: 0.2 },
  })
  usersOf(organization).forEach(({ UserId }, n) =>
    changeUser(organization, UserId, { UserStatus: n % 5 === 0 ? 'DISABLED' : 'ENABLED' }),
  )
  const run = await review(organization, dist)
  const address = pathToFileURL(run.outputs['access-review-file'] ?? '').href
  const snapshot = await readSnapshot(directoryFiles(run.outputs['directory'] ?? ''), {
    manifest: 'required',
  })
  if (snapshot?.access === undefined) throw new Error(`The action gave no access:\n${run.stdout}`)
  const oracle = oracleOf({ ...recordsOf(snapshot), access: snapshot.access })

  const requests: string[] = []
  const messages: string[] = []
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  context.on('request', (request) => requests.push(request.url()))
  context.on('console', (message) => messages.push(message.text()))
  context.on('weberror', (error) => messages.push(String(error.error())))
  const page = await context.newPage()
  const open = async (hash: string): Promise<void> => {
    await page.goto('about:blank')
    await page.goto(`${address}${hash}`)
    await page.waitForSelector('html[data-ready]')
  }
  const status = (): Promise<string> => page.innerText('.status')
  const textsOf = (selector: string): Promise<string[]> => page.locator(selector).allTextContents()

  await open('')
  const { counts } = oracle
  const cards = (await textsOf('.card .sum')).map(Number)
  check(
    'what deserves a look is counted as an oracle counts it',
    isSame(cards, [
      counts.administrators,
      counts.accountsWithFewAdministrators,
      counts.directAssignments,
      counts.emptyGroups,
      counts.disabledWithAccess,
    ]),
    JSON.stringify([cards, counts]),
  )
  const tiles = (await textsOf('.tile strong')).map(Number)
  check(
    'so are people, administrators, accounts and lines',
    isSame(tiles, [counts.peopleWithAccess, counts.administrators, counts.accounts, counts.lines]),
    JSON.stringify([tiles, counts]),
  )
  const bars = (await textsOf('.bars .value')).map(Number)
  const most = [...oracle.administrators.values()].filter((count) => count > 0).sort((a, b) => b - a)
  check('the bars are the administrators of each account', isSame(bars, most), JSON.stringify([bars, most]))
  const digests = await textsOf('.provenance code')
  const files = ['access-csv-file', 'users-file'].map((name) => digestOf(run.outputs[name] ?? ''))
  check('the digests are those of the files', isSame(digests, files), JSON.stringify([digests, files]))

  for (const view of VIEWS) {
    await open(`#${view}`)
    const foreign = await page.evaluate<string[]>(
      `[...document.querySelectorAll('body :is(img, iframe, object, embed, svg), body script')].map((one) => one.outerHTML.slice(0, 60))`,
    )
    check(`${view}: names are text, no element`, foreign.length === 2, foreign.join('\n'))
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      const found = await violations(page)
      check(`${view}, ${colorScheme}: axe-core finds nothing serious`, found.length === 0, found.join('\n'))
    }
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize({ width: 390, height: 800 })
    const width = await page.evaluate<number>('document.documentElement.scrollWidth')
    check(`${view}: fits 390 pixels`, width <= 390, String(width))
    await page.setViewportSize({ width: 1280, height: 900 })
  }
  check(
    'no request but for the page itself',
    requests.every((url) => url === 'about:blank' || url.split('#')[0] === address),
    requests.join('\n'),
  )
  check('no message on the console', messages.length === 0, messages.join('\n'))

  await open('#people')
  const someone = snapshot.users[7]
  await page.fill('input[type=search]', someone?.externalId ?? '')
  await page.waitForURL(({ hash }) => hash.includes('q='))
  check('a search finds the one person', (await status()) === `1 of ${counts.people} people`, await status())
  await page.fill('input[type=search]', '')
  await page.waitForURL(({ hash }) => !hash.includes('q='))
  await page.click('.tabulator-col[tabulator-field=accounts] button')
  await page.waitForURL(({ hash }) => hash.includes('sort=-accounts'))
  const numbers = (await textsOf('.tabulator-cell[tabulator-field=accounts]')).map(Number)
  const sorted = oracle.users.map((cells) => Number(cells[6])).sort((a, b) => b - a)
  check(
    'a click on a title sorts, and a screen reader is told',
    isSame(numbers, sorted.slice(0, numbers.length)) &&
      (await page.getAttribute('.tabulator-col[tabulator-field=accounts]', 'aria-sort')) === 'descending',
    JSON.stringify(numbers),
  )

  const account = [...oracle.administrators.entries()].find(([, count]) => count > 0)?.[0] ?? ''
  const held = oracle.access.filter((cells) => cells[4] === account && cells[7] === 'administrator')
  const direct = held.filter((cells) => cells[10] === 'direct')
  await open(`#access?account=${account}&level=administrator`)
  check('a link filters by two things', (await status()).startsWith(`${held.length} of `), await status())
  await page.selectOption('label:has-text("Through") select', 'direct')
  await page.waitForURL(({ hash }) => hash.includes('through=direct'))
  check('a third filter combines', (await status()).startsWith(`${direct.length} of `), await status())
  const before = await status()
  const link = new URL(page.url()).hash
  await open(link)
  check('the address is a link to the same', (await status()) === before, link)

  await open('#overview')
  await page.keyboard.press('Tab')
  const skip = await page.evaluate<string>('document.activeElement.textContent')
  check('Tab comes to a link past the navigation first', skip === 'Skip to the content', skip)
  await page.focus('nav a[href^="#people"]')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.tabulator-cell a')
  await page.focus('.tabulator-cell a')
  await page.keyboard.press('Enter')
  await page.waitForSelector('dialog[open] h2')
  const inDialog = await violations(page)
  check(
    'Enter opens the card of a person, in which axe-core finds nothing serious',
    inDialog.length === 0,
    inDialog.join('\n'),
  )
  await page.keyboard.press('Escape')
  await page.waitForURL(({ hash }) => !hash.includes('open='))
  check('Escape closes it', (await page.$('dialog[open]')) === null)

  const color = (): Promise<string> =>
    page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor')
  const light = await color()
  await page.emulateMedia({ colorScheme: 'dark' })
  check('dark mode is dark', (await color()) !== light, light)

  await page.emulateMedia({ media: 'print', colorScheme: 'light' })
  await page.waitForSelector('#paper tbody', { state: 'attached' })
  const people = await page.locator('#paper tbody').count()
  const decisions = (await page.locator('#paper td.blank').count()) / 3
  const pairs = new Set(
    oracle.access
      .filter((cells) => cells[4] !== '')
      .map((cells) => [cells[0], cells[4], cells[6]].join('\n')),
  )
  const titles = await textsOf('#paper thead th')
  check(
    'paper gets everybody with access, with room to decide on each permission set',
    people === counts.peopleWithAccess && (hostileNames || decisions === pairs.size),
    JSON.stringify([people, decisions, pairs.size]),
  )
  check(
    'with the blank columns',
    isSame(titles.slice(3), ['Decision', 'Reviewer', 'Date']),
    titles.join(', '),
  )
  await page.emulateMedia({ media: 'screen' })
  check('and it prints', (await page.pdf({ preferCSSPageSize: true })).length > 10_000)

  const isBlocked = await page.evaluate<boolean>(INJECTION)
  check('an injected script, handler, image and style are blocked', isBlocked, messages.join('\n'))
  await context.close()
}

/** Tries a script, a handler, an image and a style; tells whether all were in vain. */
const INJECTION = `(async () => {
  const script = document.createElement('script')
  script.textContent = 'document.title = "harmed"'
  document.body.append(script)
  const other = document.createElement('div')
  other.innerHTML = '<img src="x" onerror="document.title = 1"><p style="color: red">x</p>'
  document.body.append(other)
  const before = document.title
  await new Promise((resolve) => setTimeout(resolve, 100))
  const isRed = getComputedStyle(other.querySelector('p')).color === 'rgb(255, 0, 0)'
  return document.title === before && before !== 'harmed' && !isRed
})()`

/** What the bundle writes of this organization. */
async function review(organization: Organization, dist: string): Promise<ActionResult> {
  const center = await startIdentityCenter(organization)
  try {
    const run = await runAction({
      dist: join(dist, 'index.js'),
      env: center.environment,
      temp: mkdtempSync(join(tmpdir(), 'chromium-')),
      inputs: {
        'aws-account-id': organization.account,
        access: 'accounts',
        'access-review': 'true',
        tags: 'Status',
        baseline: 'none',
        'upload-artifact': 'false',
      },
    })
    if (run.code !== 0) throw new Error(`The action failed:\n${run.stdout}`)
    return run
  } finally {
    await center.close()
  }
}

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

/** What axe-core calls serious or critical. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  return page.evaluate<string[]>(
    `axe.run().then(({ violations }) => violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html }) => html.slice(0, 200)).join(' | ')))`,
  )
}

function digestOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
