// Makes the pictures of docs/access-review.md from a synthetic organization, with the bundle in dist/ and a Chromium
// (CHROMIUM names it; else `chromium` is looked for on the PATH):
//   node scripts/node24.mjs scripts/review-pictures.mjs
import { execFileSync } from 'node:child_process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { demoOrganization } from '../emulator/demo-organization.ts'
import { startIdentityCenter } from '../emulator/identity-center.ts'
import { runAction } from '../emulator/runner.ts'

/** @type {{ name: string, hash: string, colorScheme?: 'dark', media?: 'print', width: number, height: number }[]} */
const PICTURES = [
  { name: 'access-review', hash: '', width: 1100, height: 900 },
  { name: 'access-review-dark', hash: '#matrix', colorScheme: 'dark', width: 900, height: 700 },
  { name: 'access-review-print', hash: '', media: 'print', width: 1060, height: 620 },
]

const center = await startIdentityCenter(demoOrganization())
const run = await runAction({
  env: center.environment,
  inputs: {
    'aws-account-id': '111122223333',
    access: 'accounts',
    'access-review': 'true',
    tags: 'Status',
    baseline: 'none',
  },
})
await center.close()
const file = run.outputs['access-review-file'] ?? ''
if (file === '') throw new Error(`The action wrote no review:\n${run.stdout}`)

const where = execFileSync('which', [process.env['CHROMIUM'] ?? 'chromium'], { encoding: 'utf8' })
const browser = await chromium.launch({ executablePath: where.trim(), args: ['--no-sandbox'] })
for (const { name, hash, colorScheme = 'light', media = 'screen', width, height } of PICTURES) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme })
  await page.goto(`${pathToFileURL(file).href}${hash}`)
  await page.waitForSelector('html[data-ready]')
  await page.emulateMedia({ media, colorScheme })
  await page.screenshot({ path: fileURLToPath(new URL(`../docs/images/${name}.png`, import.meta.url)) })
  await page.close()
}
await browser.close()
