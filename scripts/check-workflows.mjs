// Validates action.yml and workflows with GitHub's own language service:
//   node --import ./scripts/json-modules.mjs scripts/check-workflows.mjs action.yml .github/workflows/*.yml
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { validate } from '@actions/languageservice'
import { TextDocument } from 'vscode-languageserver-textdocument'

for (const file of process.argv.slice(2)) {
  const address = pathToFileURL(path.resolve(file)).href
  const document = TextDocument.create(address, 'yaml', 1, readFileSync(file, 'utf8'))
  for (const { range, message } of await validate(document, {})) {
    process.exitCode = 1
    console.log(`${file}:${String(range.start.line + 1)}:${String(range.start.character + 1)} ${message}`)
  }
}
