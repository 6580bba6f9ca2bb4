// Checks the relative links of every Markdown file that git knows: the file is there, and so is the heading.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm } from 'micromark-extension-gfm'
import { visit } from 'unist-util-visit'

const root = fileURLToPath(new URL('..', import.meta.url))
const listed = [
  'ls-files',
  '-z',
  '--cached',
  '--others',
  '--exclude-standard',
  '--',
  '*.md',
  ':(exclude)__tests__',
]
const files = execFileSync('git', listed, { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean)
for (const file of files.filter((name) => existsSync(path.join(root, name)))) {
  for (const { address, line } of linksOf(file)) {
    const problem = problemWith(file, address)
    if (problem === undefined) continue
    process.exitCode = 1
    console.log(`${file}:${String(line)} ${address}: ${problem}`)
  }
}

/** @param {string} file */
function parseMarkdown(file) {
  const text = readFileSync(path.join(root, file), 'utf8')
  return fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] })
}

/** @param {string} file */
function linksOf(file) {
  /** @type {{ address: string, line: number }[]} */
  const links = []
  visit(parseMarkdown(file), (node) => {
    if (node.type !== 'link' && node.type !== 'image' && node.type !== 'definition') return
    links.push({ address: node.url, line: node.position?.start.line ?? 0 })
  })
  return links.filter(({ address }) => !/^([a-z][a-z+.-]*:|\/\/)/i.test(address))
}

/**
 * @param {string} file
 * @param {string} address
 */
function problemWith(file, address) {
  const [target = '', anchor] = decodeURIComponent(address).split('#')
  const at = target === '' ? file : path.join(path.dirname(file), target)
  if (at.startsWith('..') || !existsSync(path.join(root, at))) return 'there is no such file'
  if (anchor === undefined || statSync(path.join(root, at)).isDirectory() || !at.endsWith('.md'))
    return undefined
  return anchorsOf(at).includes(anchor) ? undefined : 'there is no such heading'
}

/**
 * The ids that GitHub gives to headings, and those set by hand (`<a id="…">`).
 *
 * @param {string} file
 */
function anchorsOf(file) {
  /** @type {string[]} */
  const anchors = []
  visit(parseMarkdown(file), (node) => {
    if (node.type === 'html') {
      anchors.push(...[...node.value.matchAll(/\b(?:id|name)="([^"]+)"/g)].map((match) => match[1] ?? ''))
    }
    if (node.type !== 'heading') return
    const slug = textOf(node)
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-')
    const same = anchors.filter((anchor) => anchor === slug || anchor.replace(/-\d+$/, '') === slug).length
    anchors.push(same === 0 ? slug : `${slug}-${String(same)}`)
  })
  return anchors
}

/** @param {import('mdast').Heading} heading */
function textOf(heading) {
  let text = ''
  visit(heading, (node) => {
    if (node.type === 'text' || node.type === 'inlineCode') text += node.value
  })
  return text
}
