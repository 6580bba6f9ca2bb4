import { execFileSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import type { Page } from 'playwright-core'
import { DESCRIPTION } from '../__tests__/fixtures/description.ts'
import type { Access, Assignment } from '../src/snapshot/access.ts'
import { selectMembers } from '../src/snapshot/memberships.ts'
import type { Group } from '../src/snapshot/model.ts'
import { writeSnapshot } from '../src/snapshot/write.ts'

/** How the page of an access review behaves in a browser, in milliseconds: the best of three, for a busy machine. */
export interface PageTimes {
  open: number
  /** The slowest filter. */
  filter: number
}

const PEOPLE = 100_000
const GROUPS = 10_000
const GROUPS_OF_EACH = 10
/** Every so many groups have an assignment, which makes 300,000 lines. */
const EVERY = 10 / 3

/** A snapshot of 100,000 people, 1,000,000 memberships and 300,000 lines of access. */
export async function writeLargeSnapshot(directory: string): Promise<void> {
  const groups = Array.from({ length: GROUPS }, (_, n): Group => {
    const name = `Group ${n}`
    const rest = { description: '', parentGroupExternalIds: null, tags: null }
    return { externalId: idOf('a', n), name, displayName: name, ...rest }
  })
  const members = selectMembers(groups.map(({ externalId }) => externalId))
  for (let n = 0; n < PEOPLE; n++) {
    const own = Array.from({ length: GROUPS_OF_EACH }, (_, i) => (n * GROUPS_OF_EACH + i * 1_009) % GROUPS)
    const userName = `user${n}@example.com`
    const user = { externalId: idOf('b', n), name: `User ${n}`, userName, email: userName }
    members.add({ ...user, tags: null, isMachine: null }, own)
  }
  await writeSnapshot({
    directory,
    roots: [directory],
    identities: { ...members.end(), groups },
    access: access(),
    description: DESCRIPTION,
  })
}

function access(): Access {
  const [accounts, sets] = [500, 200]
  const arnOf = (n: number): string => `arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-${hex(n, 16)}`
  const assignments = Array.from({ length: Math.round(GROUPS / EVERY) }, (_, n): Assignment => ({
    principalType: 'GROUP',
    principalId: idOf('a', Math.floor(n * EVERY)),
    account: String(100_000_000_000 + (n % accounts)),
    permissionSet: arnOf(n % sets),
  }))
  return {
    accounts: Array.from({ length: accounts }, (_, n) => ({
      id: String(100_000_000_000 + n),
      name: `account-${n}`,
    })),
    permissionSets: Array.from({ length: sets }, (_, n) => ({
      arn: arnOf(n),
      name: `Set${n}`,
      description: '',
      sessionDuration: 'PT8H',
      managedPolicies: [`arn:aws:iam::aws:policy/${n % 20 === 0 ? 'AdministratorAccess' : 'ReadOnlyAccess'}`],
      customerManagedPolicies: [],
      inlinePolicy: null,
      permissionsBoundary: null,
    })),
    assignments,
  }
}

function idOf(kind: string, n: number): string {
  return `${kind}000${hex(n, 8)}-0000-4000-8000-000000000000`
}

function hex(n: number, digits: number): string {
  return n.toString(16).padStart(digits, '0')
}

/** @throws where there is no Chromium (CHROMIUM names it; else it is looked for on the PATH) */
export async function measurePage(file: string): Promise<PageTimes> {
  const executablePath = execFileSync('which', [process.env['CHROMIUM'] ?? 'chromium'], {
    encoding: 'utf8',
  }).trim()
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  try {
    const times: PageTimes = { open: Infinity, filter: Infinity }
    for (let n = 0; n < 3; n++) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
      const started = performance.now()
      await page.goto(pathToFileURL(file).href)
      await page.waitForSelector('html[data-ready]')
      times.open = Math.min(times.open, performance.now() - started)
      times.filter = Math.min(times.filter, await slowestFilter(page))
      await page.close()
    }
    return times
  } finally {
    await browser.close()
  }
}

/** Of the lines, which are the most rows: each filter alone, several, a search, and none again. */
async function slowestFilter(page: Page): Promise<number> {
  await goTo(page, 'access')
  const filters = [
    'account=100000000007',
    'level=administrator',
    'account=100000000007&level=read-only&through=group',
    'q=user77',
    '',
  ]
  let slowest = 0
  for (const filter of filters) slowest = Math.max(slowest, await goTo(page, `access?${filter}`))
  return slowest
}

/** Until what the address names is on the screen. */
function goTo(page: Page, address: string): Promise<number> {
  return page.evaluate<number>(`(async () => {
    const started = performance.now()
    const told = new Promise((resolve) => {
      new MutationObserver((_, observer) => {
        observer.disconnect()
        resolve()
      }).observe(document.querySelector('.status'), { childList: true, characterData: true, subtree: true })
    })
    location.hash = ${JSON.stringify(address)}
    await told
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
    return performance.now() - started
  })()`)
}
