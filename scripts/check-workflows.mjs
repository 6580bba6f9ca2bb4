// Validates action.yml and workflows with GitHub's own language service:
//   node scripts/check-workflows.mjs action.yml .github/workflows/*.yml
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { TextDocument } from 'vscode-languageserver-textdocument'

// The language service imports JSON files without the attribute that Node wants.
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    return found.url.endsWith('.json') ? { ...found, importAttributes: { type: 'json' } } : found
  },
})
const { validate } = await import('@actions/languageservice')

for (const file of process.argv.slice(2)) {
  const address = pathToFileURL(path.resolve(file)).href
  const document = TextDocument.create(address, 'yaml', 1, readFileSync(file, 'utf8'))
  for (const { range, message } of await validate(document, {})) {
    process.exitCode = 1
    console.log(`${file}:${String(range.start.line + 1)}:${String(range.start.character + 1)} ${message}`)
  }
}
