import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'

/**
 * Builds the page of the access review into `<out>/access-review.html`: one file with its style, its script, a
 * Content-Security-Policy that allows these two by their hash, and a place for the data. The same bytes on every machine.
 *
 * @param {string} out an absolute path
 */
export async function buildReviewPage(out) {
  const folder = import.meta.dirname
  const { outputFiles } = await build({
    entryPoints: [path.join(folder, 'main.ts'), path.join(folder, 'style.css')],
    absWorkingDir: path.dirname(folder),
    outdir: out,
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'silent',
  })
  /** @param {string} name */
  const built = (name) => outputFiles.find((file) => path.basename(file.path) === name)?.text.trim() ?? ''
  const tabulator = path.join(path.dirname(folder), 'node_modules/tabulator-tables')
  const { version } = JSON.parse(readFileSync(path.join(tabulator, 'package.json'), 'utf8'))
  const license = readFileSync(path.join(tabulator, 'LICENSE'), 'utf8').trim()
  const script = `/* With Tabulator ${version}:\n${license} */\n${built('main.js').replaceAll('</', String.raw`<\/`)}`
  const style = built('style.css')
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const page = readFileSync(path.join(folder, 'index.html'), 'utf8')
    .replace('POLICY', () => policy)
    .replace(/\s*STYLE\s*/, () => style)
    .replace(/\s*SCRIPT\s*/, () => script)
    .replace(/\s*("review data")\s*/, '$1')
  writeFileSync(path.join(out, 'access-review.html'), page)
}

/** @param {string} text */
function hashOf(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
