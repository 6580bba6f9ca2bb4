//   npm run docs              writes the lists of inputs and outputs in README.md
//   npm run docs -- --check   compares them
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { format, resolveConfig } from 'prettier'
import { parse } from 'yaml'

const readmePath = fileURLToPath(new URL('../README.md', import.meta.url))
const actionPath = fileURLToPath(new URL('../action.yml', import.meta.url))

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const readme = readFileSync(readmePath, 'utf8')
const wanted = await withTables(readme, readFileSync(actionPath, 'utf8'))
if (!values.check) writeFileSync(readmePath, wanted)
else if (wanted !== readme) {
  console.log('The lists in README.md are not those of action.yml: run "npm run docs".')
  process.exitCode = 1
}

/**
 * What README.md should be: its text with both lists as action.yml has them now.
 *
 * @param {string} readme with the markers `<!-- inputs -->` and `<!-- outputs -->`, each followed by `<!-- end -->`
 * @param {string} action the text of action.yml
 * @returns {Promise<string>}
 */
async function withTables(readme, action) {
  const { inputs, outputs } = parse(action)
  const inputLines = Object.entries(inputs).map(([name, { required, default: value = '', description }]) => {
    const note = required === true ? ' (required)' : value === '' ? '' : ` (default \`${value}\`)`
    return `- \`${name}\`${note}: ${description}`
  })
  const outputLines = Object.entries(outputs).map(
    ([name, { description }]) => `- \`${name}\`: ${description}`,
  )
  return replaceBetween(
    replaceBetween(readme, 'inputs', await formatted(inputLines)),
    'outputs',
    await formatted(outputLines),
  )
}

/** @param {string[]} lines */
async function formatted(lines) {
  const options = { ...(await resolveConfig(readmePath)), parser: 'markdown' }
  return (await format(lines.join('\n'), options)).trimEnd()
}

/**
 * @param {string} text
 * @param {string} name
 * @param {string} content
 */
function replaceBetween(text, name, content) {
  const start = `<!-- ${name} -->`
  const from = text.indexOf(start)
  const to = text.indexOf('<!-- end -->', from)
  if (from === -1 || to === -1) throw new Error(`README.md has no "${start}" that a "<!-- end -->" follows.`)
  return `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(to)}`
}
