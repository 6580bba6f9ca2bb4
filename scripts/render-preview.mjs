// Shows Markdown much as GitHub does, for a look at it in a browser. `npm run demo -- docs/images` makes the pictures of the docs.
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
  }).replace(ALERT, (_, /** @type {string} */ kind) => {
    const title = kind[0] + kind.slice(1).toLowerCase()
    return `<blockquote class="markdown-alert markdown-alert-${kind.toLowerCase()}"><p class="markdown-alert-title">${title}</p><p>`
  })
  const bar =
    frame === 'comment' ? '<b>github-actions</b> <small>bot</small> commented now' : '<b>sync summary</b>'
  return `<!doctype html>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Preview</title>
<style>${readFileSync(fileURLToPath(import.meta.resolve('github-markdown-css/github-markdown-light.css')), 'utf8')}${FRAME}</style>
<article><header class="markdown-body">${bar}</header><main class="markdown-body">${html}</main></article>
`
}

const ALERT = /<blockquote>\s*<p>\[!(NOTE|WARNING|CAUTION)\]\n?/g

const FRAME = `
body { margin: 16px } article { max-width: 880px; border: 1px solid #d1d9e0; border-radius: 6px }
main.markdown-body { padding: 16px; font-size: 14px } header.markdown-body { padding: 8px 16px; background: #f6f8fa; font-size: 14px }
.markdown-alert > p:empty { display: none }
`

/**
 * @param {string} page
 * @param {string} picture
 * @param {number} width
 * @param {number} height
 */
export function screenshot(page, picture, width, height) {
  const folder = mkdtempSync(join(tmpdir(), 'preview-'))
  try {
    const file = join(folder, 'page.html')
    writeFileSync(file, page)
    const flags =
      '--headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update'
    execFileSync(
      env.CHROMIUM ?? 'chromium',
      [
        ...flags.split(' '),
        ...['--disable-sync', '--no-first-run', '--hide-scrollbars'],
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
