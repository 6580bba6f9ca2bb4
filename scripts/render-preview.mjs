// Shows Markdown much as GitHub does, for a look at it in a browser and for the pictures in docs/images.
//   node scripts/render-preview.mjs <file.md> <file.html|file.png> [comment|summary] [width] [height]
// A PNG needs a Chromium (CHROMIUM names it; else `chromium` is looked for on the PATH).
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argv, env } from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'

/**
 * A whole HTML page of a comment or a job summary.
 *
 * @param {string} markdown
 * @param {string} frame `comment` or `summary`
 */
export function previewPage(markdown, frame = 'comment') {
  // HTML is let through as GitHub does with <details>; the renderer puts no name into it.
  const html = micromark(markdown, {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  }).replace(
    ALERT,
    (/** @type {string} */ _, /** @type {string} */ kind, /** @type {string} */ rest) =>
      `<blockquote class="alert ${kind.toLowerCase()}"><b>${titled(kind)}</b><p>${rest}`,
  )
  const bar =
    frame === 'comment'
      ? '<header><b>github-actions</b><span class="bot">bot</span> commented now</header>'
      : '<header><b>sync summary</b></header>'
  return `<!doctype html>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">\n<title>Preview</title>\n<style>${STYLE}</style>\n<article>${bar}<main>${html}</main></article>\n`
}

const ALERT = /<blockquote>\s*<p>\[!(NOTE|WARNING|CAUTION)\]\n?((?:<\/p>)?)/g

/** @param {string} kind */
function titled(kind) {
  return kind[0] + kind.slice(1).toLowerCase()
}

const STYLE = `
body { margin: 0; padding: 16px; background: #fff; color: #1f2328; font: 14px/1.5 -apple-system, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', Helvetica, Arial, sans-serif }
article { max-width: 880px; border: 1px solid #d1d9e0; border-radius: 6px }
header { padding: 8px 16px; background: #f6f8fa; border-bottom: 1px solid #d1d9e0; border-radius: 6px 6px 0 0; color: #59636e }
header b { color: #1f2328 } .bot { margin: 0 4px 0 6px; padding: 0 6px; border: 1px solid #d1d9e0; border-radius: 1em; font-size: 12px }
main { padding: 16px } main > :first-child { margin-top: 0 } main > :last-child { margin-bottom: 0 }
h3 { margin: 24px 0 16px; font-size: 1.25em; line-height: 1.25 } p, table, details, blockquote, ul { margin: 0 0 16px }
table { border-collapse: collapse; display: block; width: max-content; max-width: 100%; overflow: auto }
th, td { padding: 6px 13px; border: 1px solid #d1d9e0 } tr:nth-child(2n) td { background: #f6f8fa } th { font-weight: 600 }
code { padding: .2em .4em; border-radius: 6px; background: #818b981f; font: 85% ui-monospace, 'Liberation Mono', 'DejaVu Sans Mono', monospace; white-space: break-spaces }
summary { cursor: pointer } details > table { margin-top: 12px }
ul { padding-left: 2em } blockquote { padding: 0 1em; border-left: .25em solid #d1d9e0; color: #59636e }
.alert { padding: 8px 16px; color: inherit } .alert > :last-child { margin-bottom: 0 } .alert > b { display: block; margin-bottom: 8px } .alert > p:empty { display: none }
.note { border-color: #0969da } .note > b { color: #0969da } .warning { border-color: #9a6700 } .warning > b { color: #9a6700 } .caution { border-color: #cf222e } .caution > b { color: #d1242f }
a { color: #0969da; text-decoration: none }
`

/**
 * @param {string} page
 * @param {string} picture
 * @param {number} width
 * @param {number} height
 */
function screenshot(page, picture, width, height) {
  const folder = mkdtempSync(join(tmpdir(), 'preview-'))
  try {
    const file = join(folder, 'page.html')
    writeFileSync(file, page)
    const flags = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--hide-scrollbars',
    ]
    execFileSync(
      env.CHROMIUM ?? 'chromium',
      [
        ...flags,
        `--user-data-dir=${join(folder, 'profile')}`,
        `--window-size=${width},${height}`,
        `--screenshot=${picture}`,
        pathToFileURL(file).href,
      ],
      { stdio: 'ignore', timeout: 60_000 },
    )
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const [, , source, target, frame, width = '914', height = '1000'] = argv
  if (source === undefined || target === undefined)
    throw new Error(
      'usage: render-preview.mjs <file.md> <file.html|file.png> [comment|summary] [width] [height]',
    )
  const page = previewPage(readFileSync(source, 'utf8'), frame)
  if (target.endsWith('.png')) screenshot(page, target, Number(width), Number(height))
  else writeFileSync(target, page)
}
